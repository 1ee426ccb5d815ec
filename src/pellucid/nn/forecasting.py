"""Forecasting: the next values of several series, from windows of their last ones.

One linear map, shared by all channels, from a window to all steps ahead, is as good as the
transformers that were made for long horizons, and better where data are few (Zeng et al. 2023, "Are
Transformers Effective for Time Series Forecasting?", AAAI, section 4; Li et al. 2023, "Revisiting
Long-term Time Series Forecasting", section 3). It costs little: window · horizon weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

from pellucid.errors import DataError
from pellucid.nn.layer import Details, Layer, Shape, register
from pellucid.nn.limits import POSITIVE, POSITIVE_WHOLE
from pellucid.nn.mlp import mlp
from pellucid.nn.network import Network
from pellucid.nn.parameters import LayerParams, part

LEAST_DEVIATION = 0.1


@register
@dataclass(frozen=True)
class Forecaster(Layer):
    """All steps ahead of several channels, each window counted in its own deviations.

    With l the last value of a channel's window and s = √(variance + d²) its deviation, u =
    (window - l) / s. The forecast is l + s · (W·u + b + what else is known): the map W is the
    same for all channels, and a window twice as high or wide gets a forecast twice as high or wide
    (reversible instance normalisation, Kim et al. 2022, ICLR, with the last value subtracted).
    Kernels start at 0, so the first forecast is that nothing changes.

    What is known ahead (calendar, holidays) is known of the window's rows as well. Its effect,
    numbers times ``known_kernel``, is taken from the window before it is counted, and added to the
    forecast: a regression whose rest is forecast (Hyndman & Athanasopoulos, "Forecasting:
    Principles and Practice", chapter 10). Beside it, its change since the window's last row acts in
    units of s, times ``change_kernel``: effects may grow with a series.

    Parameters
    ----------
    window, horizon
        Values seen, and steps ahead answered.
    channels
        How many windows are forecast.
    others
        How many further windows are seen, which all channels share; their maps are their own.
    known
        For each column that is known ahead how many numbers it has at a step.
    context
        How many further inputs all channels share.
    hidden
        Units of hidden layers, which see all of it and add to the linear map; none: linear.
    hidden_activation, dropout
        Of the hidden layers.
    least_deviation
        d: windows that vary less are counted as if they varied so much.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Notes
    -----
    Inputs, one after the other: the channels' windows, the others', (window + horizon) · numbers of
    each known column, the context. Outputs: all steps of the first channel, of the second, …; then
    each channel's s, by which intervals are scaled.

    Parameters: ``kernel`` (window · (1 + others) + context, horizon), ``bias`` (horizon,),
    ``known_kernel`` and ``change_kernel`` (numbers, channels), and those of the hidden layers and
    the one after them, ``hidden_1.kernel``, …, ``output.bias``.

    Examples
    --------
    >>> layer = Forecaster(window=3, horizon=2)
    >>> params = layer.init(jax.random.key(0), (3,), "float32")
    >>> layer.apply(params, jnp.array([[1.0, 2.0, 4.0]]))[0, :2]  # nothing changes
    Array([4., 4.], dtype=float32)
    """

    family: ClassVar[str] = "forecaster"

    window: int
    horizon: int
    channels: int = 1
    others: int = 0
    known: Sequence[int] = ()
    context: int = 0
    hidden: Sequence[int] = ()
    hidden_activation: str = "silu"
    dropout: float = 0.0
    least_deviation: float = LEAST_DEVIATION

    def __post_init__(self) -> None:
        super().__post_init__()
        for setting in ("window", "horizon", "channels"):
            POSITIVE_WHOLE.check(setting, getattr(self, setting))
        for setting in ("others", "context"):
            number = getattr(self, setting)
            if number != 0:
                POSITIVE_WHOLE.check(setting, number)
        for setting in ("known", "hidden"):
            numbers = tuple(getattr(self, setting))
            for number in numbers:
                POSITIVE_WHOLE.check(setting, number)
            object.__setattr__(self, setting, numbers)
        POSITIVE.check("least_deviation", self.least_deviation)
        self._deep()

    @property
    def in_features(self) -> int:
        """How many inputs an example has."""
        windows = (self.channels + self.others) * self.window
        return windows + (self.window + self.horizon) * sum(self.known) + self.context

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return (channels · (horizon + 1),): the forecasts, then a deviation for each channel."""
        if in_shape != (self.in_features,):
            raise DataError(
                f"A forecaster received examples of the shape {in_shape}.",
                expected=f"({self.in_features},), for its windows and what is known beside them",
            )
        return (self.channels * (self.horizon + 1),)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Start at 0; only hidden units are drawn, and what leads out of them is 0."""
        self.out_shape(in_shape)
        shared = self.others * self.window + self.context
        params = {
            "kernel": jnp.zeros((self.window + shared, self.horizon), dtype),
            "bias": jnp.zeros((self.horizon,), dtype),
        }
        numbers = sum(self.known)
        if numbers:
            params["known_kernel"] = jnp.zeros((numbers, self.channels), dtype)
            params["change_kernel"] = jnp.zeros((numbers, self.channels), dtype)
        if self.hidden:
            features = self.window + shared + self.horizon * numbers
            deep = self._deep().init(key, features, dtype)
            deep["output"] = jax.tree.map(jnp.zeros_like, deep["output"])
            params |= {
                f"{layer}.{leaf}": array
                for layer, own in deep.items()
                for leaf, array in own.items()
            }
        return params

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the outputs, twice."""
        outputs = self._outputs(params, inputs, None)
        return outputs, outputs

    def apply_training(
        self, params: LayerParams, inputs: jax.Array, key: jax.Array
    ) -> tuple[jax.Array, LayerParams]:
        """Return the outputs while training: dropout drops hidden units."""
        return self._outputs(params, inputs, key), params

    def details(self, params: LayerParams, inputs: jax.Array) -> Details:
        """Return each channel's ``level`` and ``deviation``, and its window counted in them."""
        seen = self._seen(params, inputs)
        return {
            "level": seen.level[..., 0],
            "deviation": seen.deviation[..., 0],
            "windows": seen.windows,
        }

    def _outputs(self, params: LayerParams, inputs: jax.Array, key: jax.Array | None) -> jax.Array:
        """Return forecasts and deviations, (batch, channels · (horizon + 1))."""
        seen = self._seen(params, inputs)
        kernel = params["kernel"]
        change = seen.windows @ kernel[: self.window]  # (batch, channels, horizon)
        change = (
            change + (seen.shared @ kernel[self.window :])[:, None] + params["bias"][None, None]
        )
        if self.known:
            change = change + jnp.einsum("bhk,kc->bch", seen.since, params["change_kernel"])
        if self.hidden:
            change = change + self._deep_change(params, seen, key)
        forecasts = seen.level + seen.deviation * change + seen.effect
        batch = len(inputs)
        return jnp.concatenate(
            [forecasts.reshape(batch, self.channels * self.horizon), seen.deviation[..., 0]], axis=1
        )

    def _deep_change(self, params: LayerParams, seen: _Seen, key: jax.Array | None) -> jax.Array:
        """Return what the hidden layers add, (batch, channels, horizon)."""
        known = seen.since.reshape(len(seen.since), self.horizon * sum(self.known))
        rest = jnp.concatenate([seen.shared, known], axis=1)
        rest = jnp.broadcast_to(rest[:, None], (*seen.windows.shape[:2], rest.shape[1]))
        features = jnp.concatenate([seen.windows, rest], axis=2)
        network = self._deep()
        nested = {name: part(params, f"{name}.") for name in network.names}
        if key is None:
            return network.apply(nested, features)
        return network.apply_training(nested, features, key)[0]

    def _deep(self) -> Network:
        return mlp(self.hidden, self.horizon, self.hidden_activation, self.dropout)

    def _seen(self, params: LayerParams, inputs: jax.Array) -> _Seen:
        """Take a batch of inputs apart."""
        self.out_shape(inputs.shape[1:])
        batch, steps = len(inputs), self.window + self.horizon
        ends, at = [], 0
        widths = (
            self.channels * self.window,
            self.others * self.window,
            *(steps * numbers for numbers in self.known),
        )
        for width in widths:
            at += width
            ends.append(at)
        own, others, *known, context = jnp.split(inputs, ends, axis=1)
        own = own.reshape(batch, self.channels, self.window)
        blocks = [jnp.zeros((batch, steps, 0), inputs.dtype)]
        for block, numbers in zip(known, self.known, strict=True):
            blocks.append(block.reshape(batch, steps, numbers))
        whole = jnp.concatenate(blocks, axis=2)  # what is known, (batch, steps, numbers)
        effect = jnp.zeros((1, 1, 1), inputs.dtype)
        if self.known:
            effects = jnp.einsum("btk,kc->bct", whole, params["known_kernel"])
            own, effect = own - effects[..., : self.window], effects[..., self.window :]
        level, deviation, windows = self._counted(own)
        _, _, further = self._counted(others.reshape(batch, self.others, self.window))
        shared = jnp.concatenate(
            [further.reshape(batch, self.others * self.window), context], axis=1
        )
        since = whole[:, self.window :] - whole[:, self.window - 1 : self.window]
        return _Seen(level, deviation, windows, shared, since, effect)

    def _counted(self, windows: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
        """Return levels and deviations (batch, channels, 1), and windows counted in them."""
        level = windows[..., -1:]
        mean = windows.mean(axis=-1, keepdims=True)
        variance = jnp.square(windows - mean).mean(axis=-1, keepdims=True)
        deviation = jnp.sqrt(variance + self.least_deviation**2)
        return level, deviation, (windows - level) / deviation


class _Seen(NamedTuple):
    """What a batch of inputs holds.

    Attributes
    ----------
    level, deviation
        Of each channel's window, (batch, channels, 1).
    windows
        The channels' windows counted in them, (batch, channels, window).
    shared
        The others' windows, each counted in its own, and the context, (batch, numbers).
    since
        What is known ahead, as its change since the window's last row, (batch, horizon, numbers).
    effect
        What it adds to each forecast, (batch, channels, horizon).
    """

    level: jax.Array
    deviation: jax.Array
    windows: jax.Array
    shared: jax.Array
    since: jax.Array
    effect: jax.Array
