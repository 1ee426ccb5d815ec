"""Exported scripts answer as the model does, where there is nothing but NumPy."""

from __future__ import annotations

import ast
import csv
import functools
import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import pellucid
from pellucid import sharing
from pellucid.data.encoding import InputEncoding
from pellucid.data.kinds.category import CategoryEncoder
from pellucid.data.kinds.series import SeriesEncoder
from pellucid.data.numerals import PLAIN_FORMAT, NumberFormat, read_numbers, written_pattern
from pellucid.data.parsing import MISSING_TEXTS
from pellucid.errors import OutputError, SettingError, UnlikeTrainingWarning
from pellucid.model import TrainedModel
from pellucid.sharing.script import rows as functions
from pellucid.sharing.script import script
from pellucid.sharing.script.columns import settings_of

TOLERANCE = 1e-5
# Nothing of pellucid, and none of the libraries that it stands on but NumPy.
_ALONE = """
import runpy, sys
for name in ("pellucid", "jax", "polars", "scipy", "sklearn", "pandas"):
    sys.modules[name] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run(script: Path, rows: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    command = [sys.executable, "-I", "-c", _ALONE, str(script), str(rows)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def answered(script: Path, rows: Path) -> list[dict[str, str]]:
    """Return what a script writes of some rows."""
    done = run(script, rows)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def expect_same(told: list[dict[str, str]], expected: pl.DataFrame) -> None:
    """Expect the answers of `predict`, column by column."""
    assert list(told[0]) == expected.columns
    for name in expected.columns:
        own = [row[name] for row in told]
        if expected[name].dtype.is_float():
            scale = max(1.0, float(np.abs(expected[name].to_numpy()).max()))
            np.testing.assert_allclose(
                np.array(own, float), expected[name].to_numpy(), atol=TOLERANCE * scale
            )
        else:
            assert own == [str(value) for value in expected[name]]


@contextmanager
def filled_in() -> Iterator[None]:
    """Give the functions what scripts are given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(functions, "WRITTEN_NUMBER", written_pattern(PLAIN_FORMAT))
        patch.setattr(functions, "MISSING", MISSING_TEXTS)
        yield


@functools.cache
def iris() -> TrainedModel:
    return pellucid.train("iris", hidden=(4,), epochs=1).trained


def exported(model: pellucid.Model, folder: Path) -> Path:
    return model.export(folder / "script.py")


def people(n: int = 160) -> pl.DataFrame:
    """Make a table of all that tables hold: units, commas, gaps, rare and numbered categories."""
    draw = np.random.default_rng(0)
    age = draw.integers(18, 90, n)
    income = draw.lognormal(8, 1, n)
    town = draw.choice(["Ulm", "Kiel", "Bonn"], n)
    return pl.DataFrame(
        {
            "age": [None if place % 9 == 4 else int(one) for place, one in enumerate(age)],
            "income": [f"{one:,.2f} €".translate(str.maketrans(",.", ".,")) for one in income],
            "town": [None if place % 11 == 5 else one for place, one in enumerate(town)],
            "rooms": draw.integers(1, 5, n),
            "owner": draw.random(n) < 0.5,
            "bought": np.where((age > 50) ^ (income > 3000), "yes", "no"),
            "price": income * np.where(town == "Ulm", 3.0, 1.5) + age,
        }
    )


@pytest.mark.parametrize(
    ("target", "settings"),
    [
        ("bought", {"drop": ["price"], "kinds": {"rooms": "category"}}),
        ("bought", {"drop": ["price"], "loss": "binary_cross_entropy"}),
        ("price", {"drop": ["bought"]}),
        ("rooms", {"drop": ["price", "bought"], "task": "classification"}),
        ("owner", {"drop": ["price", "bought"], "members": 3}),
    ],
)
def test_a_table_is_answered_as_by_the_model(
    tmp_path: Path, target: str, settings: dict[str, Any]
) -> None:
    table = people()
    model = pellucid.train(
        table, target=target, hidden=(6,), epochs=3, run=tmp_path / "run", **settings
    )
    asked = people(40).drop(target)
    towns = ["Rom", *asked["town"][1:]]  # one that training never saw, and gaps
    asked = asked.with_columns(pl.Series("town", towns))
    asked.write_csv(tmp_path / "rows.csv", separator=";")
    told = answered(exported(model, tmp_path), tmp_path / "rows.csv")
    with pytest.warns(UnlikeTrainingWarning, match="Rom"):
        expected = model.predict(tmp_path / "rows.csv")
    expect_same(told, expected)


def test_numbers_seen_as_waves_and_answers_on_a_curve(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    x = draw.normal(size=(200, 2))
    table = pl.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": np.exp(2 * x[:, 0]) + 0.1})
    settings = {"embedding": "periodic", "members": 2, "target_scale": "log"}
    model = pellucid.train(table, target="y", epochs=2, run=tmp_path / "run", **settings)
    table.drop("y").write_csv(tmp_path / "rows.csv")
    script = exported(model, tmp_path)
    expect_same(answered(script, tmp_path / "rows.csv"), model.predict(table))
    assert all(part in script.read_text() for part in ("(periodic_embedding, ", '"bend": '))


def test_clusters_are_found_as_by_the_model(tmp_path: Path) -> None:
    table = people().select("age", "rooms", "town")
    model = pellucid.train(table, task="clustering", clusters=3, epochs=2, run=tmp_path / "run")
    table.write_csv(tmp_path / "rows.csv")
    expect_same(answered(exported(model, tmp_path), tmp_path / "rows.csv"), model.predict(table))


@pytest.mark.parametrize(
    ("shape", "kind", "settings"),
    [
        ((6, 6), "image", {"network": "conv", "filters": (3, 4)}),
        ((20, 2), "series", {"network": "recurrent", "units": 4}),
        ((5, 3), "vector", {}),
    ],
)
def test_arrays_are_answered_as_by_the_model(
    tmp_path: Path, shape: tuple[int, ...], kind: str, settings: dict[str, Any]
) -> None:
    draw = np.random.default_rng(2)
    x = draw.integers(0, 256, (120, *shape)).astype(np.uint8)
    x = x if kind == "image" else x / 7.0
    settings = {**settings, "kinds": {"image": kind}}
    y = np.where(x.reshape(120, -1)[:, :3].mean(axis=1) > np.median(x), "high", "low")
    model = pellucid.train((x, y), epochs=2, run=tmp_path / "run", **settings)
    np.save(tmp_path / "rows.npy", x[:20])
    told = answered(exported(model, tmp_path), tmp_path / "rows.npy")
    expect_same(told, model.predict(x[:20]))


def test_what_cannot_be_read_is_said_and_nothing_is_answered(tmp_path: Path) -> None:
    model = pellucid.train("iris", hidden=(4,), epochs=1, run=tmp_path / "run")
    script = exported(model, tmp_path)
    head = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\n"
    for text, said in (
        (f"{head}5.1,3.5,many,0.2\n", "petal length (cm): 'many' is not a number"),
        (f"{head}5.1,3.5,1e999,0.2\n", "petal length (cm): '1e999' is infinite"),
        ("a,b\n1,2\n", "columns are missing: sepal length (cm)"),
    ):
        rows = tmp_path / "rows.csv"
        rows.write_text(text)
        done = run(script, rows)
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert "rows.csv" in run(script, tmp_path / "no" / "rows.csv").stderr
    (tmp_path / "rows.csv").write_text(head)
    assert run(script, tmp_path / "rows.csv").stdout.startswith("prediction,probability_setosa")


def test_a_class_that_is_a_formula_is_not_run_by_a_spreadsheet() -> None:
    stream = io.StringIO()
    functions.write_answers({"prediction": ["=1+1", "-5"], "p": [-0.5, 1.0]}, stream)
    assert stream.getvalue() == "prediction,p\n'=1+1,-0.5\n-5,1.0\n"


def test_what_numpy_alone_cannot_read_is_named_and_nothing_written(tmp_path: Path) -> None:
    said = [f"the {word} fox jumps over it {n}" for n in range(30) for word in ("red", "sly")]
    table = pl.DataFrame({"said": said, "y": ["a", "b"] * 30})
    model = pellucid.train(
        table, target="y", kinds={"said": "text"}, hidden=(4,), epochs=1, run=tmp_path / "run"
    )
    with pytest.raises(SettingError, match=r"said \(text\)"):
        exported(model, tmp_path)
    assert not (tmp_path / "script.py").exists()


def test_the_ending_says_the_form_and_nothing_is_overwritten(tmp_path: Path) -> None:
    model = pellucid.train("iris", hidden=(4,), epochs=1, run=tmp_path / "run")
    assert model.export(tmp_path / "one.py").read_text().startswith('"""one: a neural network')
    assert model.export(tmp_path / "two", to="numpy").name == "two.py"
    assert sharing.FORMS["numpy"].file("iris-1 after step 3") == "iris_1_after_step_3.py"
    assert sharing.FORMS["html"].file("../..") == "model.html"
    with pytest.raises(OutputError, match="exists already"):
        model.export(tmp_path / "one.py")
    with pytest.raises(SettingError, match="no form called 'onxx'"):
        sharing.export(model.trained, tmp_path / "x", to="onxx")


_CELL = st.one_of(
    st.sampled_from(["5", "5.0", " 7", "007", "true", "False", "1,000", "2 000", "x", "", "١"]),
    st.integers(-3, 3).map(str),
    st.floats(-9, 9).map(str),
)
_COLUMN = st.one_of(
    st.lists(_CELL, min_size=1, max_size=6),
    st.lists(st.integers(-(2**62), 2**62) | st.integers(-3, 3), min_size=1, max_size=6),
    st.lists(st.floats(-1e20, 1e20) | st.sampled_from([0.1, 5.0, -0.0]), min_size=1, max_size=6),
    st.lists(st.booleans(), min_size=1, max_size=6),
)


@given(_COLUMN, _COLUMN)
@example([2**60 + 1, 2**60 + 2], [2**60 + 1, 2**60 + 2])
@example(["5", "6"], [5.0, 7.0])
@example(["true", "false"], [True, False])
@example(["1000", "2"], ["1,000", "2 000"])
def test_a_category_is_found_as_by_the_engine(learned: list[Any], asked: list[Any]) -> None:
    encoder = CategoryEncoder.fit(pl.Series(learned))
    settings = settings_of(encoder)
    assert settings is not None
    with filled_in():
        found = functions.category("x", asked, **settings)
    np.testing.assert_array_equal(found, encoder.transform(pl.Series(asked)))


def test_numpys_own_numbers_are_categories_as_pythons_are() -> None:
    narrow = np.array([0.1, 2.5], np.float32)
    encoder = CategoryEncoder.fit(pl.Series(narrow))
    settings = settings_of(encoder)
    assert settings is not None
    with filled_in():
        found = functions.category("x", narrow, **settings)
    assert found.sum() == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a, b\n1,x\n2,y\n", {"a": ["1", "2"], "b": ["x", "y"]}),
        ("\n\na;b\n1;2\n\n3;4\n", {"a": ["1", "3"], "b": ["2", "4"]}),
        ("a\n1\n\n3\n", {"a": ["1", None, "3"]}),
        ('"a;x;y",b\n1,2\n', {"a;x;y": ["1"], "b": ["2"]}),
        ("a,b\n1\n", {"a": ["1"], "b": [None]}),
        ("a,b\r\n1\u2028,2\x85\r\n", {"a": ["1\u2028"], "b": ["2\x85"]}),
        ('a,b\n"1\n2",3\n', {"a": ["1\n2"], "b": ["3"]}),
        ("", {}),
    ],
)
def test_text_is_divided_into_columns(text: str, expected: dict[str, Any]) -> None:
    assert functions.columns_of(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [("a,b\n1,5,2,5\n", "row 1 has 4 values; expected 2"), ("a,a\n1,2\n", "a, a")],
)
def test_text_that_could_mean_something_else_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        functions.columns_of(text)


def test_whole_pixels_are_never_cut_and_fractions_are() -> None:
    """By hand: (255 / 255 - 0.001) / 0.002 = 499.5."""
    settings: dict[str, Any] = {"shape": [1, 1], "mean": 0.001, "scale": 0.002}
    whole = functions.image("x", np.array([[[255]]], np.uint8), white=255.0, **settings)
    assert whole.tolist() == [[pytest.approx(499.5)]]
    assert functions.image("x", np.array([[[1.0]]]), white=1.0, **settings).tolist() == [[100.0]]


def test_series_whose_channels_were_lists_are_asked_for_as_lists() -> None:
    draw = np.random.default_rng(3)
    lists = draw.normal(size=(20, 4, 4)).tolist()  # channels, steps: a transposed one looks alike
    series = pl.Series(lists, dtype=pl.List(pl.List(pl.Float64)))
    encoder = SeriesEncoder.fit(series)
    settings = settings_of(encoder)
    assert settings is not None
    expected = encoder.transform(series).reshape(20, -1)
    np.testing.assert_allclose(functions.series("x", lists, **settings), expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["image", "vector", "series"])
def test_no_rows_have_no_answers(kind: str) -> None:
    settings: dict[str, Any] = {"shape": [2, 3], "mean": 0.0, "scale": 1.0}
    settings |= {"white": 1.0} if kind == "image" else {}
    assert getattr(functions, kind)("x", [], **settings).shape == (0, 6)


def test_damaged_arrays_are_refused_in_words(tmp_path: Path) -> None:
    path = sharing.export(iris(), tmp_path / "script.py")
    for name, content in (("a.npy", b""), ("b.npz", b""), ("c.npz", b"PK\3\4 not a zip")):
        (tmp_path / name).write_bytes(content)
        done = run(path, tmp_path / name)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr, done.stderr


@settings(max_examples=25)
@given(st.text(max_size=30), st.text(max_size=30))
@example('"""; import os #', "\\")
@example("a\0b", "\ud800")
@example("# coding: utf-7", "\u202e")
def test_whatever_a_model_file_calls_things_stays_text(name: str, column: str) -> None:
    """The names stand in the script as texts, and it is a program of the same statements."""
    trained = iris()
    own = trained.encoding.encoders
    inputs = [(f"{column}{place}", encoder) for place, (_, encoder) in enumerate(own)]
    metrics = {"roc_auc": None, "f1": "high", "accuracy": 0.5}
    made = {**trained.made, "report": {**trained.made["report"], "metrics": metrics}}
    text = script(replace(trained, encoding=InputEncoding(inputs), made=made), name)
    program = ast.parse(text.encode())
    assert ast.get_docstring(program)
    known = ast.parse(script(trained, "iris"))
    assert [type(one) for one in program.body] == [type(one) for one in known.body]
    listed = next(
        one.value
        for one in program.body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "COLUMNS"
    )
    assert isinstance(listed, ast.List)
    told = [ast.literal_eval(one.elts[0]) for one in listed.elts if isinstance(one, ast.Tuple)]
    assert told == [name for name, _ in inputs]


FORMATS = (
    PLAIN_FORMAT,
    NumberFormat(",", suffix="€"),
    NumberFormat(".", prefix="$"),
    NumberFormat(",", suffix="kg"),
)
_DIGITS = st.text("0123456789.,' -−+()eE€$kg\u00a0", max_size=12)


@given(st.sampled_from(FORMATS), st.one_of(_DIGITS, st.floats(-1e9, 1e9).map(str)))
@example(FORMATS[1], "(1.234,50 €)")
@example(FORMATS[0], "1,234.5")
@example(FORMATS[2], "−$3")
def test_a_number_is_read_as_by_the_engine_or_refused(format: NumberFormat, text: str) -> None:
    """Where the engine takes a text for missing, with a warning, a script refuses it."""
    expected = read_numbers(pl.Series([text.strip()]), format)[0]
    pattern = "" if format.is_plain else written_pattern(format)
    with filled_in():
        try:
            found = functions.parse_number("x", text.strip(), pattern, format.decimal)
        except ValueError:
            found = None
    assert found == expected
