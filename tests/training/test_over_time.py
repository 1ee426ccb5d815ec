"""Networks that go step by step: what is chosen, what is built, and what only they can learn."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.data import Block
from pellucid.errors import InterruptedTrainingError, SettingError
from pellucid.tasks import TASKS
from pellucid.training import run as runs
from pellucid.training.building import objective_of
from pellucid.training.config import Config
from pellucid.training.defaults import resolve
from pellucid.training.over_time import MOST_STEPS, steps_of
from pellucid.training.sizes import Sizes, sequences_of
from tests.training.test_architecture import CLASSIFICATION

KINDS = ("recurrent", "transformer")
each_kind = pytest.mark.parametrize("network", KINDS)
WORDS = Block("title", "text", 0, 12, (12,), entries=50)
SERIES = Block("walk", "series", 0, 40, (20, 2))
QUICK = {"units": 16, "calibration": "none", "seed": 1}


def sizes(*blocks: Block, task: str = "classification", n_train: int = 500) -> Sizes:
    return Sizes.of(blocks, n_train, task)


@each_kind
@pytest.mark.parametrize("block", [WORDS, SERIES], ids=["text", "series"])
def test_every_setting_is_settled_with_a_reason(network, block):
    settled, reasons = resolve(Config(network=network), sizes(block))
    for name in ("units", "blocks", "dropout", "learning_rate", "clip_norm", "epochs", "schedule"):
        assert getattr(settled, name) is not None
        assert len(reasons[name]) > 4
    assert (settled.heads is None) == (network == "recurrent")
    assert settled.hidden == ()
    built = objective_of(settled, CLASSIFICATION, [block]).network
    assert built.out_features(block.stop) == 2


@each_kind
def test_what_a_person_sets_is_built(network):
    config = Config.make(network=network, units=12, blocks=3, dropout=0.25)
    if network == "transformer":
        config = config.replace(heads=3)
    settled, _ = resolve(config, sizes(WORDS))
    built = objective_of(settled, CLASSIFICATION, [WORDS]).network
    block = "gru_{}" if network == "recurrent" else "attention_{}"
    assert [name for name in built.names if name.startswith(block[:-3])] == [
        block.format(number) for number in (1, 2, 3)
    ]
    shapes = built.parameter_shapes(WORDS.stop)
    assert shapes["words"]["table"] == (50, 12)


def test_neither_is_chosen_unless_it_is_asked_for():
    for block in (WORDS, SERIES):
        assert resolve(Config(), sizes(block))[0].network not in KINDS
        assert resolve(Config(preset="best"), sizes(block))[0].network not in KINDS


@each_kind
def test_other_columns_meet_what_has_steps_in_a_dense_layer(network):
    number, image = Block("age", "number", 12, 13, (1,)), Block("face", "image", 13, 77, (8, 8))
    walk = Block("walk", "series", 77, 117, (20, 2))
    blocks = [WORDS, number, image, walk]
    config, _ = resolve(Config(network=network), sizes(*blocks))
    built = objective_of(config, CLASSIFICATION, blocks).network
    assert built.names[0] == "columns"
    assert "hidden_1" in built.names
    branches = built.layers[0].branches
    assert [(b.name, b.start, b.stop) for b in branches] == [
        ("title", 0, 12),
        ("face", 13, 77),
        ("walk", 77, 117),
    ]
    assert built.out_features(117) == 2


@each_kind
@pytest.mark.parametrize("kind", ["number", "category", "date", "image", "vector"])
def test_what_has_no_steps_is_refused_in_words(network, kind):
    block = Block("c", kind, 0, 64, (8, 8) if kind == "image" else (64,))
    with pytest.raises(SettingError, match="no order of time") as caught:
        resolve(Config(network=network), sizes(block))
    assert "series, sound or text" in str(caught.value)


@each_kind
@pytest.mark.parametrize("task", ["forecasting", "clustering"])
def test_other_tasks_are_refused(network, task):
    assert task in TASKS
    with pytest.raises(SettingError, match=f"not made for {task}"):
        resolve(Config(network=network), sizes(SERIES, task=task))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"units": 8}, "units belongs to networks that go step by step"),
        ({"network": "conv", "blocks": 2}, "blocks belongs"),
        ({"network": "recurrent", "heads": 2}, "--network transformer"),
        ({"network": "transformer", "filters": "8"}, "Filters belong to convolutions"),
        ({"network": "transformer", "normalization": "batch"}, "their own normalisation"),
        ({"network": "recurrent", "embedding": "periodic"}, "Waves"),
        ({"network": "transformer", "units": 10, "heads": 4}, "cannot be divided"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings, words):
    with pytest.raises(SettingError, match=words):
        resolve(Config.make(**settings), sizes(SERIES))


def test_long_series_are_drawn_together():
    for n_steps in (1, 5, 128, 129, 2_048):
        (grid,) = sequences_of([Block("walk", "series", 0, 3 * n_steps, (n_steps, 3))]) or [None]
        if grid is None:
            assert n_steps == 1  # a single step has nothing to follow
            continue
        steps = steps_of(grid)
        assert -(-n_steps // steps.stride) <= MOST_STEPS
        assert steps.stride <= steps.size <= n_steps


FILL = ("the", "of", "in", "on", "at", "it", "was", "so", "then", "when")


def before_and_after(n: int, seed: int) -> pl.DataFrame:
    """Make texts of the same words, told apart only by which of two of them comes first."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        words = random.choice(FILL, random.integers(3, 8)).tolist()
        first, second = sorted(random.choice(len(words) + 1, 2, replace=False).tolist())
        pair = ("storm", "calm") if number % 2 else ("calm", "storm")
        words.insert(second, pair[1])
        words.insert(first, pair[0])
        rows.append((" ".join(words), pair[0]))
    return pl.DataFrame(rows, schema=["text", "first"], orient="row")


def learned(network: str | None, **settings: object) -> pellucid.Model:
    return pellucid.train(
        before_and_after(300, 0),
        target="first",
        kinds={"text": "text"},
        test=before_and_after(200, 1),
        network=network,
        calibration="none",
        seed=1,
        **settings,
    )


@pytest.fixture(scope="module")
def ordered() -> pellucid.Model:
    """Return a small transformer that has learned which word comes first."""
    return learned("transformer", units=16, heads=2, blocks=1, epochs=25, dropout=0.1)


def test_a_transformer_learns_what_only_the_order_tells(ordered):
    assert ordered.metrics["accuracy"] >= 0.98


@pytest.mark.slow
def test_a_bag_of_single_words_knows_no_order():
    """Every text holds both words, once each: without pairs that touch, there is nothing to see."""
    apart = before_and_after(300, 0).with_columns(
        pl.col("text").str.replace_all("storm", "x storm x").str.replace_all("calm", "x calm x")
    )
    model = pellucid.train(
        apart, target="first", kinds={"text": "text"}, calibration="none", epochs=5, seed=1
    )
    assert model.metrics["accuracy"] < 0.75


@pytest.mark.slow
def test_gated_units_learn_what_only_the_order_tells():
    assert learned("recurrent", units=16, epochs=25, dropout=0.1).metrics["accuracy"] >= 0.98


def pulses(n: int, seed: int) -> pl.DataFrame:
    """Make two channels with a pulse each, somewhere; the first one to come is the class."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        series = random.normal(scale=0.1, size=(2, 24))
        early, late = sorted(random.choice(np.arange(2, 22), 2, replace=False).tolist())
        first = number % 2
        series[first, early] += 3.0
        series[1 - first, late] += 3.0
        rows.append((series.tolist(), "ab"[first]))
    return pl.DataFrame(rows, schema=["walk", "first"], orient="row")


@pytest.mark.slow
def test_gated_units_tell_which_of_two_pulses_came_first():
    model = pellucid.train(
        pulses(200, 0),
        target="first",
        kinds={"walk": "series"},
        test=pulses(200, 1),
        network="recurrent",
        epochs=25,
        **QUICK,
    )
    assert model.metrics["accuracy"] >= 0.97


def test_a_saved_model_gives_the_same_bits(ordered, tmp_path):
    texts = before_and_after(50, 2).drop("first")
    again = pellucid.load(ordered.save(tmp_path / "order.pellucid"))
    assert again.predict(texts).equals(ordered.predict(texts))
    one, other = (model.explain(texts, row=3) for model in (ordered, again))
    assert one.to_dict() == other.to_dict()


def test_a_text_gets_the_same_bits_beside_longer_ones(ordered):
    texts = pl.DataFrame({"text": ["calm then storm", "so " * 40 + "calm", "storm", "so in"]})
    together = ordered.predict(texts)
    for row in range(len(texts)):
        assert ordered.predict(texts[row : row + 1]).equals(together[row : row + 1])


def test_each_word_tells_what_it_says(ordered):
    texts = pl.DataFrame({"text": ["calm was the storm", "storm was the calm"]})
    for row in (1, 2):
        found = ordered.explain(texts, row=row)
        assert abs(found.error) < 1e-6 * abs(found.output - found.baseline)
        (part,) = found.parts
        marked = {stretch.text: stretch.contribution for stretch in part.stretches}
        assert marked["calm"] + marked["storm"] > abs(marked["was"]) + abs(marked["the"])
    assert "as many words, all unknown" in found.compared_with
    words = ordered.importance(texts).inside[0].words
    assert set(words["detail"][:2]) == {'"calm"', '"storm"'}


def test_how_texts_are_read_is_said(ordered):
    (column,) = ordered.trained.contract.inputs
    assert "read word by word" in column.reason
    assert "95% of the texts" in column.reason


def test_what_was_interrupted_ends_in_the_same_bits(tmp_path):
    frame = before_and_after(60, 0)
    frame.write_csv(tmp_path / "texts.csv")
    settings = {"target": "first", "kinds": {"text": "text"}, "epochs": 4, "dropout": 0.2}
    config = Config.make(
        source=str(tmp_path / "texts.csv"), network="recurrent", **settings, **QUICK
    )
    whole = runs.start(config, folder=tmp_path / "whole")
    asked = itertools.count()
    cut = runs.Faces(should_stop=lambda: next(asked) >= 2)
    with pytest.raises(InterruptedTrainingError):
        runs.start(config, cut, folder=tmp_path / "cut")
    resumed = runs.resume(tmp_path / "cut")
    for name, own in whole.model.params.items():
        for leaf, array in own.items():
            assert array.tobytes() == resumed.model.params[name][leaf].tobytes(), f"{name}.{leaf}"


@pytest.mark.slow
def test_texts_beside_numbers_are_learned_and_explained():
    random = np.random.default_rng(0)
    size = random.normal(size=160)
    texts = [f"a {'storm' if number % 2 else 'calm'} came then" for number in range(160)]
    labels = np.where((size > 0) ^ (np.arange(160) % 2 == 0), "yes", "no")
    frame = pl.DataFrame({"size": size, "text": texts, "y": labels})
    model = pellucid.train(
        frame, target="y", kinds={"text": "text"}, network="transformer", heads=2, blocks=1,
        epochs=40, dropout=0.1, test_fraction=0, **QUICK,
    )  # fmt: skip
    answers = model.predict(frame)["prediction"].to_numpy()
    assert np.mean(answers == labels) > 0.95
    found = model.explain(frame, row=1)
    assert abs(found.error) <= 1e-3 * abs(found.output - found.baseline)
    assert [part.column for part in found.parts] == ["size", "text"]
