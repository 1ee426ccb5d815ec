"""A person chooses data, builds a network, trains it, and moves through the training."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import pellucid
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.page.browsing import LAPTOP, PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A process that trains starts slowly where others compute.
PATIENCE_MILLISECONDS = 90_000
RATE = 0.2
VIEWS = ("#/data", "#/data/iris", "#/build/iris", "#/train/iris-1", "#/compare/iris-1?with=iris-2")


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve a studio with three finished runs: iris-1, iris-2, and plain-1 of plain descent."""
    runs = tmp_path_factory.mktemp("workbench") / "runs"
    for name, units in (("iris-1", 4), ("iris-2", 8)):
        pellucid.train("iris", hidden=(units,), epochs=12, run=runs / name)
    plain = {"optimizer": "sgd", "momentum": 0.0, "weight_decay": 0.0, "schedule": "constant"}
    pellucid.train(
        "iris", hidden=(), epochs=3, seed=1, learning_rate=RATE, warmup=0.0, run=runs / "plain-1",
        **plain,
    )  # fmt: skip
    shelf = Shelf()
    shelf.put_runs(runs)
    with Serving(Studio(shelf, "data", runs=runs)) as serving:
        yield serving


def test_data_becomes_a_network_that_is_trained_held_stepped_and_looked_into(
    chromium: Browser, workbench: Serving
) -> None:
    visit = Visit(chromium, workbench)
    page = visit.page
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    visit.settle()
    page.get_by_role("button", name=re.compile("^iris ")).click()
    visit.find("link", "Build a network").click()
    visit.settle()
    page.get_by_label("hidden layers", exact=True).fill("6, 3")
    page.get_by_label("epochs", exact=True).fill("30000")
    page.keyboard.press("Tab")
    page.get_by_text("pellucid train iris --hidden 6,3 --epochs 30000").wait_for()
    assert page.get_by_text("6 × 3 + 3").is_visible()

    visit.find("button", "Train").click()
    visit.find("button", "Pause").click()
    visit.find("button", "Go on").wait_for()
    page.get_by_label("Step by").select_option("operation")
    for told in ("Forward: the outputs", "Loss: how wrong they are", "Backward: the gradients"):
        visit.find("button", "Step").click()
        page.locator("li.now").get_by_role("heading", name=told).wait_for()
    before = int(page.get_by_role("slider", name="Step of the training").input_value())
    page.get_by_label("Step by").select_option("batch")
    # From the middle of a step to its beginning, and from there to the step before.
    visit.find("button", "Step back").click()
    expect(page.locator("li.now")).to_have_count(0)
    visit.find("button", "Step back").click()
    page.wait_for_function(
        "step => document.querySelector('.scrub input').value == step", arg=before - 1
    )
    # By operations: the last one of a step is the update.
    page.get_by_label("Step by").select_option("operation")
    for there in ("next: update", "next: backward"):
        visit.find("button", "Step back").click()
        page.get_by_text(there).wait_for()
    for there in ("next: update", "next: forward"):
        visit.find("button", "Step").click()
        page.get_by_text(there).wait_for()

    page.get_by_label("Timeline of the training").get_by_role("button", name="Look inside").click()
    page.wait_for_url("**#/inside/m*")
    visit.settle()
    page.get_by_text(f"iris-3 after step {before - 1:,}").first.wait_for()
    visit.go("#/train/iris-3")
    visit.find("button", "Stop").click()
    visit.find("button", "Resume").wait_for()
    visit.end()


def test_a_page_that_watches_a_training_asks_now_and_then_and_not_with_every_update(
    chromium: Browser, workbench: Serving
) -> None:
    visit = Visit(chromium, workbench)
    page = visit.page
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(page.url.split("#")[0] + "#/build/iris")
    visit.settle()
    page.get_by_label("epochs", exact=True).fill("200000")
    page.keyboard.press("Tab")
    page.get_by_text("--epochs 200000").first.wait_for()
    visit.find("button", "Train").click()
    page.get_by_text(re.compile("rows a second")).first.wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("?")[0].rsplit("/", 1)[1]))
    page.wait_for_timeout(6500)  # updates come up to twenty times a second
    counts = {name: asked.count(name) for name in ("timeline", "runs", "histograms")}
    assert 1 <= counts["timeline"] <= 4, counts
    assert counts["runs"] <= 2, counts
    assert 2 <= counts["histograms"] <= 8, counts
    visit.find("button", "Stop").click()
    page.get_by_text("was interrupted").first.wait_for()


def test_the_spread_of_weights_is_read_state_by_state(
    chromium: Browser, workbench: Serving
) -> None:
    visit = Visit(chromium, workbench)
    page = visit.page
    visit.go("#/train/iris-1")
    region = page.get_by_role("region", name="How the weights spread")
    region.get_by_role("combobox").select_option("output")
    states = region.get_by_role("slider", name="Weights of output over the steps")
    states.press("End")
    run = workbench.studio.trainings.root / "iris-1"
    kernel = np.asarray(pellucid.open_run(run).at(epoch=12).params["output"]["kernel"])
    rows = region.get_by_role("row")
    for name, weight in (("smallest", kernel.min()), ("largest", kernel.max())):
        shown = rows.filter(has_text=name).get_by_role("cell").inner_text()
        assert float(shown.replace("−", "-")) == pytest.approx(weight, rel=0.01)
    visit.end()


def test_the_spread_is_switched_from_weights_to_gradients_and_updates(
    chromium: Browser, workbench: Serving
) -> None:
    visit = Visit(chromium, workbench)
    page = visit.page
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    visit.go("#/train/plain-1")
    timeline = pellucid.open_run(workbench.studio.trainings.root / "plain-1")
    kernels = [np.asarray(timeline.at(step=n).params["output"]["kernel"]) for n in (0, 1)]
    change = kernels[1] - kernels[0]
    # Of plain descent a step is −rate · gradient, so the gradient is known without being computed.
    last = np.asarray(timeline.at(epoch=3).params["output"]["kernel"])
    for of, key, numbers in (
        ("gradients", "Home", -change / RATE),
        ("updates", "Home", change),
        ("weights", "End", last),
    ):
        page.get_by_role("group", name="What is spread").get_by_text(of, exact=True).click()
        region = page.get_by_role("region", name=f"How the {of} spread")
        region.get_by_role("slider", name=f"{of} of output over the steps").press(key)
        rows = region.get_by_role("row")
        for name, number in (("smallest", numbers.min()), ("largest", numbers.max())):
            shown = rows.filter(has_text=name).get_by_role("cell").inner_text()
            assert _number(shown) == pytest.approx(number, rel=0.01), (of, name)
    visit.end()


def _number(shown: str) -> float:
    """Read a number as the page writes it, such as −1.23·10⁻⁴."""
    mantissa, _, power = shown.replace("−", "-").partition("·10")
    digits = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(mantissa) * 10 ** int(digits or 0)


def test_the_last_update_of_a_runs_model_is_the_step_that_led_to_it(
    chromium: Browser, workbench: Serving
) -> None:
    visit = Visit(chromium, workbench)
    page = visit.page
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    run = workbench.studio.trainings.root / "iris-1"
    visit.go(f"#/inside/{workbench.studio.put_run(run)}?part=test&example=1&layer=output")
    visit.settle()
    page.get_by_text("Last update", exact=True).click()
    timeline = pellucid.open_run(run)
    page.get_by_text(f"What step {timeline.last_step} of the training").wait_for()
    visit.settle()
    change = (
        timeline.at(step=timeline.last_step).params["output"]["kernel"]
        - (timeline.at(step=timeline.last_step - 1).params["output"]["kernel"])
    )
    grid = page.get_by_role("grid").first
    grid.press("ArrowRight")
    cell = page.get_by_role("gridcell").first
    page.wait_for_function(
        "() => !document.querySelector('[role=gridcell]').textContent.includes('…')"
    )
    shown = _number(cell.inner_text().split(" = ")[1])
    assert shown == pytest.approx(float(change[0, 1]), rel=0.01)
    visit.end()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_views_of_training(
    chromium: Browser, workbench: Serving, axe: str, theme: str
) -> None:
    visit = Visit(chromium, workbench, LAPTOP, theme)  # type: ignore[arg-type]
    for view in VIEWS:
        visit.go(view)
        assert visit.violations(axe) == [], view
    visit.end()


def test_no_view_of_training_is_wider_than_a_phone(
    chromium: Browser, workbench: Serving, private_home: Path
) -> None:
    long = private_home / "uploads" / f"{'w' * 40}-{'0' * 32}.csv"
    long.parent.mkdir(parents=True)
    long.write_text("a,b\n1,2\n")
    visit = Visit(chromium, workbench, PHONE)
    visit.page.get_by_text(f"{'w' * 40}.csv").wait_for()
    for view in VIEWS:
        visit.go(view)
        assert not visit.is_wider_than_its_window(), view
    visit.end()


def test_a_folder_of_the_persons_own_is_looked_at(
    chromium: Browser, workbench: Serving, private_home: Path, tmp_path: Path
) -> None:
    for pet in ("cat", "dog"):
        (tmp_path / "Pets" / pet).mkdir(parents=True)
        for n in range(6):
            shade = Image.new("L", (8, 8), 40 * n + 7 * len(list(tmp_path.rglob("*.png"))))
            shade.save(tmp_path / "Pets" / pet / f"{n}.png")
    visit = Visit(chromium, workbench)
    visit.go("#/data")
    visit.page.locator("input[webkitdirectory]").set_input_files(tmp_path / "Pets")
    source = visit.find("button", "pets a folder sent by you")
    expect(source).to_have_attribute("aria-pressed", "true")
    expect(visit.find("rowheader", "label")).to_be_visible()
    (kept,) = (private_home / "uploads").glob("pets-*")
    assert sorted(path.name for path in kept.rglob("*.png")) == sorted(
        2 * [f"{n}.png" for n in range(6)]
    )
    visit.end()


def test_two_runs_are_compared_by_their_curves_and_settings(
    chromium: Browser, workbench: Serving
) -> None:
    visit = Visit(chromium, workbench)
    visit.go("#/compare/iris-1?with=iris-2")
    table = visit.page.get_by_role("group", name="In what they differ")
    assert re.search(r"hidden layers\s+4\s+8", table.inner_text())
    assert visit.page.locator(".curve path").count() == 2
    visit.end()
