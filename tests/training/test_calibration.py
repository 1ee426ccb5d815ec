"""After a training: temperatures and scores by rows that no weight was learned from."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from sklearn.calibration import calibration_curve

import pellucid
from pellucid.errors import SettingError
from pellucid.training.config import Config
from pellucid.training.defaults import calibration
from pellucid.training.events import Estimated, FurtherEpochDone, Planned
from pellucid.training.out_of_fold import Stopped, out_of_fold
from pellucid.training.step import Examples
from tests.training.helpers import classifier, plan


def noisy(n: int, seed: int = 0) -> pl.DataFrame:
    """Two columns and a class that is drawn, not decided: nobody can be sure of it."""
    draw = np.random.default_rng(seed)
    x, z = draw.normal(size=(2, n))
    chance = 1 / (1 + np.exp(-2 * x))
    return pl.DataFrame(
        {
            "x": x,
            "z": z,
            "kind": np.where(draw.random(n) < chance, "yes", "no"),
            "price": 50 + 20 * x + (1 + 3 * np.exp(x / 2)) * draw.normal(size=n),
        }
    )


def kinds(n: int, seed: int = 0) -> pl.DataFrame:
    return noisy(n, seed).drop("price")


pytestmark = pytest.mark.filterwarnings("ignore::pellucid.api.UnlikeTrainingWarning")
OVERFITTED = {"hidden": (64, 64), "epochs": 60, "dropout": 0.0, "weight_decay": 0.0}


@pytest.fixture(scope="module")
def sure():
    """Return a network that learned few rows by heart, calibrated by rows held back."""
    table = kinds(900)
    return pellucid.train(table, target="kind", validation_fraction=0.3, seed=2, **OVERFITTED)


def test_rows_held_back_calibrate_probabilities(sure):
    report = sure.report
    assert report["calibrated_by"] == {"rows": "validation", "n": report["n_validation"]}
    told = report["calibration"]["kind"]
    assert told["temperature"] == sure.trained.task.temperature != 1.0
    fresh = kinds(4000, seed=1)
    measured = sure.trained.evaluate(pellucid.api.take_rows(fresh, sure.contract).table)
    kind = measured["calibration"]["kind"]
    assert kind["error"] < min(0.05, kind["error_before"])


def test_calibrated_probabilities_are_what_comes_true(sure):
    fresh = kinds(4000, seed=3)
    shares = sure.predict(fresh)["probability_yes"].to_numpy()
    right, said = calibration_curve(fresh["kind"] == "yes", shares, n_bins=5)
    assert np.abs(right - said).mean() < 0.08


def test_the_loss_of_the_test_is_that_of_the_calibrated_probabilities(sure):
    fresh = kinds(500, seed=4)
    shares = sure.predict(fresh)["probability_yes"].to_numpy()
    of_right = np.where(fresh["kind"] == "yes", shares, 1 - shares)
    assert sure.evaluate(fresh)["loss"] == pytest.approx(-np.log(of_right).mean(), rel=1e-4)


def test_explanations_speak_of_the_calibrated_probability(sure):
    fresh = kinds(5, seed=5)
    shares = sure.predict(fresh)["probability_yes"].to_list()
    why = sure.explain(fresh, row=2, label="yes")
    assert why.probability == pytest.approx(shares[1], rel=1e-5)
    assert why.output == pytest.approx(np.log(shares[1] / (1 - shares[1])), rel=1e-4)
    assert abs(why.error) < 1e-9


def test_a_model_file_keeps_temperature_and_scores(sure, tmp_path):
    fresh = kinds(50, seed=6)
    again = pellucid.load(sure.save(tmp_path / "kept.pellucid"))
    assert again.predict(fresh, coverage=0.8).equals(sure.predict(fresh, coverage=0.8))
    assert again.report["calibration"] == sure.report["calibration"]


def test_sets_hold_as_many_true_classes_as_they_promise(sure):
    fresh = kinds(4000, seed=7)
    for coverage in (0.8, 0.95):
        sets = sure.predict(fresh, coverage=coverage)["prediction_set"]
        held = [true in members for true, members in zip(fresh["kind"], sets, strict=True)]
        # Of n calibration rows, the share varies by √(0.8 · 0.2 / n) and less: ± 3 of these.
        n = sure.report["calibrated_by"]["n"]
        assert np.mean(held) >= coverage - 3 * np.sqrt(coverage * (1 - coverage) / n)


def test_intervals_of_numbers_are_as_wide_as_errors_are_large():
    table = noisy(2500).drop("kind")
    model = pellucid.train(table, target="price", hidden=(16,), epochs=20, learning_rate=0.01)
    fresh = noisy(4000, seed=8)
    answers = model.predict(fresh.drop("kind"), coverage=0.9)
    low, high = answers["prediction_low"], answers["prediction_high"]
    held = ((low <= fresh["price"]) & (fresh["price"] <= high)).to_numpy()
    assert 0.85 <= held.mean() <= 0.95
    width = (high - low).to_numpy()
    steep, flat = fresh["x"].to_numpy() > 1, fresh["x"].to_numpy() < -1
    assert width[steep].mean() > 1.5 * width[flat].mean()
    assert (answers["prediction"] - low).to_numpy() == pytest.approx(width / 2, rel=1e-4)
    told = model.report["coverage"]["price"]
    assert told["low"] <= told["covered"] <= told["high"]


def test_rows_are_answered_by_networks_that_did_not_learn_them():
    """Labels drawn by chance can be learned by heart, and not be told of rows never seen."""
    draw = np.random.default_rng(0)
    inputs, labels = draw.normal(size=(200, 20)), draw.integers(0, 2, 200)
    train = Examples(inputs.astype(np.float32), labels.astype(np.int32))
    learning = plan(learning_rate=0.02, epochs=60)
    rows, outputs = out_of_fold(classifier(), learning, train, 5)
    assert np.sort(rows).tolist() == list(range(200))
    assert np.mean(outputs.argmax(axis=1) == labels[rows]) < 0.65
    same_rows, same = out_of_fold(classifier(), learning, train, 2)
    assert len(same_rows) == 80
    np.testing.assert_array_equal(same, outputs[:80])


def test_learning_without_some_rows_can_be_stopped_and_can_diverge():
    train = Examples(np.ones((20, 2), np.float32), (np.arange(20) % 2).astype(np.int32))
    with pytest.raises(Stopped):
        out_of_fold(classifier(), plan(), train, 5, should_stop=lambda: True)
    absurd = plan(optimizer="sgd", learning_rate=1e30, epochs=3)
    assert out_of_fold(classifier(), absurd, train, 1) is None


def test_few_rows_are_calibrated_out_of_fold():
    model = pellucid.train("iris", hidden=(8,), epochs=30, run=None)
    assert model.settings["calibration"] == "out_of_fold"
    assert model.report["calibrated_by"] == {"rows": "out of fold", "n": 120}
    assert model.report["calibration"]["species"]["temperature"] == 1.0
    assert "prediction_set" in model.predict("iris", coverage=0.9)
    plain = pellucid.train("iris", hidden=(8,), epochs=30, calibration="none")
    assert plain.report["calibrated_by"]["rows"] == "none"
    assert plain.report["calibration"]["species"]["temperature"] == 1.0
    assert plain.report["coverage"] == {}
    for layer, arrays in plain.params.items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, model.params[layer][name])
    with pytest.raises(SettingError, match="no calibration rows"):
        plain.predict("iris", coverage=0.9)


def test_networks_that_calibrate_are_announced_and_each_of_their_epochs_told():
    """250 answers of 400 rows to learn from are those of 4 fifths: 4 networks of 3 epochs."""
    table = pl.DataFrame({"x": np.linspace(-1, 1, 500)}).with_columns(kind=pl.col("x") > 0)
    heard = []
    pellucid.train(table, target="kind", hidden=(4,), epochs=3, callbacks=[heard.append])
    (planned,) = (event for event in heard if isinstance(event, Planned))
    assert planned.n_train == 400
    assert planned.n_to_calibrate == 4
    told = [(e.epoch, e.epochs) for e in heard if isinstance(e, FurtherEpochDone)]
    assert told == [(number, 12) for number in range(1, 13)]
    # One that goes on needs half of its time; those that calibrate it need the whole of theirs.
    assert planned.seconds_to_calibrate(Estimated(1.0, whole=2.0)) == 8.0


def test_a_forecast_is_calibrated_by_one_further_network():
    """One network of the earlier windows answers the last third, and not five the fifths."""
    table = pl.DataFrame({"y": np.sin(np.arange(200) / 5)})
    heard = []
    model = pellucid.train(
        table, task="forecasting", target="y", horizon=3, window=10, network="dense", hidden=(4,),
        epochs=2, callbacks=[heard.append],
    )  # fmt: skip
    assert model.settings["calibration"] == "out_of_fold"
    assert [e.n_to_calibrate for e in heard if isinstance(e, Planned)] == [1]
    told = [(e.epoch, e.epochs) for e in heard if isinstance(e, FurtherEpochDone)]
    assert told == [(1, 2), (2, 2)]


def test_smoothed_labels_of_few_rows_get_a_temperature():
    """A label smoothed by 0.4 is learned as 0.8 of two classes, however sure it is."""
    table = pl.DataFrame({"x": np.linspace(-1, 1, 200)}).with_columns(kind=pl.col("x") > 0)
    model = pellucid.train(table, target="kind", hidden=(8,), epochs=40, label_smoothing=0.4)
    told = model.report["calibration"]["kind"]
    assert told["temperature"] < 0.8
    assert told["error"] < told["error_before"] / 2


def test_what_was_cut_short_is_not_trained_again():
    def stop(event):
        if getattr(event, "epoch", 0) == 2:
            raise pellucid.StopTraining

    model = pellucid.train("iris", hidden=(8,), epochs=30, callbacks=[stop])
    assert model.report["ended"] == "callback"
    assert model.report["calibrated_by"]["n"] == 0
    assert any("Not calibrated" in note for note in model.trained.made["notes"])


@pytest.mark.slow
def test_sets_of_labels_and_several_targets_are_calibrated():
    table = noisy(400)
    two = pellucid.train(table, target=["kind", "price"], hidden=(8,), epochs=10)
    assert set(two.report["coverage"]) == {"kind", "price"}
    columns = two.predict(table, coverage=0.8).columns
    assert columns[2:5] == ["prediction_set_kind", "prediction_low_price", "prediction_high_price"]
    tags = table.select("x", "z", tags=pl.concat_list(pl.lit("all"), pl.col("kind")))
    sets = pellucid.train(tags, target="tags", hidden=(8,), epochs=10)
    assert set(sets.report["calibration"]["tags"]["temperature"]) == {"all", "no", "yes"}
    with pytest.raises(SettingError, match="Sets of labels"):
        sets.predict(tags, coverage=0.9)


def test_every_report_is_json_and_has_an_interval_for_each_metric(sure):
    report = json.loads(json.dumps(sure.report))
    assert set(report["intervals"]) == set(report["metrics"])
    for name, (low, high) in report["intervals"].items():
        assert low <= report["metrics"][name] <= high, name


@pytest.mark.parametrize(
    ("given", "n_train", "n_validation", "in_windows", "way"),
    [
        (None, 9000, 1000, False, "validation"),
        (None, 150, 0, False, "out_of_fold"),
        (None, 150, 0, True, "none"),
        (None, 20, 0, False, "none"),
        (None, 90_000, 0, False, "none"),
        ("none", 9000, 1000, False, "none"),
        ("out_of_fold", 9000, 1000, False, "out_of_fold"),
    ],
)
def test_the_rows_to_calibrate_by_are_chosen_by_how_many_there_are(
    given, n_train, n_validation, in_windows, way
):
    config = Config.make(source="iris", calibration=given)
    sizes = {"n_train": n_train, "n_validation": n_validation, "in_windows": in_windows}
    assert calibration(config, **sizes)[0] == way


def test_rows_that_are_not_held_back_cannot_be_calibrated_by():
    with pytest.raises(SettingError, match="held back"):
        pellucid.train("iris", calibration="validation")


def test_an_estimator_has_the_probabilities_of_its_model():
    table = noisy(2400)
    X, y = table.select("x", "z").to_numpy(), table["kind"].to_numpy()
    classifier = pellucid.Classifier((32,), epochs=8, label_smoothing=0.3, random_state=0).fit(X, y)
    task = classifier.model_.trained.task
    assert task.temperature < 0.9  # smoothed labels are learned too little sure
    shares = classifier.predict_proba(X[:9])
    answers = classifier.model_.predict(X[:9], coverage=0.9)
    np.testing.assert_allclose(shares[:, 1], answers["probability_yes"], rtol=1e-6)
    odds = classifier.decision_function(X[:9])
    np.testing.assert_allclose(1 / (1 + np.exp(-odds)), shares[:, 1], rtol=1e-6)
