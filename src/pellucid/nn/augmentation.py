"""Images, sounds and series changed a little at random while a network learns from them.

A digit that is moved, turned or bent a little is the same digit; a word is the same a little later,
higher or slower. A network that sees each image
anew in every epoch learns that, where it would have needed more images otherwise. Everything here
is a pure function of the images and a key; nothing of it is left in the trained network.

Every change is a map from pixels of the new image to places in the old one, so that all changes
asked for cost one interpolation together. What comes in from outside repeats the nearest edge.

The elastic change is that of Simard, Steinkraus and Platt, *Best practices for convolutional
neural networks applied to visual document analysis* (ICDAR 2003): every pixel is moved by a random
field that Gaussian smoothing makes even.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

WAYS = ("shift", "rotate", "scale", "flip", "elastic")
WAYS_IN_TIME = ("shift", "scale")
WAYS_OF_DRAWINGS = ("shift", "rotate", "scale")

# What is still the same digit, letter or thing, as shares of the shorter side where lengths.
MOST_SHIFT = 0.08
MOST_DEGREES = 12.0
MOST_SCALE = 1.12
ELASTIC_WIDTH = 1 / 7  # the smoothing: 4 pixels of 28, as Simard has
ELASTIC_LENGTH = 0.035  # the deviation of the field: 1 pixel of 28


class Affine(NamedTuple):
    """How each image is turned, made larger, moved and mirrored; arrays of shape ``(n,)``.

    Attributes
    ----------
    degrees
        Counter-clockwise.
    scale
        Above 1 makes the image larger.
    down, right
        In pixels.
    mirrored
        1 to exchange left and right, 0 not to.
    """

    degrees: jax.Array
    scale: jax.Array
    down: jax.Array
    right: jax.Array
    mirrored: jax.Array


@dataclass(frozen=True)
class Augmentation:
    """Random changes of images, sounds and series, different for every one and every step.

    Only the first part of a batch is changed, which costs less, and shows the network images as
    they are as well. The order of the examples is drawn anew for every epoch, so each image has
    its turn.

    Parameters
    ----------
    blocks
        Where each image lies in the input vector, and its shape: ``(start, shape)`` with the
        shape ``(height, width)`` or ``(height, width, channels)``.
    ways
        Names among `WAYS`.
    strength
        All changes are multiplied by it; 0 changes nothing.
    sounds
        As ``blocks``, of sounds, time × pitch: of all ways, only `WAYS_IN_TIME` change them.
    series
        As ``blocks``, of series, steps × channels: likewise, and along the steps alone.
    share
        The part of each batch that is changed, from the front.

    Examples
    --------
    >>> images = jnp.arange(12.0).reshape(1, 12)
    >>> unchanged = Augmentation(((0, (3, 4)),), ("shift", "elastic"), strength=0.0)
    >>> bool(jnp.all(unchanged(images, jax.random.key(0)) == images))
    True
    """

    blocks: tuple[tuple[int, tuple[int, ...]], ...]
    ways: tuple[str, ...]
    strength: float = 1.0
    sounds: tuple[tuple[int, tuple[int, ...]], ...] = ()
    series: tuple[tuple[int, tuple[int, ...]], ...] = ()
    share: float = 0.5

    def __call__(self, inputs: jax.Array, key: jax.Array) -> jax.Array:
        """Change the images, sounds and series of a batch.

        Parameters
        ----------
        inputs
            Shape ``(n, in_features)``.
        key
            Decides all changes.

        Returns
        -------
        jax.Array
            The same shape; what is none of them is as it was.
        """
        n = math.ceil(self.share * len(inputs))
        in_time = replace(self, ways=tuple(way for way in self.ways if way in WAYS_IN_TIME))
        # A series is an image of one column: there is no beside that it could come from.
        columns = tuple((start, (steps, 1, channels)) for start, (steps, channels) in self.series)
        seen = [(self, *block) for block in self.blocks]
        for number, (how, start, shape) in enumerate(
            [*seen, *((in_time, *block) for block in (*self.sounds, *columns))]
        ):
            stop = start + math.prod(shape)
            images = inputs[:n, start:stop].reshape(n, *shape)
            changed = how.change(images, jax.random.fold_in(key, number)).reshape(n, stop - start)
            if stop - start < inputs.shape[1]:
                inputs = inputs.at[:n, start:stop].set(changed)
            else:
                inputs = jnp.concatenate([changed, inputs[n:]])
        return inputs

    def change(self, images: jax.Array, key: jax.Array) -> jax.Array:
        """Change images of shape ``(n, height, width[, channels])``, each in its own way."""
        n, height, width = images.shape[:3]
        keys = dict(zip(WAYS, jax.random.split(key, len(WAYS)), strict=True))
        side = min(height, width) if width > 1 else height

        def draw(way: str, shape: tuple[int, ...]) -> jax.Array:
            if way not in self.ways:
                return jnp.zeros(shape)
            return jax.random.uniform(keys[way], shape, minval=-1.0, maxval=1.0) * self.strength

        shift = draw("shift", (2, n)) * (MOST_SHIFT * side)
        mirrored = (draw("flip", (n,)) > 0).astype(jnp.float32)
        degrees = draw("rotate", (n,)) * MOST_DEGREES
        scale = jnp.exp(draw("scale", (n,)) * float(np.log(MOST_SCALE)))
        rows, columns = affine_places(
            (height, width), Affine(degrees, scale, shift[0], shift[1], mirrored)
        )
        if "elastic" in self.ways:
            fields = smooth_fields(keys["elastic"], n, (height, width))
            length = self.strength * ELASTIC_LENGTH * side
            rows = rows + length * fields[0]
            columns = columns + length * fields[1]
        return interpolate(images, rows, columns)


def affine_places(size: tuple[int, int], change: Affine) -> tuple[jax.Array, jax.Array]:
    """Return where each pixel of the changed images comes from.

    Parameters
    ----------
    size
        Height and width.
    change
        What is done about the middle of each image.

    Returns
    -------
    tuple of jax.Array
        Rows and columns, each of shape ``(n, height, width)``, whole numbers at pixels' centres.
    """
    height, width = size
    middle = (height - 1) / 2, (width - 1) / 2
    # A batch of maps is made by broadcasting (n, 1, 1), (1, height, 1) and (1, 1, width).
    angle = jnp.deg2rad(change.degrees)
    cosine = (jnp.cos(angle) / change.scale)[:, None, None]
    sine = (jnp.sin(angle) / change.scale)[:, None, None]
    mirror = (1.0 - 2.0 * change.mirrored)[:, None, None]
    y = jnp.arange(height, dtype=jnp.float32)[None, :, None] - middle[0]
    x = jnp.arange(width, dtype=jnp.float32)[None, None, :] - middle[1]
    y = y - change.down[:, None, None]
    x = x - change.right[:, None, None]
    rows = cosine * y + sine * x + middle[0]
    columns = mirror * (cosine * x - sine * y) + middle[1]
    return rows, columns


def smooth_fields(key: jax.Array, n: int, size: tuple[int, int]) -> jax.Array:
    """Return smooth random fields with mean 0 and deviation 1, shape ``(2, n, height, width)``.

    Independent normal numbers on a coarse grid are spread by Gaussians as wide as the grid's
    step, which is smoothing white noise, with fewer numbers.
    """
    spread = [_spreading(length) for length in size]
    noise = jax.random.normal(key, (2, n, spread[0].shape[1], spread[1].shape[1]))
    return jnp.einsum("ya,knab,xb->knyx", spread[0], noise, spread[1])


def interpolate(images: jax.Array, rows: jax.Array, columns: jax.Array) -> jax.Array:
    """Return images whose pixels come from other places, between pixels in proportion.

    Parameters
    ----------
    images
        Shape ``(n, height, width[, channels])``.
    rows, columns
        Places in the image, shape ``(n, height, width)``; those outside are the nearest inside.
    """
    n, height, width = images.shape[:3]
    flat = images.reshape(n, height * width, -1)
    rows = jnp.clip(rows, 0.0, height - 1.0).reshape(n, -1)
    columns = jnp.clip(columns, 0.0, width - 1.0).reshape(n, -1)
    top, left = jnp.floor(rows), jnp.floor(columns)
    down, right = rows - top, columns - left
    first = (top * width + left).astype(jnp.int32)
    # At the last row and column the neighbour beyond has weight 0, and stands for itself.
    below = jnp.where(top < height - 1, width, 0)
    beside = jnp.where(left < width - 1, 1, 0)
    corners = (
        (first, (1 - down) * (1 - right)),
        (first + beside, (1 - down) * right),
        (first + below, down * (1 - right)),
        (first + below + beside, down * right),
    )
    parts = [
        weight[:, :, None]
        * jnp.take_along_axis(flat, place[:, :, None], axis=1, mode="promise_in_bounds")
        for place, weight in corners
    ]
    total: jax.Array = reduce(jnp.add, parts)
    return total.reshape(images.shape)


def image_blocks(
    blocks: Sequence[tuple[int, str, tuple[int, ...]]],
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return the images among the blocks of an input vector, given as (start, kind, shape).

    Examples
    --------
    >>> image_blocks([(0, "number", (1,)), (1, "image", (8, 8)), (65, "image", (1, 9))])
    ((1, (8, 8)),)
    """
    return tuple(
        (start, shape) for start, kind, shape in blocks if kind == "image" and min(shape[:2]) > 1
    )


def _spreading(length: int) -> jax.Array:
    """Return Gaussians on a coarse grid at every pixel, ``(length, points)``; rows of norm 1."""
    step = max(1.0, ELASTIC_WIDTH * length)
    points = np.arange(-1.5, length / step + 1.5) * step
    distances = np.arange(length)[:, None] - points
    weights = np.exp(-0.5 * np.square(distances / step))
    return jnp.asarray(weights / np.linalg.norm(weights, axis=1, keepdims=True), jnp.float32)
