"""Taking a model elsewhere: in which forms, and the file of one."""

from __future__ import annotations

import shlex
import threading
from pathlib import Path

from pellucid.errors import PellucidError, unknown_name
from pellucid.studio.asked import Asked, Bytes
from pellucid.studio.forms import Form
from pellucid.studio.messages.session import Problem
from pellucid.studio.messages.share import SharedForm, Shares
from pellucid.studio.opened import OpenedModel
from pellucid.studio.studio import Studio

_one_at_a_time = threading.Lock()


def shares(studio: Studio, asked: Asked) -> Shares:
    """Answer ``GET /api/models/{model}/share``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    return Shares([_told(studio, model, *form) for form in studio.forms.items()])


def write(studio: Studio, asked: Asked) -> Bytes:
    """Answer ``GET /api/models/{model}/share/{form}``; ``rows=no`` leaves rows of the data out."""
    asked.query.only("rows")
    has_rows = asked.query.choice("rows", ("yes", "no"), "yes") == "yes"
    model = studio.shelf.model(asked.path["model"])
    name = asked.path["form"]
    if name not in studio.forms:
        raise unknown_name("form", name[:40], studio.forms)
    form = studio.forms[name]
    form.check(model.trained)
    trained = model.trained if has_rows else model.trained.without_examples()
    called = model.opened.name
    if form.is_module:  # it tells how its file is run
        called = Path(form.file(called)).stem
    with _one_at_a_time:  # it takes all cores for seconds
        return Bytes(form.write(trained, called, model.run), form.media_type)


def _told(studio: Studio, model: OpenedModel, name: str, form: Form) -> SharedForm:
    problem = None
    try:
        form.check(model.trained)
    except PellucidError as error:
        problem = Problem(error.what, error.where, error.expected, error.remedy)
    file = form.file(model.opened.name)
    run, command = model.run, None
    if run is not None and run.parent == studio.trainings.root.resolve() and form.is_exported:
        place = str(Path(studio.trainings.root.name, run.name))
        command = shlex.join(["pellucid", "export", place, "--to", name])
    holds_rows = form.holds_rows and model.trained.examples is not None
    return SharedForm(name, file, holds_rows, problem, command)
