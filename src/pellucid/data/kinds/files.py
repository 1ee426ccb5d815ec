"""What columns of pictures and of sounds have in common: values that are paths of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pellucid.data import parsing
from pellucid.data.kinds.kind import Proposal
from pellucid.data.media.decoding import Decoded, decode
from pellucid.data.media.form import Form
from pellucid.data.media.suffixes import share_with_suffix
from pellucid.data.profile import Profile, rows_with_nan
from pellucid.data.rows import count, name_rows
from pellucid.data.table import Array, Values
from pellucid.errors import DataError, quote

_MOST_NAMED = 5
_MOST_LOOKED_AT = 100
# So many of the texts must end as files of the kind do, for it to be chosen unasked.
_NEARLY_ALL = 0.9


def are_paths(values: Values) -> bool:
    """Tell whether a column holds text, such as paths of files."""
    return isinstance(values, pl.Series) and values.dtype in (
        pl.String,
        pl.Categorical,
        pl.Enum,
        pl.Null,
    )


def paths_of(values: Values) -> list[str | None]:
    """Return a column's paths, None where missing."""
    if not isinstance(values, pl.Series):
        raise TypeError("a column of blocks names no files")
    return parsing.strip_missing(values.cast(pl.String)).to_list()


def propose_files(profile: Profile, suffixes: tuple[str, ...], what: str) -> Proposal | None:
    """Fit text that ends as files of this kind do; other text only where the person says so."""
    if not profile.is_text:
        return None
    share = share_with_suffix(profile.present, suffixes)
    if share >= _NEARLY_ALL:
        which = "all" if share == 1 else f"{share:.0%} of them"
        return Proposal(0.95, f"paths of {what} files ({which} by their names)")
    return Proposal(0.0, f"text, if it is paths of {what} files")


def decode_readable(where: str, values: Values, form: Form) -> Decoded:
    """Decode a column's files; raise DataError where some are named and none can be read."""
    decoded = decode(paths_of(values), form)
    if decoded.problems and not len(decoded.readable):
        raise none_readable(where, decoded)
    return decoded


def decode_all(where: str, values: Values, form: Form) -> Decoded:
    """Decode the files that are named; raise DataError where one of them cannot be read."""
    decoded = decode(paths_of(values), form)
    if decoded.problems:
        rows = np.array(list(decoded.problems))
        raise DataError(
            f"{where[0].upper()}{where[1:]}: {count(len(rows), 'file')} of {_n_named(decoded):,} "
            "cannot be read.",
            where=f"{name_rows(rows)}: {_named(decoded)}",
            expected="files that can be opened",
            remedy="replace these files, or leave out their rows",
        )
    return decoded


def compare_files(name: str, values: Values, form: Form) -> list[str]:
    """Word which of a later column's files cannot be read.

    Raises DataError where that is so in every row; rows without a file can be answered.
    """
    decoded = decode(paths_of(values), form)
    if decoded.problems and len(decoded.problems) == len(decoded):
        raise none_readable(f"column {name!r}", decoded)
    return list(unreadable_warnings(name, decoded))


def no_files(where: str, paths: Sequence[str | None], form: Form) -> DataError:
    """Make the error for a column without a plan, as no file can be read (not raised here)."""
    named = [path for path in paths if path is not None]
    if not named:
        return DataError(
            f"{where[0].upper()}{where[1:]}: not one row names a file.",
            expected="paths of files that can be opened",
            remedy="fill the column, or leave it out with --drop",
        )
    return none_readable(where, decode(named[:_MOST_LOOKED_AT], form), len(named))


def none_readable(where: str, decoded: Decoded, n: int | None = None) -> DataError:
    """Make the error for a column of which no file can be read (not raised here)."""
    n = _n_named(decoded) if n is None else n
    what = f"not one of its {n:,} files can be read" if n > 1 else "its only file cannot be read"
    return DataError(
        f"{where[0].upper()}{where[1:]}: {what}.",
        where=_named(decoded),
        expected="paths of files that can be opened",
        remedy="check that the files lie where the table says (paths count from the folder of the "
        "table), or leave the column out with --drop",
    )


def unreadable_warnings(name: str, decoded: Decoded) -> tuple[str, ...]:
    """Word which files cannot be read, with their rows, names and reasons."""
    if not decoded.problems:
        return ()
    rows = np.array(list(decoded.problems))
    return (
        f"{len(rows):,} of {count(_n_named(decoded), 'file')} in {name!r} cannot be read, and "
        f"{'its row is' if len(rows) == 1 else 'their rows are'} passed over: {name_rows(rows)}: "
        f"{_named(decoded)}.",
    )


def unusable_rows_of(values: Values, form: Form) -> Array:
    """Return the rows whose file cannot be read, int64; a row that names none is none of them."""
    return np.array(list(decode(paths_of(values), form).problems), dtype=np.int64)


def rows_without_file(values: Values) -> Array:
    """Tell which rows of a column name no file, shape ``(n,)``; arrays always have one."""
    if not are_paths(values):
        return np.zeros(len(values), dtype=bool)
    return np.array([path is None for path in paths_of(values)], dtype=bool)


def missing_blocks(where: str, blocks: Array) -> Array:
    """Tell which rows of an array are missing, NaN throughout, shape ``(n,)``.

    Raises DataError where others hold a NaN: a part of a picture or sound is not filled in.
    """
    gaps = rows_with_nan(blocks)
    suspects = np.flatnonzero(gaps)
    whole = np.isnan(blocks[suspects]).all(axis=tuple(range(1, blocks.ndim)))
    if not whole.all():
        raise DataError(
            f"{where[0].upper()}{where[1:]} is missing in part (NaN).",
            where=name_rows(suspects[~whole]),
            expected="a number for every entry, or NaN throughout",
            remedy="fill these entries, or leave out their rows",
        )
    return gaps


def is_of_files(details: Mapping[str, Any]) -> bool:
    """Tell whether a description is that of files."""
    return "file_form" in details


def _named(decoded: Decoded) -> str:
    some = list(decoded.problems.items())[:_MOST_NAMED]
    shown = "; ".join(_worded(str(decoded.paths[row]), reason) for row, reason in some)
    more = len(decoded.problems) - len(some)
    return f"{shown}; … {more:,} more" if more > 0 else shown


def _n_named(decoded: Decoded) -> int:
    return len(decoded) - int(decoded.missing.sum())


def _worded(path: str, reason: str) -> str:
    if "://" in path:
        reason = "it is an address, and only files on this machine are opened"
    return f"{quote(Path(path).name)} ({reason})"
