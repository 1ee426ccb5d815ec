"""A diagnosis: what is wrong with a training, by which numbers, and one thing to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from pellucid.data.finding import SEVERITIES, Severity
from pellucid.data.findings.evidence import drop_flags


@dataclass(frozen=True)
class Diagnosis:
    """One thing that is wrong with a training.

    Attributes
    ----------
    name
        The illness, a short name for programs that stays the same, such as ``"dead-units"``.
    severity
        ``"serious"``: the network is of no use, or its score misleads; ``"warning"``: it could be
        better; ``"note"``: good to know.
    text
        What is wrong, one sentence with its numbers.
    evidence
        The numbers, by name; JSON-ready.
    remedy
        The one thing to do, a sentence.
    settings
        The settings that do it, as keywords of ``pellucid.train``; empty where it is none.
    layers, columns
        The layers and the columns it is about.
    rows, n_rows
        The first twenty rows of the source that it is about, counted from 1, a header line not
        counted; and how many there are in all.
    epoch
        After which epoch it was seen; None: after the training.

    Examples
    --------
    >>> told = Diagnosis(
    ...     "learning-rate-too-low", "serious", "The weights hardly moved.",
    ...     {"update_ratio": 1e-7}, "Let a rate be measured.", {"learning_rate": "find"},
    ... )
    >>> told.advice
    'Let a rate be measured: --learning-rate find.'
    >>> Diagnosis.from_dict(told.to_dict()) == told
    True
    """

    name: str
    severity: Severity
    text: str
    evidence: Mapping[str, Any]
    remedy: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    n_rows: int = 0
    epoch: int | None = None

    @property
    def advice(self) -> str:
        """The remedy, with the flags that do it."""
        flags = " ".join(_flags(name, value) for name, value in self.settings.items())
        return f"{self.remedy.removesuffix('.')}: {flags}." if flags else self.remedy

    @property
    def sentence(self) -> str:
        """The text, and what to do."""
        return f"{self.text} {self.advice}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready data, with ``advice``."""
        plain = asdict(self) | {"advice": self.advice}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in plain.items()}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again from what `to_dict` returned."""
        given = {name: value for name, value in saved.items() if name != "advice"}
        lists = {name: tuple(given[name]) for name in ("layers", "columns", "rows")}
        return cls(**{**given, **lists})


def by_severity(diagnoses: list[Diagnosis]) -> list[Diagnosis]:
    """Return the most serious first, otherwise as they came."""
    return sorted(diagnoses, key=lambda one: SEVERITIES.index(one.severity))


def _flags(name: str, value: Any) -> str:
    """Write a setting as on the command line.

    Examples
    --------
    >>> _flags("hidden", [64, 64]), _flags("drop", ["a", "b c"]), _flags("dropout", 0.3)
    ('--hidden 64,64', '--drop a --drop "b c"', '--dropout 0.3')
    """
    flag = f"--{name.replace('_', '-')}"
    if name == "drop":
        return drop_flags(*value)
    if isinstance(value, list | tuple):
        return f"{flag} {','.join(map(str, value))}"
    return f"{flag} {value:.3g}" if isinstance(value, float) else f"{flag} {value}"
