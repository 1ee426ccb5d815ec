"""``pellucid predict``: each answer says which row it is of, its unit, and what part was taken."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.cli.helpers import pellucid
from tests.data.sources.test_gathering import channels

QUICK = ("--hidden", "8", "--epochs", "4", "--quiet")


@pytest.fixture(scope="module")
def wards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with lines of series, and a model that was told what they are."""
    folder = tmp_path_factory.mktemp("wards")
    frame = channels(30).rename({"id": "patient", "time": "hour", "value": "pulse"})
    frame.write_csv(folder / "wards.csv")
    told = ("--target", "label", "--id", "patient", "--values", "pulse,other")
    result = pellucid("train", "wards.csv", *told, *QUICK, cwd=folder)
    assert result.status == 0, result.err
    return folder


@pytest.mark.slow
def test_series_are_gathered_by_the_model_without_a_flag(wards: Path) -> None:
    result = pellucid("predict", "runs/wards-1", "wards.csv", cwd=wards)
    answers = pl.read_csv(result.out.encode())
    assert answers.columns == ["patient", "prediction", "probability_calm", "probability_wild"]
    assert answers["patient"].to_list() == [100 + 7 * i for i in range(30)]
    measured = pellucid("evaluate", "runs/wards-1", "wards.csv", "--json", cwd=wards).json
    assert (measured["n"], measured["part"]) == (30, None)
    (warning,) = measured["warnings"]
    assert "learnt from 24 of these 30 rows" in warning
    why = pellucid("explain", "runs/wards-1", "wards.csv", "--row", 30, "--json", cwd=wards).json
    assert why["row"] == 30


def test_the_config_of_a_run_holds_what_was_found(wards: Path) -> None:
    config = (wards / "runs/wards-1/config.yaml").read_text()
    assert "\nid: patient" in config
    assert "\ntime: hour" in config
    assert "\nvalues: [pulse, other]" in config
    again = pellucid(
        "train", "--config", "runs/wards-1/config.yaml", "--quiet", "--json", cwd=wards
    )
    assert again.status == 0, again.err
    assert again.json["n_train"] + again.json["n_test"] == 30


def test_the_contract_of_lines_is_shown_with_the_note(wards: Path) -> None:
    shown = pellucid("data", "wards.csv", "--target", "label", "--id", "patient", cwd=wards)
    assert "--id none" in shown.err + shown.out
    assert "gathered into 30 time series" in shown.err + shown.out
    asis = pellucid("data", "wards.csv", "--target", "label", "--json", cwd=wards).json
    assert asis["n_train"] == channels(30).height
    assert "rows-of-one-id" in [finding["code"] for finding in asis["findings"]]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.json", pl.read_json),
        ("a.ndjson", pl.read_ndjson),
        ("a.arrow", pl.read_ipc),
    ],
)
def test_answers_are_written_as_what_can_be_read_again(wards: Path, name: str, read) -> None:
    result = pellucid("predict", "runs/wards-1", "wards.csv", "-o", name, "--json", cwd=wards)
    assert result.json["columns"][:2] == ["patient", "prediction"]
    assert read(wards / name)["patient"].to_list()[:2] == [100, 107]


def test_warnings_and_units_are_in_the_json_and_the_part_in_a_note(tmp_path: Path) -> None:
    folder = tmp_path / "homes"
    folder.mkdir()
    for part, n in (("train", 40), ("test", 10)):
        sizes = [20.0 + number for number in range(n)]
        pl.DataFrame(
            {"size": sizes, "price": [f"{3000 * size:.2f} €" for size in sizes]}
        ).write_csv(folder / f"{part}.csv")
    assert pellucid("train", "homes", "--target", "price", *QUICK, cwd=tmp_path).status == 0
    model = "runs/homes-1"
    result = pellucid("predict", model, "homes", "-o", "a.csv", "--json", cwd=tmp_path)
    assert (result.json["part"], result.json["units"]) == ("test", {"price": "€"})
    assert "give homes/train.csv for those to learn from" in result.json["notes"][0]
    assert pl.read_csv(tmp_path / "a.csv").columns == ["prediction", "unit"]
    far = tmp_path / "far.csv"
    pl.DataFrame({"size": [1e6, 2.0], "colour": ["red", "blue"]}).write_csv(far)
    warned = pellucid("predict", model, far, "-o", "b.csv", "--json", cwd=tmp_path).json
    assert any("far outside the range" in text for text in warned["warnings"])
    assert any("'colour'" in text for text in warned["warnings"])
