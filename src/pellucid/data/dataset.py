"""What a source yields: tables, and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass

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
        The target that the source itself names, or None.
    task
        ``"classification"``, ``"regression"``, or None where the source does not say.
    notes
        What a person must be told about this data.
    unit
        The target's unit, where it is known.
    """

    name: str
    origin: str
    train: Table
    valid: Table | None = None
    test: Table | None = None
    target: str | None = None
    task: str | None = None
    notes: tuple[str, ...] = ()
    unit: str | None = None
