"""Ensembles: several networks of one form side by side, whose mean is the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

from pellucid.errors import SettingError
from pellucid.nn.layer import Details, Layer, Shape, made, register
from pellucid.nn.limits import POSITIVE_WHOLE
from pellucid.nn.network import Network
from pellucid.nn.parameters import LayerParams, flat, nested
from pellucid.nn.views import LayerTrace

# Apart from every number that a network's layers fold into its key.
_CHANGE = 2**31 - 1


@register
@dataclass(frozen=True)
class Ensemble(Layer):
    """Networks of the same layers with weights of their own; the answer is their mean.

    Each begins with other weights and ends with other mistakes, of which the mean has fewer
    (Lakshminarayanan, Pritzel & Blundell 2017, "Simple and Scalable Predictive Uncertainty
    Estimation using Deep Ensembles", section 2.4). While training, each learns by its own
    loss: ``apply_training`` returns the outputs of all, (batch, members, out_features). So an
    ensemble is the last layer of a network.

    Parameters
    ----------
    layers
        What each member is made of.
    members
        How many there are.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Notes
    -----
    Parameters: those of the layers, called ``<layer>.<array>``, with the members in front:
    ``dense_1.kernel`` is (members, in_features, units).

    Examples
    --------
    >>> from pellucid.nn import Dense
    >>> layer = Ensemble([Dense(4, "relu"), Dense(1)], members=3)
    >>> params = layer.init(jax.random.key(0), (2,), "float32")
    >>> params["dense_1.kernel"].shape
    (3, 2, 4)
    >>> layer.apply(params, jnp.ones((5, 2))).shape
    (5, 1)
    >>> layer.apply_training(params, jnp.ones((5, 2)), jax.random.key(1))[0].shape
    (5, 3, 1)
    """

    family: ClassVar[str] = "ensemble"

    layers: Sequence[Layer | dict[str, Any]]
    members: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "layers", tuple(map(made, self.layers)))
        POSITIVE_WHOLE.check("members", self.members)
        if not self.layers:
            raise SettingError("An ensemble needs at least one layer.")
        self.network  # noqa: B018 -- refuses layers that share a name

    @property
    def network(self) -> Network:
        """One member, without its parameters."""
        return Network(self.layers)  # type: ignore[arg-type]  # __post_init__ made them layers

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the shape of one member's output."""
        return self.network.out_shape(in_shape)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the first parameters of every member."""

        def first(member: jax.Array) -> LayerParams:
            params = self.network.init(jax.random.fold_in(key, member), in_shape, dtype)
            return flat(params)

        drawn: LayerParams = jax.vmap(first)(jnp.arange(self.members))
        return drawn

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the mean of the members' outputs, twice."""
        mean = jnp.mean(self._of_all(params, inputs), axis=1)
        return mean, mean

    def apply_training(
        self,
        params: LayerParams,
        inputs: jax.Array,
        key: jax.Array,
        change: Callable[[jax.Array, jax.Array], jax.Array] | None = None,
    ) -> tuple[jax.Array, LayerParams]:
        """Return the outputs of every member, (batch, members, *out_shape).

        Parameters
        ----------
        params, inputs, key
            As in `Layer.apply_training`.
        change
            Changes a batch at random by a key, before a member sees it: each sees changes of its
            own, so that their mistakes differ the more.
        """

        def train(member: tuple[LayerParams, jax.Array]) -> tuple[jax.Array, LayerParams]:
            own, number = member
            own_key = jax.random.fold_in(key, number)
            seen = inputs
            if change is not None:
                seen = change(inputs, jax.random.fold_in(own_key, _CHANGE))
            outputs, updated = self.network.apply_training(nested(own), seen, own_key)
            return outputs, flat(updated)

        # One after the other: side by side is no faster for dense layers, where XLA then computes
        # products on one core, and would make of convolutions some in groups.
        outputs, updated = jax.lax.map(train, (params, jnp.arange(self.members)))
        return jnp.moveaxis(outputs, 0, 1), updated

    def details(self, params: LayerParams, inputs: jax.Array) -> Details:
        """Return each member's answer, ``members``, and what their layers let out."""
        steps = self.traces(params, inputs)
        inner = {f"{step.name}.activations": step.activations for step in steps}
        return {"members": self._of_all(params, inputs), **inner}

    def traces(self, params: LayerParams, inputs: jax.Array) -> tuple[LayerTrace, ...]:
        """Follow a batch through every member: as `Network.trace`, arrays (batch, members, …)."""

        def follow(own: LayerParams) -> tuple[LayerTrace, ...]:
            return self.network.trace(nested(own), inputs)

        steps = jax.lax.map(follow, params)
        in_rows: tuple[LayerTrace, ...] = jax.tree.map(lambda a: jnp.moveaxis(a, 0, 1), steps)
        return in_rows

    def settings(self) -> dict[str, Any]:
        """Return the settings, with the layers as JSON-ready data."""
        return super().settings() | self.network.to_dict()

    def _of_all(self, params: LayerParams, inputs: jax.Array) -> jax.Array:
        """Return the outputs of every member at inference, (batch, members, *out_shape)."""

        def answer(own: LayerParams) -> jax.Array:
            return self.network.apply(nested(own), inputs)

        return jnp.moveaxis(jax.lax.map(answer, params), 0, 1)


def ensemble(network: Network, members: int) -> Network:
    """Return an ensemble of so many such networks; of one, the network itself.

    Examples
    --------
    >>> from pellucid import nn
    >>> ensemble(nn.mlp([16], 1), members=4).names
    ('ensemble',)
    """
    if members == 1:
        return network
    return Network([Ensemble(network.layers, members, name="ensemble")])
