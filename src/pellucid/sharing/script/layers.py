"""What the layers of a network do, in NumPy alone.

Exported scripts hold these functions as they stand here, those that their network needs. So this
module imports nothing but NumPy and the standard library, and its docstrings are read by people
who know nothing of pellucid. Each layer takes a batch: arrays (rows, ...), in 64 bits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray
Arrays = dict[str, Array]


def follow(layers: Sequence[Any], arrays: Arrays, x: Array) -> Array:
    """Lead rows through layers, each given as its function, its name and its settings."""
    for layer, name, settings in layers:
        x = layer(inner(arrays, name), x, **settings)
    return x


def inner(arrays: Arrays, name: str) -> Arrays:
    """Return the arrays of one layer, by what they are called within it."""
    prefix = f"{name}."
    return {key[len(prefix) :]: one for key, one in arrays.items() if key.startswith(prefix)}


def linear(z: Array) -> Array:
    """Return z itself."""
    return z


def relu(z: Array) -> Array:
    """Return max(0, z)."""
    return np.maximum(z, 0.0)


def tanh(z: Array) -> Array:
    """Return the hyperbolic tangent."""
    return np.tanh(z)


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + e^-z)."""
    return np.exp(-np.logaddexp(0.0, -z))


def leaky_relu(z: Array) -> Array:
    """Return z above 0 and a hundredth of it below."""
    return np.where(z >= 0, z, 0.01 * z)


def elu(z: Array) -> Array:
    """Return z above 0 and e^z - 1 below."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))


def gelu(z: Array) -> Array:
    """Return z times the normal distribution's share below z."""
    return 0.5 * z * np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2.0))


def silu(z: Array) -> Array:
    """Return z / (1 + e^-z)."""
    return z * sigmoid(z)


def softplus(z: Array) -> Array:
    """Return ln(1 + e^z)."""
    return np.logaddexp(0.0, z)


def softmax(z: Array) -> Array:
    """Return the shares e^z of the sum over the last axis."""
    shares = np.exp(z - z.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def dense(arrays: Arrays, x: Array, activation: Any = linear) -> Array:
    """Add up all inputs, weighed for each unit, and its bias: h = activation(x W + b)."""
    return activation(x @ arrays["kernel"] + arrays.get("bias", 0.0))


def reshape(arrays: Arrays, x: Array, shape: Sequence[int]) -> Array:
    """Lay each row's numbers out in another shape."""
    return x.reshape(len(x), *shape)


def centring(arrays: Arrays, x: Array) -> Array:
    """Take each row's mean over its steps from it."""
    return x - x.mean(axis=1, keepdims=True)


def per_axis(value: Any, x: Array) -> list[int]:
    """Return one whole number for each axis of places; a single one stands for all."""
    axes = x.ndim - 2
    return list(value) if isinstance(value, (list, tuple)) else [value] * axes


def windows_over(
    x: Array,
    size: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
    padding: str,
    fill: float = 0.0,
) -> Array:
    """Return the windows over the places of images or series, (rows, *places, channels, *size)."""
    reach = [(n - 1) * apart + 1 for n, apart in zip(size, dilation, strict=True)]
    axes = tuple(range(1, 1 + len(size)))
    if padding == "same":
        around = [(0, 0)] * x.ndim
        for axis, step, wide in zip(axes, stride, reach, strict=True):
            missing = max((math.ceil(x.shape[axis] / step) - 1) * step + wide - x.shape[axis], 0)
            around[axis] = (missing // 2, missing - missing // 2)
        x = np.pad(x, around, constant_values=fill)
    every = np.lib.stride_tricks.sliding_window_view(x, reach, axis=axes)
    places = [slice(None, None, step) for step in stride]
    within = [slice(None, None, apart) for apart in dilation]
    return every[(slice(None), *places, slice(None), *within)]


def convolution(
    arrays: Arrays,
    x: Array,
    *,
    size: Any,
    stride: Any = 1,
    dilation: Any = 1,
    padding: str = "same",
    groups: int = 1,
    activation: Any = linear,
) -> Array:
    """Weigh each window with every filter: a kernel (*size, channels of a group, filters)."""
    wide, step, apart = (per_axis(one, x) for one in (size, stride, dilation))
    windows = windows_over(x, wide, step, apart, padding)
    channel = windows.ndim - 1 - len(wide)
    inside = (channel, *range(channel + 1, windows.ndim))
    axes = (inside, (len(wide), *range(len(wide))))
    parts = zip(
        np.split(windows, groups, axis=channel),
        np.split(arrays["kernel"], groups, axis=-1),
        strict=True,
    )
    sums = [np.tensordot(part, filters, axes=axes) for part, filters in parts]
    return activation(np.concatenate(sums, axis=-1) + arrays.get("bias", 0.0))


def pooling(
    arrays: Arrays,
    x: Array,
    size: Any,
    stride: Any = None,
    how: str = "max",
    padding: str = "valid",
) -> Array:
    """Keep the largest number, or the mean, of each window and channel."""
    wide = per_axis(size, x)
    step = wide if stride is None else per_axis(stride, x)
    near, inside = [1] * len(wide), tuple(range(-len(wide), 0))
    if how == "max":
        return windows_over(x, wide, step, near, padding, fill=-math.inf).max(axis=inside)
    total = windows_over(x, wide, step, near, padding).sum(axis=inside)
    there = windows_over(np.ones_like(x), wide, step, near, padding).sum(axis=inside)
    return total / there


def present(x: Array) -> Array:
    """Tell which steps hold anything but zeros, (rows, ..., 1): all others are padding."""
    return (x != 0).any(axis=-1, keepdims=True)


def global_pooling(arrays: Arrays, x: Array, how: str = "average", padded: bool = False) -> Array:
    """Keep the largest number, or the mean, of each channel over all places."""
    places = x.reshape(len(x), -1, x.shape[-1])
    there = present(places) if padded else np.ones((*places.shape[:2], 1), bool)
    if how == "max":
        largest = np.where(there, places, -math.inf).max(axis=1)
        return np.where(there.any(axis=1), largest, 0.0)
    return (places * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1)


def batch_normalization(
    arrays: Arrays, x: Array, epsilon: float, activation: Any = linear
) -> Array:
    """Standardise each channel by what was seen in training, then scale and shift it."""
    standard = (x - arrays["running_mean"]) / np.sqrt(arrays["running_variance"] + epsilon)
    return activation(standard * arrays["scale"] + arrays["shift"])


def layer_normalization(
    arrays: Arrays, x: Array, epsilon: float, activation: Any = linear, padded: bool = False
) -> Array:
    """Standardise each step by its own numbers, then scale and shift them."""
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    standard = (x - mean) / np.sqrt(variance + epsilon)
    h = activation(standard * arrays["scale"] + arrays["shift"])
    return h * present(x) if padded else h


def residual(
    arrays: Arrays,
    x: Array,
    layers: Sequence[Any],
    shortcut: Sequence[Any] = (),
    activation: Any = linear,
    padded: bool = False,
) -> Array:
    """Add what some layers make of the inputs to what a shortcut lets through."""
    h = activation(follow(layers, arrays, x) + follow(shortcut, arrays, x))
    return h * present(x) if padded else h


def branches(arrays: Arrays, x: Array, branches: Sequence[Any]) -> Array:
    """Lead parts of the inputs through layers of their own; what is left follows as it is."""
    ways, rest = [], np.ones(x.shape[1], bool)
    for name, start, stop, layers in branches:
        ways.append(follow(layers, inner(arrays, name), x[:, start:stop]).reshape(len(x), -1))
        rest[start:stop] = False
    return np.concatenate([*ways, x[:, rest]], axis=1)


def ensemble(arrays: Arrays, x: Array, layers: Sequence[Any], members: int) -> Array:
    """Return the mean of what some networks of one form answer."""
    answers = [
        follow(layers, {name: all_of[member] for name, all_of in arrays.items()}, x)
        for member in range(members)
    ]
    return np.mean(answers, axis=0)


def embedding(arrays: Arrays, x: Array, padded: bool = False) -> Array:
    """Look up the vector of each number; of the number 0 it is 0 where that is padding."""
    numbers = x.astype(np.int64)
    vectors = arrays["table"][np.clip(numbers, 0, len(arrays["table"]) - 1)]
    return vectors * (numbers != 0)[..., None] if padded else vectors


def embedding_bag(arrays: Arrays, x: Array, how: str = "average", padded: bool = False) -> Array:
    """Return the mean, or the sum, of the vectors of a row's numbers."""
    total = embedding(arrays, x, padded).sum(axis=1)
    if how == "sum":
        return total
    numbers = x.astype(np.int64)
    count = (numbers != 0).sum(axis=1) if padded else np.full(len(x), x.shape[1])
    return total / np.maximum(count, 1)[:, None]


def periodic_embedding(
    arrays: Arrays, x: Array, columns: Sequence[int] = (), bend: Any = relu
) -> Array:
    """Put waves of some inputs, weighed, behind all inputs."""
    chosen = x[:, list(columns)] if columns else x
    waves = np.cos(2 * math.pi * (chosen[..., None] * arrays["frequencies"] + arrays["phases"]))
    sums = np.einsum("rcf,cfs->rcs", waves, arrays["kernel"]) + arrays["bias"]
    return np.concatenate([x, bend(sums).reshape(len(x), -1)], axis=1)


def positions(arrays: Arrays, x: Array, how: str = "sinusoidal", padded: bool = False) -> Array:
    """Add to each step a vector that says where it stands: learned, or waves."""
    steps, features = x.shape[1:]
    if how == "learned":
        table = arrays["table"]
    else:
        feature = np.arange(features)
        angles = np.arange(steps)[:, None] / 10_000.0 ** (2 * (feature // 2) / features)
        table = np.where(feature % 2, np.cos(angles), np.sin(angles))
    return (x + table) * present(x) if padded else x + table


def self_attention(
    arrays: Arrays, x: Array, heads: int, causal: bool = False, padded: bool = False
) -> Array:
    """Let each step take up what the steps that it attends to hold, in several heads."""
    rows, steps, features = x.shape

    def divided(name: str) -> Array:
        whole = x @ arrays[f"{name}_kernel"] + arrays[f"{name}_bias"]
        return whole.reshape(rows, steps, heads, -1).swapaxes(1, 2)

    query, key, value = (divided(name) for name in ("query", "key", "value"))
    scores = query @ key.swapaxes(2, 3) / math.sqrt(features // heads)
    there = present(x) if padded else np.ones((rows, steps, 1), bool)
    seen = there.reshape(rows, 1, 1, steps)
    if causal:
        seen = seen & np.tri(steps, dtype=bool)
    attention = softmax(np.where(seen, scores, np.finfo(scores.dtype).min))
    mixed = (attention @ value).swapaxes(1, 2).reshape(rows, steps, features)
    return (mixed @ arrays["output_kernel"] + arrays["output_bias"]) * there


def gru_step(arrays: Arrays, sums: Array, carried: Sequence[Array]) -> tuple[Array, ...]:
    """Move the state of gated recurrent units on by one step."""
    (state,) = carried
    from_inputs = np.split(sums, 3, axis=1)
    from_state = np.split(state @ arrays["recurrent_kernel"], 3, axis=1)
    reset = sigmoid(from_inputs[0] + from_state[0])
    update = sigmoid(from_inputs[1] + from_state[1])
    candidate = np.tanh(from_inputs[2] + reset * (from_state[2] + arrays["recurrent_bias"]))
    return (update * state + (1 - update) * candidate,)


def lstm_step(arrays: Arrays, sums: Array, carried: Sequence[Array]) -> tuple[Array, ...]:
    """Move output and cell of long short-term memory on by one step."""
    output, cell = carried
    gates = np.split(sums + output @ arrays["recurrent_kernel"], 4, axis=1)
    let_in, forget, let_out = (sigmoid(gates[place]) for place in (0, 1, 3))
    cell = forget * cell + let_in * np.tanh(gates[2])
    return let_out * np.tanh(cell), cell


def along(
    step: Any, arrays: Arrays, x: Array, states: int, backward: bool, padded: bool
) -> tuple[Array, Array]:
    """Take up all steps; return what is let out after each, and in the end."""
    sums = x @ arrays["kernel"] + arrays["bias"]
    there = present(x) if padded else np.ones((*x.shape[:2], 1), bool)
    units = len(arrays["recurrent_kernel"])
    carried = tuple(np.zeros((len(x), units)) for _ in range(states))
    outputs = np.zeros((*x.shape[:2], units))
    order = range(x.shape[1])
    for place in reversed(order) if backward else order:
        moved = step(arrays, sums[:, place], carried)
        is_there = there[:, place]
        pairs = zip(moved, carried, strict=True)
        carried = tuple(np.where(is_there, new, old) for new, old in pairs)
        outputs[:, place] = carried[0] * is_there
    return outputs, carried[0]


def recurrent(
    step: Any,
    arrays: Arrays,
    x: Array,
    states: int,
    sequence: bool,
    direction: str,
    padded: bool,
) -> Array:
    """Read a sequence forward, backward or both ways; keep every step's output or the last."""
    ways = {"both": ("forward", "backward")}.get(direction, (direction,))
    found = []
    for way in ways:
        own = inner(arrays, way) if direction == "both" else arrays
        outputs, last = along(step, own, x, states, way == "backward", padded)
        found.append(outputs if sequence else last)
    return np.concatenate(found, axis=-1)


def gru(
    arrays: Arrays,
    x: Array,
    sequence: bool = False,
    direction: str = "forward",
    padded: bool = False,
) -> Array:
    """Read a sequence with gated recurrent units (Cho et al. 2014)."""
    return recurrent(gru_step, arrays, x, 1, sequence, direction, padded)


def lstm(
    arrays: Arrays,
    x: Array,
    sequence: bool = False,
    direction: str = "forward",
    padded: bool = False,
) -> Array:
    """Read a sequence with long short-term memory (Hochreiter & Schmidhuber 1997)."""
    return recurrent(lstm_step, arrays, x, 2, sequence, direction, padded)


def centres(arrays: Arrays, x: Array) -> Array:
    """Return -ln(1 + squared distance) to each cluster's centre: kernels (features, clusters)."""
    distances = np.square(x[:, :, None] - arrays["centres"]).sum(axis=1)
    return -np.log1p(distances)
