"""Runs: which there are, beginning one, ordering it, its timeline, going on from it otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pellucid.errors import SettingError, unknown_name
from pellucid.studio.answers.data import chosen
from pellucid.studio.asked import Asked
from pellucid.studio.messages.session import Opened
from pellucid.studio.messages.training import (
    BranchRequest,
    Command,
    LayerHistogram,
    LayerHistograms,
    Mark,
    Run,
    RunEntry,
    RunRequest,
    Runs,
    Timeline,
)
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio
from pellucid.training.config import CHANGED_BY_BRANCHES, Config
from pellucid.training.run_folder import RunFolder
from pellucid.training.run_list import RunSummary, as_tree
from pellucid.training.run_record import Parent
from pellucid.training.session import plain_settings

_INDENT = 3  # letters of `as_tree`'s lines for each level
_MOST_ANCESTORS = 100
_OF = ("weights", "gradients", "updates")


def runs(studio: Studio, asked: Asked) -> Runs:
    """Answer ``GET /api/runs``."""
    asked.query.only()
    tree = as_tree(studio.trainings.summaries())
    return Runs([_entry(studio, len(lines) // _INDENT, summary) for lines, summary in tree])


def _entry(studio: Studio, depth: int, summary: RunSummary) -> RunEntry:
    run = studio.trainings.summed_up(summary).run()
    parent = summary.parent
    return RunEntry(
        run=run,
        name=summary.name,
        depth=depth,
        parent=None if parent is None else Path(parent.run).name,
        parent_step=None if parent is None else parent.step,
        source=summary.source,
        target=summary.target,
        task=summary.task,
        began=summary.began,
        score=summary.score,
    )


def start(studio: Studio, asked: Asked) -> Run:
    """Answer ``POST /api/runs``: begin a training."""
    asked.query.only()
    question = read(RunRequest, asked.body)
    settings = chosen(studio, question.source, question.settings)
    return studio.trainings.start(studio.sources.name(question.source), settings).run()


def run(studio: Studio, asked: Asked) -> Run:
    """Answer ``GET /api/runs/{run}``."""
    asked.query.only()
    return studio.trainings.run(asked.path["run"]).run()


def command(studio: Studio, asked: Asked) -> Run:
    """Answer ``POST /api/runs/{run}/command``."""
    asked.query.only()
    question, name = read(Command, asked.body), asked.path["run"]
    trainings = studio.trainings
    if question.command == "go_on":
        return trainings.go_on(name).run()
    if question.command in {"step", "rewind"}:
        ordered = trainings.opened(name)
        ordered.order(question.command, **_details(question))
        return ordered.run()
    ordered = trainings.run(name)
    if question.command == "stop":
        ordered.stop()
    else:
        ordered.order(question.command)
    return ordered.run()


def _details(question: Command) -> dict[str, Any]:
    name = "unit" if question.command == "step" else "step"
    value = getattr(question, name)
    if value is None:
        raise SettingError(f"The command {question.command!r} needs the field {name!r}.")
    return {name: value}


def branch(studio: Studio, asked: Asked) -> Run:
    """Answer ``POST /api/runs/{run}/branch``."""
    asked.query.only()
    question = read(BranchRequest, asked.body)
    return studio.trainings.branch(asked.path["run"], question.step, question.settings).run()


def look(studio: Studio, asked: Asked) -> Opened:
    """Answer ``POST /api/runs/{run}/look``: open the state that is looked at, as a model."""
    asked.query.only()
    id_ = studio.trainings.look_into(asked.path["run"])
    return next(opened for opened in studio.shelf.listed() if opened.id == id_)


def timeline(studio: Studio, asked: Asked) -> Timeline:
    """Answer ``GET /api/runs/{run}/timeline``."""
    asked.query.only()
    own = studio.trainings.run(asked.path["run"])
    known, folder = own.run(), RunFolder(own.folder)
    is_begun = (own.folder / "config.yaml").is_file()
    parent = folder.record().parent if is_begun else None
    first = 0 if parent is None else parent.step
    settings = plain_settings(folder.config().set_values()) if is_begun else {}
    return Timeline(
        first_step=first,
        last_step=max(known.step, first),
        steps_per_epoch=known.steps_per_epoch,
        recorded=[first, *(step for step in folder.checkpoints.steps() if step > first)],
        marks=_marks(own.folder) if is_begun else [],
        branches=_branches(studio, own.folder.name),
        changeable=list(CHANGED_BY_BRANCHES),
        settings=settings,
    )


def histograms(studio: Studio, asked: Asked) -> LayerHistograms:
    """Answer ``GET /api/runs/{run}/histograms``.

    Parameters of the address: ``of`` (weights, gradients, updates), and ``layer``, else the first.
    """
    asked.query.only("layer", "of")
    wanted = asked.query.text("layer")
    of: Any = asked.query.choice("of", _OF, "weights")
    own = studio.trainings.run(asked.path["run"])
    found = own.distributions(wanted) if of == "weights" else own.recomputed(of, wanted)
    names, states = found
    if wanted is not None and names and wanted not in names:
        raise unknown_name("layer with weights", wanted, names)
    return LayerHistograms(
        of=of,
        layer=wanted or next(iter(names), None),
        layers=names,
        states=[
            LayerHistogram(step, one.lowest, one.highest, list(one.counts)) for step, one in states
        ],
    )


def _marks(folder: Path) -> list[Mark]:
    """Return where the settings of a run and of those it was branched from changed."""
    found: list[Mark] = []
    while len(found) < _MOST_ANCESTORS:
        parent = RunFolder(folder).record().parent
        if parent is None:
            break
        older = folder.parent / Path(parent.run).name
        if not (older / "config.yaml").is_file():
            found.append(Mark(parent.step, parent.epoch, Path(parent.run).name, {}))
            break
        found.append(_mark(parent, RunFolder(older).config(), RunFolder(folder).config()))
        folder = older
    return found[::-1]


def _branches(studio: Studio, name: str) -> list[Mark]:
    """Return the runs that were branched from a run; ``parent`` of each is the branch's name."""
    return [
        Mark(summary.parent.step, summary.parent.epoch, summary.name, {})
        for summary in studio.trainings.summaries()
        if summary.parent is not None and Path(summary.parent.run).name == name
    ]


def _mark(parent: Parent, before: Config, after: Config) -> Mark:
    old, new = (plain_settings(one.set_values()) for one in (before, after))
    changes = {
        name: [old.get(name), new.get(name)]
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name) and name in CHANGED_BY_BRANCHES
    }
    return Mark(parent.step, parent.epoch, Path(parent.run).name, changes)
