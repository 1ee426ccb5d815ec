"""What a layer is, and the registry of layer families.

A new family is one file with a frozen dataclass under ``@register``, and its import in
``nn/__init__.py``. A layer sees the shape of one example as a tuple, without the batch; arrays
carry the batch in front.
"""

from __future__ import annotations

import dataclasses
import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import jax
from jax.typing import DTypeLike

from pellucid.errors import SettingError, quote_list, unknown_name
from pellucid.nn.parameters import LayerParams

Shape = tuple[int, ...]
"""The shape of one example, without the batch: (784,) for a row, (28, 28, 1) for an image."""

Details = dict[str, jax.Array]
"""What else can be seen inside a layer, by name: gates, attention; each (batch, …)."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Layer(ABC):
    """The base of all layers: settings only; the parameters live outside.

    Parameters
    ----------
    name
        What the layer is called in parameters and tables: letters, digits and underscores,
        starting with a letter. Left out, it is the family and a count from 1: ``dense_1``.

    Raises
    ------
    SettingError
        For a name of another form.
    """

    family: ClassVar[str]

    name: str | None = None

    def __post_init__(self) -> None:
        if self.name is not None and not _NAME.fullmatch(str(self.name)):
            raise SettingError(
                "A layer's name must be letters, digits and underscores, starting with a letter; "
                f"received: {self.name!r}"
            )

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the shape of one example after this layer; the same, unless overridden."""
        return in_shape

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Return the first parameters for examples of this shape; none, unless overridden."""
        return {}

    @abstractmethod
    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the pre-activations z and the activations h = σ(z), at inference.

        Parameters
        ----------
        params
            This layer's own parameters.
        inputs
            A batch, (batch, *in_shape).

        Returns
        -------
        tuple of jax.Array
            Both of shape (batch, *out_shape). A layer without an activation returns its
            outputs twice.
        """

    def apply(self, params: LayerParams, inputs: jax.Array) -> jax.Array:
        """Return the outputs at inference, (batch, *out_shape)."""
        return self.trace(params, inputs)[1]

    def apply_training(
        self, params: LayerParams, inputs: jax.Array, key: jax.Array
    ) -> tuple[jax.Array, LayerParams]:
        """Return the outputs while training, and the parameters with new running statistics.

        As at inference, unless overridden. ``key`` is for layers that draw at random.
        """
        return self.apply(params, inputs), params

    def details(self, params: LayerParams, inputs: jax.Array) -> Details:
        """Return what else can be seen of a batch inside the layer; nothing, unless overridden."""
        return {}

    def settings(self) -> dict[str, Any]:
        """Return the settings by name, without ``name``."""
        own = (field.name for field in dataclasses.fields(self) if field.name != "name")
        return {setting: getattr(self, setting) for setting in own}

    def to_dict(self) -> dict[str, Any]:
        """Return the layer as JSON-ready data: its family, its name where given, its settings."""
        named = {} if self.name is None else {"name": self.name}
        return {"family": self.family} | named | self.settings()


LAYERS: dict[str, type[Layer]] = {}
"""The layer families by name, in the order of their registration."""

LayerType = TypeVar("LayerType", bound=Layer)


def register(layer_type: type[LayerType]) -> type[LayerType]:
    """Enter a layer family into ``LAYERS`` under its ``family``; a class decorator."""
    LAYERS[layer_type.family] = layer_type
    return layer_type


def layer_from_dict(data: dict[str, Any]) -> Layer:
    """Make a layer from what ``Layer.to_dict`` returned.

    Settings that are missing take their defaults, so that files written before a setting
    existed stay readable.

    Raises
    ------
    SettingError
        For an unknown family, unknown or missing settings, or values out of their limits.

    Examples
    --------
    >>> from pellucid import nn
    >>> layer_from_dict({"family": "dropout", "rate": 0.5})
    Dropout(name=None, rate=0.5, what='units')
    """
    settings = dict(data)
    family = settings.pop("family", None)
    if family not in LAYERS:
        raise unknown_name("layer family", str(family), LAYERS)
    fields = dataclasses.fields(LAYERS[family])
    known = {field.name for field in fields}
    if unknown := sorted(settings.keys() - known):
        raise SettingError(
            f"A {family} layer has no setting {quote_list(unknown)}.",
            expected=f"settings among {quote_list(sorted(known))}",
        )
    needed = {field.name for field in fields if field.default is dataclasses.MISSING}
    if missing := sorted(needed - settings.keys()):
        raise SettingError(f"A {family} layer needs the setting {quote_list(missing)}.")
    return LAYERS[family](**settings)


def made(layer: Layer | dict[str, Any]) -> Layer:
    """Return a layer as it is, or made from its description.

    Raises
    ------
    SettingError
        For what is neither.
    """
    if isinstance(layer, Layer):
        return layer
    if isinstance(layer, dict):
        return layer_from_dict(layer)
    raise SettingError(f"{layer!r} is not a layer.", expected="layers such as Dense(10)")


def count(shape: Shape) -> int:
    """Return how many numbers an array of this shape holds."""
    return math.prod(shape)
