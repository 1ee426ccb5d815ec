"""What an illness is, and the registry of those that are known.

A new one is a class under `register` in one of the files of this folder, an example of it in
`tests/training/diagnosis/examples.py` and a row in `docs/diagnosis.md`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, TypeVar

from pellucid.training.diagnosis.case import Case
from pellucid.training.diagnosis.diagnosis import Diagnosis, by_severity


class Illness(ABC):
    """Something that can be wrong with a training."""

    name: ClassVar[str]
    """What it is called, as `Diagnosis.name`."""

    is_seen_early: ClassVar[bool] = False
    """Whether its course alone shows it, so that it can be told while a training goes on."""

    causes: ClassVar[tuple[str, ...]] = ()
    """Illnesses of which this one is a consequence: where one of them is found, it is not told."""

    @abstractmethod
    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Yield what is found; nothing unless it is sure."""


ILLNESSES: dict[str, Illness] = {}
"""All illnesses by name."""

IllnessType = TypeVar("IllnessType", bound=type[Illness])


def register(illness_type: IllnessType) -> IllnessType:
    """Enter an illness into `ILLNESSES`; a class decorator."""
    ILLNESSES[illness_type.name] = illness_type()
    return illness_type


def diagnose(case: Case) -> list[Diagnosis]:
    """Return what is wrong with a training, the most serious first.

    Of a training that still goes on only what is seen early. A consequence is left out where its
    cause is found: there is one message, and one thing to do.
    """
    found = [
        diagnosis
        for illness in ILLNESSES.values()
        if illness.is_seen_early or case.examination is not None
        for diagnosis in illness.find(case)
    ]
    names = {diagnosis.name for diagnosis in found}
    return by_severity([one for one in found if names.isdisjoint(ILLNESSES[one.name].causes)])
