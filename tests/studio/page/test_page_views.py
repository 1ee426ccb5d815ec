"""Inside and Test, with the numbers of networks that were really trained."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

import pellucid
from tests.studio.page.browsing import Visit, draw_one

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
LAYER = "#/inside/m1?part=test&example=3&layer=hidden_1"


def test_the_page_begins_with_the_model_that_was_opened(visit: Visit) -> None:
    visit.settle()
    expect(visit.find("heading", "digits")).to_be_visible()
    assert visit.page.url.endswith("#/inside/m1?part=test&example=1")


def test_a_weight_is_shown_to_its_last_digit(visit: Visit, digits: pellucid.Model) -> None:
    _show_all_digits(visit)
    visit.go(LAYER)
    kernel = np.asarray(digits.trained.params["hidden_1"]["kernel"])
    visit.page.get_by_label("row,column of W1, such as 17,4").fill("20, 5")
    visit.find("button", "Go").click()
    expect(visit.find("heading", "One weight: W1[20,5]")).to_be_visible()
    visit.settle()
    # NumPy's text of a float32 is the shortest that names it, as the page's is to be.
    region = visit.page.get_by_role("region", name="One weight")
    shown = region.get_by_role("definition").first.inner_text()
    assert np.float32(shown.replace("−", "-")) == kernel[19, 4]


def test_the_heat_map_is_read_and_used_by_keys(visit: Visit, digits: pellucid.Model) -> None:
    visit.go(LAYER)
    kernel = np.asarray(digits.trained.params["hidden_1"]["kernel"])
    grid = visit.page.get_by_role("grid").first
    grid.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        grid.press(key)
    cell = visit.page.get_by_role("gridcell").first
    expect(cell).to_have_text(f"W1[3,2] = {kernel[2, 1]:+.3g}".replace("-", "−"))
    grid.press("Enter")
    expect(visit.find("heading", "One weight: W1[3,2]")).to_be_visible()


def test_the_parts_of_a_units_sum_add_up_to_it(visit: Visit) -> None:
    _show_all_digits(visit)
    visit.go(f"{LAYER}&unit=5")
    table = visit.find("table", "How its sum comes about")
    rows = table.locator("tbody tr")
    numbers = [_number(text) for text in rows.locator("td.value").all_inner_texts()]
    *parts, total, activation = numbers
    assert sum(parts) == pytest.approx(total, abs=1e-5)
    assert activation == max(0.0, total)  # ReLU


def test_what_was_drawn_is_answered(visit: Visit) -> None:
    visit.go("#/inside/m1?part=test&example=1")
    visit.page.get_by_text("Your own", exact=True).click()
    draw_one(visit)
    expect(visit.page).to_have_url(_ending("part=tried"))
    visit.settle()
    expect(visit.page.get_by_text("not known")).to_be_visible()  # nobody knows its truth
    probabilities = visit.find("table", "probability").locator("td.mono").all_inner_texts()
    assert sum(float(text.rstrip(" %")) for text in probabilities) == pytest.approx(100, abs=1)


def test_a_row_that_is_filled_in_is_answered(visit: Visit) -> None:
    visit.go("#/inside/m2?part=test&example=1")
    answer = visit.page.locator(".large").first
    before = answer.inner_text()
    visit.page.get_by_text("Your own", exact=True).click()
    visit.page.get_by_label("body mass index", exact=True).fill("0.15")
    expect(visit.page).to_have_url(_ending("part=tried"))
    visit.settle()
    assert answer.inner_text() != before


def test_contributions_of_columns_lead_from_the_baseline_to_the_output(visit: Visit) -> None:
    _show_all_digits(visit)
    visit.go("#/inside/m2?part=test&example=3")
    table = visit.find("table", "Why this answer")
    expect(table).to_be_visible()
    texts = table.locator("tbody td.value").all_inner_texts()
    *parts, output = [_number(text) for text in texts]
    assert sum(parts) == pytest.approx(output, rel=1e-5)


def test_a_cell_of_the_confusion_matrix_leads_to_its_examples_and_inside(
    visit: Visit, digits: pellucid.Model
) -> None:
    visit.go("#/test/m1")
    cell = visit.page.get_by_role("button", name="of 3 answered as 3")
    n = int(cell.inner_text())
    cell.click()
    visit.settle()
    region = visit.page.get_by_role("region", name="What was taken for what").first
    links = region.get_by_role("link")
    expect(links).to_have_count(min(n, 24))
    links.first.click()
    visit.settle()
    expect(visit.page.locator(".large").nth(1)).to_contain_text("3")


def test_a_row_on_the_plane_of_a_layer_is_reached_by_keys_and_leads_inside(
    visit: Visit, digits: pellucid.Model
) -> None:
    visit.go("#/test/m1")
    section = visit.page.get_by_role("region", name="What each layer holds together")
    section.get_by_role("combobox", name="Layer").select_option("inputs")
    visit.settle()
    expect(section).to_contain_text("of what the rows differ by in 64 numbers")
    plane = section.get_by_role("listbox")
    plane.focus()
    plane.press("Home")
    row = plane.get_by_role("option")
    first = row.inner_text()
    assert first.startswith("row 1: truth ")
    plane.press("ArrowRight")
    expect(row).not_to_have_text(first)
    number = row.inner_text().split(":")[0].removeprefix("row ")
    plane.press("Enter")
    expect(visit.page).to_have_url(_ending(f"#/inside/m1?part=test&example={number}"))


def test_every_row_of_a_plane_stands_in_a_table_and_groups_are_pointed_out(visit: Visit) -> None:
    visit.go("#/test/m1")
    section = visit.page.get_by_role("region", name="What each layer holds together")
    section.get_by_text("As a table").click()
    expect(section.get_by_role("table").locator("tbody tr")).to_have_count(359)
    visit.settle()
    before = _opaque(section)
    section.get_by_role("button", name=re.compile("^3 ")).click()
    visit.settle()
    n = int(section.get_by_role("button", name=re.compile("^3 ")).locator(".soft").inner_text())
    # All others became faint: what is left of the ink is about that group's share of the rows.
    assert 0.4 * n / 359 < _opaque(section) / before < 2.5 * n / 359


def _opaque(section: Locator) -> int:
    """Count the pixels of a section's canvas that nothing shines through."""
    pixels = """canvas => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, at) => at % 4 === 3 && value > 200).length;
    }"""
    return int(section.locator("canvas").evaluate(pixels))


def test_neighbours_are_laid_out_by_t_sne(visit: Visit) -> None:
    visit.go("#/test/m2")
    section = visit.page.get_by_role("region", name="What each layer holds together")
    section.get_by_text("t-SNE", exact=True).click()
    visit.settle()
    expect(section).to_contain_text("Rows that are neighbours in the layer are neighbours here")


def test_a_copy_with_units_switched_off_is_measured_and_the_change_undone(visit: Visit) -> None:
    visit.go("#/lab/m1")
    scores = visit.page.get_by_role("region", name="Before and after")
    row = scores.get_by_role("row").filter(has_text="accuracy").first.get_by_role("cell")
    before = row.all_inner_texts()
    assert before[0] == before[1]
    visit.page.get_by_label("Units, counted from 1").fill("1-24")
    visit.find("button", "Apply").click()
    visit.settle()
    changes = visit.page.get_by_role("region", name="Changes, in order")
    expect(changes).to_contain_text("of hidden_1 switched off")
    expect(row.nth(1)).not_to_have_text(before[1])  # without hidden_1 all rows look the same
    expect(row.nth(0)).to_have_text(before[0])
    visit.find("button", "Undo the last").click()
    expect(row.nth(1)).to_have_text(before[1])


def test_what_is_left_of_a_pruned_copy_learns_on(visit: Visit) -> None:
    visit.go("#/lab/m1")
    begin = visit.find("button", "Retrain")
    expect(begin).to_be_disabled()
    visit.find("combobox", "Change").select_option("prune")
    visit.find("button", "Apply").click()
    visit.page.get_by_role("slider", name="Epochs").fill("2")
    begin.click()
    changes = visit.page.get_by_role("region", name="Changes, in order")
    expect(changes).to_contain_text("retrained for 2 epochs")
    visit.settle()
    scores = visit.page.get_by_role("region", name="Before and after")
    n_kernels = 64 * 24 + 24 * 12 + 12 * 10
    zeros = int(scores.inner_text().split(" of ")[0].split("·")[-1].replace("\u202f", ""))
    assert n_kernels / 2 <= zeros <= n_kernels / 2 + 46  # some biases are 0 by themselves
    visit.find("button", "Undo the last").click()
    expect(changes).not_to_contain_text("retrained")


def test_rows_like_one_are_found_and_lead_to_themselves(visit: Visit) -> None:
    visit.go("#/inside/m1?part=test&example=3")
    visit.find("button", "Find the rows most like it").click()
    found = visit.page.get_by_role("region", name="Most like it").get_by_role("link")
    expect(found).to_have_count(8)
    found.first.click()
    expect(visit.page).to_have_url(_ending("part=train"))


def test_two_pages_show_the_same_place(visit: Visit) -> None:
    visit.go(f"{LAYER}&unit=5")
    other = visit.page.context.new_page()
    other.goto(visit.page.url)
    expect(other.get_by_role("heading", name="Neuron 5 of hidden_1")).to_be_visible()


def _show_all_digits(visit: Visit) -> None:
    visit.page.get_by_text("Settings").click()
    visit.page.get_by_text("all", exact=True).click()
    visit.page.get_by_text("Settings").click()


def _number(text: str) -> float:
    plain = text.replace("−", "-").replace("+", "")
    if "·10" in plain:
        mantissa, power = plain.split("·10")
        return float(mantissa) * 10 ** int(
            power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
        )
    return float(plain)


def _ending(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))
