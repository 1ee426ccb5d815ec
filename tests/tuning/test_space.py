"""Which settings are searched, between which limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.errors import SettingError
from pellucid.training.config import Config
from pellucid.training.session import Session
from pellucid.training.telling import Faces
from pellucid.tuning.space import Dimension, defaults_of, differing, space_of
from tests.tuning.helpers import two_clouds


def space_for(source: Any, **settings: Any) -> dict[str, Dimension]:
    config = Config.make(source=source, **settings)
    session = Session(config, Faces())
    return {d.name: d for d in space_of(config, session.config, session.prepared)}


def test_every_default_is_among_what_is_tried():
    for source in ("iris", "digits", "diabetes"):
        for dimension in space_for(source).values():
            if dimension.span is None:
                assert dimension.default in dimension.choices, dimension
            else:
                assert dimension.span[0] <= dimension.default <= dimension.span[1]


def test_limits_lie_around_the_defaults():
    space = space_for("iris")  # 120 rows of 4 numbers: rate 0.002, batches of 16, 300 epochs
    assert space["learning_rate"].span == (0.0002, 0.02)
    assert space["epochs"].choices == (150, 300, 600)
    assert space["batch_size"].choices == (8, 16)  # 32 is more than a quarter of the rows
    assert (64, 64) in space["hidden"].choices
    assert () not in space["hidden"].choices


def test_what_is_set_is_not_searched():
    space = space_for("iris", hidden=(16,), learning_rate=0.01)
    assert not {"hidden", "learning_rate"} & set(space)


def test_without_hidden_units_neither_dropout_nor_activation_is_searched():
    assert not {"dropout", "activation"} & set(space_for("iris", hidden=()))


def test_only_pictures_are_changed_at_random_and_only_classes_smoothed():
    assert "augment" in space_for("digits")
    assert "augment" not in space_for("iris")
    assert "label_smoothing" in space_for("iris")
    assert "label_smoothing" not in space_for("diabetes")


def test_series_are_changed_along_their_steps_alone():
    walks = np.random.default_rng(0).normal(size=(60, 80))
    walks[30:] += np.linspace(0, 3, 80)
    frame = pl.DataFrame({"walk": walks.tolist(), "way": ["flat"] * 30 + ["up"] * 30})
    space = space_for(frame, target="way", kinds={"walk": "series"})
    assert space["augment"].choices == ((), ("shift",), ("shift", "scale"))


def test_another_optimizer_has_no_weight_decay():
    assert "weight_decay" not in space_for("iris", optimizer="sgd")


def test_waves_beside_numbers_are_tried_where_rows_are_enough():
    many = two_clouds(1300)  # 1,040 of them to learn from
    assert space_for(many, target="y")["embedding"].choices == ("none", "periodic")
    assert "embedding" not in space_for("iris")


def test_a_wide_table_is_spared_networks_many_times_larger():
    generator = np.random.default_rng(0)
    wide = generator.normal(size=(60, 1500)), np.arange(60) % 2
    widths = space_for(wide, task="classification")["hidden"].choices
    assert max(sum(hidden) for hidden in widths) <= 4 * 128


def test_where_all_is_set_it_is_said_what_could_be_left_open(tmp_path: Path):
    everything = {
        "hidden": (), "learning_rate": 0.01, "weight_decay": 0.1, "batch_size": 16, "epochs": 2,
        "label_smoothing": 0.0,
    }  # fmt: skip
    with pytest.raises(SettingError, match="Nothing is left to search"):
        space_for("iris", **everything)


def test_differences_from_the_defaults_are_told_in_the_order_of_the_space():
    space = Dimension("a", 1, (1, 2)), Dimension("b", 1, (1, 2)), Dimension("c", 1, (1, 2))
    assert defaults_of(space) == {"a": 1, "b": 1, "c": 1}
    assert list(differing({"c": 2, "b": 1, "a": 2}, space).items()) == [("a", 2), ("c", 2)]
