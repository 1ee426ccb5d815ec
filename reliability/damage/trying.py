"""Many damaged files, one after the other, and what became of them."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from reliability.damage.bases import Base, all_bases
from reliability.damage.trial import Outcome, watch
from reliability.damage.ways import damaged


@dataclass
class Tally:
    """What became of many files."""

    verdicts: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0.0
    most_bytes: int = 0
    failures: list[dict[str, object]] = field(default_factory=list)

    def note(self, number: int, base: Base, way: str, outcome: Outcome) -> None:
        """Count one more file."""
        self.verdicts[outcome.verdict] += 1
        self.ways[f"{base.kind}, {way}"] += 1
        self.slowest_seconds = max(self.slowest_seconds, outcome.seconds)
        self.most_bytes = max(self.most_bytes, outcome.extra_bytes)
        if not outcome.is_good:
            told = {"number": number, "base": base.name, "way": way, **vars(outcome)}
            self.failures.append(told)

    def add(self, other: Tally) -> None:
        """Count what another one counted."""
        self.verdicts += other.verdicts
        self.ways += other.ways
        self.slowest_seconds = max(self.slowest_seconds, other.slowest_seconds)
        self.most_bytes = max(self.most_bytes, other.most_bytes)
        self.failures += other.failures


def try_files(numbers: range, seed: int, kept: Path) -> Tally:
    """Make the damaged files of these numbers one after the other, and load each."""
    tally = Tally()
    folder, bases = _prepared()
    for number in numbers:
        base = bases[number % len(bases)]
        way, content = damaged(base.kind, base.content, f"{seed}, {number}")
        path = folder / base.file_name
        path.write_bytes(content)
        outcome = watch(base.load, path)
        tally.note(number, base, way, outcome)
        if outcome.is_good:
            path.unlink()
        else:
            path.replace(kept / f"{number}-{base.file_name}")
    return tally


@cache
def _prepared() -> tuple[Path, list[Base]]:
    """Return a folder and the bases, once for a process; each was loaded before, as it is whole."""
    folder = Path(tempfile.mkdtemp(prefix="pellucid-damage-"))
    bases = all_bases(folder)
    for base in bases:
        path = folder / base.file_name
        path.write_bytes(base.content)
        if base.load(path) is None:
            raise RuntimeError(f"{base.name} cannot be loaded although it is whole")
        path.unlink()
    return folder, bases
