"""Residual blocks: layers that add to what came in, instead of replacing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
from jax.typing import DTypeLike

from pellucid.errors import DataError, SettingError
from pellucid.nn import activations
from pellucid.nn.layer import Details, Layer, Shape, made, register
from pellucid.nn.limits import TRUTH
from pellucid.nn.padding import presence
from pellucid.nn.parameters import LayerParams, part


@register
@dataclass(frozen=True)
class Residual(Layer):
    """A block h = σ(F(x) + x), with F some layers in a row (He et al. 2016a, section 3.2).

    Parameters
    ----------
    layers
        What F is made of.
    shortcut
        Layers that x passes beside them, where F changes the shape; none: x itself.
    activation
        The name of σ.
    padded
        Whether steps that hold nothing but zeros are padding, and stay so.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        Without layers, or where two have the same name.
    DataError
        Where the two ways do not lead to the same shape.

    Notes
    -----
    Parameters: those of the layers, called ``<layer>.<array>``; layers of the shortcut begin
    with ``shortcut_``.

    Examples
    --------
    >>> from pellucid import nn
    >>> block = Residual([nn.Dense(3, "relu"), nn.Dense(3)])
    >>> sorted(block.init(jax.random.key(0), (3,), "float32"))
    ['dense_1.bias', 'dense_1.kernel', 'dense_2.bias', 'dense_2.kernel']
    """

    family: ClassVar[str] = "residual"

    layers: Sequence[Layer | dict[str, Any]]
    shortcut: Sequence[Layer | dict[str, Any]] = ()
    activation: str = "linear"
    padded: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        activations.get(self.activation)
        TRUTH.check("padded", self.padded)
        for setting in ("layers", "shortcut"):
            object.__setattr__(self, setting, tuple(map(made, getattr(self, setting))))
        if not self.layers:
            raise SettingError("A residual block needs at least one layer.")
        names = [place.name for place in self._places()]
        if repeated := sorted(name for name, times in Counter(names).items() if times > 1):
            raise SettingError(f"Two layers of a residual block are called {repeated[0]!r}.")

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the shape after the layers, which must be that after the shortcut."""
        main, beside = in_shape, in_shape
        for layer in self._main():
            main = layer.out_shape(main)
        for layer in self._beside():
            beside = layer.out_shape(beside)
        if main != beside:
            raise DataError(
                f"A residual block adds {main}, after its layers, to {beside}.",
                expected="two equal shapes",
                remedy="give a shortcut that changes the shape as the layers do",
            )
        return main

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the first parameters of all layers."""
        self.out_shape(in_shape)
        params: LayerParams = {}
        main = beside = in_shape
        for place in self._places():
            shape = beside if place.is_shortcut else main
            own = place.layer.init(jax.random.fold_in(key, place.number), shape, dtype)
            params |= {place.prefix + leaf: array for leaf, array in own.items()}
            if place.is_shortcut:
                beside = place.layer.out_shape(shape)
            else:
                main = place.layer.out_shape(shape)
        return params

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return z = F(x) + x and h = σ(z)."""

        def through(place: _Place, signal: jax.Array) -> jax.Array:
            return place.layer.apply(part(params, place.prefix), signal)

        return self._joined(inputs, through)

    def apply_training(
        self, params: LayerParams, inputs: jax.Array, key: jax.Array
    ) -> tuple[jax.Array, LayerParams]:
        """Return the outputs while training, and the parameters with new running statistics."""
        updated = dict(params)

        def through(place: _Place, signal: jax.Array) -> jax.Array:
            own = part(params, place.prefix)
            own_key = jax.random.fold_in(key, place.number)
            signal, own = place.layer.apply_training(own, signal, own_key)
            updated.update({place.prefix + leaf: array for leaf, array in own.items()})
            return signal

        return self._joined(inputs, through)[1], updated

    def details(self, params: LayerParams, inputs: jax.Array) -> Details:
        """Return what each inner layer let out, and its own details, called ``<layer>.<what>``."""
        found: Details = {}

        def through(place: _Place, signal: jax.Array) -> jax.Array:
            own = part(params, place.prefix)
            inner = place.layer.details(own, signal)
            found.update({place.prefix + what: numbers for what, numbers in inner.items()})
            found[place.prefix + "activations"] = place.layer.apply(own, signal)
            return found[place.prefix + "activations"]

        self._joined(inputs, through)
        return found

    def settings(self) -> dict[str, Any]:
        """Return the settings, with the layers as JSON-ready data."""
        layers = [layer.to_dict() for layer in self._main()]
        shortcut = [layer.to_dict() for layer in self._beside()]
        return super().settings() | {"layers": layers, "shortcut": shortcut}

    def _joined(
        self, inputs: jax.Array, through: Callable[[_Place, jax.Array], jax.Array]
    ) -> tuple[jax.Array, jax.Array]:
        """Lead the inputs both ways, and add up what comes out."""
        self.out_shape(inputs.shape[1:])
        main = beside = inputs
        for place in self._places():
            if place.is_shortcut:
                beside = through(place, beside)
            else:
                main = through(place, main)
        z = main + beside
        h = activations.get(self.activation)(z)
        if self.padded:
            there = presence(inputs)
            z, h = z * there, h * there
        return z, h

    def _places(self) -> Iterator[_Place]:
        """Yield all layers with their names, those of the shortcut last."""
        number = 0
        for is_shortcut, layers in ((False, self._main()), (True, self._beside())):
            families: Counter[str] = Counter()
            for layer in layers:
                families[layer.family] += 1
                name = layer.name or f"{layer.family}_{families[layer.family]}"
                yield _Place(
                    number, "shortcut_" + name if is_shortcut else name, layer, is_shortcut
                )
                number += 1

    def _main(self) -> tuple[Layer, ...]:
        return self.layers  # type: ignore[return-value]  # __post_init__ made them layers

    def _beside(self) -> tuple[Layer, ...]:
        return self.shortcut  # type: ignore[return-value]  # as above


@dataclass(frozen=True)
class _Place:
    """A layer's place in a block."""

    number: int
    name: str
    layer: Layer
    is_shortcut: bool

    @property
    def prefix(self) -> str:
        """What the names of its parameters begin with."""
        return f"{self.name}."
