"""What a source yields: tables, and what is known about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pellucid.data.table import Table


@dataclass(frozen=True)
class Dataset:
    """Tables with their origin; what every source is turned into.

    Attributes
    ----------
    name
        A short name that is good for a folder: ``"digits"``, ``"titanic"``.
    origin
        Where the data came from, for people: a path, an address, "embedded in scikit-learn".
    train
        The training rows; everything, if the source is not split.
    valid, test
        The source's own validation and test rows, or None.
    target
        The target that the source itself names, or several of them, or None.
    task
        ``"classification"``, ``"regression"``, or None where the source does not say.
    notes
        What a person must be told about this data.
    unit
        The target's unit, where it is known.
    kinds
        Kinds of columns that the source itself knows, by column, such as ``{"image": "image"}``
        for a folder of pictures; the person's own choice overrules them.
    identifiers
        Columns that only say which row it is, such as the id of a series, each with the reason:
        they are no inputs, and stand beside the answers.
    gathering
        Where time series were spread over lines or columns: how they were gathered
        (`pellucid.data.sources.gathering.Gathering`), as plain data; otherwise None.
    """

    name: str
    origin: str
    train: Table
    valid: Table | None = None
    test: Table | None = None
    target: str | tuple[str, ...] | None = None
    task: str | None = None
    notes: tuple[str, ...] = ()
    unit: str | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    identifiers: Mapping[str, str] = field(default_factory=dict)
    gathering: dict[str, Any] | None = None
