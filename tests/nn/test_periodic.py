"""Periodic embeddings: numbers beside waves of themselves."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import DataError, SettingError


def test_an_embedding_is_the_weighted_sum_of_waves():
    """By hand, for the second of two inputs: f = 0.25, φ = 0.5, so cos(2π · (0.25·2 + 0.5)) = 1."""
    layer = nn.PeriodicEmbedding(columns=[1], size=2, frequencies=1)
    params = {
        "frequencies": np.array([[0.25]]),
        "phases": np.array([[0.5]]),
        "kernel": np.array([[[3.0, -1.0]]]),
        "bias": np.array([[0.5, 0.25]]),
    }
    h = layer.apply(params, np.array([[7.0, 2.0]]))  # σ is relu: 3 + 0.5, and −1 + 0.25 cut off
    np.testing.assert_allclose(h, [[7.0, 2.0, 3.5, 0.0]], rtol=1e-6)


def test_frequencies_have_the_deviation_that_is_asked_for():
    layer = nn.PeriodicEmbedding(frequencies=4000, deviation=3.0)
    params = layer.init(jax.random.key(0), (2,), "float32")
    assert np.std(params["frequencies"]) == pytest.approx(3.0, rel=0.05)
    assert np.abs(params["phases"]).max() <= 0.5  # once around the circle


def test_what_cannot_be_embedded_is_refused():
    with pytest.raises(DataError, match="no input 4"):
        nn.PeriodicEmbedding(columns=[4]).out_shape((3,))
    with pytest.raises(DataError, match="a row of numbers"):
        nn.PeriodicEmbedding().out_shape((3, 2))
    for settings in ({"columns": [-1]}, {"columns": [1, 1]}, {"size": 0}, {"deviation": 0.0}):
        with pytest.raises(SettingError):
            nn.PeriodicEmbedding(**settings)
