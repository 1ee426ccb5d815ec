"""Several files that are one data set: parts for training and testing, or a class in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.encodings import decode_text
from pellucid.data.sources.reading import read_file, short_name
from pellucid.data.table import Table
from pellucid.errors import DataError, quote_list

PARTS = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "validation": "valid",
    "val": "valid",
    "dev": "valid",
    "test": "test",
    "testing": "test",
}
# "train.csv", "questions-test.txt", "GunPoint_TRAIN.ts"
PART_NAME = re.compile(rf"^(?P<stem>|.*[-_. ])(?P<part>{'|'.join(PARTS)})$", re.IGNORECASE)
# The endings of files that come in pairs, and may find their partner by name.
PAIRED = (".ts", ".tsv", ".txt", ".data", ".test")
MOST_ENDINGS = 20


def parts_of(files: Sequence[Path]) -> dict[str, Path] | None:
    """Return a folder's files by part, or None where none is called ``train``.

    Where several sets lie in the folder, none is chosen; where one lies there in several forms,
    it is the first form by name.
    """
    found: dict[tuple[str, str], dict[str, Path]] = {}
    for path in files:
        place = _place(path)
        if place is not None:
            stem, ending, part = place
            found.setdefault((stem, ending), {}).setdefault(part, path)
    with_train = {key: parts for key, parts in found.items() if "train" in parts}
    if len({stem for stem, _ in with_train}) != 1:
        return None
    return max(with_train.values(), key=len)


def open_parts(
    folder: Path, files: dict[str, Path], open_file: Callable[[Path], Dataset]
) -> Dataset:
    """Open the files of a data set's parts; a test part without the target is left out.

    Raises
    ------
    DataError
        Where a file cannot be read.
    """
    train = open_file(files["train"])
    notes = list(train.notes)
    tables: dict[str, Table] = {}
    for part in ("valid", "test"):
        if part not in files or (part == "test" and train.test is not None):
            continue
        opened = open_file(files[part])
        missing = [name for name in train.train if name not in opened.train]
        if missing:
            notes.append(
                f"{files[part].name} lacks {quote_list(missing, 5)}, which {files['train'].name} "
                "has, so nothing can be measured on it; it is left out."
            )
            continue
        tables[part] = opened.train
        notes += [f"{files[part].name}: {note}" for note in opened.notes if note not in notes]
    named = ", ".join(files[part].name for part in ("train", *tables))
    return replace(
        train,
        name=short_name(folder.resolve()),
        origin=f"{folder} ({named})",
        valid=tables.get("valid"),
        test=tables.get("test", train.test),
        notes=tuple(notes),
    )


def with_partner(path: Path, dataset: Dataset, open_alone: Callable[[Path], Dataset]) -> Dataset:
    """Add the test part that lies beside a training part by the same name, or the reverse.

    So ``GunPoint_TRAIN.ts`` and ``GunPoint_TEST.ts`` are one data set whichever is given, and
    ``adult.data`` finds ``adult.test``. Only forms that are published in pairs are looked for.
    """
    partner = _partner(path, dataset)
    if partner is None:
        return dataset
    other = open_alone(partner)
    train, test = (other, dataset) if _is_test(path) else (dataset, other)
    if set(train.train.names) != set(test.train.names):
        return dataset
    said = f"{partner.name} lies beside it and is its {'training' if test is dataset else 'test'}"
    others = [f"{partner.name}: {note}" for note in other.notes if note not in dataset.notes]
    notes = (f"{said} part.", *dataset.notes, *others)
    return replace(train, test=test.train, notes=notes)


def open_ending_classes(folder: Path, files: Sequence[Path]) -> Dataset | None:
    """Open files that differ only in their ending, which is the class of every line in them.

    So come ``rt-polarity.pos`` and ``rt-polarity.neg``. Returns None for a folder of other files.
    """
    by_stem: dict[str, list[Path]] = {}
    for path in files:
        ending = path.suffix[1:]
        if ending.isalpha() and ending.lower() not in ("txt", "csv", "tsv", "md", "json"):
            by_stem.setdefault(path.stem, []).append(path)
    groups = [paths for paths in by_stem.values() if 2 <= len(paths) <= MOST_ENDINGS]
    if len(groups) != 1:
        return None
    texts: list[pl.Series] = []
    labels: list[str] = []
    notes: list[str] = []
    try:
        for path in groups[0]:
            content, said = decode_text(path, read_file(path))
            lines = pl.Series("text", content.decode().split("\n")).str.strip_chars()
            lines = lines.filter(lines != "")
            texts.append(lines)
            labels += [path.suffix[1:]] * len(lines)
            notes += said
    except DataError:
        return None  # these are no texts
    classes = quote_list([path.name for path in groups[0]])
    notes.append(f"Every line of {classes} is a text, and the file's ending is its class.")
    table = Table({"text": pl.concat(texts), "label": pl.Series("label", labels)})
    return Dataset(
        short_name(folder.resolve()),
        str(folder),
        table,
        target="label",
        task="classification",
        notes=tuple(dict.fromkeys(notes)),
        kinds={"text": "text"},
    )


def _place(path: Path) -> tuple[str, str, str] | None:
    """Return what a file's name says: the data set, the ending, and the part."""
    name, dot, ending = path.name.partition(".")
    match = PART_NAME.match(name)
    if match is None or not dot:
        return None
    return match["stem"].lower(), ending.lower(), PARTS[match["part"].lower()]


def _is_test(path: Path) -> bool:
    place = _place(path)
    return path.suffix.lower() == ".test" if place is None else place[2] == "test"


def _partner(path: Path, dataset: Dataset) -> Path | None:
    if path.suffix.lower() not in PAIRED or dataset.test is not None:
        return None
    if path.suffix.lower() in (".data", ".test"):
        other = path.with_suffix(".test" if path.suffix.lower() == ".data" else ".data")
        return other if other.is_file() else None
    place = _place(path)
    if place is None or "series" not in dataset.kinds or place[2] == "valid":
        return None
    wanted = (place[0], place[1], "train" if place[2] == "test" else "test")
    try:
        beside = sorted(path.parent.iterdir())
    except OSError:
        return None
    return next((other for other in beside if _place(other) == wanted and other.is_file()), None)
