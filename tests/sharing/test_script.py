"""Exported scripts answer as the model does, where there is nothing but NumPy."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import pellucid
from pellucid import sharing
from pellucid.data.numerals import PLAIN_FORMAT, NumberFormat, read_numbers, written_pattern
from pellucid.errors import OutputError, SettingError, UnlikeTrainingWarning
from pellucid.sharing.script import rows as functions

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
        ((6, 6), "image", {"network": "conv"}),
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
    functions.write_answers({"prediction": ["=1+1", "fine"], "p": [-0.5, 1.0]}, stream)
    assert stream.getvalue() == "prediction,p\n'=1+1,-0.5\nfine,1.0\n"


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
    with pytest.raises(OutputError, match="exists already"):
        model.export(tmp_path / "one.py")
    with pytest.raises(SettingError, match="no form called 'onxx'"):
        sharing.export(model.trained, tmp_path / "x", to="onxx")


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
    with pytest.MonkeyPatch.context() as patch:  # as it is filled in for a script
        patch.setattr(functions, "WRITTEN_NUMBER", written_pattern(PLAIN_FORMAT))
        try:
            found = functions.parse_number("x", text.strip(), pattern, format.decimal)
        except ValueError:
            found = None
    assert found == expected
