"""Equal rows in all parts of the data, files told by what they hold; and how to name them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import polars as pl

from pellucid.data.contract import ColumnContract
from pellucid.data.findings.file_contents import FileContents
from pellucid.data.findings.hashing import row_hashes
from pellucid.data.kinds.files import are_paths, is_of_files, paths_of
from pellucid.data.sources.media_files import FILE
from pellucid.data.table import Array, Table
from pellucid.errors import quote

# So many pairs of files are named.
_MOST_NAMED = 5
# Two of these that are equal are one and the same; a short text may be written twice.
MEDIA = frozenset({"image", "sound"})
# What hardly comes a second time by chance, whatever else is in the row.
UNREPEATED = MEDIA | {"text", "subwords", "series"}


class Sameness:
    """Hashes rows so that equal ones have equal hashes, and names the files that rows are of.

    Parameters
    ----------
    tables
        All rows that are compared with one another: those to learn from, and the other parts.
    columns
        What is known of their columns.
    """

    def __init__(self, tables: Sequence[Table], columns: Sequence[ColumnContract]) -> None:
        of_files = [c.name for c in columns if c.role == "input" and is_of_files(c.details)]
        self._contents = {
            name: FileContents(path for table in tables for path in _paths(table, name))
            for name in of_files
        }
        named = [c.name for c in columns if c.name == FILE and c.role == "dropped"]
        self._names = (of_files or named)[0] if len(of_files) <= 1 and (of_files or named) else None
        self._folder = ""
        if self._names is not None:
            folders = {
                os.path.dirname(path)  # noqa: PTH120 -- for many thousand names
                for table in tables
                for path in _paths(table, self._names)
                if path is not None
            }
            self._folder = _above(folders)

    def hashes(self, table: Table, names: Sequence[str], before: Array | None = None) -> Array:
        """Hash the rows' values in these columns, as `row_hashes` does; files by their content."""
        for name in names:
            values = table[name]
            if name in self._contents and are_paths(values):
                paths = pl.Series(name, paths_of(values), dtype=pl.String)
                table = table.with_column(name, self._contents[name].firsts(paths))
        return row_hashes(table, names, before)

    def word_pairs(
        self, found: tuple[Table, Array], earlier: tuple[Table, Array], n_found: int
    ) -> str:
        """Name the files of rows that hold the same: a clause, or nothing where rows are no files.

        Parameters
        ----------
        found, earlier
            Tables and rows in them; the first row of the one holds what the first of the other
            does.
        n_found
            How many there are in all.
        """
        if self._names is None:
            return ""
        pairs = zip(self._named(*found), self._named(*earlier), strict=True)
        told = [f"{one} holds the same as {other}" for one, other in pairs if one and other]
        if not told:
            return ""
        more = f"; … {n_found - len(told):,} more" if n_found > len(told) else ""
        return f" ({'; '.join(told[:_MOST_NAMED])}{more})"

    def _named(self, table: Table, rows: Array) -> Iterator[str | None]:
        paths = _paths(table, self._names or "", rows[:_MOST_NAMED])
        for path in paths or [None] * min(len(rows), _MOST_NAMED):
            yield None if path is None else quote(path.removeprefix(self._folder))


def _paths(table: Table, name: str, rows: Array | None = None) -> Sequence[str | None]:
    """Return the files of a column, all or of some rows; none where it holds something else."""
    if name not in table or not are_paths(table[name]):
        return ()
    values = pl.Series(table[name])
    return paths_of(values if rows is None else values.gather(rows))


def _above(folders: set[str]) -> str:
    """Return what the paths of all files begin with, as far as it is a folder."""
    try:
        common = os.path.commonpath(folders) if folders else ""
    except ValueError:  # some are absolute, others not
        return ""
    return common.rstrip(os.sep) + os.sep if common else ""
