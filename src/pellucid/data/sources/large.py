"""Tables too large to lie in memory: read once, a part at a time, into a file of typed columns.

The columns are kept in the cache folder as an Arrow file that is mapped into memory, so that
the pages in use are the system's to keep or to take back; a table opened a second time is not
read again. Cost: a CSV file is read once at about the speed of one pass of Polars over it.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import polars as pl

from pellucid import memory
from pellucid.data import parsing
from pellucid.data.dataset import Dataset
from pellucid.data.media.cache import cache_limit
from pellucid.data.sources.reading import damaged, short_name
from pellucid.data.stored import StoredColumn
from pellucid.data.table import Table
from pellucid.data.text_columns import type_text
from pellucid.errors import DataError, quote_list
from pellucid.files import cache_folder, cannot_write

# Files up to this size are read whole, which also words their mistakes best.
READ_WHOLE = 128 * 10**6
# Text as columns takes several times the room of the file.
_BYTES_IN_MEMORY = 4
# Changed whenever the same file would be read into other columns.
_VERSION = 2
# What a column of Parquet takes while it is decoded: some row groups of a million rows.
_DECODED_COLUMN = 50 * 10**6
_LOOKED_AT_LINES = 2000
_PLACES = 16
# Looking for one text that means "missing" makes reading slower by a third, for all of them twice
# as slow. So first those alone are looked for that lines from all over the file show.
_USUAL_MISSING = ("NA", "NaN", "null")


def is_large(path: Path) -> bool:
    """Tell whether a file is to be read a part at a time."""
    size = path.stat().st_size
    large = size > READ_WHOLE or not memory.fits(_BYTES_IN_MEMORY * size)
    if large:
        memory.give_back()
    return large


def open_large_text(
    path: Path,
    separator: str,
    names: list[str],
    notes: tuple[str, ...] = (),
    *,
    has_header: bool = True,
) -> Dataset:
    """Open a large text file of separated values.

    Each column has the type that lines at the start, at the end and between show; where a
    later value does not fit, the column is read as the wider type, and as text at last.

    Parameters
    ----------
    path
        The file, in UTF-8.
    separator
        What stands between values.
    names
        The columns' names.
    notes
        What is already to be told.
    has_header
        Whether the first line holds the columns' names, rather than a row.

    Raises
    ------
    DataError
        Where a line has more values than there are columns, or bytes are no UTF-8.
    OutputError
        Where the cache folder has no room.
    """
    seen, missing = _types_seen(path, separator, names)
    comma = separator != "," and any(dtype == pl.Float64 for dtype in seen.values())
    decimal_comma = comma and _has_decimal_commas(path, separator, names, seen)

    def scan(types: Mapping[str, pl.DataType], missing: Sequence[str]) -> pl.LazyFrame:
        return pl.scan_csv(
            path,
            separator=separator,
            has_header=has_header,
            new_columns=names,
            schema_overrides=dict(types),
            infer_schema=False,
            null_values=list(missing) or None,
            decimal_comma=decimal_comma,
        )

    key = _key(
        path, separator, has_header, names, sorted((name, str(seen[name])) for name in names)
    )
    kept = cache_folder("tables") / f"{key}.arrow"
    if not kept.exists():
        _convert_text(path, separator, scan, (seen, missing), kept)
        _drop_unused([kept])
    return _mapped(path, [kept], notes)


def open_large_parquet(path: Path) -> Dataset:
    """Open a large Parquet file; raise DataError where it is damaged."""
    try:
        frame = pl.scan_parquet(path, glob=False)
        schema = frame.collect_schema()
    except pl.exceptions.PolarsError as error:
        raise damaged(path, "it is not a whole Parquet file") from error
    nested = [name for name, dtype in schema.items() if dtype.is_nested()]
    if nested:
        raise DataError(
            f"Some columns hold lists or objects: {quote_list(nested)}.",
            where=str(path),
            expected="one value in each row of a table this large",
            remedy="write each of their entries as a column of its own",
        )
    plain = [_plain(name, dtype) for name, dtype in schema.items()]
    # A part of all rows is decoded at once, which may be the whole file; but not all columns are.
    at_once = max(1, memory.limit() // memory.SHARE // _DECODED_COLUMN)
    groups = [plain[first : first + at_once] for first in range(0, len(plain), at_once)]
    key = _key(path, at_once)
    kept = [cache_folder("tables") / f"{key}-{place}.arrow" for place in range(len(groups))]
    for group, file in zip(groups, kept, strict=True):
        if not file.exists():
            try:
                _write(frame.select(group), file)
            except pl.exceptions.PolarsError as error:
                raise damaged(path, "it is not a whole Parquet file") from error
            _drop_unused(kept)
    return _mapped(path, kept, ())


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype in (pl.Categorical, pl.Enum):
        return pl.col(name).cast(pl.String)
    return pl.col(name).cast(pl.Float64) if isinstance(dtype, pl.Decimal) else pl.col(name)


def _mapped(path: Path, kept: Sequence[Path], notes: tuple[str, ...]) -> Dataset:
    columns: dict[str, StoredColumn] = {}
    for file in kept:
        os.utime(file)  # the cache drops what was not used for longest
        frame = pl.scan_ipc(file, glob=False)
        n_rows = frame.select(pl.len()).collect().item()
        columns |= {name: StoredColumn(file, name, n_rows) for name in frame.collect_schema()}
    size = path.stat().st_size
    told = f"Its {size / 1e9:,.1f} GB are read from disk as they are needed, not held in memory."
    return Dataset(short_name(path), str(path), Table(columns), notes=(*notes, told))


def _key(path: Path, *settings: object) -> str:
    """Name what was read from a file: another content, time or way of reading is another."""
    status = path.stat()
    identity = (str(path.absolute()), status.st_size, status.st_mtime_ns, _VERSION, settings)
    return hashlib.sha256(repr(identity).encode()).hexdigest()[:32]


def _convert_text(
    path: Path,
    separator: str,
    scan: Callable[[Mapping[str, pl.DataType], Sequence[str]], pl.LazyFrame],
    seen: tuple[dict[str, pl.DataType], tuple[str, ...]],
    kept: Path,
) -> None:
    types, missing = seen
    # Before a type is given up, all ways to say "missing" are looked for.
    further = [(*{*missing, *_USUAL_MISSING},), parsing.MISSING_TEXTS]
    while True:
        try:
            _write(scan(types, missing), kept)
        except pl.exceptions.PolarsError as error:
            if further:
                missing = further.pop(0)
                continue
            wider = _widened(types, str(error))
            if wider is None:
                raise _malformed(path, separator, len(types)) from error
            types = wider
        else:
            return


def _widened(types: dict[str, pl.DataType], message: str) -> dict[str, pl.DataType] | None:
    """Return wider types for the column that a message names, or for all; None: none is left."""
    named = [name for name in types if f"column '{name}'" in message]
    candidates = [name for name in (named or types) if types[name] != pl.String]
    if not candidates:
        return None
    wider = {
        name: pl.Float64() if types[name] == pl.Int64 and named else pl.String()
        for name in candidates
    }
    return {**types, **wider}


def _write(frame: pl.LazyFrame, kept: Path) -> None:
    """Write a frame a part at a time into a file that appears when it is whole."""
    with _appearing(kept) as part:
        frame.sink_ipc(part, compression="uncompressed")


def _drop_unused(keeping: Sequence[Path]) -> None:
    """Remove the tables used least recently where all together exceed the cache's limit."""
    ages = {path: path.stat().st_mtime for path in cache_folder("tables").glob("*.arrow")}
    total = 0
    for path in sorted(ages, key=lambda path: (path not in keeping, -ages[path])):
        total += path.stat().st_size
        if total > cache_limit() and path not in keeping:
            path.unlink(missing_ok=True)


@contextmanager
def _appearing(kept: Path) -> Iterator[Path]:
    part = kept.with_name(f".{kept.stem}.{os.getpid()}.part")
    try:
        yield part
        part.replace(kept)
    except OSError as error:
        raise cannot_write(kept.parent, error) from error
    finally:
        part.unlink(missing_ok=True)


def _types_seen(
    path: Path, separator: str, names: list[str]
) -> tuple[dict[str, pl.DataType], tuple[str, ...]]:
    """Return by lines from all over the file each column's type, and what means "missing" there.

    Only in columns of numbers and truth values must it be known for reading. Empty cells always
    are missing, pairs of quotation marks with nothing in them only where they are looked for.
    """
    rows = list(_sampled_rows(path, separator, len(names)))
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    types: dict[str, pl.DataType] = {}
    quoted = any('""' in line for lines in _sampled_lines(path) for line in lines)
    missing = {""} if quoted else set()
    for name, cells in zip(names, columns, strict=True):
        texts = pl.Series(name, list(cells), dtype=pl.String)
        values = type_text(texts, decimal_comma=True)
        # A column without a value here may hold anything further down.
        types[name] = pl.String() if values.null_count() == len(values) else values.dtype
        if types[name] != pl.String:
            missing |= set(texts.filter(values.is_null() & (texts != "")).unique().to_list())
    return types, tuple(sorted(missing))


def _has_decimal_commas(
    path: Path, separator: str, names: list[str], seen: Mapping[str, pl.DataType]
) -> bool:
    rows = islice(_sampled_rows(path, separator, len(names)), _LOOKED_AT_LINES)
    floats = [position for position, name in enumerate(names) if seen[name] == pl.Float64]
    return any("," in row[position] for row in rows for position in floats)


def _sampled_rows(path: Path, separator: str, width: int) -> Iterator[list[str]]:
    """Yield rows from places spread over the file; those cut off or of another width are not."""
    for lines in _sampled_lines(path):
        try:
            for row in csv.reader(lines, delimiter=separator):
                if len(row) == width:
                    yield row
        except csv.Error:
            continue


def _sampled_lines(path: Path) -> Iterator[list[str]]:
    """Yield some whole lines at each of several places, evenly spread over the file."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        for place in range(_PLACES):
            stream.seek(place * size // _PLACES)
            stream.readline()  # the header, or the rest of a line
            lines = islice(stream, _LOOKED_AT_LINES // _PLACES)
            yield [line.decode(errors="replace") for line in lines]


def _malformed(path: Path, separator: str, width: int) -> DataError:
    """Find the line that could not be read; goes through the file once."""
    number = 1
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, delimiter=separator)
            for row in reader:
                number = reader.line_num
                if len(row) > width:
                    return DataError(
                        f"A line has {len(row)} values, the header names {width} columns.",
                        where=f"{path}, line {number:,}",
                        expected=f"{width} values a line",
                        remedy="put values that contain the separator in double quotes",
                    )
    except UnicodeDecodeError:
        return DataError(
            "The file is not text in UTF-8.",
            where=f"{path}, after line {number:,}",
            expected="text encoded as UTF-8",
            remedy=f"save it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8 {path.name} > new.csv",
        )
    except csv.Error:
        pass
    return DataError(
        "The file cannot be divided into lines and values.",
        where=f"{path}, line {number:,} or after",
        expected="quotation marks in pairs",
        remedy="look for a quotation mark without its partner",
    )
