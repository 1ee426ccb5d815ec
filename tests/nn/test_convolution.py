"""Convolution against SciPy's cross-correlation, and the two ways of computing it."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.signal

from pellucid import nn
from pellucid.errors import DataError, SettingError
from pellucid.nn import correlation
from pellucid.nn.correlation import by_patches, by_xla, correlate

SETTINGS = [
    {"size": (3,)},
    {"size": (4,), "stride": 3},
    {"size": (3,), "dilation": 3, "padding": "valid"},
    {"size": (3, 3)},
    {"size": (5, 2), "stride": (2, 1), "padding": "valid"},
    {"size": (2, 3), "stride": 2, "dilation": (1, 2)},
    {"size": (3, 3), "groups": 2, "padding": "valid"},
    {"size": (3, 3), "groups": 4, "stride": 2},
]


def example(layer, rows=3, channels=4, seed=0):
    places = (11,) if len(layer.size) == 1 else (9, 8)
    inputs = np.random.default_rng(seed).normal(size=(rows, *places, channels))
    params = layer.init(jax.random.key(seed), inputs.shape[1:], jnp.float64)
    return params, jnp.asarray(inputs)


def by_scipy(image, kernel, margins, stride, dilation):
    """Correlate each channel with its kernel, add up, and keep every stride-th place."""
    padded = np.pad(image, (*margins, (0, 0)))
    reach = [(n - 1) * apart + 1 for n, apart in zip(kernel.shape[:-2], dilation, strict=True)]
    spread = np.zeros((*reach, *kernel.shape[-2:]))
    spread[tuple(slice(None, None, apart) for apart in dilation)] = kernel
    outputs = []
    for filter_number in range(kernel.shape[-1]):
        channels = [
            scipy.signal.correlate(padded[..., c], spread[..., c, filter_number], mode="valid")
            for c in range(image.shape[-1])
        ]
        outputs.append(sum(channels))
    return np.stack(outputs, axis=-1)[tuple(slice(None, None, step) for step in stride)]


@pytest.mark.parametrize("settings", [s for s in SETTINGS if "groups" not in s], ids=str)
def test_a_convolution_is_scipys_correlation_of_each_channel_added_up(settings):
    with jax.enable_x64(True):
        layer = nn.Convolution(3, **settings, bias=False)
        params, inputs = example(layer)
        margins = layer.windows.margins(inputs.shape[1:-1])
        outputs = layer.apply(params, inputs)
        for image, found in zip(np.asarray(inputs), outputs, strict=True):
            kernel = np.asarray(params["kernel"])
            expected = by_scipy(image, kernel, margins, layer.stride, layer.dilation)
            np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_patches_and_xla_agree(settings):
    with jax.enable_x64(True):
        layer = nn.Convolution(8, **settings)
        params, inputs = example(layer)
        arguments = (layer.windows, inputs, params["kernel"], layer.groups)
        np.testing.assert_allclose(
            by_patches(*arguments), by_xla(*arguments), rtol=1e-10, atol=1e-12
        )


# Patches are narrower, shared offsets are.
@pytest.mark.parametrize("channels", [1, pytest.param(12, marks=pytest.mark.slow)])
@pytest.mark.parametrize("settings", [s for s in SETTINGS if "groups" not in s], ids=str)
def test_gradients_are_those_that_jax_derives_of_patches(settings, channels, monkeypatch):
    monkeypatch.setattr(correlation, "_CACHED_BYTES", 40_000)  # the batch in several parts
    with jax.enable_x64(True):
        layer = nn.Convolution(5, **settings, bias=False)
        params, inputs = example(layer, rows=6, channels=channels)
        kernel = params["kernel"]
        outputs, backward = jax.vjp(partial(correlate, layer.windows), inputs, kernel)
        _, expected = jax.vjp(partial(by_patches, layer.windows), inputs, kernel)
        gradient = jnp.asarray(np.random.default_rng(1).normal(size=outputs.shape))
        for found, known in zip(backward(gradient), expected(gradient), strict=True):
            np.testing.assert_allclose(found, known, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_same_keeps_the_places_divided_by_the_stride_as_xla_does(settings):
    layer = nn.Convolution(8, **(settings | {"padding": "same"}))
    places = (11,) if len(layer.size) == 1 else (9, 8)
    reach = [(n - 1) * apart + 1 for n, apart in zip(layer.size, layer.dilation, strict=True)]
    assert layer.windows.margins(places) == tuple(
        jax.lax.padtype_to_pads(places, reach, layer.stride, "SAME")
    )
    assert layer.out_shape((*places, 4))[:-1] == tuple(
        -(-n // step) for n, step in zip(places, layer.stride, strict=True)
    )


def test_groups_do_not_see_each_other():
    with jax.enable_x64(True):
        layer = nn.Convolution(6, size=(3, 3), groups=2, bias=False)
        params, inputs = example(layer)
        single = nn.Convolution(3, size=(3, 3), bias=False)
        halves = [
            single.apply({"kernel": params["kernel"][..., :3]}, inputs[..., :2]),
            single.apply({"kernel": params["kernel"][..., 3:]}, inputs[..., 2:]),
        ]
        expected = np.concatenate(halves, axis=-1)
        np.testing.assert_allclose(layer.apply(params, inputs), expected, rtol=1e-10, atol=1e-12)


def test_an_edge_is_found_where_it_is():
    image = jnp.zeros((1, 4, 6, 1)).at[:, :, 3:].set(1.0)
    layer = nn.Convolution(1, size=(1, 2), padding="valid", bias=False)
    kernel = jnp.array([-1.0, 1.0]).reshape(1, 2, 1, 1)
    (edges,) = layer.apply({"kernel": kernel}, image)[..., 0]
    assert edges.tolist() == [[0.0, 0.0, 1.0, 0.0, 0.0]] * 4


def test_the_parameters_are_counted_as_textbooks_do():
    # 3 × 3 × 1 × 32 + 32 = 320 and 3 × 3 × 32 × 64 + 64 = 18,496: LeCun-like networks on MNIST.
    network = nn.Network(
        [
            nn.Reshape((28, 28, 1)),
            nn.Convolution(32, size=(3, 3), padding="valid", activation="relu"),
            nn.Pooling((2, 2)),
            nn.Convolution(64, size=(3, 3), padding="valid", activation="relu"),
            nn.Pooling((2, 2)),
            nn.Reshape((-1,)),
            nn.Dense(10),
        ]
    )
    rows = network.describe(784)
    assert [row.n_parameters for row in rows] == [0, 320, 0, 18_496, 0, 0, 16_010]
    assert [row.out_shape for row in rows[1:5]] == [
        (26, 26, 32), (13, 13, 32), (11, 11, 64), (5, 5, 64),
    ]  # fmt: skip


def test_images_smaller_than_a_kernel_are_refused():
    network = nn.Network([nn.Convolution(2, size=(5, 5), padding="valid", name="look")])
    with pytest.raises(DataError, match=r"5 × 5 pixels do not fit into examples of 3 × 4 pixels"):
        network.init(0, in_features=(3, 4, 1))
    with pytest.raises(DataError, match="2 × 2"):
        nn.Pooling((2, 2)).out_shape((1, 1, 3))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"filters": 0, "size": 3}, "filters must be a positive whole number"),
        ({"filters": 2, "size": (3, 3, 3)}, "one number .* or two"),
        ({"filters": 2, "size": (3, 3), "stride": (1, 1, 1)}, "stride must have 2 numbers"),
        ({"filters": 2, "size": 3, "padding": "full"}, "padding must be 'same' or 'valid'"),
        ({"filters": 3, "size": 3, "groups": 2}, "3 filters cannot be divided into 2 groups"),
        ({"filters": 2, "size": 3, "initializer": [[1.0]]}, "must be a name"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, words):
    with pytest.raises(SettingError, match=words):
        nn.Convolution(**settings)


def test_channels_that_groups_do_not_divide_and_rows_of_numbers_are_refused():
    with pytest.raises(SettingError, match="3 channels cannot be divided into 2 groups"):
        nn.Convolution(2, size=3, groups=2).init(jax.random.key(0), (8, 3), "float32")
    with pytest.raises(DataError, match="Reshape"):
        nn.Convolution(2, size=(3, 3)).out_shape((784,))
