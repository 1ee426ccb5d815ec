"""What programs and people leave around and between the rows of a text table.

A mark of the end, remarks above the names, the names again where files were put together, a
separator after every line's last value: none of it is data, and none of it is passed over unsaid.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pellucid.data import parsing
from pellucid.data.rows import count
from pellucid.errors import DataError

MARK = b"\xef\xbb\xbf"
# With fewer rows, first values that count them may be values like others.
FEWEST_NAMED = 5
# Excel's own way of naming the separator, in a first line.
NAMED = re.compile(rb"(?i)sep=([,;\t|])\r?\n")


def tidied(path: Path, content: bytes) -> bytes:
    """Return a text file's content without what surrounds its lines, ending in a line break.

    Parameters
    ----------
    path
        The file, for messages.
    content
        Its text in UTF-8.

    Raises
    ------
    DataError
        Where nothing is left.
    """
    # A mark within the text stands where files were put together; it has neither width nor meaning.
    if MARK in content:
        content = content.replace(MARK, b"")
    # Old Macintosh files end their lines with a carriage return alone.
    if b"\n" not in content and b"\r" in content:
        content = content.replace(b"\r", b"\n")
    content = content.removesuffix(b"\x1a")  # what DOS put at the end of a text
    if not content.strip():
        raise DataError(
            "The file is empty.",
            where=str(path),
            expected="a header and rows",
            remedy="give a file with data in it",
        )
    return content.rstrip(b"\r\n") + b"\n"


def without_remarks(content: bytes, mark: bytes, notes: list[str]) -> bytes:
    """Leave out the lines at the start that begin with a mark and are no names of columns.

    Parameters
    ----------
    content
        The file's text.
    mark
        ``b"|"`` in C4.5's form of data, ``b"#"`` elsewhere: there a last line that is divided as
        the rows are holds the names, as NumPy writes them.
    notes
        Is told how many lines were passed over.
    """
    start = lines = last = 0
    while content.startswith(mark, start):
        last, start = start, content.find(b"\n", start) + 1
        lines += 1
    if not start or not content[start:].strip():
        return content
    if mark == b"#":
        header, row = (_line_at(content, position) for position in (last, start))
        separator = max(b",;\t|", key=lambda sign: row.count(bytes([sign])))
        n = row.count(bytes([separator]))
        if not n:
            return content  # a column of texts that begin so
        if header.count(bytes([separator])) == n:
            lines -= 1
            # "# a,b" names a and b; "#a,b" and "#,b" name #a and #.
            named = header[1:].lstrip() if header[1:2].isspace() else header
            start -= len(named) + 1
    if lines:
        notes.append(
            f"It begins with {count(lines, 'line')} of remarks ({mark.decode()}…), passed over."
        )
    return content[start:]


def named_separator(content: bytes) -> tuple[bytes, str | None]:
    """Return the content below a line such as ``sep=;``, and the separator it names, if any."""
    found = NAMED.match(content)
    if found is None or found.end() == len(content):
        return content, None
    return content[found.end() :], found[1].decode()


def without_blank_rows(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """Leave out the rows that hold nothing, and note how many."""
    if frame.width < 2:
        return frame
    rest = pl.all_horizontal(pl.nth(range(1, frame.width)).str.strip_chars().fill_null("") == "")
    # Most rows are told by their second value not to be blank.
    second = frame.to_series(1)
    if not (second.is_null() | (second.str.strip_chars() == "")).any():
        return frame
    first = pl.nth(0).str.strip_chars().fill_null("") == ""
    blank = frame.select(first & rest).to_series()
    if not blank.any():
        return frame
    lines = count(int(blank.sum()), "blank line")
    notes.append(f"It has {lines}, passed over and not counted as rows.")
    return frame.filter(~blank)


def without_names_again(
    frame: pl.DataFrame, names: Sequence[str], notes: list[str]
) -> pl.DataFrame:
    """Leave out rows that only hold the names of the columns: files were put together."""
    if frame.width < 2 or not all(names):
        return frame
    first = frame.to_series(0).str.strip_chars() == names[0]
    if not first.fill_null(value=False).any():
        return frame
    equal = (pl.nth(n).str.strip_chars() == name for n, name in enumerate(names))
    again = frame.select(pl.all_horizontal(equal).fill_null(value=False)).to_series()
    # Above numbers, words are names; among words, they may be values that come again.
    if not again.any() or not _stand_above_numbers(frame.filter(~again), names):
        return frame
    where = again.arg_true()[0] + 1
    times = "once" if again.sum() == 1 else f"{int(again.sum()):,} times"
    notes.append(
        f"The names of the columns come again {times}, first after row {where - 1:,}, and were "
        "passed over: several files seem to have been put together."
    )
    return frame.filter(~again)


def with_even_lines(content: bytes, separator: str, notes: list[str]) -> bytes | None:
    """Mend lines with more values than there are names; None where they hold too much.

    Empty values after the last name are dropped. Where every line has exactly one value more than
    there are names, the first is the name of the row, as R writes tables.
    """
    reader = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator)
    try:
        header, *rows = filter(None, reader)
    except (csv.Error, ValueError):
        return None
    width = len(header)
    if width > 1 and all(len(row) == width + 1 for row in rows) and _are_row_names(rows):
        notes.append(
            "Its lines have one value more than there are names of columns: the first was taken "
            "for the names of the rows."
        )
        return separator.encode() + content.lstrip(b"\r\n")
    longer = [number for number, row in enumerate(rows) if len(row) > width]
    if not longer or any(any(map(str.strip, rows[number][width:])) for number in longer):
        return None
    notes.append(
        f"In {count(len(longer), 'line')} of it, lines end in a separator; the empty value after "
        "it was passed over."
    )
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, lineterminator="\n").writerows(
        [header, *(row[:width] for row in rows)]
    )
    return stream.getvalue().encode()


def _stand_above_numbers(frame: pl.DataFrame, names: Sequence[str]) -> bool:
    columns = zip(map(parsing.strip_missing, frame.iter_columns()), names, strict=True)
    return any(
        parsing.parse_numbers(column).null_count() == column.null_count() < len(column)
        and parsing.parse_numbers(pl.Series([name]))[0] is None
        for column, name in columns
    )


def _are_row_names(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether first values name rows: texts, all different, or the rows' numbers.

    What a decimal comma leaves before it, as in ``1,5``, comes again and does not count the rows.
    """
    first = [row[0].strip() for row in rows]
    if len(rows) < FEWEST_NAMED or len(set(first)) < len(rows):
        return False
    numbers = parsing.parse_numbers(pl.Series(first))
    if numbers.null_count() == len(rows):
        return True
    counted = numbers.to_list()
    return counted in ([*range(len(rows))], [*range(1, len(rows) + 1)])


def _line_at(content: bytes, start: int) -> bytes:
    end = content.find(b"\n", start)
    return content[start:] if end < 0 else content[start:end]
