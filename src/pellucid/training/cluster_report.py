"""Clusters in words: what a report says of each, for the terminal, the card and notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

_SHADES = " ░▒▓█"
# A character is twice as high as wide.
_PICTURE_WIDTH = 16


def told_of_columns(cluster: Mapping[str, Any]) -> str:
    """Say what sets a cluster apart, strongest first; nothing where nothing does.

    Parameters
    ----------
    cluster
        An entry of a report's ``clusters``.

    Examples
    --------
    >>> age = {"column": "age", "feature": "age", "kind": "number", "strength": -1.26}
    >>> sex = {"column": "sex", "feature": "sex=f", "kind": "category", "strength": 0.9,
    ...        "share": 0.91, "overall": 0.35}
    >>> told_of_columns({"columns": [age, sex]})
    'age −1.3 sd, sex=f 91 % (of all: 35 %)'
    """
    return ", ".join(_told(entry) for entry in cluster["columns"])


def _told(entry: Mapping[str, Any]) -> str:
    if entry["kind"] == "category":
        return f"{entry['feature']} {entry['share']:.0%} (of all: {entry['overall']:.0%})".replace(
            "%", " %"
        )
    strength = f"{entry['strength']:+.1f}".replace("-", "−")
    return f"{entry['feature']} {strength} sd"


def told_of_rows(cluster: Mapping[str, Any]) -> str:
    """Name the typical rows of a cluster: ``rows 12, 31 and 40``."""
    rows = [f"{row:,}" for row in cluster["typical"]]
    if len(rows) < 2:
        return f"row {rows[0]}" if rows else "none"
    return f"rows {', '.join(rows[:-1])} and {rows[-1]}"


def picture_lines(picture: list[list[int]]) -> list[str]:
    """Draw a mean image with characters, 16 wide at most.

    Examples
    --------
    >>> picture_lines([[0, 255], [0, 255]])
    [' █']
    """
    pixels = np.asarray(picture, dtype=np.float64)
    height, width = pixels.shape
    columns = min(width, _PICTURE_WIDTH)
    lines = max(1, round(height / width * columns / 2))
    rows = np.array_split(pixels, lines, axis=0)
    cells = [[part.mean() for part in np.array_split(row.mean(axis=0), columns)] for row in rows]
    return ["".join(_SHADES[min(4, int(cell / 51.2))] for cell in row) for row in cells]


def card_lines(report: Mapping[str, Any]) -> list[str]:
    """Describe the clusters of a report, in Markdown."""
    lines = ["## The clusters", "", f"{report['n_clusters']}: {report['choice']['reason']}.", ""]
    lines += ["| cluster | rows | typical | sets it apart |", "|---|---|---|---|"]
    lines += [
        f"| {one['cluster']} | {one['size']:,} ({one['share']:.1%}) | {told_of_rows(one)} "
        f"| {told_of_columns(one) or '—'} |"
        for one in report["clusters"]
    ]
    return [*lines, ""]
