"""Which network suits which data: what is chosen, what is built, and what it is good for."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import nn
from pellucid.data import Block, Table
from pellucid.data.kinds.series import SeriesEncoder
from pellucid.data.targets import CategoryTarget
from pellucid.errors import SettingError
from pellucid.tasks import Classification
from pellucid.training.building import objective_of
from pellucid.training.config import Config
from pellucid.training.defaults import resolve
from pellucid.training.sizes import Grid, Sizes

CLASSIFICATION = Classification(CategoryTarget.fit(pl.Series(["a", "b"])))


def sizes(*blocks: tuple[str, tuple[int, ...]], n_train: int = 500) -> Sizes:
    """Return the sizes of columns that follow one another, each a kind and a shape."""
    return Sizes.of(laid_out(*blocks), n_train, "classification")


def laid_out(*blocks: tuple[str, tuple[int, ...]]) -> list[Block]:
    placed, start = [], 0
    for number, (kind, shape) in enumerate(blocks):
        stop = start + int(np.prod(shape))
        placed.append(Block(f"{kind}.{number}", kind, start, stop, shape))
        start = stop
    return placed


@pytest.mark.parametrize(
    ("blocks", "settings", "expected"),
    [
        ([("number", (1,))], {}, "dense"),
        ([("series", (150, 1))], {}, "conv"),
        ([("series", (5, 1))], {}, "dense"),  # shorter than a kernel
        ([("sound", (33, 32))], {}, "conv"),
        ([("image", (32, 32, 3))], {}, "conv"),
        ([("image", (28, 28))], {}, "dense"),  # in seconds
        ([("image", (28, 28))], {"preset": "best"}, "conv"),
        ([("image", (28, 28))], {"network": "conv"}, "conv"),
        ([("image", (28, 28))], {"filters": "8,8"}, "conv"),
        ([("series", (150, 1))], {"hidden": "32"}, "dense"),
        ([("series", (150, 1))], {"network": "dense"}, "dense"),
        ([("number", (1,)), ("image", (32, 32, 3))], {}, "conv"),
    ],
)
def test_convolutions_are_chosen_for_what_lies_side_by_side(blocks, settings, expected):
    settled, reasons = resolve(Config.make(**settings), sizes(*blocks))
    assert settled.network == expected
    assert (settled.filters is not None) == (expected == "conv")
    assert reasons.get("network") or "network" in settings


def test_convolutions_that_would_take_minutes_are_left_to_the_preset_best():
    many = sizes(("image", (32, 32, 3)), n_train=200_000)
    settled, reasons = resolve(Config(), many)
    assert settled.network == "dense"
    assert "--network conv" in reasons["network"]
    assert resolve(Config(preset="best"), many)[0].network == "conv"


def test_one_column_of_images_gives_layers_in_a_row():
    config, _ = resolve(Config(network="conv"), sizes(("image", (8, 8))))
    objective = objective_of(config, CLASSIFICATION, laid_out(("image", (8, 8))))
    assert objective.network.names[:2] == ("grid", "convolution_1")
    assert objective.network.out_features(64) == 2


def test_other_columns_meet_the_images_in_a_dense_layer():
    blocks = [("number", (1,)), ("image", (8, 8)), ("series", (20, 2)), ("category", (3,))]
    config, _ = resolve(Config(network="conv"), sizes(*blocks))
    network = objective_of(config, CLASSIFICATION, laid_out(*blocks)).network
    assert network.names == ("columns", "hidden_1", "output")
    branches = network.layers[0].branches
    assert [(b.name, b.start, b.stop) for b in branches] == [
        ("image_1", 1, 65),
        ("series_2", 65, 105),
    ]
    averages = branches[0].layers[-1]
    assert isinstance(averages, nn.GlobalPooling)
    rows = network.describe(108)
    filters = config.filters[-1]
    assert rows[0].out_shape == (2 * filters + 4,)  # the averages, the number and the categories


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"network": "conv"}, "nothing that a convolution could look along"),
        ({"network": "dense", "filters": "8"}, "Filters belong to convolutions"),
        ({"filters": "none"}, "at least one stage of filters"),
    ],
)
def test_what_does_not_fit_is_refused(settings, words):
    with pytest.raises(SettingError, match=words):
        resolve(Config.make(**settings), sizes(("number", (1,))))


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"normalization": "layer"}, "normalised by batch"), ({"embedding": "periodic"}, "Waves")],
)
def test_settings_of_dense_networks_are_refused(settings, words):
    with pytest.raises(SettingError, match=words):
        resolve(Config.make(network="conv", **settings), sizes(("series", (20, 1))))


def test_another_optimizer_keeps_its_usual_rate():
    settled, _ = resolve(Config(network="conv", optimizer="momentum"), sizes(("series", (20, 1))))
    assert (settled.learning_rate, settled.weight_decay) == (0.02, 0.0)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([("series", (150, 1))], ("shift", "scale")),
        ([("series", (24, 1))], ()),  # the hours of a day
        ([("sound", (33, 32))], ("shift", "scale")),
        ([("image", (32, 32, 3))], ("shift", "flip")),
        ([("image", (28, 28)), ("series", (150, 1))], ("shift", "rotate", "scale")),
    ],
)
def test_convolutions_see_what_lies_side_by_side_changed_a_little(blocks, expected):
    settled, _ = resolve(Config(network="conv"), sizes(*blocks))
    assert settled.augment == expected


def test_many_drawings_are_also_bent_for_convolutions():
    """Letters and digits alone: ink of 0.13 is that of MNIST, 0.29 that of Fashion-MNIST."""
    for ink, expected in ((0.13, ("shift", "rotate", "scale", "elastic")),
                          (0.29, ("shift", "rotate", "scale"))):  # fmt: skip
        pixels = Grid("image", "image", 0, (28, 28, 1), ink=ink)
        drawn = Sizes(54_000, 784, "classification", grids=(pixels,))
        assert resolve(Config(network="conv"), drawn)[0].augment == expected


def test_series_can_be_standardised_as_a_whole():
    walks = pl.Series([[1.0, 5.0], [3.0, 7.0]])
    encoder = SeriesEncoder.fit(walks, scaled_by="channel")
    # By hand: the mean of 1, 5, 3, 7 is 4, the variance (9 + 1 + 1 + 9) / 4 = 5.
    expected = (np.array([[1.0, 5.0], [3.0, 7.0]]) - 4) / np.sqrt(5)
    np.testing.assert_allclose(encoder.transform(walks)[..., 0], expected, rtol=1e-6)
    back = encoder.inverse(encoder.transform(walks))
    np.testing.assert_allclose(back.to_list(), walks.to_list(), rtol=1e-6)


def bumps(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Make series with one bump somewhere, steep on its left (0) or on its right side (1)."""
    random = np.random.default_rng(seed)
    series, labels = random.normal(scale=0.2, size=(n, 60)), random.integers(0, 2, n)
    bump = np.linspace(0.0, 2.0, 8)
    for row, label in zip(series, labels, strict=True):
        at = random.integers(0, 52)
        row[at : at + 8] += bump if label else bump[::-1]
    return series, np.where(labels == 1, "right", "left")


def share_right(model: pellucid.Model, data: object, truth: np.ndarray) -> float:
    """Return the share of rows whose predicted class is the true one."""
    return float(np.mean(model.predict(data)["prediction"].to_numpy() == truth))


@pytest.mark.slow
def test_a_shape_is_recognised_wherever_it_lies(tmp_path):
    series, sides = bumps(160, seed=0)
    frame = pl.DataFrame({"walk": series.tolist(), "side": sides})
    settings = {"target": "side", "kinds": {"walk": "series"}, "test_fraction": 0}
    new, truth = bumps(200, seed=1)
    table = pl.DataFrame({"walk": new.tolist()})
    model = pellucid.train(frame, epochs=30, filters="16,16", **settings)
    assert share_right(model, table, truth) > 0.95
    dense = pellucid.train(frame, network="dense", **settings)
    assert share_right(dense, table, truth) < 0.9
    model.save(tmp_path / "model.pellucid")
    again = pellucid.load(tmp_path / "model.pellucid")
    assert again.predict(table).equals(model.predict(table))


@pytest.mark.slow
def test_images_beside_numbers_are_learned_explained_and_drawn():
    random = np.random.default_rng(0)
    images = random.normal(scale=0.2, size=(120, 10, 10, 3)).astype(np.float32)
    size = random.normal(size=120)
    labels = np.where((size > 0) ^ (np.arange(120) % 2 == 0), "yes", "no")
    images[::2, 3:6, 3:6] += 1.0
    columns = {"photo": images, "size": pl.Series(size), "label": pl.Series(labels)}
    data = Table(columns)
    model = pellucid.train(
        data, target="label", network="conv", filters="8", epochs=40, test_fraction=0
    )
    assert share_right(model, data, labels) > 0.9
    explanation = model.explain(data, row=1)
    moved = abs(explanation.output - explanation.baseline)
    assert abs(explanation.error) <= 1e-3 * moved
    assert "columns" in model._repr_html_()
