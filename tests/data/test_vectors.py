"""A row beside its vector: exactly what the network receives, each number with its name."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid import api
from pellucid.data.page import plain
from pellucid.data.page.vector_lines import vector_lines
from pellucid.data.vectors import RowVector
from pellucid.errors import SettingError

N = 60
DRAW = np.random.default_rng(0)
AGES = DRAW.integers(1, 80, N).astype(float)
FRAME = pl.DataFrame(
    {
        "age": [*[None] * 6, *AGES[6:]],
        "sex": ["f", *DRAW.choice(["f", "m"], N - 1)],
        "born": [date(2024, 1, 1 + i % 28) for i in range(N)],
        "walk": DRAW.normal(size=(N, 12)).tolist(),
        "word": [" ".join(f"w{k}" for k in DRAW.integers(0, 40, 4)) for _ in range(N)],
        "y": DRAW.choice(["no", "yes"], N),
    }
)
QUICK = {"target": "y", "kinds": {"word": "text"}, "hidden": (4,), "epochs": 2}


@pytest.fixture(scope="module")
def model() -> pellucid.Model:
    return pellucid.train(FRAME, **QUICK)


def lines(vector: RowVector, width: int = 80) -> list[str]:
    return [plain(line) for line in vector_lines(vector, "A row", "", width)]


def test_the_vector_is_what_the_network_receives(model: pellucid.Model):
    whole = model.encode(FRAME)
    whole = whole.toarray() if hasattr(whole, "toarray") else np.asarray(whole)
    for row in (1, 7, N):
        vector = model.vector(FRAME, row)
        assert np.array_equal(vector.numbers, whole[row - 1])
        assert vector.to_frame()["feature"].to_list() == model.feature_names
    traced = model.trace(FRAME)[0].inputs
    assert np.array_equal(np.asarray(traced)[6], whole[6])


def test_a_vector_before_training_is_that_of_the_training(model: pellucid.Model):
    seen = api.seen_row(FRAME, 7, target="y", kinds={"word": "text"})
    assert np.array_equal(seen.vector.numbers, model.vector(FRAME, 7).numbers)
    assert seen.fitted_to == model.report["n_train"]
    assert seen.vector.to_frame().columns == ["column", "feature", "number"]


def test_values_stand_as_the_person_knows_them(model: pellucid.Model):
    parts = {part.column: part for part in model.vector(FRAME, 1).parts}
    assert (parts["age"].value, parts["sex"].value) == (None, "f")
    assert parts["born"].value == date(2024, 1, 1)
    assert parts["walk"].value == pytest.approx(FRAME["walk"][0].to_list())
    assert parts["age"].names == ("age", "age is missing")
    assert parts["age"].numbers.tolist() == [0.0, 1.0]
    assert parts["sex"].numbers.sum() == 1


def test_a_number_is_standardised_by_the_rows_that_are_learnt_from(model: pellucid.Model):
    encoder = dict(model.trained.encoding.encoders)["age"]
    part = model.vector(FRAME, 7).parts[0]
    assert part.numbers[0] == np.float32((AGES[6] - encoder.mean) / encoder.scale)


def test_a_row_as_a_dict_has_a_vector(model: pellucid.Model):
    row = {name: FRAME[name][8] for name in FRAME.columns if name != "y"}
    row["walk"] = FRAME["walk"][8].to_list()
    assert np.array_equal(model.vector(row).numbers, model.vector(FRAME, 9).numbers)


@pytest.mark.parametrize("row", [0, N + 1, -1, True])
def test_a_row_that_there_is_not_is_refused(model: pellucid.Model, row: int):
    with pytest.raises(SettingError, match=f"There is no row {row}"):
        model.vector(FRAME, row)


def test_the_page_has_the_shortest_digits_that_give_the_same_bits(model: pellucid.Model):
    part = model.vector(FRAME, 7).parts[0]
    (line,) = (line for line in lines(model.vector(FRAME, 7)) if line.startswith("age"))
    written = line.split()[2].rstrip(",")
    assert np.float32(written) == part.numbers[0]
    assert "is missing 0" in line


def test_long_vectors_lose_their_middle_and_zeros_are_counted(model: pellucid.Model):
    vector = model.vector(FRAME, 7)
    text = "\n".join(lines(vector))
    assert "… 5 more …" in text  # of 12 steps the first five and the last two are shown
    assert "[12]" in text
    words = vector.parts[-1]
    n_zero = int((words.numbers == 0).sum())
    assert f"the other {n_zero} are 0" in text
    assert max(map(len, text.splitlines())) <= 80


def test_json_holds_all_features(model: pellucid.Model):
    saved = json.loads(json.dumps(model.vector(FRAME, 7).to_dict(), default=str))
    assert saved["n_features"] == len(model.feature_names)
    assert [name for part in saved["columns"] for name in part["features"]] == model.feature_names
    numbers = [number for part in saved["columns"] for number in part["numbers"]]
    assert np.array_equal(np.array(numbers, np.float32), model.vector(FRAME, 7).numbers)


def test_pictures_are_shown_by_the_end_of_their_path(tmp_path: Path):
    from PIL import Image

    for label in ("cat", "dog"):
        for number in range(12):
            path = tmp_path / "some" / "deep" / "folder" / label / f"p{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = DRAW.integers(0, 255, (4, 5), dtype=np.uint8)
            Image.fromarray(pixels).save(path)
    seen = api.seen_row(tmp_path / "some" / "deep" / "folder", 2)
    assert len(seen.vector.numbers) == 20
    assert any("…" in line and "p1.png" in line for line in lines(seen.vector, 60))


def test_without_a_target_all_rows_count():
    seen = api.seen_row(FRAME, 1)
    assert (seen.contract.task, seen.fitted_to) == ("undecided", N)
    # "word" is left out: its texts all differ.
    assert [part.column for part in seen.vector.parts] == ["age", "sex", "born", "walk", "y"]


def test_a_forecasts_rows_are_windows():
    frame = pl.DataFrame({"t": range(50), "v": DRAW.normal(size=50)})
    seen = api.seen_row(frame, 1, target="v", window=4)
    assert seen.vector.parts[0].names[-1] == "past v[t=4]"
