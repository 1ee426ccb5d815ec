"""What can be learned from, and what a training would make of it."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from pellucid import memory
from pellucid.data import Contract, Dataset, InputEncoding, Table
from pellucid.data.contract import ColumnContract
from pellucid.data.encoding import Block
from pellucid.data.kinds import KINDS
from pellucid.data.target_inference import UNDECIDED
from pellucid.data.vectors import RowVector, VectorPart
from pellucid.errors import SettingError
from pellucid.studio.asked import Asked
from pellucid.studio.messages.data import (
    Candidate,
    Column,
    Data,
    DataRequest,
    Found,
    PartOfRows,
    Piece,
    Share,
    Sources,
)
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio
from pellucid.studio.telling import value_at
from pellucid.studio.uploads import MOST_BYTES, endings, shown_name
from pellucid.training.config import Config
from pellucid.training.looking import look
from pellucid.training.preparation import Divided, divide

_MOST_NUMBERS = 64
_MOST_PIXELS = 64 * 64 * 3
_MOST_SHARES = 40
_MOST_PIECES = 400


def sources(studio: Studio, asked: Asked) -> Sources:
    """Answer ``GET /api/sources``."""
    asked.query.only()
    return Sources(studio.sources.listed(), endings(), MOST_BYTES)


def data(studio: Studio, asked: Asked) -> Data:
    """Answer ``POST /api/data``."""
    asked.query.only()
    question = read(DataRequest, asked.body)
    config = Config.make(**chosen(studio, question.source, question.settings))
    with memory.limited_to(config.memory):
        return _data(question, config)


def chosen(studio: Studio, source: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with the source that an id means.

    Raises
    ------
    RefusedError
        Where there is no such source.
    SettingError
        For a setting that would open a file.
    """
    for name in ("source", "test"):
        if name in settings:
            raise SettingError(f"{name} cannot be chosen here.", remedy="choose a source by its id")
    return {"source": studio.sources.place(source), **settings}


def _data(question: DataRequest, config: Config) -> Data:
    dataset, contract = look(config)
    divided: Divided | None = None
    if contract.task != UNDECIDED and contract.targets:
        divided = divide(config, dataset, contract, _say_nothing)
        contract = divided.contract
    encoding = InputEncoding.fit(dataset.train, contract) if divided is None else divided.encoding
    row = min(question.row, dataset.train.n_rows - 1)
    return Data(
        source=question.source,
        name=shown_name(dataset.name),
        origin=dataset.origin,
        notes=list(dataset.notes),
        n_rows=contract.n_rows,
        n_features=encoding.in_features,
        targets=list(contract.targets),
        task=contract.task,
        task_reason=contract.task_reason,
        candidates=[Candidate(one.column, one.task, one.reason) for one in contract.candidates],
        columns=[_column(column, dataset.origin) for column in contract.columns],
        findings=[_found(asdict(finding)) for finding in contract.findings],
        parts=_parts(dataset, divided),
        balance=_balance(contract, divided),
        kinds=list(KINDS),
        row=row,
        pieces=_pieces(encoding, dataset.train, row),
    )


def _column(column: ColumnContract, origin: str) -> Column:
    """Return a column; files of a folder are called by their path in it."""
    details, spread = column.details, column.distribution
    return Column(
        name=column.name,
        role=column.role,
        kind=column.kind,
        reason=column.reason,
        alternative=column.alternative,
        alternative_reason=column.alternative_reason,
        n_missing=column.n_missing,
        n_distinct=column.n_distinct,
        examples=[_below(example, origin) for example in column.examples[:5]],
        lowest=_number(details.get("minimum")),
        highest=_number(details.get("maximum")),
        mean=_number(spread.get("mean")),
        deviation=_number(spread.get("deviation")),
        histogram=list(column.histogram),
    )


def _below(example: Any, origin: str) -> Any:
    return example.removeprefix(f"{origin}{os.sep}") if isinstance(example, str) else example


def _found(finding: dict[str, Any]) -> Found:
    return Found(**{**finding, "columns": list(finding["columns"]), "rows": list(finding["rows"])})


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _parts(dataset: Dataset, divided: Divided | None) -> list[PartOfRows]:
    if divided is None:
        return [PartOfRows("train", dataset.train.n_rows, "no target is named yet")]
    parts = divided.parts
    held_out = "held out, to be tested on" if divided.test_fraction else "the data's own test part"
    return [
        PartOfRows("train", parts.train.n_rows, "learned from"),
        *_part("validation", parts.validation, divided.validation_reason),
        *_part("test", parts.test, held_out),
    ]


def _part(name: Any, table: Table | None, reason: str) -> list[PartOfRows]:
    return [] if table is None else [PartOfRows(name, table.n_rows, reason)]


def _balance(contract: Contract, divided: Divided | None) -> list[Share]:
    """Return how often each class comes among the rows that are learned from."""
    column = contract.target_column
    if divided is None or column is None or column.kind != "category":
        return []
    values = divided.parts.train[column.name]
    counted = pl.Series("value", values).cast(pl.String).value_counts(sort=True)
    rows = counted.head(_MOST_SHARES).rows()
    return [Share("missing" if value is None else str(value), int(n)) for value, n in rows]


def _pieces(encoding: InputEncoding, table: Table, row: int) -> list[Piece]:
    vector = RowVector.of(encoding, table, row + 1)
    pairs = zip(vector.parts[:_MOST_PIECES], encoding.blocks, strict=False)
    return [_piece(part, block, table, row) for part, block in pairs]


def _piece(part: VectorPart, block: Block, table: Table, row: int) -> Piece:
    is_image = part.kind == "image" and len(part.numbers) <= _MOST_PIXELS
    return Piece(
        column=part.column,
        kind=part.kind,
        value=value_at(table[part.column], row),
        names=list(part.names[:_MOST_NUMBERS]),
        numbers=part.numbers[:_MOST_NUMBERS].tolist(),
        n_numbers=len(part.numbers),
        shape=list(block.shape),
        picture=_picture(part) if is_image else None,
    )


def _picture(part: VectorPart) -> list[float]:
    """Return an image's numbers between 0 and 1, as they lie in the vector."""
    numbers = np.asarray(part.numbers, np.float64)
    low, high = float(numbers.min()), float(numbers.max())
    scaled: list[float] = ((numbers - low) / ((high - low) or 1.0)).round(4).tolist()
    return scaled


def _say_nothing(text: str, warning: bool) -> None:
    """Hear what a division says; the contract holds it."""
