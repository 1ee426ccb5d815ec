"""All that an exported page knows, as one JSON object."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pellucid._version import __version__
from pellucid.data import Table
from pellucid.data.kinds.image import ImageEncoder
from pellucid.data.table import Array
from pellucid.inspection.baseline import average_row, describe_baseline
from pellucid.inspection.members import member_of, members_of
from pellucid.model import TrainedModel
from pellucid.nn import Params
from pellucid.sharing.marks import Mark, marks_of
from pellucid.sharing.states import State, recorded_states
from pellucid.sharing.supported import answering, described_layers, fill_in, loss_of
from pellucid.studio.answers.models import description
from pellucid.studio.answers.testing import tested
from pellucid.studio.messages.examples import Example
from pellucid.studio.messages.model import ModelDescription
from pellucid.studio.messages.session import Opened
from pellucid.studio.messages.test import TargetTest, Test
from pellucid.studio.opened import OpenedModel
from pellucid.studio.pictures import pictured
from pellucid.studio.telling import tell_examples, words_read
from pellucid.studio.writing import to_json
from pellucid.tasks import Clustering

MOST_EXAMPLES = 60
_PLACES = {"source", "test", "run"}
# Of all examples' vectors together: 1 MB as they are.
_MOST_NUMBERS = 250_000


@dataclass(frozen=True)
class _Rows:
    """The rows in a page, one entry each.

    Attributes
    ----------
    examples
        As the studio tells them.
    vectors
        What the network receives.
    truths
        In the form of the loss: the number of a class, or a standardised number; None without one.
    words
        Those that are read of texts that are read word by word, by column.
    marks
        The features of all texts, by column.
    """

    examples: list[Example] = field(default_factory=list)
    vectors: list[str] = field(default_factory=list)
    truths: list[float] | None = None
    words: list[dict[str, list[str]]] = field(default_factory=list)
    marks: list[dict[str, list[Mark]]] = field(default_factory=list)


def contents(trained: TrainedModel, name: str, path: Path | None = None) -> bytes:
    """Return the contents of a page.

    Parameters
    ----------
    trained
        The model.
    name
        What it is called.
    path
        The run that it was learned in, whose recorded states are shown as well, and whose rows are
        opened. Without one, rows are those that the model keeps; where it keeps none, none.
    """
    is_run = path is not None and path.is_dir()
    model = OpenedModel(Opened("m1", name, "model"), trained, opens_data=is_run)
    part = model.usual_part()
    there = model.parts()
    keeps_rows = trained.examples is not None and part in there
    rows = _rows(model, part) if keeps_rows else _Rows()
    parts: dict[str, int] = {part: len(rows.examples)} if rows.examples else {}
    states = [] if path is None else recorded_states(path, trained)
    fields = fill_in(trained.encoding.encoders)
    return to_json(
        {
            "version": __version__,
            "description": _told(description(model), parts),
            "layers": described_layers(trained.network),
            "states": [_state(state) for state in states],
            "params": _packed(trained.params),
            "part": part,
            "test": _tested(model, part, rows.examples) if keeps_rows else None,
            **vars(rows),
            "loss": loss_of(trained.task),
            "baseline": {
                "vector": _base64(average_row(trained.encoding, trained.contract)),
                "told": describe_baseline(trained.encoding),
            },
            "unit": trained.contract.units.get(next(iter(trained.contract.targets), ""), ""),
            "member": _member(trained, name, parts),
            "fields": fields,
            "answering": answering(trained.task),
        }
    )


def _told(whole: ModelDescription, parts: dict[str, int]) -> ModelDescription:
    """Return what a page tells of a model: where its data lay is nobody's business."""
    settings = {name: value for name, value in whole.settings.items() if name not in _PLACES}
    return dataclasses.replace(whole, parts=parts, reasons={}, settings=settings, why_no_rows=None)


def _member(trained: TrainedModel, name: str, parts: dict[str, int]) -> ModelDescription | None:
    """Describe the first network of an ensemble; the others differ in their numbers alone."""
    if not members_of(trained):
        return None
    member = OpenedModel(Opened("m1.0", name, "model"), member_of(trained, 0), opens_data=False)
    return _told(description(member), parts)


def _rows(model: OpenedModel, part: Any) -> _Rows:
    """Return some rows with their pictures within them."""
    most = min(MOST_EXAMPLES, _MOST_NUMBERS // max(1, model.trained.encoding.in_features))
    table, _ = model.table(part).spread(max(1, most))
    encoding = model.trained.encoding
    encoded = model.encoded(table)
    truths = model.targets(table) if loss_of(model.trained.task) else None
    alone = [table.take(np.array([place])) for place in range(table.n_rows)]
    return _Rows(
        examples=_examples(model, part, table),
        vectors=[_base64(row) for row in encoded],
        truths=None if truths is None else np.asarray(truths).reshape(-1).tolist(),
        words=[words_read(encoding, one) for one in alone],
        marks=[marks_of(encoding, *pair) for pair in zip(alone, encoded, strict=True)],
    )


def _examples(model: OpenedModel, part: Any, table: Table) -> list[Example]:
    told = tell_examples(model, table, [f"{part}:{place}" for place in range(table.n_rows)])
    pictures = {
        column: pictured(encoder, table[column])
        for column, encoder in model.trained.encoding.encoders
        if isinstance(encoder, ImageEncoder)
    }
    whole = []
    for place, example in enumerate(told):
        media = {
            column: dataclasses.replace(example.media[column], url=urls[place], sound=None)
            for column, urls in pictures.items()
        }
        # What is seen needs no path, and paths tell of the person's disk.
        values = {**example.values, **dict.fromkeys(example.media)}
        whole.append(dataclasses.replace(example, media=media, values=values))
    return whole


def _tested(model: OpenedModel, part: Any, examples: Sequence[Example]) -> Test | None:
    """Return how well the rows of a part are answered; of single rows, only those in the page."""
    if model.trained.contract.windows is not None or isinstance(model.trained.task, Clustering):
        return None
    test = tested(model, part)
    return dataclasses.replace(
        test, targets=[_of_page(target, examples) for target in test.targets]
    )


def _of_page(target: TargetTest, examples: Sequence[Example]) -> TargetTest:
    """Keep counts as they are, and of numbers the errors of the page's own rows."""
    if target.residuals is None:
        return target
    pairs = [
        (place, example.truth[target.target], answer.prediction)
        for place, example in enumerate(examples)
        for answer in example.answers
        if answer.target == target.target and example.truth.get(target.target) is not None
    ]
    rows, truth, prediction = ([pair[column] for pair in pairs] for column in range(3))
    residuals = dataclasses.replace(target.residuals, rows=rows, truth=truth, prediction=prediction)
    return dataclasses.replace(target, residuals=residuals)


def _state(state: State) -> Mapping[str, Any]:
    return {"step": state.step, "params": _packed(state.params)}


def _packed(params: Params) -> dict[str, dict[str, Any]]:
    return {
        layer: {path: _array(np.asarray(array)) for path, array in own.items()}
        for layer, own in params.items()
    }


def _array(array: Array) -> dict[str, Any]:
    shape: Sequence[int] = array.shape
    return {"shape": list(shape), "numbers": _base64(array)}


def _base64(array: Array) -> str:
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()
