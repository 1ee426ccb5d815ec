"""Time series in ``.ts`` files, the form of the UEA and UCR archives and of sktime and aeon.

A head of lines such as ``@univariate true`` and ``@classLabel true walking running`` is followed
by ``@data`` and a line for each example: channels are separated by colons, values by commas, ``?``
and ``NaN`` are missing, and the class or target comes last (Bagnall et al., "The UEA multivariate
time series classification archive", 2018).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.rows import count
from pellucid.data.sources.encodings import decode_text
from pellucid.data.sources.packed import read_text_file
from pellucid.data.sources.reading import short_name
from pellucid.data.sources.series_columns import series_column
from pellucid.data.table import Table
from pellucid.data.text_columns import type_text
from pellucid.errors import DataError

REMARKS = ("#", "%")
EXPECTED = "lines such as '@classLabel true 1 2', then @data, then one series a line"
# A value with its time, "(2007-01-01 00:00:00,241.97)", and where one channel of them ends.
STAMPED = re.compile(r"\(\s*([^()]*?)\s*,\s*([^(),]*?)\s*\)")
STAMPED_END = re.compile(r"(?<=\))\s*:")


@dataclass
class _Head:
    """What the lines above ``@data`` say, and how many lines they are."""

    entries: dict[str, list[str]] = field(default_factory=dict)
    n_lines: int = 0

    def says(self, name: str) -> bool:
        return self.entries.get(name, ["false"])[:1] == ["true"]

    @property
    def classes(self) -> list[str]:
        return self.entries.get("classlabel", [])[1:]

    @property
    def has_target(self) -> bool:
        return self.says("classlabel") or self.says("targetlabel")


def open_ts(path: Path) -> Dataset:
    """Open a ``.ts`` file: the column ``series``, and ``label`` where the file has one.

    Times are passed over: the order of the values is taken, with a note.

    Raises
    ------
    DataError
        Where the file is no such file, or a line has too few or too many channels, no class, or
        something that is no number.
    """
    content, notes = decode_text(path, read_text_file(path))
    lines = content.decode().splitlines()
    head = _head(path, lines)
    rows: list[list[list[float]]] = []
    labels: list[str] = []
    n_channels = None
    for number, line in enumerate(lines[head.n_lines :], start=head.n_lines + 1):
        text = line.strip()
        if not text or text.startswith(REMARKS):
            continue
        place = f"{path}, line {number:,}"
        *channels, last = _parts(text, head, place)
        if head.has_target:
            labels.append(last)
        else:
            channels.append(last)
        n_channels = n_channels or len(channels)
        if len(channels) != n_channels or not channels:
            raise DataError(
                f"A series has {count(len(channels), 'channel')}, the first one has {n_channels}.",
                where=place,
                expected="the same number of channels in every line"
                + (", and the class after the last colon" if head.has_target else ""),
                remedy="correct this line, or remove it",
            )
        rows.append([_numbers(channel, head, place) for channel in channels])
    if not rows:
        raise DataError(
            "The file has no series below @data.",
            where=str(path),
            expected="at least one line of values",
            remedy="give a file with data in it",
        )
    if head.says("timestamps"):
        notes.append("The times in it are passed over: only the order of the values counts.")
    _note_differences(head, rows, labels, notes)
    table = Table({"series": series_column(rows)})
    target = task = None
    if head.has_target:
        task = "classification" if head.says("classlabel") else "regression"
        target = "label"
        table = table.with_column(target, type_text(pl.Series(labels, dtype=pl.String)))
    return Dataset(
        short_name(path),
        str(path),
        table,
        target=target,
        task=task,
        notes=tuple(notes),
        kinds={"series": "series"},
    )


def _head(path: Path, lines: list[str]) -> _Head:
    head = _Head()
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith(REMARKS):
            continue
        name, *values = text.split()
        if name.lower() == "@data":
            head.n_lines = number
            return head
        if not name.startswith("@"):
            break
        first = [value.lower() for value in values[:1]]
        head.entries[name[1:].lower()] = first + values[1:]
    raise DataError(
        "The file has no line '@data', so it is no file of time series.",
        where=str(path),
        expected=EXPECTED,
        remedy="fetch the file again, or give it the ending of its real kind",
    )


def _parts(text: str, head: _Head, place: str) -> list[str]:
    """Divide a line into its channels and, last, its class or target."""
    parts = STAMPED_END.split(text) if head.says("timestamps") else text.split(":")
    parts = [part.strip() for part in parts]
    if head.has_target and (len(parts) < 2 or not parts[-1]):
        raise DataError(
            "A series has no class after its last colon.",
            where=place,
            expected="the values, a colon, and the class, as the head of the file announces",
            remedy="add the class, or remove the line",
        )
    return parts


def _numbers(channel: str, head: _Head, place: str) -> list[float]:
    if head.says("timestamps"):
        cells = [value for _, value in STAMPED.findall(channel)]
    else:
        cells = channel.split(",") if channel else []
    try:
        return [float("nan") if (c := cell.strip()) in ("?", "") else float(c) for cell in cells]
    except ValueError as error:
        wrong = str(error).rpartition(": ")[2]
        raise DataError(
            f"A series holds {wrong}, which is no number.",
            where=place,
            expected="numbers separated by commas, ? where one is missing",
            remedy="correct this line",
        ) from error


def _note_differences(
    head: _Head, rows: list[list[list[float]]], labels: list[str], notes: list[str]
) -> None:
    """Say where the lines are otherwise than the head announces."""
    lengths = {len(channel) for row in rows for channel in row}
    if head.says("equallength") and len(lengths) > 1:
        notes.append(
            f"Its head announces series of one length; they have {min(lengths):,} to "
            f"{max(lengths):,} values."
        )
    n_channels = len(rows[0])
    announced = next(iter(head.entries.get("dimensions", [])), "")
    if announced.isdecimal() and int(announced) != n_channels:
        notes.append(f"Its head announces {announced} channels; its series have {n_channels:,}.")
    strange = sorted(set(labels) - set(head.classes)) if head.classes else []
    if strange:
        n_strange = sum(label in strange for label in labels)
        notes.append(
            f"{count(n_strange, 'line')} of it has a class that its head does not announce: "
            f"{', '.join(map(repr, strange[:5]))}."
        )
