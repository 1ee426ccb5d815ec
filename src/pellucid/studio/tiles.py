"""Which part of an array an address asks for.

``rows``, ``columns``, ``channels`` and ``filters`` are the first four axes, ``axis4`` … those that
follow: ``?rows=0:64&columns=128:192`` is a tile, exact. ``overview=256`` is all of it, as int8 with
at most 256 numbers along each axis. Left out, an axis is taken whole; of the whole there may be no
more than `MOST_NUMBERS`.
"""

from __future__ import annotations

from math import prod

from pellucid.data.table import Array
from pellucid.errors import SettingError
from pellucid.studio.frames import Frame, overview, tile
from pellucid.studio.reading import Query

AXES = ("rows", "columns", "channels", "filters", "axis4", "axis5", "axis6", "axis7")
MOST_NUMBERS = 1 << 20
LARGEST_OVERVIEW = 1024


def framed(whole: Array, query: Query, step: int = 0) -> Frame:
    """Return the part of an array that an address asks for.

    Raises
    ------
    SettingError
        For a part that is not there, or is too large.
    """
    if query.text("overview") is not None:
        return overview(whole, query.whole("overview", 0, 1, LARGEST_OVERVIEW), step)
    return tile(whole, spans(whole.shape, query), step)


def spans(shape: tuple[int, ...], query: Query) -> tuple[slice, ...]:
    """Return the slices that an address asks for; raises as `framed`."""
    for axis in AXES[len(shape) :]:
        if query.text(axis) is not None:
            raise SettingError(
                f"The array has no {axis}.", expected=f"the {len(shape)} axes of {list(shape)}"
            )
    found = tuple(query.span(axis, n) for axis, n in zip(AXES, shape, strict=False))
    size = prod(one.stop - one.start for one in found)
    if size > MOST_NUMBERS:
        raise SettingError(
            f"{size:,} numbers are asked for at once.",
            expected=f"at most {MOST_NUMBERS:,}",
            remedy="ask for a tile, such as rows=0:256&columns=0:256, or for overview=256",
        )
    return found
