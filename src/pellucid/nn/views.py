"""What a network shows of a layer: its trace for an example, its line in a table."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import jax

from pellucid.nn.layer import Details, Layer, Shape


@functools.partial(
    jax.tree_util.register_dataclass,
    data_fields=["inputs", "pre_activations", "activations", "details"],
    meta_fields=["name", "layer"],
)
@dataclass(frozen=True)
class LayerTrace:
    """What one layer did with an example or a batch.

    Parameters
    ----------
    name
        The layer's name.
    layer
        The layer itself.
    inputs
        What came in, (…, *in_shape).
    pre_activations
        The weighted sums z, (…, *out_shape).
    activations
        What went out, h = σ(z), (…, *out_shape).
    details
        What else can be seen inside, by name: a recurrent layer's gates, an attention's weights.
    """

    name: str
    layer: Layer
    inputs: jax.Array
    pre_activations: jax.Array
    activations: jax.Array
    details: Details = field(default_factory=dict)


@dataclass(frozen=True)
class LayerSummary:
    """One row of the table that describes a network.

    Parameters
    ----------
    name
        The layer's name.
    layer
        Its family, and its activation where it has one: "dense, relu".
    out_shape
        The shape of one example after it.
    arithmetic
        How its number of trainable parameters comes about: "784 × 128 + 128".
    n_parameters
        That number.
    inner
        Of an ensemble, the rows of one member.
    """

    name: str
    layer: str
    out_shape: Shape
    arithmetic: str
    n_parameters: int
    inner: tuple[LayerSummary, ...] = ()
