"""Series drawn along time, and the networks of an ensemble one by one."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

import pellucid
from pellucid.inspection.known_rows import find_rows
from pellucid.inspection.members import member_of
from tests.studio.page.browsing import Visit
from tests.studio.page.test_page_layers import read


def test_each_network_of_an_ensemble_is_seen_beside_the_others(
    visit: Visit, three: pellucid.Model
) -> None:
    table = find_rows(three.trained).test
    assert table is not None
    row = three.trained.encoding.transform(table.take(np.array([2])))
    second = member_of(three.trained, 1)
    expected = second.forward.outputs(second.params, row)[0]
    visit.go("#/inside/m6?part=test&example=3&layer=ensemble")
    grid = visit.page.get_by_role("grid").first
    cell, value = read(grid, "ArrowDown", "ArrowRight", "ArrowRight")
    assert cell == "Each network's answer[network 2, neuron 3]"
    assert value == pytest.approx(expected[2], rel=6e-3, abs=1e-4)
    visit.page.get_by_label("Ensemble of 3").select_option(label="network 2")
    visit.settle()
    expect(visit.find("heading", "three, member 2")).to_be_visible()
    # The member answers alone, by its own layers.
    probability = np.exp(expected) / np.exp(expected).sum()
    expect(visit.page.locator("aside")).to_contain_text(f"{100 * probability.max():.1f} %")


def test_a_series_is_drawn_along_time_and_so_is_why(visit: Visit, waves: pellucid.Model) -> None:
    visit.go("#/inside/m7?part=examples&example=1")
    drawn = visit.page.get_by_label("signal", exact=True)
    expect(drawn).to_have_count(2)  # the example's own course, and what each step contributed
    assert waves.examples is not None
    told = waves.explain(waves.examples.take(np.array([0])))
    reasons = visit.page.get_by_role("region", name="Why this answer")
    expect(reasons).to_contain_text(f"{told.meaning}:")
    expect(reasons).to_contain_text(told.quantity.write(told.output))
