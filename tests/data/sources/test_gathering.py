"""Time series spread over lines or columns, gathered where that is sure or asked for."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pellucid import api
from pellucid.data import Dataset, open_source
from pellucid.data.sources.gathering import Gathering, Wanted, gather_series
from pellucid.data.sources.wide_series import is_smooth
from pellucid.data.table import Table, table_from_frame
from pellucid.errors import DataError, SettingError


def channels(n_series: int = 12, seed: int = 0) -> pl.DataFrame:
    """Return lines of two channels, a label for each id, lengths that differ."""
    rng = np.random.default_rng(seed)
    rows = [
        (100 + 7 * i, moment, *rng.normal(size=2).round(3), ("calm", "wild")[i % 2])
        for i in range(n_series)
        for moment in range(5 + i % 3)
    ]
    names = ["id", "time", "value", "other", "label"]
    return pl.DataFrame(rows, schema=names, orient="row")


def gathered(frame: pl.DataFrame, **wanted: object) -> Dataset:
    dataset = Dataset("lines", "memory", table_from_frame(frame))
    return gather_series(dataset, Wanted(**{"targets": ("label",), **wanted}))


def test_several_columns_that_change_within_an_id_become_channels():
    frame = channels()
    dataset = gathered(frame)
    assert dataset.train.names == ("id", "series", "label")
    assert dataset.train.n_rows == 12
    first = frame.filter(pl.col("id") == 100)
    assert dataset.train["series"].to_list()[0] == [
        first["value"].to_list(), first["other"].to_list(),
    ]  # fmt: skip
    assert "12 time series of 2 channels ('value', 'other')" in dataset.notes[0]
    assert "--id none keeps the lines as they are" in dataset.notes[0]


def test_no_series_lies_on_both_sides_of_the_split():
    dataset, contract = api.contract(channels(40), target="label")
    assert dataset.train.n_rows == 40
    series = next(column for column in contract.columns if column.name == "series")
    assert (series.kind, series.override) == ("series", "--id none")
    assert series.reason == "gathered from 'value', 'other', by 'id' and 'time'"
    assert series.details["channel_names"] == ["value", "other"]
    left_out = next(column for column in contract.columns if column.name == "id")
    assert (left_out.role, contract.identifiers) == ("dropped", ("id",))


@pytest.mark.parametrize(
    "change",
    [
        {"label": pl.int_range(pl.len()) % 2},
        {"time": pl.lit(1)},
        {"time": -pl.col("time")},
        {"note": pl.int_range(pl.len()).cast(pl.String)},
        {"id": pl.int_range(pl.len())},
        {"label": pl.lit("calm")},
    ],
    ids=["target changes", "times twice", "times fall", "texts change", "ids differ", "one label"],
)
def test_lines_that_are_not_surely_series_stay(change):
    frame = channels().with_columns(**change)
    assert gathered(frame).train.n_rows == frame.height


def test_what_is_predicted_line_by_line_is_never_gathered():
    frame = channels()
    dataset = gathered(frame, targets=("value",))
    assert dataset.train.n_rows == frame.height
    assert gathered(channels().drop("other"), targets=("value",)).train.n_rows == frame.height


def test_a_person_may_keep_the_lines_as_they_are():
    frame = channels()
    assert gathered(frame, id="none").train.n_rows == frame.height
    assert gathered(frame, kinds={"other": "category"}).train.n_rows == frame.height


def test_columns_may_be_called_anything_if_they_are_named():
    frame = channels().rename({"id": "patient", "time": "hour", "value": "pulse"})
    assert gathered(frame).train.n_rows == frame.height  # "patient" may be anything
    dataset = gathered(frame, id="patient", time="hour", values=("pulse,other",))
    assert dataset.train.names == ("patient", "series", "label")
    assert Gathering.from_dict(dataset.gathering).channels == {"series": ("pulse", "other")}
    one = gathered(frame, id="patient", values=("pulse",))
    assert one.train["series"].to_list()[0] == frame["pulse"].to_list()[:5]
    assert "Left out, since they change within a series: 'other'" in one.notes[0]


def test_without_a_time_lines_count_in_their_order_and_a_note_says_so():
    frame = channels().rename({"time": "z"}).select("id", "value", "label")
    dataset = gathered(frame, id="id")
    assert dataset.train["series"].to_list()[0] == frame["value"].to_list()[:5]
    assert any("in the order in which they stand" in note for note in dataset.notes)


def test_dates_in_text_order_a_series_by_what_they_say():
    frame = pl.DataFrame(
        {
            "id": [1, 1, 1, 2, 2, 2],
            "day": ["03.02.2024", "01.03.2024", "15.01.2024"] * 2,
            "value": [2.0, 3.0, 1.0, 5.0, 6.0, 4.0],
            "label": ["a"] * 3 + ["b"] * 3,
        }
    )
    dataset = gathered(frame, id="id", time="day")
    np.testing.assert_array_equal(dataset.train["series"], [[1, 2, 3], [4, 5, 6]])


def test_a_label_that_stands_in_the_first_line_alone_is_the_series_own():
    frame = channels().with_columns(label=pl.when(pl.col("time") == 0).then(pl.col("label")))
    assert gathered(frame).train["label"].to_list() == ["calm", "wild"] * 6


def test_a_column_of_line_numbers_is_no_channel():
    frame = channels().with_row_index("row_id")
    form = Gathering.from_dict(gathered(frame).gathering).long
    assert form is not None
    assert form.values == ("value", "other")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"id": "patient"}, "no column called 'patient'"),
        ({"id": "id", "time": "hour"}, "no column called 'hour'"),
        ({"id": "id", "values": ("value,pulse",)}, "no column called 'pulse'"),
        ({"id": "id", "values": ("label",)}, "cannot be both 'label'"),
        ({"id": "id", "values": ("label",), "targets": ()}, "not numbers"),
        ({"id": "id", "targets": ("value",)}, "The target 'value' changes within a series"),
        ({"id": "time", "targets": ()}, "several values of the same time"),
    ],
)
def test_what_is_asked_for_and_cannot_be_is_refused(wanted, words):
    frame = channels().with_columns(hours=pl.lit(3))
    if wanted["id"] == "time":
        wanted = {**wanted, "time": "hours"}
    with pytest.raises(DataError, match=words):
        gathered(frame, **wanted)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"time": "time"}, "needs a window or an id"),
        ({"values": ["value"]}, "needs an id"),
        ({"id": "id", "window": 3}, "a window forecasts the rows of one"),
    ],
)
def test_settings_that_belong_together_are_asked_for_together(settings, words):
    with pytest.raises(SettingError, match=words):
        api.contract(channels(), target="label", **settings)


def test_windows_do_not_run_from_one_series_into_the_next():
    frame = channels(6)
    with pytest.raises(DataError, match="holds several series by 'id'"):
        api.contract(frame, target="value", window=2)
    one = frame.filter(pl.col("id") == 100)
    for source, told in ((one, {}), (frame, {"id": "none"})):
        dataset, _ = api.contract(source, target="value", window=2, **told)
        assert dataset.train.n_rows > 0


def test_later_lines_are_gathered_as_in_training():
    dataset = gathered(channels())
    plan = Gathering.from_dict(dataset.gathering)
    later = table_from_frame(channels(3, seed=1).drop("label"))
    again = plan.apply(later)
    assert again.names == ("id", "series")
    assert plan.apply(again) is again
    with pytest.raises(DataError, match="lacks 1 column that the time series are gathered from"):
        plan.apply(later.without("other"))


def walks(stem: str, n: int = 40, steps: int = 20, first: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    block = rng.normal(size=(n, steps)).cumsum(axis=1)
    names = [f"{stem}{first + step}" for step in range(steps)]
    return pl.DataFrame(block, schema=names).with_columns(
        label=pl.Series(np.where(block[:, -1] > 0, "up", "down"))
    )


@pytest.mark.parametrize("stem", ["t", "step_", "hour", "sensor_t"])
def test_columns_numbered_by_time_and_alike_as_neighbours_are_a_series(stem):
    frame = walks(stem)
    dataset = gathered(frame)
    assert dataset.train.names == (stem.strip("_"), "label")
    np.testing.assert_array_equal(dataset.train[stem.strip("_")], frame.drop("label").to_numpy())
    assert f'To read them as numbers: --kind "{stem}*=number"' in dataset.notes[0]
    kept = gathered(frame, kinds={f"{stem}*": "number"})
    assert kept.train.names == tuple(frame.columns)
    assert kept.notes == ()


@pytest.mark.parametrize(("stem", "pattern"), [("x", "x*"), ("", "*"), ("wave_", "wave_*")])
def test_columns_numbered_otherwise_stay_numbers_and_the_note_says_the_flag(stem, pattern):
    frame = walks(stem, first=1)
    dataset = gathered(frame)
    assert dataset.train.names == tuple(frame.columns)
    assert f'say so: --kind "{pattern}=series"' in dataset.notes[0]
    asked = gathered(frame, kinds={pattern: "series"})
    assert asked.train.n_rows == 40
    assert asked.train[asked.train.names[0]].shape == (40, 20)


def test_numbered_columns_that_follow_no_course_are_numbers_without_a_word():
    rng = np.random.default_rng(0)
    noise = pl.DataFrame(rng.normal(size=(40, 20)), schema=[f"t{i}" for i in range(20)])
    answers = noise.with_columns(pl.all() + rng.normal(size=40))  # each as much like any other
    for frame in (noise, answers):
        dataset = gathered(frame.with_columns(label=pl.Series(["a", "b"] * 20)))
        assert dataset.train.n_rows == 40
        assert (dataset.notes, dataset.gathering) == ((), None)


def test_pixels_are_no_series():
    digits = open_source("digits-8x8").train
    block = np.asarray(digits["image"]).reshape(len(digits), -1)
    # Smooth along the rows of the image, and across them as well.
    for stem in ("pixel", "p"):
        names = [f"{stem}{i}" for i in range(block.shape[1])]
        frame = pl.DataFrame(block.astype(float), schema=names)
        dataset = gathered(frame.with_columns(label=digits["label"].cast(pl.String)))
        assert (dataset.notes, dataset.gathering) == ((), None)


def test_the_lines_of_an_image_are_no_series_either():
    digits = open_source("digits-8x8").train
    block = np.asarray(digits["image"]).reshape(len(digits), -1).cumsum(axis=1)  # smooth
    names = [f"{line}x{place}" for line in range(4) for place in range(16)]
    frame = pl.DataFrame(block.astype(float), schema=names)
    dataset = gathered(frame.with_columns(label=digits["label"].cast(pl.String)))
    assert (dataset.notes, dataset.gathering) == ((), None)


def test_a_target_among_numbered_columns_is_kept_out_of_the_series():
    frame = walks("t").drop("label")
    dataset = gathered(frame, targets=("t19",))
    assert dataset.train.names == ("t", "t19")


def test_what_is_numbered_is_taken_in_the_order_of_the_numbers():
    frame = pl.DataFrame({"t10": [3.0], "t1": [1.0], "t2": [2.0], "total": [9.0]})
    dataset = gathered(frame, kinds={"t*": "series"}, targets=())
    assert dataset.train["t"].tolist() == [[1.0, 2.0, 3.0]]
    assert dataset.train.names == ("t", "total")


def test_a_pattern_stands_for_its_columns_with_every_kind():
    frame = pl.DataFrame({"q1": [1, 2, 1] * 5, "q2": [3, 4, 3] * 5, "label": ["a", "b", "a"] * 5})
    _, contract = api.contract(frame, target="label", kinds={"q*": "category"})
    assert [column.kind for column in contract.inputs] == ["category", "category"]
    with pytest.raises(DataError, match=r"no column called 'z\*'"):
        api.contract(frame, target="label", kinds={"z*": "category"})
    with pytest.raises(DataError, match=r"'z\*' stands for no column"):
        api.contract(frame, target="label", kinds={"z*": "series"})


def test_smoothness_is_of_the_columns_and_not_of_what_all_rows_share():
    rng = np.random.default_rng(0)
    day = np.sin(np.linspace(0, 6, 30))  # the same in all rows
    assert not is_smooth(day + rng.normal(size=(60, 30)))
    assert is_smooth(day + rng.normal(size=(60, 30)).cumsum(axis=1))
    assert not is_smooth(np.ones((60, 30)))


def test_a_table_is_not_changed_by_what_does_not_concern_it():
    table = Table({"a": pl.Series([1, 2]), "b": pl.Series(["x", "y"])})
    dataset = Dataset("toys", "memory", table)
    assert gather_series(dataset, Wanted(targets=("b",))) == dataset
