"""The page for everybody: axe, the keyboard, small windows."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from pellucid.studio.serving import Serving
from tests.studio.page.browsing import ALL, PHONE, VIEWS, Visit


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_view(
    chromium: Browser, studio: Serving, axe: str, theme: Literal["light", "dark"]
) -> None:
    visit = Visit(chromium, studio, theme=theme)
    found: dict[str, list[str]] = {}
    for address in ALL:
        visit.go(address)
        if violations := visit.violations(axe):
            found[address] = violations
    visit.end()
    assert found == {}


def test_nothing_is_wider_than_a_phone(chromium: Browser, studio: Serving) -> None:
    visit = Visit(chromium, studio, size=PHONE)
    too_wide = []
    for address in ALL:
        visit.go(address)
        if visit.is_wider_than_its_window():
            too_wide.append(address)
    visit.end()
    assert too_wide == []


@pytest.mark.parametrize("address", ["#/guide/2", VIEWS[1]])
def test_all_that_can_be_pressed_is_reached_by_the_tab_key(visit: Visit, address: str) -> None:
    visit.go(address)
    wanted = visit.page.evaluate(
        "() => [...document.querySelectorAll('a[href], button, input, select, summary,"
        ' [tabindex="0"]\')].filter(e => e.checkVisibility() && !e.disabled'
        " && !e.closest('details:not([open]) .panel')"
        " && !(e.type === 'radio' && !e.checked)).length"
    )
    reached = set()
    for _ in range(wanted + 5):
        visit.page.keyboard.press("Tab")
        reached.add(visit.page.evaluate(
            "() => { const all = [...document.querySelectorAll('*')];"
            " return all.indexOf(document.activeElement) }"
        ))  # fmt: skip
    assert len(reached) >= wanted


def test_the_first_tab_leads_past_the_rail(visit: Visit) -> None:
    visit.go("#/guide/1")
    visit.page.keyboard.press("Tab")
    expect(visit.find("link", "Go to the content")).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("main")).to_be_focused()
