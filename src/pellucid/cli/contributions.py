"""Explanations in the terminal: bars, pictures, marked texts and series.

Blue speaks for, orange against. Without colours, shades tell them apart: full blocks for,
letters and dots against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.table import Table
from rich.text import Text

from pellucid.cli.output import results
from pellucid.inspection import drawing, pictures
from pellucid.inspection.courses import ends_of
from pellucid.inspection.values import signed, written
from pellucid.markup.colours import colour_of, shares, shrunk

if TYPE_CHECKING:
    from pellucid.data.table import Array
    from pellucid.inspection import Explanation, Importance, Inside, Part
    from pellucid.inspection.marks import Stretch

_FOR, _AGAINST = "rgb(70,130,250)", "rgb(235,125,35)"
_GROUND = (28, 28, 32)
# Ten steps of darkness, for terminals without colours: for in blocks, against in signs.
_SHADES_FOR, _SHADES_AGAINST = " ░░▒▒▓▓██", " ··::--=="
_MOST_HEIGHT = 56
# Pictures lower than this are drawn larger.
_SMALL = 32
_LEVELS = 4
_MOST_STRIPS = 8
# From so much of a line on, a column is drawn as an eighth, a half, the whole of it.
_LEAST_FILLED = (0.04, 0.3, 0.75)
# Stretches of text that count less than this beside the largest stay unmarked.
_LEAST_SHARE = 0.02


def show_explanation(explanation: Explanation, names: Mapping[str, Any]) -> None:
    """Draw an explanation on standard output; ``names`` say which row it is of."""
    first, *further = drawing.headline(explanation)
    results.print(Text(first, "bold"))
    if names:
        results.print(Text(", ".join(f"{name}: {value}" for name, value in names.items()), "dim"))
    for line in further:
        results.print(Text(line))
    results.print()
    parts = explanation.parts
    if len(parts) > 1:
        _show_bars(drawing.bars_of(explanation))
    for part in parts:
        has_picture = _show_picture(part, named=len(parts) > 1)
        if len(parts) == 1 and part.is_listed:
            if has_picture:
                results.print()
            _show_bars(drawing.details_of(part))
    results.print()
    for line in drawing.closing(explanation):
        results.print(Text(line, "dim"))


def show_importance(importance: Importance) -> None:
    """Draw an importance on standard output."""
    first, *further = drawing.importance_head(importance)
    results.print(Text(first, "bold"))
    results.print()
    _show_bars(drawing.importance_bars(importance), both_sides=False, has_values=False)
    for inside in importance.inside:
        results.print()
        results.print(Text(inside.column, "bold"))
        _show_inside(inside, importance)
    results.print()
    if importance.inside and not importance.is_one_question:
        results.print(Text("--class CLASS shows what speaks for it, and what against", "dim"))
    for line in further:
        results.print(Text(line, "dim"))


def _show_inside(inside: Inside, importance: Importance) -> None:
    """Draw which words, pixels or moments it was, on average over the rows."""
    both_sides = importance.is_one_question
    if inside.names:
        _show_bars(drawing.word_bars(inside, importance), both_sides=both_sides)
        return
    shown = inside.mean if both_sides else inside.mean_absolute
    if inside.kind == "image":
        _show_image(shown, None, has_sides=both_sides)
    else:
        _show_course(shown, inside.channels, inside.seconds, has_sides=both_sides)


def _show_bars(
    bars: Sequence[drawing.Bar], *, both_sides: bool = True, has_values: bool = True
) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="ellipsis", no_wrap=True, max_width=24)
    if has_values:
        table.add_column(overflow="ellipsis", no_wrap=True, max_width=18, style="dim")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    for bar in bars:
        left, right = drawing.half_bars(bar.share)
        style = _FOR if bar.contribution >= 0 else _AGAINST
        if both_sides:
            drawn = Text.assemble((left, _AGAINST), ("│", "dim"), (right, _FOR))
            number = Text(signed(bar.contribution), style)
        else:
            drawn, number = Text(right, _FOR), Text(written(bar.contribution, 4))
        value = [Text(" ".join(bar.value.split()))] if has_values else []
        table.add_row(Text(bar.label), *value, drawn, number)
    results.print(table)


def _show_picture(part: Part, *, named: bool) -> bool:
    """Draw a column that has a picture; say whether it has one."""
    contributions = pictures.pixel_contributions(part)
    stretches, course = part.stretches, part.course
    if contributions is None and course is None and not stretches:
        return False
    if named:
        results.print()
        results.print(Text(part.column, "bold"))
    if contributions is not None:
        _show_image(contributions, pictures.pixels(part))
    elif course is not None:
        _show_course(course.contributions, course.channels, course.seconds)
    else:
        _show_text(stretches)
    return True


def _show_text(stretches: Sequence[Stretch]) -> None:
    """Print the text with its stretches marked: in colours, or with signs around them."""
    drawn = Text()
    for stretch, share in zip(
        stretches, shares(np.array([s.contribution for s in stretches])), strict=True
    ):
        text = "".join(c if c.isprintable() else " " for c in stretch.text)
        if abs(share) < _LEAST_SHARE:
            drawn.append(text)
        elif results.color_system is None:
            drawn.append(f"[{'+' if share > 0 else '-'}{text}]")
        else:
            colour = _rgb(np.array(colour_of(float(share), _GROUND)))
            drawn.append(text, f"white on {colour}")
    results.print(drawn)
    if results.color_system is None:
        results.print(Text("[+for]   [-against]"))
    else:
        _show_legend()


def _show_course(
    grid: Array, channels: Sequence[str], seconds: float | None, *, has_sides: bool = True
) -> None:
    """Draw moments as columns up (for) and down (against), a strip for each channel.

    ``grid`` has a number for each moment and channel; all strips have one scale, and the time
    stands below the last. Without sides, all are sizes, whichever way they went.
    """
    shown = pictures.strongest(grid, _MOST_STRIPS)
    width = min(len(grid), results.width - 2)
    strips = shrunk(grid[:, shown], width, len(shown), add=True)
    levels = _LEVELS if len(shown) == 1 else _LEVELS // 2
    for heights, channel in zip(shares(strips).T, shown, strict=True):
        if channels[channel]:
            sum_of = float(grid[:, channel].sum())
            total = signed(sum_of) if has_sides else written(sum_of, 4)
            results.print(Text.assemble((channels[channel], "bold"), (f"  {total}", "dim")))
        _show_strip(heights, levels, has_sides=has_sides)
    if len(shown) < grid.shape[1]:
        left = grid.shape[1] - len(shown)
        results.print(Text(f"{left} further channels contributed less", "dim"))
    first, middle, end = ends_of(len(grid), seconds)
    room = max(1, width - len(first) - len(end))
    between = middle.center(room) if len(middle) < room else " " * room
    results.print(Text(first + between + end, "dim"), no_wrap=True)
    if has_sides:
        results.print(Text("above the line: for   below: against", "dim"))


def _show_strip(heights: Array, levels: int, *, has_sides: bool) -> None:
    """Draw shares from -1 to 1 as columns of so many lines to either side of a middle line.

    Lines in which nothing stands are left out.
    """
    above = [
        "".join(_column(share, levels, level) for share in heights.tolist())
        for level in reversed(range(levels))
    ]
    below = [
        "".join(_column(-share, levels, level, "▔▀█") for share in heights.tolist())
        for level in range(levels if has_sides else 0)
    ]
    middle = "─" * len(heights)
    for lines, style in ((above, _FOR), ([middle], "dim"), (below, _AGAINST)):
        for line in lines:
            if line.strip():
                results.print(Text(line, style), no_wrap=True)


def _column(share: float, levels: int, level: int, blocks: str = "▁▄█") -> str:
    """Return what a column of this height has in one line, counted from the middle line."""
    filled = share * levels - level
    steps = [step for step, least in enumerate(_LEAST_FILLED) if filled >= least]
    return blocks[steps[-1]] if steps else " "


def _show_image(contributions: Array, original: Array | None, *, has_sides: bool = True) -> None:
    """Draw the image and, beside it where there is room, what its pixels contributed.

    Without sides, contributions are sizes, whichever way they went.
    """
    if results.color_system is None:
        lines = _in_shades(contributions, results.width)
        results.print(Text("\n".join(lines), no_wrap=True))
        _show_legend(has_sides=has_sides)
        return
    beside = original is not None and 2 * contributions.shape[1] + 3 <= results.width
    most = (results.width - 3) // 2 if beside else results.width
    grid = shares(shrunk(contributions, _MOST_HEIGHT, most, add=True))
    size = max(1, min(_SMALL // len(grid), most // grid.shape[1]))
    colours = np.array([[colour_of(s, _GROUND) for s in line] for line in grid.tolist()])
    drawn = _in_colours(colours, size)
    if beside and original is not None:
        seen = shrunk(original, _MOST_HEIGHT, most, add=False).round()
        pairs = zip(_in_colours(seen, size), drawn, strict=True)
        drawn = [Text.assemble(left, "   ", right) for left, right in pairs]
    for line in drawn:
        results.print(line, no_wrap=True)
    _show_legend(has_sides=has_sides)


def _show_legend(*, has_sides: bool = True) -> None:
    """Say which marks speak for and which against."""
    if not has_sides:
        results.print(Text("the stronger, the farther it moved predictions, whichever way", "dim"))
    elif results.color_system is None:
        results.print(Text(f"for: {_SHADES_FOR[1::2]}   against: {_SHADES_AGAINST[1::2]}"))
    else:
        results.print(Text.assemble(("■", _FOR), " for   ", ("■", _AGAINST), " against"))


def _in_colours(pixels: Array, size: int) -> list[Text]:
    """Draw pixels (height, width, 3), each ``size`` cells wide; a line of text holds two cells."""
    pixels = pixels.repeat(size, axis=0).repeat(size, axis=1)
    lines = []
    for top in range(0, len(pixels), 2):
        line = Text()
        for column in range(pixels.shape[1]):
            upper = _rgb(pixels[top, column])
            if top + 1 < len(pixels):
                line.append("▀", f"{upper} on {_rgb(pixels[top + 1, column])}")
            else:
                line.append("▀", upper)
        lines.append(line)
    return lines


def _rgb(pixel: Array) -> str:
    red, green, blue = (int(value) for value in pixel)
    return f"rgb({red},{green},{blue})"


def _in_shades(contributions: Array, width: int) -> list[str]:
    """Draw contributions (height, width) in characters, which are about twice as high as wide."""
    rows, columns = contributions.shape
    if 2 * columns <= width and rows <= _SMALL:
        grid = shares(contributions.repeat(2, axis=1))
    else:
        columns = min(columns, width)
        rows = max(1, round(columns * rows / contributions.shape[1] / 2))
        grid = shares(shrunk(contributions, rows, columns, add=True))
    return ["".join(map(_shade, line)).rstrip() for line in grid.tolist()]


def _shade(share: float) -> str:
    shades = _SHADES_FOR if share >= 0 else _SHADES_AGAINST
    return shades[round(abs(share) ** 0.6 * (len(shades) - 1))]
