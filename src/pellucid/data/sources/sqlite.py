"""SQLite databases, opened so that nothing in or beside them is changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.frames import series_from_objects
from pellucid.data.sources.reading import damaged, refuse_irregular, unreadable
from pellucid.data.sources.typed import dataset_of_frame
from pellucid.errors import DataError, quote_list, suggest

MAGIC = b"SQLite format 3\0"
# Bytes 18 and 19 of the header are 2 where a write-ahead log is kept
# (https://www.sqlite.org/fileformat.html, "File format version numbers").
WRITE_AHEAD = b"\2\2"
ROWS_AT_ONCE = 50_000
SECONDS_TO_WAIT = 1.0


def open_sqlite(path: Path, part: str | None = None) -> Dataset:
    """Open a table of a SQLite database.

    Parameters
    ----------
    path
        The database. It is opened read-only; nothing is written beside it.
    part
        The table or view, given as ``file.db:table``; by default the only table.

    Raises
    ------
    DataError
        Where the file is no database, is damaged or locked, or has no such table; where it has
        several tables and none was named.
    """
    refuse_irregular(path)
    try:
        with path.open("rb") as stream:
            header = stream.read(100)
    except OSError as error:
        raise unreadable(path, error) from error
    if not header:
        raise DataError("The file is empty.", where=str(path), remedy="give a file with data in it")
    if not header.startswith(MAGIC):
        raise damaged(path, "it is not a SQLite database")
    if _is_cut_off(header, path.stat().st_size):
        raise damaged(path, "it ends before its last page")
    try:
        with closing(_connected(path, header)) as connection:
            table = _chosen(path, connection, part)
            frame = pl.concat(_frames(connection, table), how="vertical_relaxed")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise DataError(
                "The database is locked: another program is writing to it.",
                where=str(path),
                expected="a database that nobody is writing to",
                remedy="wait until that program has ended, or give a copy of the file",
            ) from error
        raise damaged(path, f"SQLite says {str(error)!r}") from error
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise damaged(path, f"SQLite says {str(error)!r}") from error
    return dataset_of_frame(path, frame, [], part=table)


def _is_cut_off(header: bytes, size: int) -> bool:
    """Tell whether a database is shorter than its header says; SQLite would read zeros there."""
    if len(header) < 100:
        return True
    page_size = int.from_bytes(header[16:18], "big")
    page_size = 1 << 16 if page_size == 1 else page_size
    # The number of pages holds only where it was written together with the last change.
    is_valid = header[24:28] == header[92:96]
    return is_valid and int.from_bytes(header[28:32], "big") * page_size > size


def _connected(path: Path, header: bytes) -> sqlite3.Connection:
    # A database with a write-ahead log makes files beside it even for those who only read; where
    # nobody has it open, there is no log, and it may be taken as it is.
    alone = header[18:20] == WRITE_AHEAD and not Path(f"{path}-wal").exists()
    address = f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' if alone else ''}"
    connection = sqlite3.connect(address, uri=True, timeout=SECONDS_TO_WAIT)
    connection.text_factory = _text
    # What a stranger's database defines (views, expressions) may call no function with effects.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    return connection


def _text(content: bytes) -> str:
    """Decode a text; databases filled by older programs hold other encodings as well."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _chosen(path: Path, connection: sqlite3.Connection, part: str | None) -> str:
    listed = connection.execute(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    tables: list[str] = [name for name, kind in listed if kind == "table"]
    views: list[str] = [name for name, kind in listed if kind == "view"]
    if part is not None:
        folded = {name.lower(): name for name in tables + views}
        if part.lower() not in folded:
            raise DataError(
                f"The database has no table called {part!r}.",
                where=str(path),
                expected=f"one of {quote_list(tables + views, 40)}",
                remedy=suggest(part, tables + views),
            )
        return folded[part.lower()]
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise DataError(
            "The database has no tables.",
            where=str(path),
            expected="at least one table with rows",
            remedy=f"name a view: {path}:{views[0]}" if views else "give a database with data",
        )
    raise DataError(
        f"The database has {len(tables)} tables, and it is not said which one is meant.",
        where=str(path),
        expected=f"one of {quote_list(tables, 40)}",
        remedy=f"name it after a colon: {path}:{tables[0]}",
    )


def _frames(connection: sqlite3.Connection, table: str) -> Iterator[pl.DataFrame]:
    """Read a table some rows at a time, so that few Python objects are held at once.

    SQLite's columns may hold values of any type in any row: a type is settled for each column at
    the end of the first rows, and again where later ones do not fit.
    """
    quoted = table.replace('"', '""')
    cursor = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 -- an existing name
    names = [column[0] for column in cursor.description]
    blocks: list[list[pl.Series]] = []
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        blocks.append(_columns(names, rows))
    if not blocks:
        blocks.append(_columns(names, []))
    texts = {
        position
        for position in range(len(names))
        if _is_mixed([block[position].dtype for block in blocks])
    }
    for block in blocks:
        yield pl.DataFrame(
            [
                series.cast(pl.String) if position in texts else series
                for position, series in enumerate(block)
            ]
        )


def _columns(names: list[str], rows: list[tuple[Any, ...]]) -> list[pl.Series]:
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return [
        series_from_objects(name, list(column)) for name, column in zip(names, columns, strict=True)
    ]


def _is_mixed(dtypes: list[pl.DataType]) -> bool:
    present = {dtype for dtype in dtypes if dtype != pl.Null}
    return len(present) > 1 and not all(dtype.is_numeric() for dtype in present)
