"""Train on digits and draw what the first hidden units look for.

    python examples/look_at_weights.py [weights.png]

Each tile is one column of the first weight matrix, laid out as the image it weighs: blue pixels
speak for the unit, orange ones against it.
"""

from __future__ import annotations

import sys

import numpy as np
from PIL import Image

import pellucid

ROWS, COLUMNS, SCALE, GAP = 4, 10, 3, 4
BLUE, ORANGE = np.array([33, 102, 172]), np.array([224, 122, 16])


def tile(weights: np.ndarray) -> np.ndarray:
    """Colour one unit's weights: white for 0, the full colour for the largest."""
    strength = np.abs(weights) / np.abs(weights).max()
    colour = np.where(weights[..., None] > 0, BLUE, ORANGE)
    pixels = 255 - strength[..., None] ** 0.8 * (255 - colour)
    return pixels.astype(np.uint8).repeat(SCALE, 0).repeat(SCALE, 1)


def main() -> None:
    """Train, choose the units with the most structure, and write the picture."""
    model = pellucid.train("digits", hidden=(64,), epochs=12, l2=0.002, dropout=0.0)
    (block,) = model.trained.encoding.blocks
    kernel = np.asarray(model.params["hidden_1"]["kernel"])  # (in_features, units)
    strongest = np.argsort(-np.linalg.norm(kernel, axis=0))[: ROWS * COLUMNS]
    tiles = [tile(kernel[:, unit].reshape(block.shape[:2])) for unit in strongest]
    side = tiles[0].shape[0] + GAP
    picture = np.full((ROWS * side + GAP, COLUMNS * side + GAP, 3), 255, np.uint8)
    for place, pixels in enumerate(tiles):
        top, left = GAP + place // COLUMNS * side, GAP + place % COLUMNS * side
        picture[top : top + side - GAP, left : left + side - GAP] = pixels
    path = sys.argv[1] if len(sys.argv) > 1 else "weights.png"
    Image.fromarray(picture).save(path, optimize=True)
    print(f"{path}: {len(tiles)} units; test accuracy {100 * model.metrics['accuracy']:.2f} %")


if __name__ == "__main__":
    main()
