"""A person writes what cannot be: the page says so where it was written, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from playwright.sync_api import expect

import pellucid
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.page.browsing import PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENCE_MILLISECONDS = 90_000


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve a table with decimal commas, a run that learned from it, and nothing else."""
    folder = tmp_path_factory.mktemp("homes")
    draw = np.random.default_rng(0)
    size = draw.uniform(20, 200, 200).round(1)
    table = pl.DataFrame(
        {
            "size": [f"{one}".replace(".", ",") for one in size],
            "town": draw.choice(["Ulm", "Kiel"], 200),
            "price": (size * 3000 + draw.normal(0, 9000, 200)).round(),
        }
    )
    table.write_csv(folder / "homes.csv", separator=";")
    run = folder / "runs" / "homes-1"
    settings = {"hidden": (6, 5), "epochs": 20, "batch_size": 40}
    pellucid.train(folder / "homes.csv", target="price", run=run, **settings)
    shelf = Shelf()
    shelf.put_runs(folder / "runs")
    given = [str(folder / "homes.csv")]
    with Serving(Studio(shelf, "data", given, runs=folder / "runs")) as serving:
        yield serving


@pytest.fixture
def visit(chromium: Browser, homes: Serving) -> Iterator[Visit]:
    made = Visit(chromium, homes)
    made.page.set_default_timeout(PATIENCE_MILLISECONDS)
    made.settle()
    yield made
    # What was refused is told by the browser, too.
    made.errors = [one for one in made.errors if "responded with a status of 4" not in one]
    made.end()


def test_a_setting_that_cannot_be_is_said_at_its_field_and_can_be_mended(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name=re.compile("^iris ")).click()
    visit.find("link", "Build a network").click()
    field = page.get_by_label("hidden layers", exact=True)
    for written in ("abc", "8 x 6", "0"):
        field.fill(written)
        page.keyboard.press("Tab")
        page.get_by_role("alert").get_by_text(f"hidden (--hidden) cannot be {written!r}").wait_for()
        expect(field).to_have_attribute("aria-invalid", "true")
        assert visit.find("button", "Train").is_disabled()
    field.fill("8 6")
    page.keyboard.press("Tab")
    page.get_by_text("--hidden 8,6").first.wait_for()
    assert page.get_by_role("alert").count() == 0
    assert visit.find("button", "Train").is_enabled()


def test_what_was_settled_for_one_source_is_not_settled_for_another(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name=re.compile("^iris ")).click()
    visit.find("link", "Build a network").click()
    page.get_by_label("epochs", exact=True).fill("77")
    page.keyboard.press("Tab")
    page.get_by_text("--epochs 77").first.wait_for()
    visit.go("#/build/wine")
    page.get_by_text("pellucid train wine").first.wait_for()
    assert page.get_by_text("--epochs 77").count() == 0


def test_a_kind_that_cannot_be_leaves_the_columns_where_they_are(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name=re.compile("^homes")).click()
    visit.settle()
    page.get_by_label("What is to be predicted").select_option("price")
    visit.settle()
    kind = visit.find("combobox", "Read town as")
    kind.select_option("image")
    page.get_by_role("alert").first.wait_for()
    kind.select_option("category")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.get_by_role("row").filter(has_text="town").count() >= 1


def test_a_number_is_read_as_the_data_writes_it_and_no_number_is_refused(visit: Visit) -> None:
    page = visit.page
    visit.go("#/inside/m1?part=test&example=1")
    page.get_by_text("Your own", exact=True).click()
    field = page.get_by_label("size", exact=True)
    told = page.locator(".told")
    field.fill("")
    visit.settle()
    missing = told.inner_text()
    field.fill("150,5")
    expect(told).not_to_have_text(missing)
    field.fill("many")
    page.get_by_role("alert").get_by_text("holds no numbers").wait_for()
    field.fill("150,5")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_go_to_reads_a_weights_name_and_says_where_weights_end(visit: Visit) -> None:
    page = visit.page
    visit.go("#/inside/m1?part=test&example=1&layer=hidden_2")
    field = page.get_by_label(re.compile("row,column of W2"))
    for written in ("W2[7,1]", "99,99", "0,0", "abc", ""):
        field.fill(written)
        visit.find("button", "Go").click()
        page.get_by_text("There is no such place: it goes from W2[1,1] to W2[6,5].").wait_for()
    field.fill("W2[4,3]")
    visit.find("button", "Go").click()
    page.wait_for_url("**weight=4,3*")


def test_what_is_shown_of_a_weight_is_not_called_the_weight(visit: Visit) -> None:
    page = visit.page
    visit.go("#/inside/m1?part=test&example=1&layer=hidden_2")
    for what, called in (("Input × weight", "input × W2["), ("Gradient", "gradient of W2[")):
        page.get_by_text(what, exact=True).click()
        visit.settle()
        page.get_by_role("grid").first.focus()
        page.get_by_role("gridcell").first.get_by_text(called).wait_for()


def test_an_example_that_is_not_there_is_said_to_be_none(visit: Visit) -> None:
    page = visit.page
    visit.go("#/inside/m1?part=test&example=2")
    field = page.get_by_label("Number", exact=True)
    for written in ("0", "1.5", "999", ""):
        field.fill(written)
        page.keyboard.press("Tab")
        page.get_by_role("alert").get_by_text("numbered from 1 to 40").wait_for()
        assert field.input_value() == "2"
    field.fill("3")
    page.keyboard.press("Tab")
    page.wait_for_url("**example=3*")
    assert page.get_by_role("alert").count() == 0


def test_a_run_that_is_not_there_is_said_to_be_none(visit: Visit) -> None:
    visit.go("#/train/nope")
    visit.page.get_by_role("alert").get_by_text("There is no such run").wait_for()
    assert visit.page.get_by_text("The line to the studio is cut").count() == 0


def test_the_settings_go_by_escape_and_by_a_click_elsewhere(visit: Visit) -> None:
    page = visit.page
    panel, summary = page.locator("details.settings"), page.locator("details.settings summary")
    summary.click()
    expect(panel).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(panel).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", level=1).click()
    expect(panel).not_to_have_attribute("open", "")


def test_a_training_goes_on_slowly_changes_its_speed_and_is_found_elsewhere(
    chromium: Browser, tmp_path: Path
) -> None:
    with Serving(Studio(Shelf(), "data", runs=tmp_path / "runs")) as studio:
        visit = Visit(chromium, studio)
        page = visit.page
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        visit.go("#/build/iris")
        page.get_by_label("epochs", exact=True).fill("200000")
        page.keyboard.press("Tab")
        page.get_by_text("--epochs 200000").first.wait_for()
        visit.find("button", "Train").click()
        page.get_by_text(re.compile("rows a second")).first.wait_for()

        page.get_by_label("Speed").select_option("2")
        page.get_by_text("goes on, 2 steps a second").wait_for()
        before = _step(visit)
        page.wait_for_timeout(2500)
        assert 1 <= _step(visit) - before <= 7
        page.get_by_label("Speed").select_option("null")
        page.get_by_text(re.compile("rows a second")).first.wait_for()

        # Other views name the run that the timeline is of.
        visit.go("#/data")
        timeline = page.get_by_label("Timeline of the training")
        timeline.get_by_role("link", name="Run iris-1").click()
        page.wait_for_url("**#/train/iris-1")

        # What was interrupted is learned on with, and then held and stepped.
        visit.find("button", "Stop").click()
        visit.find("button", "Resume").wait_for()
        page.get_by_label("Speed").select_option("8")
        visit.find("button", "Resume").click()
        page.get_by_text("goes on, 8 steps a second").wait_for()
        before = _step(visit)
        page.wait_for_timeout(2500)
        assert 1 <= _step(visit) - before <= 24
        visit.find("button", "Pause").click()
        page.get_by_text("stands still").first.wait_for()
        visit.find("button", "Stop").click()
        visit.find("button", "Resume").wait_for()
        visit.end()


def test_on_a_phone_the_timeline_of_another_view_is_one_line(
    chromium: Browser, homes: Serving
) -> None:
    visit = Visit(chromium, homes, PHONE)
    visit.go("#/train/homes-1")
    visit.page.get_by_label("Timeline of the training").wait_for()
    visit.go("#/inside/m1?part=test&example=1")
    box = visit.page.get_by_label("Timeline of the training").bounding_box()
    assert box is not None
    assert box["height"] < 70
    visit.end()


def _step(visit: Visit) -> int:
    return int(visit.page.get_by_role("slider", name="Step of the training").input_value())
