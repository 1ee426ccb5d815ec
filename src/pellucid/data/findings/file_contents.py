"""Which files hold the same, whatever they are called: told by size first, then by content.

Files of different sizes differ. Of those that share their size, a few thousand bytes from the
middle are read, where headers and silence do not lie; only files that agree there as well are
read whole. So a folder of pictures costs a look at the sizes, and one of recordings that are
equally long a small read for each.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from hashlib import blake2b

import polars as pl

_LOOKED_AT = 4096
_PIECE = 1 << 20
_DIGEST_BYTES = 16


class FileContents:
    """Knows which of some files hold the same.

    Parameters
    ----------
    paths
        All files that are to be compared with one another; None where a row has none.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for name, text in (("a", "one"), ("b", "one"), ("c", "two"), ("d", "three")):
    ...     _ = (folder / name).write_text(text)
    >>> files = pl.Series([str(folder / name) for name in "abcd"])
    >>> FileContents(files).firsts(files).str.slice(-1).to_list()
    ['a', 'a', 'c', 'd']
    """

    def __init__(self, paths: Iterable[str | None]) -> None:
        self._first_of = _first_of_each(dict.fromkeys(path for path in paths if path is not None))

    def firsts(self, paths: pl.Series) -> pl.Series:
        """Return for each path the first file that holds the same; null stays null.

        Parameters
        ----------
        paths
            Files that were given at the start; others stand for themselves.
        """
        if not self._first_of:
            return paths
        old = pl.Series(list(self._first_of), dtype=pl.String)
        new = pl.Series(list(self._first_of.values()), dtype=pl.String)
        return paths.replace(old, new)


def _first_of_each(paths: Iterable[str]) -> Mapping[str, str]:
    """Return for each file that holds what an earlier one does that earlier one."""
    found: dict[str, str] = {}
    for same_size in _alike(paths, _size):
        for similar in _alike(same_size, _middle):
            for same in _alike(similar, _digest):
                first, *others = same
                found.update(dict.fromkeys(others, first))
    return found


def _alike(
    paths: Iterable[str], look: Callable[[str], Hashable | None]
) -> Iterable[tuple[str, ...]]:
    """Group files by what is seen of them; leave out those alone, and those not to be read."""
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for path in paths:
        try:
            seen = look(path)
        except (OSError, ValueError):  # ValueError: a null byte in the name
            continue
        if seen is not None:
            groups[seen].append(path)
    return (tuple(group) for group in groups.values() if len(group) > 1)


def _size(path: str) -> int | None:
    """Return the size of an ordinary file; an empty one holds nothing to be compared."""
    status = os.stat(path)  # noqa: PTH116 -- called for every file; a Path costs more than this
    return status.st_size or None if stat.S_ISREG(status.st_mode) else None


def _middle(path: str) -> bytes:
    with open(path, "rb") as stream:  # noqa: PTH123 -- as above
        size = os.fstat(stream.fileno()).st_size
        stream.seek(max(0, (size - _LOOKED_AT) // 2))
        return blake2b(stream.read(_LOOKED_AT), digest_size=_DIGEST_BYTES).digest()


def _digest(path: str) -> bytes:
    digest = blake2b(digest_size=_DIGEST_BYTES)
    with open(path, "rb") as stream:  # noqa: PTH123 -- as above
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.digest()
