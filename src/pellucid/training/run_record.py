"""What is recorded of a run beside its settings: why they are so, its parent, who worked on it.

``run.json`` is written when a run begins, and again by every process that goes on with it. Without
it, as in runs of version 0.1.0, nothing of this is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pellucid.errors import ModelFileError

_FORMAT = 1


@dataclass(frozen=True)
class Parent:
    """The state that a run was branched from.

    Attributes
    ----------
    run
        The parent's folder, as the person named it.
    step, epoch
        How many steps it had done, and how many whole epochs.
    """

    run: str
    step: int
    epoch: int


@dataclass(frozen=True)
class Work:
    """What one process did on a run.

    Attributes
    ----------
    began
        When, as ``2026-11-27T09:30:00Z``.
    conditions
        What the last bits depend on (`pellucid.backend.conditions`).
    diverged
        Whether it left the finite numbers.
    """

    began: str
    conditions: Mapping[str, Any]
    diverged: bool = False


@dataclass(frozen=True)
class RunRecord:
    """Where a run comes from, and who worked on it.

    Attributes
    ----------
    parent
        What it was branched from; None for a run from the beginning.
    work
        The processes that worked on it, the first one first.
    reasons
        Why each setting that the person left open is as it is, by its name.
    data
        The hash of data that was given in memory; None of data from files.

    Examples
    --------
    >>> record = RunRecord().continued({"threads": 2})
    >>> RunRecord.from_json(record.to_json(), "run.json") == record
    True
    """

    parent: Parent | None = None
    work: tuple[Work, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    data: str | None = None

    @property
    def began(self) -> str | None:
        """When the run began, or None where that is not known."""
        return self.work[0].began if self.work else None

    @property
    def diverged(self) -> bool:
        """Whether the last process left the finite numbers."""
        return bool(self.work) and self.work[-1].diverged

    def continued(self, conditions: Mapping[str, Any]) -> RunRecord:
        """Return the record with one more process, which begins now."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return replace(self, work=(*self.work, Work(now, conditions)))

    def having_diverged(self) -> RunRecord:
        """Return the record, its last process having left the finite numbers."""
        *before, last = self.work
        return replace(self, work=(*before, replace(last, diverged=True)))

    def to_json(self) -> str:
        """Write it down."""
        told = {"format": _FORMAT, **asdict(self)}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str, where: str) -> RunRecord:
        """Read it back; raises ModelFileError, naming ``where``, for anything else."""
        try:
            told = json.loads(text)
            if told["format"] > _FORMAT:
                raise ModelFileError(
                    "The run's record was written by a newer version of pellucid.",
                    where=where,
                    remedy="take that version, or a newer one",
                )
            parent = None if told["parent"] is None else Parent(**told["parent"])
            work = tuple(Work(**one) for one in told["work"])
            return cls(parent, work, dict(told.get("reasons", {})), told.get("data"))
        except (ValueError, TypeError, KeyError) as error:
            if isinstance(error, ModelFileError):
                raise
            raise ModelFileError("The run's record is damaged.", where=where) from error
