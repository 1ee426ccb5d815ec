"""Pages laid out elsewhere, printed: styles become colours, lines are never folded."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from pellucid.cli.output import results

if TYPE_CHECKING:
    from pellucid.data.page import Line

STYLES = {
    "title": "bold",
    "name": "bold",
    "target": "bold green",
    "gone": "dim",
    "kind": "cyan",
    "soft": "dim",
    "serious": "bold red",
    "warning": "bold yellow",
    "note": "blue",
    "best": "bold green",
    "tie": "green",
    # Of contenders, in their order; told apart by their marks as well.
    "look-0": "bold bright_blue",
    "look-1": "yellow",
    "look-2": "green",
    "look-3": "magenta",
    "look-4": "red",
}
# Where nobody sees it, a line has room for what people look for with other programs.
_PIPED = 120


def page_width() -> int:
    """Return the places in a line: of the terminal, or enough where there is none."""
    if results.is_terminal or os.environ.get("COLUMNS"):
        return results.width
    return _PIPED


def can_print(signs: str) -> bool:
    """Tell whether standard output can write these signs."""
    try:
        signs.encode(results.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def print_lines(lines: Iterable[Line]) -> None:
    """Print the lines of a page on standard output."""
    for line in lines:
        text = Text.assemble(*((span.text, STYLES.get(span.style, "")) for span in line))
        text.rstrip()
        results.print(text, soft_wrap=True)
