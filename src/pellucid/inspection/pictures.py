"""What a column with a shape looks like: pixels, steps, and which of them spoke for what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.data.table import Array
from pellucid.inspection.courses import ends_of
from pellucid.inspection.marks import Stretch
from pellucid.inspection.parts import Part
from pellucid.inspection.values import signed, written
from pellucid.markup import Markup, element, join, text
from pellucid.markup.colours import (
    MOST_PIXELS,
    NEGATIVE,
    POSITIVE,
    heat_map,
    photograph,
    shares,
    shrunk,
)

# What keeps a page small: so many strips, with so many bars together, but so many in each.
MOST_STRIPS, MOST_BARS, LEAST_BARS = 8, 320, 40


def pixel_contributions(part: Part) -> Array | None:
    """Return an image's contributions (height, width), channels summed.

    None for other kinds, and where the image is missing.
    """
    if part.kind != "image" or part.array.ndim not in (2, 3) or part.entries is None:
        return None
    return part.array if part.array.ndim == 2 else np.asarray(part.array.sum(axis=2))


def pixels(part: Part) -> Array | None:
    """Return the image itself as bytes (height, width, 3), or None where there is none."""
    if part.entries is None or part.entries.ndim not in (2, 3):
        return None
    image = part.entries.astype(np.float64)
    if image.ndim == 2:
        image = image[:, :, None]
    if image.shape[2] not in (3, 4):
        image = image[:, :, :1].repeat(3, axis=2)
    low, high = float(image.min()), float(image.max())
    if part.entries.dtype == np.uint8:
        low, high = 0.0, 255.0
    grey = (image[:, :, :3] - low) / ((high - low) or 1.0)
    return np.rint(255 * grey).astype(np.uint8)


def part_to_html(part: Part) -> Markup:
    """Return a column's picture as HTML; empty for columns that have none."""
    if stretches := part.stretches:
        marked = element("p", *map(_marked, _with_shares(stretches)), class_="text")
        return join([marked, legend("words that speak")])
    if part.course is not None:
        course = part.course
        return course_to_html(course.contributions, course.channels, course.seconds)
    contributions = pixel_contributions(part)
    if contributions is None:
        return Markup()
    return grid_to_html(contributions, "contribution of each pixel", pixels(part))


def grid_to_html(
    grid: Array, words: str, original: Array | None = None, *, has_sides: bool = True
) -> Markup:
    """Draw a number for each pixel, ``(height, width)``, beside the image itself.

    Without sides, the numbers are sizes, whichever way they went.
    """
    small = shrunk(grid, MOST_PIXELS, MOST_PIXELS, add=True)
    drawn = [(heat_map(small), words + (": blue for, orange against" if has_sides else ""))]
    if original is not None:
        drawn.insert(0, (photograph(original), "the image"))
    pictures = [
        element("img", alt=told, title=told, src=address, class_="pixels")
        for address, told in drawn
    ]
    return join([element("p", *pictures), legend("pixels that speak", has_sides=has_sides)])


def course_to_html(
    grid: Array,
    channels: Sequence[str],
    seconds: float | None = None,
    *,
    has_sides: bool = True,
) -> Markup:
    """Draw moments as bars up (for) and down (against), a strip for each channel.

    Parameters
    ----------
    grid
        A number for each moment and channel, ``(moments, channels)``.
    channels
        What the channels are called; a single one has no name.
    seconds
        How long a moment is, where that is known.
    has_sides
        Whether numbers speak for and against; else they are sizes, whichever way they went.
    """
    shown = strongest(grid, MOST_STRIPS)
    most = max(LEAST_BARS, min(MOST_PIXELS, MOST_BARS // max(1, len(shown))))
    strips = shares(shrunk(grid[:, shown], most, len(shown), add=True))
    pieces = []
    for channel, strip in zip(shown, strips.T, strict=True):
        if channels[channel]:
            sum_of = float(grid[:, channel].sum())
            total = f"{signed(sum_of) if has_sides else written(sum_of, 4)} in all"
            name = element("strong", channels[channel])
            pieces.append(element("p", name, element("span", f" {total}", class_="soft")))
        pieces.append(_strip(strip, is_low=len(shown) > 1))
    if len(shown) < grid.shape[1]:
        left = f"{grid.shape[1] - len(shown)} further channels contributed less."
        pieces.append(element("p", left, class_="soft small"))
    ends = [element("span", end) for end in ends_of(len(grid), seconds)]
    pieces.append(element("p", join(ends, " "), class_="axis soft small"))
    return join([*pieces, legend("moments that speak", has_sides=has_sides)])


def strongest(grid: Array, most: int) -> list[int]:
    """Return the channels of a grid ``(moments, channels)`` that contributed most, in order."""
    sizes = np.abs(grid).sum(axis=0)
    return sorted(np.argsort(-sizes, kind="stable")[:most].tolist())


def legend(words: str, *, has_sides: bool = True) -> Markup:
    """Say which colour speaks for, and which against."""
    if not has_sides:
        told = "the stronger, the farther it moved predictions, whichever way"
        return element("p", told, class_="soft small legend")
    keys = []
    for colour, side, look in ((POSITIVE, "for", "look-0"), (NEGATIVE, "against", "look-1")):
        filled = "#{:02x}{:02x}{:02x}".format(*colour)
        square = element("rect", width=9, height=9, fill=filled, class_=look)
        box = element("svg", square, viewBox="0 0 9 9", width=9, height=9, aria_hidden="true")
        keys.append(join([box, f" {side}"]))
    return element("p", f"{words} ", join(keys, " \u00a0 "), class_="soft small legend")


def _with_shares(stretches: Sequence[Stretch]) -> list[tuple[Stretch, float]]:
    """Give each stretch its contribution beside the largest, from -1 to 1."""
    largest = max(abs(stretch.contribution) for stretch in stretches) or 1.0
    return [(stretch, stretch.contribution / largest) for stretch in stretches]


def _marked(entry: tuple[Stretch, float]) -> Markup:
    stretch, share = entry
    if share == 0.0:
        return text(stretch.text)
    red, green, blue = POSITIVE if share > 0 else NEGATIVE
    line = "solid" if share > 0 else "dashed"
    return element(
        "mark",
        stretch.text,
        title=f"{stretch.contribution:+.4g}",
        style=f"background:rgba({red},{green},{blue},{0.75 * abs(share) ** 0.6:.2f});"
        f"border-bottom:1px {line}",
    )


def _strip(heights: Array, *, is_low: bool) -> Markup:
    """Draw a channel's moments, each beside the largest of all channels, from -1 to 1."""
    bars = [
        element(
            "rect", x=x, y=32 - max(bar, 0.0), width=0.9, height=abs(bar),
            class_="look-0" if bar >= 0 else "look-1",
            fill="#{:02x}{:02x}{:02x}".format(*(POSITIVE if bar >= 0 else NEGATIVE)),
        )
        for x, bar in enumerate((30 * heights).tolist())
    ]  # fmt: skip
    return element(
        "svg",
        element("title", "contribution of each moment: bars up for, bars down against"),
        *bars,
        viewBox=f"0 0 {len(heights)} 64",
        preserveAspectRatio="none",
        width="100%",
        height=56 if is_low else 120,
        role="img",
        class_="moments low" if is_low else "moments",
    )
