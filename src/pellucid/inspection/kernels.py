"""The first layer's weights as a picture: what each unit looks for in the input.

Of images, one tile a unit, laid out as the image it weighs; of anything else a line for each
input, those with the largest weights, a column for each unit. The whole is always at hand as
``model.params[layer]["kernel"]``, rows = from, columns = to.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from pellucid.inspection.values import signed
from pellucid.markup import Markup, element, join, section
from pellucid.markup.colours import heat_map

if TYPE_CHECKING:
    from pellucid.data.encoding import Block
    from pellucid.model import TrainedModel

# What keeps a picture below about 10 kB.
_MOST_PIXELS = 10_000
_MOST_TILES, _TILES_A_LINE = 40, 10
_MOST_INPUTS, _MOST_UNITS = 24, 96
# Above so many weights only looking for the largest would take longer than a person waits.
_MOST_WEIGHTS = 50_000_000
_N_STRONGEST = 5
_LINE, _LETTER, _PICTURE = 15.0, 6.9, 560.0
_LONGEST_NAME = 30


@dataclass(frozen=True)
class Kernel:
    """The first layer with a kernel.

    Attributes
    ----------
    layer
        Its name.
    weights
        Shape ``(in_features, units)``.
    blocks
        Which inputs are which column; nothing where inputs are none of the person's.
    names
        The inputs' names.
    """

    layer: str
    weights: np.ndarray
    blocks: tuple[Block, ...]
    names: list[str]

    @classmethod
    def first(cls, model: TrainedModel) -> Kernel | None:
        """Return the first kernel that weighs the inputs themselves, or None."""
        encoding = model.encoding
        for layer in model.network.names:
            array = model.params.get(layer, {}).get("kernel")
            if array is None:
                continue
            fits = array.ndim == 2 and array.shape[0] == encoding.in_features
            if not fits or array.size > _MOST_WEIGHTS:
                return None
            weights = np.asarray(array, dtype=np.float64)
            return cls(layer, weights, tuple(encoding.blocks), encoding.feature_names)
        return None


def kernel_to_html(kernel: Kernel) -> Markup:
    """Draw a kernel, and name its largest weights."""
    tiles = _tiles(kernel)
    drawn = _lines(kernel) if tiles is None else tiles
    largest = None if tiles is not None else float(np.abs(kernel.weights).max(initial=0.0))
    return element(
        "details",
        element(
            "summary",
            f"The weights of {kernel.layer} ",
            element(
                "span", " × ".join(f"{size:,}" for size in kernel.weights.shape), class_="soft"
            ),
        ),
        drawn,
        _key(largest),
        _strongest(kernel),
    )


def _image_shape(kernel: Kernel) -> tuple[int, ...] | None:
    """Return (height, width[, channels]) where the only input is an image."""
    if len(kernel.blocks) != 1 or kernel.blocks[0].kind != "image":
        return None
    block = kernel.blocks[0]
    fills = prod(block.shape) == block.stop - block.start
    return block.shape if len(block.shape) in (2, 3) and fills else None


def _tiles(kernel: Kernel) -> Markup | None:
    """Draw units as images, channels added; None where inputs are no image, or a large one."""
    shape = _image_shape(kernel)
    if shape is None or shape[0] * shape[1] > _MOST_PIXELS:
        return None
    height, width = shape[:2]
    n_units = kernel.weights.shape[1]
    n = min(n_units, _MOST_TILES, _MOST_PIXELS // (height * width))
    images = kernel.weights[:, :n].T.reshape(n, height, width, -1).sum(axis=3)
    n_across = min(n, _TILES_A_LINE)
    n_down = -(-n // n_across)
    grid = np.full((n_down * (height + 1) - 1, n_across * (width + 1) - 1), np.nan)
    for place, image in enumerate(images):
        top, left = place // n_across * (height + 1), place % n_across * (width + 1)
        # Each by its own largest weight: what a unit looks for, not how strongly.
        grid[top : top + height, left : left + width] = image / (np.abs(image).max() or 1.0)
    scale = max(1, round(56 / width))
    words = f"what the units 1 to {n} look for, in lines of {n_across}"
    some = "" if n == n_units else f" of {n_units:,}"
    told = (
        f"What the first {n:,}{some} units look for, each beside its own largest weight: blue "
        "pixels speak for the unit, orange ones against it."
    )
    picture = element(
        "img", src=heat_map(grid), alt=words, title=words,
        width=grid.shape[1] * scale, height=grid.shape[0] * scale,
    )  # fmt: skip
    return join([element("p", told, class_="soft"), picture])


def _lines(kernel: Kernel) -> Markup:
    """Draw a line for each of the inputs with the largest weights, a column for each unit."""
    weights = kernel.weights
    n_inputs, n_units = weights.shape
    norms = np.linalg.norm(weights, axis=1)
    inputs = np.sort(np.argsort(-norms, kind="stable")[:_MOST_INPUTS])
    grid = weights[inputs, :_MOST_UNITS]
    labels = [_cut(kernel.names[place]) for place in inputs.tolist()]
    left = max(map(len, labels)) * _LETTER + 8
    height = len(labels) * _LINE
    picture = min(_PICTURE, grid.shape[1] * _LINE)
    words = f"weights from {len(labels)} inputs to {grid.shape[1]} units"
    texts = [
        element("text", label, x=left - 6, y=(place + 0.72) * _LINE, text_anchor="end")
        for place, label in enumerate(labels)
    ]
    step = picture / grid.shape[1]
    numbered = [n for n in range(grid.shape[1]) if n == 0 or (n + 1) % 10 == 0]
    units = [
        element("text", f"{n + 1}", x=left + (n + 0.5) * step, y=height + 13, text_anchor="middle")
        for n in numbered
    ]
    svg = element(
        "svg",
        element("title", words),
        element("image", href=heat_map(grid), x=left, y=0, width=picture, height=height,
                preserveAspectRatio="none", style="image-rendering:pixelated"),
        element("g", *texts, *units, fill="currentColor", font_size=11),
        viewBox=f"0 0 {left + picture + 12:.0f} {height + 18:.0f}",
        width=left + picture + 12, height=height + 18, role="img",
    )  # fmt: skip
    part = []
    if len(labels) < n_inputs:
        part.append(f"the {len(labels)} of {n_inputs:,} inputs with the largest weights")
    if grid.shape[1] < n_units:
        part.append(f"the first {grid.shape[1]} of {n_units:,} units")
    shown = f" ({', '.join(part)})" if part else ""
    return join(
        [element("p", f"A line for each input, a column for each unit{shown}.", class_="soft"), svg]
    )


def _key(largest: float | None) -> Markup:
    """Say which colour is what; the largest weight is not named where each unit has its own."""
    ramp = heat_map(np.linspace(-1, 1, 41)[None, :])
    key = element(
        "img", src=ramp, alt="from orange over grey to blue", class_="key", width=104, height=9
    )
    ends = ("−", "+") if largest is None else (signed(-largest), signed(largest))
    return element("p", f"{ends[0]} ", key, f" {ends[1]}; grey is 0", class_="soft")


def _strongest(kernel: Kernel) -> Markup:
    weights = kernel.weights
    flat = np.abs(weights).ravel()
    n = min(_N_STRONGEST, len(flat))
    largest = np.argpartition(-flat, n - 1)[:n]
    rows = []
    for place in largest[np.argsort(-flat[largest], kind="stable")].tolist():
        row, unit = divmod(place, weights.shape[1])
        rows.append(
            element(
                "tr",
                element("td", _cut(kernel.names[row])),
                element("td", f"unit {unit + 1}"),
                element("td", signed(float(weights[row, unit])), class_="number"),
            )
        )
    headings = ("from", "to", "weight")
    head = [element("th", w, class_="number" if w == "weight" else None) for w in headings]
    return join(
        [
            section("The largest weights"),
            element("table", element("thead", element("tr", *head)), element("tbody", *rows)),
        ]
    )


def _cut(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
