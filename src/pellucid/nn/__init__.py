"""Layers and networks, in which every number can be seen.

Layer families, each in a file of its own: ``Dense``, ``Dropout``, ``BatchNormalization``,
``LayerNormalization``. A ``Network`` holds layers in a row; ``mlp`` makes the usual one.
Parameters are plain nested dicts (``pellucid.nn.parameters``).
"""

from pellucid.nn.activations import ACTIVATIONS
from pellucid.nn.dense import Dense
from pellucid.nn.dropout import Dropout
from pellucid.nn.initializers import INITIALIZERS
from pellucid.nn.layer import LAYERS, Layer, Shape, layer_from_dict, register
from pellucid.nn.mlp import mlp
from pellucid.nn.network import Network
from pellucid.nn.normalization import BatchNormalization, LayerNormalization
from pellucid.nn.parameters import LayerParams, Params, is_trainable, weight
from pellucid.nn.views import LayerSummary, LayerTrace

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LAYERS",
    "BatchNormalization",
    "Dense",
    "Dropout",
    "Layer",
    "LayerNormalization",
    "LayerParams",
    "LayerSummary",
    "LayerTrace",
    "Network",
    "Params",
    "Shape",
    "is_trainable",
    "layer_from_dict",
    "mlp",
    "register",
    "weight",
]
