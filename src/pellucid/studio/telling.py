"""Rows and numbers put into messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote as in_url

import numpy as np
import polars as pl

from pellucid.data import Table, Values
from pellucid.data.encoding import InputEncoding
from pellucid.data.kinds.image import ImageEncoder
from pellucid.data.kinds.sound import SoundEncoder
from pellucid.data.kinds.word_sequence import WordSequenceEncoder
from pellucid.data.table import Array
from pellucid.inspection.values import as_plain
from pellucid.studio.frames import strongest, to_int8
from pellucid.studio.messages.examples import Answer, Example, Media, Probability
from pellucid.studio.messages.tracing import Summary
from pellucid.studio.opened import OpenedModel
from pellucid.studio.pictures import pictured
from pellucid.studio.sounds import can_be_heard
from pellucid.tasks import Classification, Clustering, Forecasting, MultiLabel, Task

MOST_EXACT, MOST_IN_STRIP = 1024, 256
# A longer list of numbers is not read by anybody; a longer text is cut.
MOST_NUMBERS, MOST_LETTERS = 4096, 20_000
_MOST_PIXELS_WITHIN = 64 * 64


def tell_examples(
    model: OpenedModel, table: Table, ids: Sequence[str], outputs: Array | None = None
) -> list[Example]:
    """Return rows with the network's answers.

    Parameters
    ----------
    model
        The model.
    table
        The rows, in the form that the model's encoding takes.
    ids
        Their ids.
    outputs
        The network's outputs for them, (n, out_features), where they are known; computed else.
    """
    if outputs is None:
        outputs = model.outputs(table)
    answers = _answers(model, table, outputs)
    kinds = {column.name: column.kind for column in model.trained.contract.inputs}
    targets = [name for name in model.trained.contract.targets if name in table]
    media = _media(model, table, ids)
    told = []
    for place, id_ in enumerate(ids):
        truth = {name: value_at(table[name], place) for name in targets}
        told.append(
            Example(
                id=id_,
                values={
                    name: _course_at(table[name], place)
                    if kind == "series"
                    else value_at(table[name], place)
                    for name, kind in kinds.items()
                    if name in table
                },
                media=media[place],
                truth=truth,
                answers=answers[place],
                correct=_correct(model, answers[place], truth),
            )
        )
    return told


def words_read(encoding: InputEncoding, table: Table) -> dict[str, list[str]]:
    """Return the words that a network reads of one row's texts, by column.

    Only of texts that are read word by word, as many as are read; empty for a missing one.
    """
    return {
        column: [
            word if word in encoder.numbered else f"{word} (unknown)"
            for word in encoder.words_of(table[column])
        ]
        for column, encoder in encoding.encoders
        if isinstance(encoder, WordSequenceEncoder) and column in table
    }


def value_at(values: Values, place: int) -> Any:
    """Return one value as the person knows it; None for many numbers, which are seen instead."""
    if isinstance(values, np.ndarray):
        one = values[place]
        return as_plain(one) if one.size <= MOST_NUMBERS and one.ndim == 1 else None
    value = values[place]
    if isinstance(value, str):
        return value[:MOST_LETTERS]
    if isinstance(value, pl.Series):
        return as_plain(value) if len(value) <= MOST_NUMBERS else None
    return as_plain(value)


def _course_at(values: Values, place: int) -> Any:
    """Return a series: a number for each step, or one for each of its channels."""
    if isinstance(values, np.ndarray) and values[place].size <= MOST_NUMBERS:
        return as_plain(values[place])
    return value_at(values, place)


def _answers(model: OpenedModel, table: Table, outputs: Array) -> list[list[Answer]]:
    """Return each row's answers, one for each target."""
    trained = model.trained
    # A forecast's answers begin at the last values known, which the outputs do not say.
    is_whole = trained.contract.windows is None
    frame = trained.task.decode(outputs) if is_whole else trained.predict(table)
    names = trained.contract.targets or ("cluster",)
    if isinstance(trained.task, Clustering):
        names = ("cluster",)
    columns = [name for name in frame.columns if name.startswith("prediction")]
    a_row = frame.height // max(1, table.n_rows)  # a forecast answers several steps
    shares = [shares_of(part, own) for _, part, own, _ in trained.task.apart(outputs, None)]
    found: list[list[Answer]] = [[] for _ in range(table.n_rows)]
    for position, name in enumerate(names):
        values = as_plain(frame[columns[position]])
        labels, numbers = shares[position] if position < len(shares) else ([], None)
        for place in range(table.n_rows):
            own = values[place * a_row : (place + 1) * a_row]
            each = [] if numbers is None else numbers[place].tolist()
            probabilities = [Probability(la, p) for la, p in zip(labels, each, strict=True)]
            several = isinstance(trained.task, Forecasting)
            found[place].append(Answer(name, own if several else own[0], probabilities))
    return found


def shares_of(task: Task, outputs: Array) -> tuple[list[str], Array | None]:
    """Return what a task's probabilities are of, and these, (n, labels); none for numbers."""
    if isinstance(task, Classification):
        return [str(label) for label in task.target.classes], task.probabilities(outputs)
    if isinstance(task, MultiLabel):
        return [str(label) for label in task.target.labels], task.probabilities(outputs)
    if isinstance(task, Clustering):
        return task.output_names, task.probabilities(outputs)
    return [], None


def _correct(model: OpenedModel, answers: list[Answer], truth: dict[str, Any]) -> dict[str, bool]:
    """Tell which answers are right, of those that can be: classes and sets of labels."""
    task = model.trained.task
    if isinstance(task, Clustering):
        return {}
    return {
        answer.target: _same(answer.prediction, truth[answer.target])
        for answer in answers
        if answer.probabilities and truth.get(answer.target) is not None
    }


def _same(prediction: Any, truth: Any) -> bool:
    if isinstance(prediction, list) and isinstance(truth, list):
        return set(prediction) == set(truth)
    return bool(prediction == truth) or str(prediction) == str(truth)


def _media(model: OpenedModel, table: Table, ids: Sequence[str]) -> list[dict[str, Media]]:
    """Tell where each row's pictures are; small ones are told whole."""
    found: list[dict[str, Media]] = [{} for _ in ids]
    for column, encoder in model.trained.encoding.encoders:
        if not isinstance(encoder, ImageEncoder | SoundEncoder):
            continue
        is_image = isinstance(encoder, ImageEncoder)
        rows, columns = encoder.grid[:2]
        is_small = rows * columns <= _MOST_PIXELS_WITHIN
        whole = pictured(encoder, table[column]) if is_small and ids else []
        for place, id_ in enumerate(ids):
            way = f"/api/models/{model.opened.id}/"
            which = f"?example={in_url(id_, safe=':')}&column={in_url(column, safe='')}"
            found[place][column] = Media(
                url=whole[place] if whole else f"{way}picture{which}",
                kind="image" if is_image else "spectrogram",
                # Time runs to the right, pitch up.
                height=rows if is_image else columns,
                width=columns if is_image else rows,
                sound=f"{way}sound{which}" if can_be_heard(model, id_, column) else None,
            )
    return found


def summarise(numbers: Array) -> Summary:
    """Return an array of numbers in short.

    Examples
    --------
    >>> summarise(np.array([1.0, 0.0, -3.0])).values
    [1.0, 0.0, -3.0]
    """
    flat = np.asarray(numbers, np.float64).ravel()
    strip, scale = None, 1.0
    if flat.size > MOST_EXACT:
        each = -(-flat.size // MOST_IN_STRIP)
        strip, scale = to_int8(strongest(flat, (each,)))
    return Summary(
        shape=list(numbers.shape),
        values=flat.tolist() if strip is None else None,
        strip=None if strip is None else strip.tolist(),
        scale=scale,
        lowest=float(flat.min(initial=np.inf)),
        highest=float(flat.max(initial=-np.inf)),
        mean=float(flat.mean()) if flat.size else 0.0,
        zeros=float((flat == 0).mean()) if flat.size else 0.0,
    )


def plain_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings as JSON holds them."""
    plain: dict[str, Any] = json.loads(json.dumps(settings, default=str))
    return plain
