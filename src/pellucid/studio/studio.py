"""One launch of the studio: its token, its models, its data, its trainings."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

from pellucid.model import load_model
from pellucid.studio.forms import MODEL_FILE, Forms
from pellucid.studio.opened import Origin
from pellucid.studio.shelf import Shelf
from pellucid.studio.sources import Sources
from pellucid.studio.training.trainings import Trainings
from pellucid.training.run_folder import RunFolder

View: TypeAlias = Literal["data", "inside", "guide"]
RUNS = Path("runs")


class Studio:
    """What all answers are made of.

    Parameters
    ----------
    shelf
        The models that can be shown.
    view
        What the page opens on.
    given
        The sources it was started with: paths of files and folders.
    runs
        Where the runs lie; made with the first one.
    forms
        The forms that models can be taken elsewhere in, beside the model file.

    Attributes
    ----------
    token
        The secret of this launch: whoever has it can ask anything.
    """

    def __init__(
        self,
        shelf: Shelf,
        view: View,
        given: Sequence[str] = (),
        runs: Path = RUNS,
        forms: Forms = MappingProxyType({}),
    ) -> None:
        self.token = secrets.token_urlsafe(32)
        self.shelf = shelf
        self.view = view
        self.forms = {**forms, **MODEL_FILE}
        self.sources = Sources(given)
        self.trainings = Trainings(runs, self.put_run, self._put_state)

    def close(self) -> list[str]:
        """Stop what is being trained; return the runs that can go on."""
        kept = self.trainings.close()
        self.shelf.close()
        return kept

    def put_run(self, folder: Path) -> str:
        """Put the model of a finished run on the shelf, where it is not yet; return its id."""
        name = folder.resolve().name
        known = (one.id for one in self.shelf.listed() if (one.kind, one.name) == ("run", name))
        load, origin = functools.partial(load_model, folder), Origin(folder.resolve())
        return next(known, None) or self.shelf.put(name, "run", load, origin=origin)

    def _put_state(self, path: Path, run: Path) -> str:
        """Put a state on the shelf; its epochs are those of the run, which all states share."""
        trained = load_model(path)
        path.unlink()
        made = dict(trained.made)
        step, n_epochs = made.pop("step"), made.pop("epoch")
        made["history"] = RunFolder(run).epochs()[:n_epochs]
        trained = replace(trained, made=made)
        name, origin = f"{run.name} after step {step:,}", Origin(run.resolve(), step)
        return self.shelf.put(name, "run", lambda: trained, origin=origin, passes=True)
