"""The preset ``best``, the time a training is said to take, and limits shorter than an epoch."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

import pellucid
from pellucid.data import open_source
from pellucid.errors import SettingError
from pellucid.training.config import Config
from pellucid.training.defaults import resolve
from pellucid.training.events import Estimated, Note
from pellucid.training.preparation import prepare
from pellucid.training.sizes import Grid, Sizes


def steep(n: int) -> pl.DataFrame:
    """Return rows of a wave of fifteen periods, too steep for a plain network in few steps."""
    x = np.random.default_rng(0).uniform(-1, 1, n)
    return pl.DataFrame({"x": x, "y": np.sin(2 * np.pi * 7.5 * x)})


def test_best_embeds_the_numbers_of_many_rows_and_asks_several_networks() -> None:
    many = Sizes(20_000, 12, "regression", n_numbers=5)
    settled, reasons = resolve(Config(preset="best"), many)
    assert (settled.members, settled.embedding) == (8, "periodic")
    assert settled.epochs == -(-3500 // -(-20_000 // 128))  # so many epochs make 3,500 steps
    assert "fewer of the mistakes" in reasons["members"]
    few, _ = resolve(Config(preset="best"), Sizes(500, 12, "regression", n_numbers=5))
    assert (few.members, few.embedding) == (8, "none")
    for n_rows, embedding in ((3_049, "none"), (3_050, "periodic")):  # 50 for each of 61 numbers
        pixels = Sizes(n_rows, 61, "classification", n_numbers=61)
        assert resolve(Config(preset="best"), pixels)[0].embedding == embedding
    wide, _ = resolve(Config(preset="best"), Sizes(20_000, 30_000, "classification"))
    assert (wide.members, wide.embedding) == (4, "none")
    fast, _ = resolve(Config(), many)
    assert (fast.members, fast.embedding) == (1, "none")


def test_best_lays_wider_layers_over_many_images_alone() -> None:
    def settled(n_train: int, *, beside: int = 0, task: str = "classification") -> Config:
        pixels = Grid("image", "image", 0, (28, 28, 1))
        sizes = Sizes(n_train, 784 + beside, task, n_numbers=beside, grids=(pixels,))
        return resolve(Config(preset="best", network="dense"), sizes)[0]

    many = settled(54_000)
    assert (many.hidden, many.normalization, many.members) == ((512, 256), "batch", 1)
    assert (many.epochs, many.dropout, many.label_smoothing) == (40, 0.3, 0.1)
    for other in (settled(5_000), settled(54_000, beside=3), settled(54_000, task="regression")):
        assert (other.hidden, other.members, other.label_smoothing) != ((512, 256), 1, 0.1)
        assert other.members == 8


def test_what_a_person_sets_overrules_the_preset() -> None:
    config = Config(preset="best", members=3, embedding="none", epochs=7)
    settled, reasons = resolve(config, Sizes(20_000, 12, "regression", n_numbers=5))
    assert (settled.members, settled.embedding, settled.epochs) == (3, "none", 7)
    assert not {"members", "embedding", "epochs"} & reasons.keys()


def test_a_preset_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingError, match="preset"):
        pellucid.train("iris", preset="bets")


@pytest.mark.slow
def test_a_steep_rule_is_learned_beside_waves_of_the_numbers() -> None:
    settings = {"target": "y", "epochs": 60, "seed": 0, "calibration": "none"}
    plain = pellucid.train(steep(1500), embedding="none", **settings)
    waves = pellucid.train(steep(1500), embedding="periodic", **settings)
    assert plain.metrics["r2"] < 0.5
    assert waves.metrics["r2"] > 0.95


@pytest.mark.slow
def test_an_ensemble_is_kept_explained_and_answers_as_before(tmp_path) -> None:
    frame = steep(1200)
    model = pellucid.train(frame, target="y", preset="best", epochs=2, members=3, seed=1)
    assert model.params["ensemble"]["hidden_1.kernel"].shape[0] == 3
    assert model.reasons["embedding"]
    model.save(tmp_path / "waves.pellucid")
    again = pellucid.load(tmp_path / "waves.pellucid")
    assert again.predict(frame).equals(model.predict(frame))
    why = model.explain(frame, row=3)
    total = why.baseline + why.contributions["contribution"].sum()
    assert total == pytest.approx(why.output, abs=1e-6)


def test_the_time_is_estimated_before_the_first_epoch() -> None:
    events = []
    pellucid.train("iris", epochs=3, calibration="none", callbacks=[events.append])
    names = [type(event).__name__ for event in events]
    assert names.index("Estimated") < names.index("EpochDone")
    assert 0 < next(e.seconds for e in events if isinstance(e, Estimated)) < 10


@pytest.mark.slow
def test_a_limit_shorter_than_an_epoch_ends_within_it() -> None:
    events = []
    frame = steep(200_000)
    model = pellucid.train(
        frame, target="y", batch_size=1, epochs=5, time_limit=2, callbacks=[events.append]
    )
    assert model.report["ended"] == "time limit"
    assert model.report["epochs"] == 1
    assert model.report["seconds"]["train"] < 20  # an epoch of 144,000 steps would take longer
    assert any("some rows are not seen" in e.text for e in events if isinstance(e, Note))
    assert np.isfinite(model.metrics["r2"])


def test_best_reads_texts_by_parts_of_words_as_well() -> None:
    draw = np.random.default_rng(0)
    words = [f"{a}{b}" for a in ("kitchen", "garlic", "window") for b in "abcdefghijklmnopqrst"]
    said = [" ".join(draw.choice(words, 8)) for _ in range(1500)]
    frame = pl.DataFrame({"said": said, "good": draw.choice(["yes", "no"], 1500)})
    n_parts = {}
    for preset in ("fast", "best"):
        config = Config(source=frame, target="good", preset=preset, kinds={"said": "text"})
        prepared = prepare(config, lambda text, warning: None)
        names = prepared.encoding.feature_names
        n_parts[preset] = sum("…" in name for name in names)
        assert prepared.train.inputs.shape[1] == len(names)
    # By hand: of a stem of n letters there are n − 1 parts of three letters and n − 2 of four, its
    # beginning counted as one. Each of 20 endings adds two to each length; all are different.
    stems = sum((n - 1) + (n - 2) for n in (7, 6, 6))
    assert n_parts == {"fast": 0, "best": stems + 3 * 20 * 4}


def test_best_of_texts_alone_comes_near_the_optimum_of_logistic_regression() -> None:
    draw = np.random.default_rng(0)
    bags = [draw.choice(30, 6, replace=False) for _ in range(1300)]
    frame = pl.DataFrame(
        {
            "said": [" ".join(f"word{chr(97 + at % 26)}{at // 26}" for at in bag) for bag in bags],
            "good": ["yes" if bag.sum() + draw.normal(0, 12) > 87 else "no" for bag in bags],
        }
    )
    learned = frame[:1200]
    model = pellucid.train(
        learned, test=frame[1200:], target="good", preset="best", kinds={"said": "text"},
        calibration="none", seed=0,
    )  # fmt: skip
    assert (model.settings["hidden"], model.settings["l2"]) == ([], pytest.approx(1 / 6000, 0.03))
    X, y = model.trained.encoding.transform(open_source(learned).train), learned["good"].to_numpy()
    best = LogisticRegression(C=5, tol=1e-8, max_iter=10_000).fit(X, y)
    ours = model.predict(learned)["probability_yes"].to_numpy()
    assert np.abs(ours - best.predict_proba(X)[:, 1]).mean() < 0.02


def test_texts_with_hidden_units_or_beside_numbers_are_learned_as_rows_are() -> None:
    words = Sizes(8000, 40_000, "classification", text_features=40_000)
    assert resolve(Config(preset="best"), words)[0].hidden == ()
    deep, _ = resolve(Config(preset="best", hidden=(16,)), words)
    assert (deep.hidden, deep.l2, deep.members) == ((16,), 0.0, 4)
    beside = Sizes(8000, 40_001, "classification", text_features=40_000, n_numbers=1)
    assert resolve(Config(preset="best"), beside)[0].hidden == (64,)
