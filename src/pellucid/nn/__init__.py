"""Layers and networks, in which every number can be seen.

Layer families, each in a file of its own: ``Dense``, ``Dropout``, ``BatchNormalization`` and
``LayerNormalization``, ``Convolution``, ``Pooling`` and ``GlobalPooling``, ``Reshape``,
``Embedding`` and ``EmbeddingBag``, ``PeriodicEmbedding``, ``GRU`` and ``LSTM``, ``SelfAttention``,
``Positions``, ``Centring``, ``Forecaster``, ``Centres``, and ``Residual``, ``Branches`` and
``Ensemble``, which are made of others. A ``Network`` holds layers in a row; ``mlp`` makes the usual
one, ``convolutional`` one for images, sounds and series, ``embedded`` and ``ensemble`` more of one.
Parameters are plain nested dicts (``pellucid.nn.parameters``).
"""

from pellucid.nn.activations import ACTIVATIONS
from pellucid.nn.attention import SelfAttention
from pellucid.nn.branches import Branch, Branches
from pellucid.nn.centres import Centres
from pellucid.nn.centring import Centring
from pellucid.nn.cnn import convolutional
from pellucid.nn.convolution import Convolution
from pellucid.nn.dense import Dense
from pellucid.nn.dropout import Dropout
from pellucid.nn.embedding import Embedding, EmbeddingBag
from pellucid.nn.ensemble import Ensemble, ensemble
from pellucid.nn.forecasting import Forecaster
from pellucid.nn.initializers import INITIALIZERS
from pellucid.nn.layer import LAYERS, Layer, Shape, layer_from_dict, register
from pellucid.nn.mlp import mlp
from pellucid.nn.network import Network
from pellucid.nn.normalization import BatchNormalization, LayerNormalization
from pellucid.nn.parameters import LayerParams, Params, is_trainable, weight
from pellucid.nn.periodic import PeriodicEmbedding, embedded
from pellucid.nn.pooling import GlobalPooling, Pooling
from pellucid.nn.positions import Positions
from pellucid.nn.recurrent import GRU, LSTM
from pellucid.nn.reshaping import Reshape
from pellucid.nn.residual import Residual
from pellucid.nn.views import LayerSummary, LayerTrace

__all__ = [
    "ACTIVATIONS",
    "GRU",
    "INITIALIZERS",
    "LAYERS",
    "LSTM",
    "BatchNormalization",
    "Branch",
    "Branches",
    "Centres",
    "Centring",
    "Convolution",
    "Dense",
    "Dropout",
    "Embedding",
    "EmbeddingBag",
    "Ensemble",
    "Forecaster",
    "GlobalPooling",
    "Layer",
    "LayerNormalization",
    "LayerParams",
    "LayerSummary",
    "LayerTrace",
    "Network",
    "Params",
    "PeriodicEmbedding",
    "Pooling",
    "Positions",
    "Reshape",
    "Residual",
    "SelfAttention",
    "Shape",
    "convolutional",
    "embedded",
    "ensemble",
    "is_trainable",
    "layer_from_dict",
    "mlp",
    "register",
    "weight",
]
