"""The files that the tests of bad input lie among, and how a command ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

QUICK = ("--hidden", "4", "--epochs", "2", "--quiet")
N = 60


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


Call = Callable[..., Ended]


def numbers(seed: int) -> list[str]:
    """Return 60 numbers as a CSV file would hold them."""
    return [f"{value:.3f}" for value in np.random.default_rng(seed).normal(size=N)]


def csv(header: str, *columns: list[str]) -> str:
    """Return the text of a CSV file."""
    return "\n".join([header, *map(",".join, zip(*columns, strict=True))]) + "\n"


def with_row_7(value: str, seed: int = 2) -> list[str]:
    """Return numbers, but for the seventh row."""
    column = numbers(seed)
    column[6] = value
    return column


A, B = numbers(0), numbers(1)
LABELS = ["uv"[row % 2] for row in range(N)]
GOOD = csv("a,b,y", A, B, LABELS)
FILES: dict[str, str | bytes] = {
    "good.csv": GOOD,
    "reordered.csv": csv("y,b,a", LABELS, B, A),
    "without_a.csv": csv("b,y", B, LABELS),
    "three_classes.csv": csv("a,b,y", A, B, ["uvw"[row % 3] for row in range(N)]),
    "empty.csv": "",
    "header_only.csv": "a,b,y\n",
    "one_row.csv": "a,b,y\n1,2,u\n",
    "constant.csv": csv("a,b,y", A, B, ["u"] * N),
    "all_missing.csv": csv("a,b,y", A, [""] * N, LABELS),
    "infinite.csv": csv("a,b,y", A, with_row_7("inf"), LABELS),
    "text.csv": csv("a,b,y", A, with_row_7("oops"), LABELS),
    "target_text.csv": csv("a,b,y", A, B, with_row_7("oops")),
    "target_nan.csv": csv("a,b,y", A, B, ["NaN"] * N),
    "target_gaps.csv": csv(
        "a,b,y", A, B, ["" if row in {3, 9} else "uv"[row % 2] for row in range(N)]
    ),
    "huge.csv": csv("a,b,y", A, with_row_7("1e300"), LABELS),
    "huge_target.csv": csv("a,b,y", A, B, [f"{value}e300" for value in numbers(3)]),
    "doubled.csv": csv("a,a,y", A, B, LABELS),
    "ragged.csv": GOOD + "1,2,3,4,5\n",
    "binary.csv": b"\x7fELF\0\0\1\2" * 200,
    "noise.csv": np.random.default_rng(5).bytes(3000),
    "damaged.npz": b"PK\x03\x04 and nothing more",
    "not_yaml.yaml": "epochs: [1\n x: {",
    "a_word.yaml": "hello",
    "binary.yaml": b"\xff\xfe\0\1",
    "unknown.yaml": "source: good.csv\nepoch: 3\n",
    "negative.yaml": "source: good.csv\nepochs: -3\n",
}


def write_files(folder: Path) -> None:
    """Write everything that can go wrong into a folder."""
    for name, content in FILES.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    objects = np.array([[1, "a"]] * 5, dtype=object)
    np.savez(folder / "objects.npz", X=objects, y=np.arange(5))
    (folder / "no_data").mkdir()
    (folder / "no_data" / "readme.md").write_text("hello")
    (folder / "nothing").mkdir()


def contents(folder: Path) -> dict[str, bytes | None]:
    """Return every file below a folder; an empty runs folder does not count."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }
    if not any(name.startswith("runs/") for name in found):
        found.pop("runs", None)
    return found
