"""Coming nearer and going away, for those who want motion."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from pellucid.studio.serving import Serving
from tests.studio.page.browsing import Visit

NETWORK = "#/inside/m1?part=test&example=3"
_COUNT = """() => {
  window.zooms = [];
  const own = document.startViewTransition.bind(document);
  document.startViewTransition = (change) => {
    window.zooms.push(document.documentElement.dataset.zoom);
    return own(change);
  };
}"""


@pytest.mark.parametrize(
    ("motion", "zooms"), [("no-preference", ["in", "in", "out", "out"]), ("reduce", [])]
)
def test_a_layer_and_a_neuron_come_nearer_and_go_away_with_back(
    chromium: Browser,
    studio: Serving,
    motion: Literal["no-preference", "reduce"],
    zooms: list[str],
) -> None:
    visit = Visit(chromium, studio, motion=motion)
    visit.go(NETWORK)
    visit.page.evaluate(_COUNT)
    visit.page.get_by_role("button", name="Look at hidden_1").click()
    expect(visit.page.get_by_role("heading", name="hidden_1 dense")).to_be_visible()
    visit.page.get_by_role("link", name="neuron", exact=False).first.click()
    expect(visit.page.get_by_role("heading", name="of hidden_1")).to_be_visible()
    visit.page.go_back()
    expect(visit.page.get_by_role("heading", name="hidden_1 dense")).to_be_visible()
    visit.page.go_back()
    expect(visit.page.get_by_role("heading", name="Why this answer")).to_be_visible()
    assert visit.page.url.endswith(NETWORK)
    assert visit.page.evaluate("window.zooms") == zooms
    visit.end()
