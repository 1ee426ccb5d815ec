"""The multilayer perceptron: dense layers, with what is usual between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pellucid.errors import unknown_name
from pellucid.nn.dense import Dense
from pellucid.nn.dropout import Dropout
from pellucid.nn.initializers import Initializer
from pellucid.nn.layer import Layer
from pellucid.nn.limits import SHARE
from pellucid.nn.network import Network
from pellucid.nn.normalization import BatchNormalization, LayerNormalization

NORMALIZATIONS = {"batch": BatchNormalization, "layer": LayerNormalization}


def mlp(  # one call says all about the usual network; an object would only rename its arguments
    hidden: Sequence[int],
    out_features: int,
    activation: str = "relu",
    dropout: float = 0.0,
    normalization: Literal["batch", "layer"] | None = None,
    initializer: Initializer | None = None,
) -> Network:
    """Make a multilayer perceptron.

    Parameters
    ----------
    hidden
        The number of units of each hidden layer; none make a linear model.
    out_features
        The number of units of the output layer, which is linear: logits or numbers.
    activation
        The hidden layers' activation.
    dropout
        The share of each hidden layer's units silenced while training.
    normalization
        "batch" or "layer": between each hidden layer's weighted sum and its activation. Then
        ``hidden_1`` holds the sum alone and ``normalization_1`` the activation; before batch
        normalisation, whose shift does the same work, there is no bias.
    initializer
        The name of the hidden kernels' initializer; left out, it suits the activation.

    Returns
    -------
    Network
        Layers ``hidden_1``, ``normalization_1``, ``dropout_1``, ``hidden_2``, …, ``output``.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Examples
    --------
    >>> mlp([128, 64], 10, dropout=0.2).names
    ('hidden_1', 'dropout_1', 'hidden_2', 'dropout_2', 'output')
    >>> mlp([32], 1, normalization="batch").names
    ('hidden_1', 'normalization_1', 'output')
    """
    if normalization is not None and normalization not in NORMALIZATIONS:
        raise unknown_name("normalization", str(normalization), NORMALIZATIONS)
    SHARE.check("dropout", dropout)
    # Chosen here, since with normalisation the dense layer itself is linear.
    start = initializer or Dense(1, activation).initializer
    layers: list[Layer] = []
    for number, units in enumerate(hidden, start=1):
        name = f"hidden_{number}"
        if normalization is None:
            layers.append(Dense(units, activation, initializer=start, name=name))
        else:
            has_bias = normalization != "batch"
            layers.append(Dense(units, bias=has_bias, initializer=start, name=name))
            normalize = NORMALIZATIONS[normalization]
            layers.append(normalize(activation=activation, name=f"normalization_{number}"))
        if dropout > 0:
            layers.append(Dropout(dropout, name=f"dropout_{number}"))
    layers.append(Dense(out_features, name="output"))
    return Network(layers)
