"""Convolutional networks: a residual one for images and sounds, a plain one for time series."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.errors import SettingError
from pellucid.nn.centring import Centring
from pellucid.nn.convolution import Convolution
from pellucid.nn.dense import Dense
from pellucid.nn.dropout import Dropout
from pellucid.nn.layer import Layer, Shape
from pellucid.nn.limits import POSITIVE_WHOLE, SHARE
from pellucid.nn.network import Network
from pellucid.nn.normalization import BatchNormalization
from pellucid.nn.pooling import GlobalPooling
from pellucid.nn.reshaping import Reshape
from pellucid.nn.residual import Residual
from pellucid.nn.windows import per_axis

FILTERS_OF_IMAGES = (24, 48, 96)
FILTERS_OF_SERIES = (128, 256, 128)
_SIZES_OF_SERIES = (8, 5, 3)
# What a network sees in an image, a 16th of its side says; each place more costs a step.
_PLACES_OF_IMAGES = 16
_PLACES_OF_SERIES = 512


def convolutional(
    grid: Shape,
    out_features: int,
    filters: Sequence[int] | None = None,
    activation: str = "relu",
    dropout: float = 0.0,
    stride: int | tuple[int, ...] | None = None,
) -> Network:
    """Make a convolutional network for one image, sound or time series an example.

    Images and sounds, height × width: a residual network (He et al. 2016a, section 4.2) of one
    block a stage, at half the resolution from stage to stage. Time series: a fully convolutional
    network (Wang, Yan & Oates 2017, section 2.2) with kernels of 8, 5 and 3 steps. In both, each
    convolution is followed by batch normalisation, and the average of each filter over all places
    leads to the output.

    Parameters
    ----------
    grid
        The shape of an example: ``(height, width, channels)`` for images, ``(steps, channels)``
        for series. Examples come as vectors and are laid out so.
    out_features
        The number of units of the output layer, which is linear: logits or numbers.
    filters
        The filters of each stage; by default 24, 48, 96 for images and 128, 256, 128 for series.
    activation
        The activation after each normalisation.
    dropout
        The share of the averages silenced while training.
    stride
        How far the first kernel moves, which decides what all that follows costs. Left out, about
        16 places of images, and 512 of series, are left along each side. For images the first
        kernel is twice as long as its stride, and 3 at least.

    Returns
    -------
    Network
        Layers ``grid``, ``convolution_1``, ``normalization_1``, … ``pooling``, ``output``.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Examples
    --------
    >>> convolutional((28, 28, 1), 10).names[1:]
    ('convolution_1', 'normalization_1', 'block_1', 'block_2', 'block_3', 'pooling', 'output')
    >>> convolutional((96, 1), 2, filters=(8, 8), dropout=0.1).names[-4:]
    ('normalization_2', 'pooling', 'dropout', 'output')
    """
    SHARE.check("dropout", dropout)
    layers = convolutional_layers(grid, filters, activation, stride)
    if dropout > 0:
        layers.append(Dropout(dropout, name="dropout"))
    layers.append(Dense(out_features, name="output"))
    return Network(layers)


def convolutional_layers(
    grid: Shape,
    filters: Sequence[int] | None = None,
    activation: str = "relu",
    stride: int | tuple[int, ...] | None = None,
    *,
    centred: bool = False,
) -> list[Layer]:
    """Return the layers of `convolutional` up to the averages, one for each filter at the end.

    Parameters
    ----------
    grid, filters, activation, stride
        As for `convolutional`.
    centred
        Whether each example's mean over its first axis is taken from it before, as suits sounds.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Examples
    --------
    >>> [layer.name for layer in convolutional_layers((96, 1), filters=[8])]
    ['grid', 'convolution_1', 'normalization_1', 'pooling']
    """
    is_image = len(grid) == 3
    if not is_image and len(grid) != 2:
        raise SettingError(
            f"A convolutional network cannot be laid over examples of the shape {grid}.",
            expected="(height, width, channels) or (steps, channels)",
        )
    filters = (FILTERS_OF_IMAGES if is_image else FILTERS_OF_SERIES) if filters is None else filters
    for number in filters:
        POSITIVE_WHOLE.check("filters", number)
    if not filters:
        raise SettingError("A convolutional network needs at least one stage of filters.")
    strides = strides_of(grid) if stride is None else per_axis("stride", stride, len(grid) - 1)
    make = _residual_layers if is_image else _plain_layers
    return [
        Reshape(tuple(grid), name="grid"),
        *([Centring(name="centring")] if centred else []),
        *make(tuple(filters), activation, strides),
        GlobalPooling("average", name="pooling"),
    ]


def strides_of(grid: Shape) -> tuple[int, ...]:
    """Return how far the first kernel moves along each side, where nobody says so.

    Examples
    --------
    >>> strides_of((28, 28, 1)), strides_of((96, 40, 1)), strides_of((427, 1))
    ((2, 2), (6, 2), (1,))
    """
    places = _PLACES_OF_IMAGES if len(grid) == 3 else _PLACES_OF_SERIES
    return tuple(max(1, round(length / places)) for length in grid[:-1])


def _residual_layers(
    filters: tuple[int, ...], activation: str, strides: tuple[int, ...]
) -> list[Layer]:
    size = tuple(max(3, 2 * step) for step in strides)
    layers: list[Layer] = [
        _convolution(filters[0], size, strides, "convolution_1"),
        BatchNormalization(activation=activation, name="normalization_1"),
    ]
    before = filters[0]
    for number, width in enumerate(filters, start=1):
        stride = 1 if number == 1 else 2
        layers.append(_block(before, width, stride, activation, f"block_{number}"))
        before = width
    return layers


def _block(before: int, filters: int, stride: int, activation: str, name: str) -> Residual:
    changes_shape = stride > 1 or before != filters
    shortcut: tuple[Layer, ...] = ()
    if changes_shape:  # a projection (option B of the paper)
        shortcut = (
            Convolution(filters, (1, 1), stride=stride, bias=False, name="projection"),
            BatchNormalization(name="normalization"),
        )
    return Residual(
        (
            _convolution(filters, (3, 3), stride, "convolution_1"),
            BatchNormalization(activation=activation, name="normalization_1"),
            _convolution(filters, (3, 3), 1, "convolution_2"),
            BatchNormalization(name="normalization_2"),
        ),
        shortcut,
        activation=activation,
        name=name,
    )


def _plain_layers(
    filters: tuple[int, ...], activation: str, strides: tuple[int, ...]
) -> list[Layer]:
    layers: list[Layer] = []
    for number, width in enumerate(filters, start=1):
        size = _SIZES_OF_SERIES[min(number, len(_SIZES_OF_SERIES)) - 1]
        layers += [
            _convolution(width, (size,), strides if number == 1 else 1, f"convolution_{number}"),
            BatchNormalization(activation=activation, name=f"normalization_{number}"),
        ]
    return layers


def _convolution(
    filters: int, size: tuple[int, ...], stride: int | tuple[int, ...], name: str
) -> Convolution:
    # The normalisation that follows shifts by itself, and has the activation.
    return Convolution(filters, size, stride=stride, bias=False, initializer="he_normal", name=name)
