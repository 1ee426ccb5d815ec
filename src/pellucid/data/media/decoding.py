"""Many files as one array: from the cache where they are known, decoded where they are not."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from pellucid.data.media import cache
from pellucid.data.media.form import Form, UnreadableError, examine
from pellucid.data.media.parallel import decode_rows
from pellucid.data.table import Array

CHUNK_BYTES = 8 << 20
# Linux notes the time of a change to within 10 ms, in nanoseconds.
_CLOCK_TICK = 20_000_000
# Segments used lately stay open, so that parts of a table find their rows without a search.
_OPEN_SEGMENTS = 32
_open: OrderedDict[str, cache.Segment] = OrderedDict()
# Columns are looked at in threads; decoding itself already takes all cores.
_one_at_a_time = threading.RLock()


@dataclass(frozen=True)
class Decoded:
    """The decoded files of a column, row by row, mostly on disk.

    Attributes
    ----------
    form
        What every file was brought to.
    paths
        The files, None where a row names none.
    problems
        Why a row's file could not be read, by row, in order; a row without a file has no problem.
    """

    form: Form
    paths: Sequence[str | None]
    problems: dict[int, str]
    _segments: list[cache.Segment] = field(repr=False)
    _segment_of: Array = field(repr=False)
    _row_of: Array = field(repr=False)

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def missing(self) -> Array:
        """Whether each row names no file, shape ``(n,)``."""
        return np.fromiter((path is None for path in self.paths), dtype=bool, count=len(self))

    @property
    def readable(self) -> Array:
        """The rows that could be read, int64."""
        mask = ~self.missing
        mask[list(self.problems)] = False
        return np.flatnonzero(mask)

    def chunks(self, rows: Array | None = None) -> Iterator[tuple[slice, Array]]:
        """Yield parts of the rows with their places among ``rows``, a few megabytes each.

        Parameters
        ----------
        rows
            Row indices, by default all; those without a file, and unreadable ones, are zeros.
        """
        rows = np.arange(len(self)) if rows is None else np.asarray(rows)
        row_bytes = int(np.prod(self.form.shape)) * np.dtype(self.form.dtype).itemsize
        step = max(1, CHUNK_BYTES // max(1, row_bytes))
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            yield slice(start, start + len(part)), self._read(part)

    def array(self, rows: Array | None = None) -> Array:
        """Return the rows in memory, shape ``(n, *shape)``."""
        n = len(self) if rows is None else len(rows)
        result = np.zeros((n, *self.form.shape), dtype=self.form.dtype)
        for place, part in self.chunks(rows):
            result[place] = part
        return result

    def _read(self, rows: Array) -> Array:
        result = np.zeros((len(rows), *self.form.shape), dtype=self.form.dtype)
        of, at = self._segment_of[rows], self._row_of[rows]
        for number, segment in enumerate(self._segments):
            mine = np.flatnonzero(of == number)
            result[mine] = segment.rows[at[mine]]
            for place in mine.tolist():
                if not segment.is_whole(int(at[place])):
                    # The disk lost these bits; the file itself still has them.
                    cache.remove(segment)
                    _open.pop(str(segment.folder), None)
                    result[place] = self.form.read(str(self.paths[int(rows[place])]))
        return result


def decode(paths: pl.Series | Sequence[str | None], form: Form) -> Decoded:
    """Decode files, or find them in the cache; files that cannot be read are told of, not raised.

    Parameters
    ----------
    paths
        Absolute paths; None where a row has no file.
    form
        What every file is brought to.

    Raises
    ------
    OutputError
        Where the cache folder cannot be written.
    """
    with _one_at_a_time:
        return _decode(paths, form)


def _decode(paths: pl.Series | Sequence[str | None], form: Form) -> Decoded:
    paths = paths.to_list() if isinstance(paths, pl.Series) else list(paths)
    problems: dict[int, str] = {}
    known, prints, youngest = [], [], 0
    for row, path in enumerate(paths):
        if path is None:
            continue
        try:
            status = examine(path)
        except UnreadableError as error:
            problems[row] = error.reason
            continue
        prints.append(cache.fingerprint(path, status))
        known.append(row)
        youngest = max(youngest, status.st_ctime_ns)
    segments: list[cache.Segment] = []
    segment_of = np.full(len(paths), -1, dtype=np.int64)
    row_of = np.zeros(len(paths), dtype=np.int64)
    rows, keys = np.array(known, dtype=np.int64), cache.as_keys(prints)

    def look_into(segment: cache.Segment) -> None:
        nonlocal rows, keys
        found = segment.find(keys)
        hit = found >= 0
        if not hit.any():
            return
        segment_of[rows[hit]], row_of[rows[hit]] = len(segments), found[hit]
        segments.append(segment)
        rows, keys = rows[~hit], keys[~hit]

    for segment in _known_segments(form):
        if len(rows):
            look_into(segment)
    if len(rows):
        _let_pass(youngest)
        segment, passing = _decode_new(form, [paths[row] for row in rows], keys)
        _remember(segment)
        # Of two rows with one file, both find the first one's.
        for row, reason in zip(rows.tolist(), _reasons(segment, keys, passing), strict=True):
            if reason is not None:
                problems[row] = reason
        look_into(segment)
    for number, segment in enumerate(segments):
        cache.mark_used(segment)
        if segment.reasons:
            mine = np.flatnonzero(segment_of == number)
            bad = np.isin(row_of[mine], list(segment.reasons))
            for row in mine[bad].tolist():
                problems[row] = segment.reasons[int(row_of[row])]
    segment_of[list(problems)] = -1
    return Decoded(form, paths, dict(sorted(problems.items())), segments, segment_of, row_of)


def _let_pass(changed: int) -> None:
    """Wait until the clock of a file that was just changed has moved on.

    So another change, however soon, gives the file another time than the one it is known by.
    """
    age = time.time_ns() - changed
    if 0 <= age < _CLOCK_TICK:
        time.sleep((_CLOCK_TICK - age) / 1e9)


def _decode_new(
    form: Form, paths: list[str], keys: Array
) -> tuple[cache.Segment, dict[bytes, str]]:
    """Decode files into a new segment; return it, and why some could not be read just now."""
    _, first = np.unique(keys, axis=0, return_index=True)
    first.sort()
    draft = cache.Draft(form, len(first))
    try:
        outcome = decode_rows(form, [paths[row] for row in first], draft.rows_path)
    except OSError as error:
        draft.discard()
        raise cache.cannot_cache(draft.parent, error) from error
    except BaseException:
        draft.discard()
        raise
    kept = keys[first].copy()
    passing = {kept[row].tobytes(): outcome.reasons[row] for row in outcome.passing}
    for row in outcome.passing:
        kept[row] = 0  # found by nobody: the next one to ask tries the file again
        outcome.reasons.pop(row)
    return draft.finish(kept, outcome.checksums, outcome.reasons), passing


def _reasons(segment: cache.Segment, keys: Array, passing: dict[bytes, str]) -> list[str | None]:
    if not passing:
        return [None] * len(keys)
    return [passing.get(key.tobytes()) for key in keys]


def _known_segments(form: Form) -> Iterator[cache.Segment]:
    """Yield the segments of this form: those open in this process first, then those on disk."""
    seen = set()
    for name, segment in reversed(list(_open.items())):
        if segment.rows.shape[1:] == form.shape and segment.folder.parent == cache.folder_of(form):
            if not segment.folder.is_dir() and segment.is_kept:
                _open.pop(name)  # removed by somebody: its files are decoded again
                continue
            seen.add(name)
            yield segment
    for segment in cache.segments(form):
        if str(segment.folder) not in seen:
            _remember(segment)
            yield segment


def _remember(segment: cache.Segment) -> None:
    _open[str(segment.folder)] = segment
    while len(_open) > _OPEN_SEGMENTS:
        _open.popitem(last=False)
