"""A model is taken elsewhere from the page: the files are what the engine's own exports are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.sharing import FORMS
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.exchange import Browser, answer


def test_all_forms_are_offered_with_their_files(browser: Browser) -> None:
    forms = {one["form"]: one for one in answer(browser.get("/api/models/m1/share"))["forms"]}
    assert {name: one["file"] for name, one in forms.items()} == {
        "html": "digits.html", "numpy": "digits.py", "pellucid": "digits.pellucid",
    }  # fmt: skip
    assert {name: one["holds_rows"] for name, one in forms.items()} == {
        "html": True, "numpy": False, "pellucid": True,
    }  # fmt: skip
    assert all(one["problem"] is None and one["command"] is None for one in forms.values())


def test_the_script_and_the_page_are_those_of_the_exports(
    browser: Browser, digits: pellucid.Model, tmp_path: Path
) -> None:
    script = browser.get("/api/models/m1/share/numpy")
    assert script.body.decode() == digits.export(tmp_path / "digits.py").read_text("utf-8")
    page = browser.get("/api/models/m1/share/html")
    assert page.headers["content-type"].startswith("text/html")
    assert page.body == digits.export(tmp_path / "digits.html").read_bytes()


@pytest.mark.parametrize("form", ["html", "pellucid"])
def test_rows_are_left_out_where_they_are_to_be(
    browser: Browser, digits: pellucid.Model, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"without.{form}"
    path.write_bytes(browser.get(f"/api/models/m1/share/{form}?rows=no").body)
    if form == "pellucid":
        loaded = pellucid.load(path)
        assert loaded.trained.examples is None
        assert np.array_equal(
            np.asarray(loaded.params["hidden_1"]["kernel"]),
            np.asarray(digits.params["hidden_1"]["kernel"]),
        )
        return
    told = path.read_text("utf-8").partition('id="contents"')[2].partition(">")[2]
    contents = json.loads(told.partition("</script>")[0])
    assert contents["examples"] == contents["vectors"] == []
    assert contents["params"]


def test_what_a_model_cannot_be_brought_into_is_said_with_its_reason(tmp_path: Path) -> None:
    said = [f"a {word} film number {n}" for n in range(20) for word in ("good", "bad")]
    data = pl.DataFrame({"said": said, "liked": ["yes", "no"] * 20})
    run = tmp_path / "films-1"
    settings = {"kinds": {"said": "text"}, "hidden": (4,), "epochs": 1, "calibration": "none"}
    pellucid.train(data, target="liked", run=run, **settings)
    shelf = Shelf()
    id_ = shelf.put_file(run)
    with Serving(Studio(shelf, "inside", runs=tmp_path, forms=FORMS)) as serving:
        browser = Browser(serving)
        forms = {
            one["form"]: one for one in answer(browser.get(f"/api/models/{id_}/share"))["forms"]
        }
        assert "said (text)" in forms["numpy"]["problem"]["where"]
        assert forms["html"]["problem"] is None
        command = f"pellucid export {Path(tmp_path.name, 'films-1')} --to html"
        assert forms["html"]["command"] == command
        refused = browser.get(f"/api/models/{id_}/share/numpy")
        assert refused.status == 400
        assert "said (text)" in refused.json["error"]["where"]


def test_other_forms_are_none(browser: Browser) -> None:
    refused = browser.get("/api/models/m1/share/pickle")
    assert refused.status == 400
    assert refused.json["error"]["message"] == "There is no form called 'pickle'."
    assert browser.get("/api/models/m1/share/html?rows=maybe").status == 400
