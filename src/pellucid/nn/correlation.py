"""A kernel laid over every place of a series or an image, and the gradients of that, fast on a CPU.

XLA's own convolution reaches the machine's rate of matrix products there, and its gradients do
not: that of the inputs is a hundred times slower within a loop, and training is a loop. So the
gradients are written out here: that of the inputs as one more convolution, or, where the kernel
moves by several places, as patches, since zeros would be multiplied otherwise; that of the kernel
as a product of slices laid side by side, a few examples at a time so that they stay in the cache.
What was measured is told in ARCHITECTURE.md.

As everywhere in the field, the kernel is not turned around: strictly, this is a cross-correlation
(Goodfellow, Bengio & Courville 2016, section 9.1).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.nn.windows import Windows

# So much of what is laid side by side is still in the cache when it is multiplied.
_CACHED_BYTES = 1 << 23


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def correlate(windows: Windows, inputs: jax.Array, kernel: jax.Array) -> jax.Array:
    """Return inputs ∗ kernel.

    Parameters
    ----------
    windows
        How the kernel moves.
    inputs
        (batch, *places, channels)
    kernel
        (*size, channels, filters)

    Returns
    -------
    jax.Array
        (batch, *counts, filters)

    Examples
    --------
    >>> steps = jnp.arange(5.0).reshape(1, 5, 1)
    >>> differences = jnp.array([-1.0, 1.0]).reshape(2, 1, 1)
    >>> correlate(Windows((2,), (1,), (1,), "valid"), steps, differences)[0, :, 0].tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    return by_xla(windows, inputs, kernel)


def by_xla(windows: Windows, inputs: jax.Array, kernel: jax.Array, groups: int = 1) -> jax.Array:
    """Return inputs ∗ kernel by XLA's convolution; ``kernel`` as in `correlate`, or in groups."""
    return _convolved(windows, inputs, kernel, windows.margins(inputs.shape[1:-1]), groups)


def by_patches(
    windows: Windows, inputs: jax.Array, kernel: jax.Array, groups: int = 1
) -> jax.Array:
    """Return the same: the places under the kernel side by side, multiplied with it once."""
    slices = windows.slices(inputs)
    filters = kernel.shape[-1]
    if groups == 1:
        return _side_by_side(slices) @ kernel.reshape(-1, filters)
    # (batch, *places, size, groups, channels of a group), and the kernel likewise.
    patches = jnp.stack(slices, axis=-2)
    patches = patches.reshape(*patches.shape[:-1], groups, kernel.shape[-2])
    by_group = kernel.reshape(len(slices), kernel.shape[-2], groups, filters // groups)
    z = jnp.einsum("...kgc,kcgf->...gf", patches, by_group)
    return z.reshape(*z.shape[:-2], filters)


def _forward(
    windows: Windows, inputs: jax.Array, kernel: jax.Array
) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    return by_xla(windows, inputs, kernel), (inputs, kernel)


def _backward(
    windows: Windows, kept: tuple[jax.Array, jax.Array], gradient: jax.Array
) -> tuple[jax.Array, jax.Array]:
    inputs, kernel = kept
    of_kernel = kernel_gradient(windows, inputs, gradient).astype(kernel.dtype)
    return input_gradient(windows, inputs, kernel, gradient), of_kernel


correlate.defvjp(_forward, _backward)


def input_gradient(
    windows: Windows, inputs: jax.Array, kernel: jax.Array, gradient: jax.Array
) -> jax.Array:
    """Return the gradient of the inputs, (batch, *places, channels).

    Parameters
    ----------
    windows, inputs, kernel
        As in `correlate`.
    gradient
        Of what came out, (batch, *counts, filters).
    """
    if set(windows.stride) != {1}:
        _, backward = jax.vjp(lambda values: by_patches(windows, values, kernel), inputs)
        (of_inputs,) = backward(gradient)
        return jnp.asarray(of_inputs)
    # The same again with the kernel turned around. XLA's own gradient says so by a mark on the
    # convolution, which within a loop it has only slow code for.
    axes = tuple(range(len(windows.size)))
    turned = jnp.flip(kernel, axes).swapaxes(-1, -2)
    margins = [
        (reach - 1 - before, reach - 1 - after)
        for reach, (before, after) in zip(
            windows.reaches, windows.margins(inputs.shape[1:-1]), strict=True
        )
    ]
    return _convolved(windows, gradient, turned, margins).astype(inputs.dtype)


def kernel_gradient(windows: Windows, inputs: jax.Array, gradient: jax.Array) -> jax.Array:
    """Return the gradient of the kernel, (*size, channels, filters).

    Parameters
    ----------
    windows, inputs
        As in `correlate`.
    gradient
        Of what came out, (batch, *counts, filters).
    """
    if len(windows.size) == 1:
        one_row = _in_one_row(windows)
        return kernel_gradient(one_row, inputs[:, None], gradient[:, None])[0]
    (rows, columns), channels, filters = windows.size, inputs.shape[-1], gradient.shape[-1]
    patches_width = rows * columns * channels + filters
    shared_width = rows * channels + columns * filters
    is_shared = shared_width < patches_width
    product = _of_shared_offsets if is_shared else _of_patches
    place_bytes = gradient.dtype.itemsize * min(patches_width, shared_width)
    of_example = place_bytes * math.prod(gradient.shape[1:-1])
    return _summed(product, windows, inputs, gradient, _CACHED_BYTES // max(1, of_example))


def _of_patches(windows: Windows, inputs: jax.Array, gradient: jax.Array) -> jax.Array:
    """Lay the slices of the inputs side by side, and multiply them with the gradient."""
    patches = _side_by_side(windows.slices(inputs))
    product = _contracted(patches, gradient)
    return product.reshape(*windows.size, inputs.shape[-1], gradient.shape[-1])


def _of_shared_offsets(windows: Windows, inputs: jax.Array, gradient: jax.Array) -> jax.Array:
    """Move the inputs up by each row of the kernel, the gradient right by each of its columns.

    One product then pairs each of ``rows`` slices with each of ``columns``: all of the kernel,
    of ``rows + columns`` slices laid out instead of ``rows × columns``.
    """
    (rows, columns), (down, right) = windows.size, windows.stride
    apart_down, apart_right = windows.dilation
    counts = gradient.shape[1:-1]
    heights = (counts[0] - 1) * down + 1
    width = (counts[1] - 1) * right + 1 + (columns - 1) * apart_right
    margins = windows.margins(inputs.shape[1:-1])
    padded = jnp.pad(inputs, ((0, 0), *margins, (0, 0)))[:, :, :width]
    moved_up = [padded[:, at : at + heights : down] for at in _offsets(rows, apart_down)]
    moved_right = [
        lax.pad(
            gradient,
            jnp.zeros((), gradient.dtype),
            ((0, 0, 0), (0, 0, 0), (at, (columns - 1) * apart_right - at, right - 1), (0, 0, 0)),
        )
        for at in _offsets(columns, apart_right)
    ]
    product = _contracted(_side_by_side(moved_up), _side_by_side(moved_right))
    product = product.reshape(rows, inputs.shape[-1], columns, gradient.shape[-1])
    return jnp.moveaxis(product, 2, 1)


def _summed(
    product: Callable[[Windows, jax.Array, jax.Array], jax.Array],
    windows: Windows,
    inputs: jax.Array,
    gradient: jax.Array,
    most: int,
) -> jax.Array:
    """Add up the product over the batch, at most so many examples at a time."""
    n = len(inputs)
    at_once = next((size for size in range(min(n, max(1, most)), 1, -1) if n % size == 0), 1)
    if at_once >= n:
        return product(windows, inputs, gradient)

    def add(total: jax.Array, some: tuple[jax.Array, ...]) -> tuple[jax.Array, None]:
        return total + product(windows, *some), None

    parts = tuple(a.reshape(n // at_once, at_once, *a.shape[1:]) for a in (inputs, gradient))
    nothing = jnp.zeros((*windows.size, inputs.shape[-1], gradient.shape[-1]), gradient.dtype)
    return lax.scan(add, nothing, parts)[0]


def _convolved(
    windows: Windows,
    inputs: jax.Array,
    kernel: jax.Array,
    margins: Sequence[tuple[int, int]],
    groups: int = 1,
) -> jax.Array:
    """Call XLA's convolution, with so many zeros around the inputs."""
    if len(windows.size) == 1:  # as images of one row, which XLA has faster code for
        inputs, kernel, margins = inputs[:, None], kernel[None], [(0, 0), *margins]
        return _convolved(_in_one_row(windows), inputs, kernel, margins, groups)[:, 0]
    product: jax.Array = lax.conv_general_dilated(
        inputs.astype(kernel.dtype),
        kernel,
        windows.stride,
        margins,
        rhs_dilation=windows.dilation,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=groups,
    )
    return product


def _contracted(left: jax.Array, right: jax.Array) -> jax.Array:
    """Return leftᵀ · right over everything but their last axes."""
    left, right = left.reshape(-1, left.shape[-1]), right.reshape(-1, right.shape[-1])
    return lax.dot_general(left, right, (((0,), (0,)), ((), ())))


def _side_by_side(slices: list[jax.Array]) -> jax.Array:
    return slices[0] if len(slices) == 1 else jnp.concatenate(slices, axis=-1)


def _offsets(size: int, dilation: int) -> range:
    return range(0, size * dilation, dilation)


def _in_one_row(windows: Windows) -> Windows:
    """Return the windows of a series as those of an image of one row."""
    return Windows(
        (1, *windows.size), (1, *windows.stride), (1, *windows.dilation), windows.padding
    )
