"""Explanations speak of the person's columns, and add up to what was predicted."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.errors import DataError, SettingError
from pellucid.inspection.marks import mark

PEOPLE = pl.DataFrame(
    {
        "age": [20.0, 30.0, None, 50.0, 60.0, 35.0] * 10,
        "sex": ["f", "m", "m", "f", "m", None] * 10,
        "note": ["<b>bold</b> words here", "a plain tale of words"] * 30,
        "joined": ["2024-01-05", "2023-07-09", "2022-02-01"] * 20,
        "y": ["yes", "no", "no", "yes", "no", "yes"] * 10,
    }
)


@pytest.fixture(scope="module")
def people() -> pellucid.Model:
    return pellucid.train(
        PEOPLE, target="y", hidden=(8,), epochs=10, kinds={"note": "text"}, seed=1
    )


@pytest.fixture(scope="module")
def digits() -> pellucid.Model:
    return pellucid.train("digits", hidden=(16,), epochs=2)


def test_columns_add_up_to_the_log_odds_that_the_model_answers(people):
    why = people.explain(PEOPLE, 2)
    answer = people.predict(PEOPLE)[1]
    chance = answer[f"probability_{why.label}"][0]
    assert why.prediction == answer["prediction"][0]
    assert why.output == pytest.approx(np.log(chance / (1 - chance)), abs=1e-5)
    assert why.probability == pytest.approx(chance, abs=1e-6)
    total = sum(part.contribution for part in why.parts)
    assert why.baseline + total == pytest.approx(why.output, abs=1e-12)
    assert why.contributions["contribution"].sum() == pytest.approx(total, abs=1e-12)
    assert {part.column for part in why.parts} == {"age", "sex", "note", "joined"}


def test_one_hot_features_and_missing_marks_are_summed_to_their_column(people):
    why = people.explain(PEOPLE, 3)
    details = why.contributions.filter(pl.col("column") == "sex")
    assert set(details["detail"]) == {"=m", "=f", "is missing"}
    assert why["sex"].contribution == pytest.approx(details["contribution"].sum(), abs=1e-15)
    assert why["age"].value is None
    assert "is missing" in why.contributions.filter(pl.col("column") == "age")["detail"].to_list()


def test_the_two_classes_of_a_pair_are_each_others_opposite(people):
    yes, no = (people.explain(PEOPLE, 1, label=label) for label in ("yes", "no"))
    assert yes.output == pytest.approx(-no.output)
    for part in yes.parts:
        assert no[part.column].contribution == pytest.approx(-part.contribution, abs=1e-12)


def test_a_row_may_come_as_a_dict(people):
    row = {"age": None, "sex": "m", "note": "a plain tale of words", "joined": "2022-02-01"}
    alone = people.explain({**row, "age": 41.0, "sex": None})
    among = people.explain(PEOPLE.with_columns(age=pl.lit(41.0), sex=pl.lit(None, pl.String)), 2)
    assert (alone.row, among.row) == (None, 2)
    assert alone["age"].value == 41.0
    assert people.explain(row).output == people.explain(pl.DataFrame([row])).output


def test_a_row_compared_with_itself_has_nothing_to_explain(people):
    why = people.explain(PEOPLE, 1, compared_with=PEOPLE[:1])
    assert why.baseline == why.output
    assert all(part.contribution == 0.0 for part in why.parts)


def test_the_average_row_is_the_mean_of_the_encoded_training_rows():
    frame = pl.DataFrame(
        {"n": [1.0, 2.0, None, 5.0], "c": ["a", "b", "a", None], "y": [1.0, 2.5, 3.0, 4.5]}
    )
    model = pellucid.train(frame, target="y", task="regression", hidden=(4,), epochs=2,
                           test=frame)  # fmt: skip
    from pellucid.data.table import table_from_frame
    from pellucid.inspection.baseline import average_row

    encoded = model.trained.encoding.transform(table_from_frame(frame))
    average = average_row(model.trained.encoding, model.contract)
    np.testing.assert_allclose(average, encoded.mean(axis=0), atol=1e-6)


def test_numbers_are_explained_in_their_own_unit():
    x = np.linspace(-1, 1, 200)
    frame = pl.DataFrame({"x": x, "z": np.sin(9 * x), "price": 5000 + 800 * x})
    model = pellucid.train(frame, target="price", hidden=(8,), epochs=20)
    why = model.explain(frame, 10)
    assert why.output == pytest.approx(model.predict(frame)["prediction"][9], rel=1e-5)
    assert abs(why.error) < 1e-9 * why.output
    with pytest.raises(SettingError, match="is a number"):
        model.explain(frame, 1, label="7")


def test_several_targets_are_asked_for_by_name():
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({"a": rng.normal(size=80), "b": rng.normal(size=80)}).with_columns(
        up=pl.when(pl.col("a") > 0).then(pl.lit("up")).otherwise(pl.lit("down")),
        size=3 + pl.col("b"),
    )
    model = pellucid.train(frame, target=["up", "size"], hidden=(8,), epochs=5)
    answers = model.predict(frame)
    why = model.explain(frame, 4, of="size")
    assert why.output == pytest.approx(answers["prediction_size"][3], rel=1e-4)
    assert model.explain(frame, 4).target == "up"
    with pytest.raises(SettingError, match="no target called 'sise'") as caught:
        model.explain(frame, 1, of="sise")
    assert caught.value.remedy == "did you mean 'size'?"


def test_an_image_has_a_contribution_for_each_pixel(digits):
    why = digits.explain("digits", 3, against=8)
    assert why.against == "8"
    assert why["image"].array.shape == (8, 8)
    assert why["image"].array.sum() == pytest.approx(why.output - why.baseline, abs=1e-12)
    assert json.loads(json.dumps(why.to_dict()))["columns"][0]["shape"] == [8, 8]
    assert why._repr_html_().count("data:image/png;base64,") == 2


def test_a_model_from_its_file_explains_alike(people, tmp_path):
    again = pellucid.load(people.save(tmp_path / "people.pellucid"))
    assert again.explain(PEOPLE, 2).to_dict() == people.explain(PEOPLE, 2).to_dict()


def test_a_sparse_text_is_explained_by_its_n_grams_and_marked():
    frame = pl.DataFrame(
        {
            "text": ["Good film, good plot", "a Bad film indeed"] * 30,
            "y": ["pos", "neg"] * 30,
        }
    )
    model = pellucid.train(frame, target="y", hidden=(8,), epochs=5, kinds={"text": "text"})
    why = model.explain(frame, 1)
    assert '"good"' in why.contributions["detail"].to_list()
    stretches = why["text"].stretches
    assert "".join(stretch.text for stretch in stretches) == "Good film, good plot"
    assert sum(s.contribution for s in stretches) == pytest.approx(why["text"].contribution)


def test_marks_share_an_n_gram_among_all_its_places():
    found = [(s.text, s.contribution) for s in mark("No no, a notion", [("no", 4.0)])]
    assert found == [("No", 2.0), (" ", 0.0), ("no", 2.0), (", a notion", 0.0)]


def test_steps_of_a_series_add_up_over_channels():
    rng = np.random.default_rng(0)
    walks = rng.normal(size=(60, 20)).cumsum(axis=1)
    frame = pl.DataFrame({"walk": [w[: 15 + i % 6].tolist() for i, w in enumerate(walks)],
                          "y": np.where(walks[:, 5] > 0, "up", "down").tolist()})  # fmt: skip
    model = pellucid.train(frame, target="y", hidden=(8,), epochs=3)
    part = model.explain(frame, 2)["walk"]
    assert part.array.shape == (16, 1)  # the row's own steps, of at most 20
    assert part.moments.sum() + part.further.sum() == pytest.approx(part.contribution, abs=1e-12)


def test_importance_is_the_mean_absolute_contribution(people):
    rows = PEOPLE[:12]
    found = people.importance(rows, label="yes")
    by_hand = np.mean(
        [abs(people.explain(rows, n, label="yes")["age"].contribution) for n in range(1, 13)]
    )
    measured = dict(found.columns.select("column", "mean_absolute_contribution").iter_rows())
    assert measured["age"] == pytest.approx(by_hand, rel=1e-12)
    assert found.n_rows == found.n_rows_of == 12
    assert found.error < 1e-12
    assert "over 12 rows" in repr(found)


def test_what_is_shown_is_escaped(people):
    page = people.explain(PEOPLE, 1)._repr_html_()
    assert "<b>bold" not in page
    assert "http" not in page


@pytest.mark.parametrize("row", [0, 61, -1, True, 1.5])
def test_a_row_that_is_not_there_is_refused(people, row):
    with pytest.raises(SettingError, match="There is no row"):
        people.explain(PEOPLE, row)


def test_an_unknown_class_gets_a_suggestion(people):
    with pytest.raises(SettingError) as caught:
        people.explain(PEOPLE, 1, label="yess")
    assert caught.value.remedy == "did you mean 'yes'?"


def test_a_row_without_the_models_columns_is_refused(people):
    with pytest.raises(DataError, match="lacks"):
        people.explain({"age": 3})
