"""“Explain this”: what a number is, how it comes about, and the chapter that teaches it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sklearn.metrics import confusion_matrix, r2_score, recall_score

import pellucid
from pellucid.inspection.known_rows import find_rows
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.page.browsing import PHONE, Visit
from tests.studio.page.exporting import opened

TEST = "#/test/m1"
UNIT = "#/inside/m1?part=test&example=3&layer=hidden_1&unit=5"
OPENED = ((TEST, "Recall"), (UNIT, "Weighted sum z"), ("#/lab/m1", "Numbers at 0"))


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve a studio with one finished run, of which the first states are measured."""
    runs = tmp_path_factory.mktemp("explained") / "runs"
    pellucid.train("iris", hidden=(4,), activation="tanh", epochs=4, seed=1, run=runs / "iris-1")
    shelf = Shelf()
    shelf.put_runs(runs)
    with Serving(Studio(shelf, "data", runs=runs)) as serving:
        yield serving


@pytest.fixture(scope="module")
def counts(digits: pellucid.Model) -> np.ndarray:
    """Count by scikit-learn what digits of the test were taken for what, (truth, answer)."""
    truth, answers = _answered(digits)
    return np.asarray(confusion_matrix(truth, answers))


def _answered(model: pellucid.Model) -> tuple[list[str], list[str]]:
    rows = find_rows(model.trained).test
    assert rows is not None
    predicted = model.predict(rows)["prediction"]
    return [str(one) for one in rows["label"]], [str(one) for one in predicted]


def _button(page: Page, term: str) -> Locator:
    return page.get_by_role("button", name=f"Explain: {term}", exact=True).first


def _told(page: Page, term: str) -> Locator:
    return page.get_by_role("dialog", name=term, exact=True)


def _open(page: Page, term: str) -> Locator:
    _button(page, term).click()
    told = _told(page, term)
    expect(told).to_be_focused()
    return told


def _formula(told: Locator) -> str:
    """Return the arithmetic of an explanation: what stands in MathML, without spaces."""
    return re.sub(r"\s", "", told.locator(".sum math").all_text_contents()[0])


def test_precision_is_told_with_the_counts_of_the_class_that_has_the_lowest(
    visit: Visit, counts: np.ndarray
) -> None:
    visit.go(TEST)
    told = _open(visit.page, "Precision")
    said, right = counts.sum(axis=0), np.diag(counts)
    lowest = int(np.argmin(right / np.maximum(said, 1)))
    expect(told).to_contain_text("the share that is of it")
    expect(told).to_contain_text(f"Class {lowest}, the lowest here")
    n, others = right[lowest], said[lowest] - right[lowest]
    assert _formula(told) == f"{n}{n}+{others}={100 * n / (n + others):.1f}%"


def test_scores_are_told_with_what_they_come_from(
    visit: Visit, digits: pellucid.Model, counts: np.ndarray
) -> None:
    visit.go(TEST)
    right, n = int(np.trace(counts)), int(counts.sum())
    assert _formula(_open(visit.page, "Accuracy")) == f"{right}{n}={100 * right / n:.1f}%"
    visit.page.keyboard.press("Escape")
    recalls = recall_score(*_answered(digits), average=None)
    formula = _formula(_open(visit.page, "Balanced accuracy"))
    assert formula.startswith("+".join(f"{one:.3g}" for one in recalls[:3]))
    assert formula.endswith(f"10={recalls.mean():.3g}")


def test_r2_is_told_by_the_errors_beside_the_trivial_ones(visit: Visit) -> None:
    visit.go("#/test/m2")
    formula = _formula(_open(visit.page, "R², coefficient of determination"))
    found = re.fullmatch(r"1−\(([\d.]+)\)2\(([\d.]+)\)2=(−?[\d.]+)", formula)
    assert found is not None, formula
    rmse, trivial, r2 = (float(one.replace("−", "-")) for one in found.groups())
    assert 1 - (rmse / trivial) ** 2 == pytest.approx(r2, abs=0.01)
    told = pellucid.train("diabetes", hidden=(8,), epochs=5, seed=1)
    rows = find_rows(told.trained).test
    assert rows is not None
    truth = np.asarray(rows["progression"], np.float64)
    answers = told.predict(rows)["prediction"].to_numpy()
    assert math.isclose(r2_score(truth, answers), r2, abs_tol=1e-3)
    assert math.isclose(truth.std(), trivial, rel_tol=0.01)  # always saying the mean


def test_parameters_and_sums_are_told_with_their_numbers(visit: Visit) -> None:
    visit.go(UNIT.removesuffix("&unit=5"))
    page = visit.page
    # 64 · 24 + 24, 24 · 12 + 12, 12 · 10 + 10
    assert _formula(_open(page, "Parameters")) == "1560+300+130=1990"
    page.keyboard.press("Escape")
    page.get_by_role("region", name="hidden_1").get_by_role(
        "button", name="Explain: Parameters"
    ).click()
    expect(_told(page, "Parameters")).to_contain_text("Of hidden_1")
    assert _formula(_told(page, "Parameters")) == "64×24+24=1560"
    visit.go(UNIT)
    table = visit.find("table", "How its sum comes about")
    values = [_plain(one) for one in table.locator("tbody td.value").all_inner_texts()]
    formula = _plain(_formula(_open(page, "Weighted sum z")))
    assert formula.startswith(f"{values[0]}+")
    assert formula.endswith(f"={values[-2]}")


def _plain(text: str) -> str:
    return text.replace("−", "-").removeprefix("+")


def test_keys_open_an_explanation_and_close_it(visit: Visit) -> None:
    visit.go(TEST)
    page = visit.page
    button = _button(page, "Recall")
    button.focus()
    page.keyboard.press("Enter")
    told = _told(page, "Recall")
    expect(told).to_be_focused()
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
    expect(button).to_be_focused()
    # What Tab leads away from closes.
    page.keyboard.press("Space")
    expect(told).to_be_focused()
    page.keyboard.press("Tab")
    expect(told).to_be_hidden()
    expect(_button(page, "F1")).to_be_focused()


def test_a_click_elsewhere_closes_it_and_only_one_is_open(visit: Visit) -> None:
    visit.go(TEST)
    page = visit.page
    told = _open(page, "95 % interval")
    page.get_by_role("heading", name="Test", level=1).click()
    expect(told).to_be_hidden()
    expect(_button(page, "95 % interval")).to_be_focused()
    _open(page, "Trivial score")
    _open(page, "95 % interval")
    expect(page.get_by_role("dialog")).to_have_count(1)


def test_a_column_is_called_by_its_name_alone(visit: Visit) -> None:
    visit.go(TEST)
    for name in ("precision", "recall", "F1", "trivial"):
        expect(visit.find("columnheader", name)).to_have_count(1)
    expect(visit.find("rowheader", "balanced accuracy")).to_have_count(1)


def test_a_chapter_is_reached_by_its_link(visit: Visit) -> None:
    visit.go(UNIT)
    told = _open(visit.page, "Activation")
    told.get_by_role("link", name="Chapter 5: Activation functions").click()
    expect(visit.page).to_have_url(re.compile(r"#/guide/5$"))
    expect(visit.page.get_by_role("heading", name="Activation functions")).to_be_visible()
    expect(visit.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("address", [TEST, "#/test/m2", UNIT, f"{UNIT}&array=kernel&weight=20,5"])
def test_on_a_phone_every_explanation_lies_within_the_window(
    chromium: Browser, studio: Serving, address: str
) -> None:
    visit = Visit(chromium, studio, size=PHONE)
    visit.page.evaluate("localStorage.setItem('precision', 'all')")  # numbers as long as they get
    visit.page.reload()
    visit.go(address)
    buttons = visit.page.get_by_role("button", name="Explain: ")
    assert buttons.count() > 3
    for button in buttons.all():
        button.scroll_into_view_if_needed()
        button.press("Enter")
        told = visit.page.get_by_role("dialog")
        expect(told).to_be_focused()
        box = told.bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0], box
        assert box["y"] >= 0 and box["y"] + box["height"] <= PHONE[1], box
        assert not told.evaluate("told => told.scrollWidth > told.clientWidth"), told.inner_text()
        assert not visit.is_wider_than_its_window()
        visit.page.keyboard.press("Escape")
    visit.end()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_an_explanation_is_open(
    chromium: Browser, studio: Serving, axe: str, theme: Literal["light", "dark"]
) -> None:
    visit = Visit(chromium, studio, theme=theme)
    for address, term in OPENED:
        visit.go(address)
        _open(visit.page, term)
        assert visit.violations(axe) == [], term
        visit.page.keyboard.press("Escape")
    visit.end()


def test_buttons_are_large_enough_and_seen(chromium: Browser, studio: Serving) -> None:
    for theme in ("light", "dark"):
        visit = Visit(chromium, studio, theme=theme)
        visit.go(TEST)
        button = _button(visit.page, "Recall")
        box = button.bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (24, 24)
        ink, ground = (
            _luminance(where.evaluate(f"e => getComputedStyle(e).{what}"))
            for where, what in ((button, "color"), (visit.page.locator("body"), "backgroundColor"))
        )
        dark, light = sorted((ink, ground))
        assert (light + 0.05) / (dark + 0.05) >= 3  # WCAG 2.2, 1.4.11
        visit.end()


def _luminance(colour: str) -> float:
    """Return the relative luminance of ``rgb(…)``, as WCAG 2.2 defines it."""
    shares = [int(one) / 255 for one in re.findall(r"\d+", colour)[:3]]
    parts = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_numbers_of_data_build_and_training_are_explained(
    chromium: Browser, workbench: Serving, axe: str
) -> None:
    visit = Visit(chromium, workbench)
    page = visit.page
    visit.go("#/data/iris")
    # 40 of the 120 rows that are learned from are of each kind.
    assert _formula(_open(page, "Class balance")) == "40120=33.3%"
    visit.go("#/build/iris")
    page.get_by_label("hidden layers", exact=True).fill("6, 3")
    page.get_by_label("dropout", exact=True).fill("0")
    page.keyboard.press("Tab")
    page.get_by_text("6 × 3 + 3").wait_for()
    visit.settle()
    assert _formula(_open(page, "Parameters")) == "30+21+12=63"  # 4·6+6, 6·3+3, 3·3+3
    visit.go("#/train/iris-1")
    told = _open(page, "Saturated units")
    expect(told).to_contain_text("at least 95 % of those rows")
    assert visit.violations(axe) == []
    visit.end()


def test_an_exported_page_explains_its_numbers_and_names_no_chapter(
    chromium: Browser, digits: pellucid.Model, counts: np.ndarray, tmp_path: Path
) -> None:
    with opened(chromium, digits.export(tmp_path / "digits")) as page:
        told = _open(page, "Probability")
        expect(told).to_contain_text("It changes no answer.")
        expect(told.get_by_role("link")).to_have_count(0)
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Test", exact=True).click()
        right, n = int(np.trace(counts)), int(counts.sum())
        assert _formula(_open(page, "Accuracy")) == f"{right}{n}={100 * right / n:.1f}%"
