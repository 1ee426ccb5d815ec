"""What can be predicted, from the source to the answers: several targets, sets, dates, units."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.api import UnlikeTrainingWarning
from pellucid.data import Contract, NumberTarget
from pellucid.errors import DataError, SettingError
from pellucid.tasks import Classification, MultiLabel, Regression, Several
from pellucid.training.config import Config

ROWS = 160
DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(ROWS, 3))
NAMED = {"u": X[:, 0], "v": X[:, 1], "w": X[:, 2]}
COLOR = np.where(X[:, 0] > 0.7, "green", np.where(X[:, 0] > -0.5, "red", "blue"))
PRICE = np.round(30 + 10 * X[:, 1], 2)
TAGS = [[tag for tag, on in zip("abc", row > 0.3, strict=True) if on] for row in X]
QUICK: dict[str, Any] = {"epochs": 60, "hidden": (16,), "dropout": 0.0, "learning_rate": 0.02}


def frame(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame({**NAMED, **columns})


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[pellucid.Model, Path]:
    """Train on two targets, one with a comma in its name; give the model and its run folder."""
    folder = tmp_path_factory.mktemp("two")
    path = folder / "two.csv"
    frame(color=COLOR, **{"price, net": PRICE}).write_csv(path)
    run = folder / "run"
    return pellucid.train(path, target=["color", "price, net"], run=run, **QUICK), run


def test_two_targets_are_learned_and_answered_by_one_network(two) -> None:
    model, _ = two
    assert isinstance(model.trained.task, Several)
    assert (model.contract.target, model.contract.targets) == ("color", ("color", "price, net"))
    assert model.contract.task == "several"
    assert "price, net" in model.contract.task_reason
    answers = model.predict(frame())
    assert answers.columns[:2] == ["prediction_color", "prediction_price, net"]
    assert set(answers["prediction_color"]) <= {"blue", "green", "red"}
    assert model.metrics["mean_score"] > model.report["baseline"]["mean_score"] + 0.2
    assert model.report["targets"] == ["color", "price, net"]
    assert "color" in repr(model)
    assert "price, net" in repr(model)


def test_the_model_file_answers_with_the_same_bits(two) -> None:
    model, run = two
    again = pellucid.load(run)
    assert again.trained.task == model.trained.task
    assert again.contract.targets == model.contract.targets
    assert again.predict(frame()).equals(model.predict(frame()))
    whole = frame(color=COLOR, **{"price, net": PRICE})
    with pytest.warns(UnlikeTrainingWarning, match="learnt from 128 of these 160 rows"):
        assert again.evaluate(whole) == model.evaluate(whole)


def test_the_settings_written_repeat_the_training(two) -> None:
    model, run = two
    text = (run / "config.yaml").read_text()
    assert Config.from_yaml(text).target == ("color", "price, net")
    again = pellucid.train(None, config=run / "config.yaml")
    assert again.predict(frame()).equals(model.predict(frame()))


def test_a_single_name_stays_a_plain_text() -> None:
    for given in ("a, b", ["a, b"], ("a, b",)):
        assert Config.make(target=given).target == "a, b"
    assert Config.from_yaml(Config.make(target=["a", "b"]).to_yaml()).target == ("a", "b")
    for wrong in ([], ["a", "a"], [1], 3):
        with pytest.raises(SettingError, match="target"):
            Config.make(target=wrong)


def test_a_contract_of_the_first_version_still_loads(two) -> None:
    model, _ = two
    saved = json.loads(json.dumps(model.contract.to_dict()))
    assert Contract.from_dict(saved) == model.contract
    del saved["targets"]
    assert Contract.from_dict(saved).targets == ("color",)


def test_rows_without_every_target_are_left_out_with_a_warning() -> None:
    holes = frame(a=PRICE, b=COLOR).with_row_index("n").with_columns(
        a=pl.when(pl.col("n") < 2).then(None).otherwise("a"),
        b=pl.when(pl.col("n") == 1).then(None).when(pl.col("n") == 5).then(None).otherwise("b"),
    )  # fmt: skip
    model = pellucid.train(holes.drop("n"), target=["a", "b"], test_fraction=0.0, **QUICK)
    assert model.report["n_train"] == ROWS - 3
    assert any("rows 1, 2, 6" in str(w) for w in model.contract.warnings)


@pytest.mark.parametrize("weight", [None, "balanced"])
def test_sets_of_labels_come_back_as_sets(weight: str | None, tmp_path: Path) -> None:
    path = tmp_path / "films.jsonl"
    frame(tags=pl.Series(TAGS, dtype=pl.List(pl.String))).write_ndjson(path)
    model = pellucid.train(path, target="tags", class_weight=weight, **QUICK)
    task = model.trained.task
    assert isinstance(task, MultiLabel)
    assert (task.label_weights is not None) == (weight == "balanced")
    answers = model.predict(path)
    assert answers["prediction"].dtype == pl.List(pl.String)
    assert answers.columns[1:] == ["probability_a", "probability_b", "probability_c"]
    assert model.metrics["micro_f1"] > 0.7
    again = pellucid.load(model.save(tmp_path / "films"))
    assert again.trained.task == task
    assert again.predict(path).equals(answers)


@pytest.mark.slow
def test_rare_labels_are_found_more_often_when_they_count_more() -> None:
    rare = pl.Series([["x"] if row[0] > 1.2 else [] for row in X], dtype=pl.List(pl.String))
    said = {}
    for weight in (None, "balanced", {"x": 30}):
        model = pellucid.train(
            frame(tags=rare), target="tags", class_weight=weight, test_fraction=0.0, **QUICK
        )
        said[str(weight)] = float(model.predict(frame())["probability_x"].mean())
    assert said["None"] < said["balanced"]
    assert said["None"] < said["{'x': 30}"]


def test_class_weights_count_in_the_loss_of_several_targets() -> None:
    source = frame(color=COLOR, price=PRICE)
    model = pellucid.train(source, target=["color", "price"], class_weight="balanced", **QUICK)
    first, second = model.trained.task.parts
    assert isinstance(first, Classification)
    assert first.class_weights is not None
    assert isinstance(second, Regression)
    with pytest.raises(SettingError, match="there are several"):
        pellucid.train(source, target=["color", "price"], class_weight={"red": 2})
    with pytest.raises(SettingError, match="needs classes"):
        pellucid.train(source, target=["u", "price"], class_weight="balanced")


def test_y_may_have_several_columns() -> None:
    numbers = np.stack([PRICE, X[:, 2] ** 2], axis=1)
    model = pellucid.train((X, numbers), **QUICK)
    assert model.contract.targets == ("y_1", "y_2")
    assert model.predict(X).columns == ["prediction_y_1", "prediction_y_2"]
    named = pl.DataFrame({"a": PRICE, "b": COLOR})
    assert pellucid.train((X, named), **QUICK).contract.targets == ("a", "b")


def test_indicators_are_labels_and_one_hot_rows_are_classes() -> None:
    indicators = (X > 0.3).astype(int)
    model = pellucid.train((X, indicators), **QUICK)
    assert isinstance(model.trained.task, MultiLabel)
    assert model.predict(X).columns[1:] == [f"probability_y_{k}" for k in (1, 2, 3)]
    with pytest.warns(UnlikeTrainingWarning, match="learnt from"):
        assert model.evaluate((X, indicators))["micro_f1"] > 0.7
    one_hot = np.eye(3)[X.argmax(axis=1)]
    model = pellucid.train((X, one_hot), **QUICK)
    assert model.contract.task == "classification"
    with pytest.warns(UnlikeTrainingWarning, match="learnt from"):
        assert model.evaluate((X, one_hot))["accuracy"] > 0.7


def test_money_and_dates_come_back_in_their_unit_and_form() -> None:
    due = [(date(2024, 3, 1) + timedelta(days=round(30 * u))).strftime("%d.%m.%Y") for u in X[:, 0]]
    cost = [f"${1000 + 900 * abs(v):,.2f}" for v in X[:, 1]]
    model = pellucid.train(frame(due=due, cost=cost), target=["due", "cost"], **QUICK)
    assert model.contract.units == {"due": "days", "cost": "$"}
    assert model.report["units"] == model.contract.units
    answers = model.predict(frame())
    assert answers["prediction_due"].str.to_date("%d.%m.%Y").dt.year().is_between(2023, 2025).all()
    assert answers["prediction_cost"].is_between(500, 5000).all()
    # Counted in days: 30 times a normal variable is 30·√(2/π) ≈ 24 from its mean on average.
    assert 12 < model.report["baseline"]["due.mae"] < 36
    assert 0.1 < model.metrics["due.mae"] < 12


def test_logarithms_are_learned_on_request_and_answered_as_numbers() -> None:
    skewed = np.exp(2 * X[:, 0])
    model = pellucid.train(frame(y=skewed), target="y", target_scale="log", **QUICK)
    task = model.trained.task
    assert isinstance(task, Regression)
    assert isinstance(task.target, NumberTarget)
    assert task.target.bend == pytest.approx(np.quantile(skewed, 0.05), rel=0.5)
    answers = model.predict(frame())["prediction"]
    assert (answers >= 0).all()
    assert answers.max() < 3 * skewed.max()
    for target, said in (("u", "below 0"), ("color", "needs a number")):
        with pytest.raises((DataError, SettingError), match=said):
            pellucid.train(frame(color=COLOR), target=target, target_scale="log", **QUICK)


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        (["01", "1"] * 20, ["01", "1"]),
        ([1.0, 2.0, None, 2.0] * 10, [1, 2]),
        ([True, False] * 20, [False, True]),
        (["1", "x"] * 20, ["1", "x"]),
        ([-0.0, 1.0] * 20, [0, 1]),
    ],
)
def test_labels_come_back_as_the_persons_own_values(values: list[Any], classes: list[Any]) -> None:
    source = pl.DataFrame({"x": np.arange(40.0) % 7, "w": np.arange(40.0) % 5, "y": values})
    model = pellucid.train(source, target="y", **{**QUICK, "epochs": 1})
    task = model.trained.task
    assert isinstance(task, Classification)
    assert task.target.classes == classes
    assert model.predict(source)["prediction"].is_in(classes).all()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (["same"] * 40, "the same value in every row"),
        ([None] * 40, "0 rows"),
        ([f"name {n}" for n in range(40)], "different value in every row"),
        ([1.5] * 39 + [float("inf")], "infinite"),
        ([str(n / 7) for n in range(39)] + ["much"], "'much'"),
    ],
)
@pytest.mark.parametrize("others", [[], ["x"]])
def test_a_target_that_cannot_be_predicted_is_refused_with_the_name_of_the_file(
    target: list[Any], said: str, others: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "table.parquet"
    columns = {"x": np.arange(40.0) % 7, "w": np.arange(40.0) % 5}
    pl.DataFrame({**columns, "y": pl.Series(target, strict=False)}).write_parquet(path)
    with pytest.raises(DataError) as caught:
        pellucid.train(path, target=["y", *others], **QUICK)
    assert said in str(caught.value)
    assert "table.parquet" in str(caught.value)


def test_one_row_of_a_class_is_kept_for_learning() -> None:
    labels = ["rare", *(["a", "b"] * 30)]
    source = pl.DataFrame({"x": np.arange(61.0) % 7, "w": np.arange(61.0) % 5, "y": labels})
    for target in ("y", ["y", "w"]):
        model = pellucid.train(source, target=target, **{**QUICK, "epochs": 1})
        assert any(name.endswith("_rare") for name in model.predict(source).columns)


@pytest.mark.slow
def test_five_thousand_classes_are_learned() -> None:
    labels = np.arange(10_000) % 5000
    source = pl.DataFrame({"x": labels / 5000, "w": labels % 71, "y": labels})
    model = pellucid.train(source, target="y", task="classification", hidden=(4,), epochs=1)
    assert model.predict(source.head(2)).width == 5001


@pytest.mark.parametrize(
    ("target", "said"),
    [(["u", "nope"], "'nope'"), (["u", "v", "w"], "All columns are targets")],
)
def test_targets_that_do_not_fit_the_table_are_refused(target: list[str], said: str) -> None:
    with pytest.raises(DataError, match=said):
        pellucid.train(frame(), target=target)
