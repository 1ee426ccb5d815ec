"""Texts in lines: a label and a sentence in each, without separators of columns."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.rows import count
from pellucid.data.sources.reading import short_name
from pellucid.data.table import Table
from pellucid.errors import DataError

# "DESC:manner How did …" (the questions of TREC) and "__label__spam Free entry …" (fastText).
TWO_LEVELS = r"^([A-Za-z][\w-]*):([A-Za-z][\w-]*) +(\S.*)$"
FASTTEXT = r"^__label__(\S+) +(\S.*)$"
FEWEST_LINES = 2
# Labels come again and again; names before a colon, as in a play or a log, need not.
LEAST_REPEATS = 5
MOST_NAMED = 5
# Where more lines than this have none, what others begin with is no label.
MOST_WITHOUT = 0.1
WORDS_OF_PROSE = 4
# What stands in most lines of prose, and in few tables.
SENTENCE = re.compile(r"[^\W\d_]{2,}[.!?…'’]?\s+[^\W\d_]{2,}\S*\s+[^\W\d_]{2,}")


def labelled_lines(path: Path, content: bytes, notes: list[str]) -> Dataset | None:
    """Read lines that begin with their label, or return None where they are something else.

    Two forms are known: ``CLASS:detail text``, whose first level is taken, and
    ``__label__CLASS text``.

    Raises
    ------
    DataError
        Where a few lines have no label.
    """
    head = content[:4096].lstrip()
    if not (head.startswith(b"__label__") or re.match(TWO_LEVELS.encode(), head.split(b"\n")[0])):
        return None
    lines = pl.Series(content.decode().splitlines()).str.strip_chars()
    lines = lines.filter(lines != "")
    if len(lines) < FEWEST_LINES:
        return None
    if head.startswith(b"__label__"):
        labels, texts = _groups(lines, FASTTEXT, 1, 2)
        if labels.null_count():
            raise _without_label(path, content, FASTTEXT, "__label__spam Free entry …")
        note = "Each line begins with its label (__label__…), taken for the column 'label'."
    else:
        labels, texts = _groups(lines, TWO_LEVELS, 1, 3)
        if labels.n_unique() * LEAST_REPEATS > len(lines):
            return None
        if labels.null_count() > MOST_WITHOUT * len(lines):
            return None
        if labels.null_count():
            raise _without_label(path, content, TWO_LEVELS, "DESC:manner How did …")
        details = lines.str.extract(TWO_LEVELS, 2)
        note = (
            f"Each line begins with its label in two levels; the first, of "
            f"{count(labels.n_unique(), 'class').replace('classs', 'classes')}, is the column "
            f"'label', and the second (such as {details[0]!r}) is left out."
        )
    table = Table({"text": texts, "label": labels})
    return Dataset(
        short_name(path),
        str(path),
        table,
        target="label",
        task="classification",
        notes=(*notes, note),
        kinds={"text": "text"},
    )


def _without_label(path: Path, content: bytes, pattern: str, example: str) -> DataError:
    """Word which lines have no label (made here, raised by the caller)."""
    lines = pl.Series(content.decode().splitlines()).str.strip_chars()
    found = ((lines != "") & ~lines.str.contains(pattern)).arg_true()
    numbers = ", ".join(f"{row + 1:,}" for row in found.head(MOST_NAMED).to_list())
    more = f" … and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
    return DataError(
        f"{count(len(found), 'line')} of it {'has' if len(found) == 1 else 'have'} no label, "
        "unlike the others.",
        where=f"{path}, line{'' if len(found) == 1 else 's'} {numbers}{more}",
        expected=f"a label in every line, such as {example!r}",
        remedy="add the label, or remove the line",
    )


def is_prose(lines: list[str], separator: str | None) -> bool:
    """Tell whether lines are running text, rather than rows of values.

    Parameters
    ----------
    lines
        The first lines of a file.
    separator
        What would divide them into values, or None where nothing does so evenly.
    """
    filled = [line.strip() for line in lines if line.strip()]
    if not filled or separator == "\t":
        return False
    widths = [line.count(separator) for line in filled] if separator else []
    if len(filled) > 1 and widths and len(set(widths)) == 1:
        # Two sentences may have a comma each by chance; more lines hardly do.
        spaced = all(line.count(f"{separator} ") == line.count(str(separator)) for line in filled)
        if len(filled) > 2 or not spaced:
            return False
    prose = sum(
        bool(SENTENCE.search(line)) and len(line.split()) >= WORDS_OF_PROSE for line in filled
    )
    return 2 * prose > len(filled)


def _groups(lines: pl.Series, pattern: str, label: int, text: int) -> tuple[pl.Series, pl.Series]:
    return (
        lines.str.extract(pattern, label).alias("label"),
        lines.str.extract(pattern, text).alias("text"),
    )
