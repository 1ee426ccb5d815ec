"""A person takes a model elsewhere from the page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import expect

import pellucid
from pellucid.studio.serving import Serving
from tests.studio.page.browsing import PHONE, Visit
from tests.studio.page.exporting import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_page_a_script_and_the_model_file_are_saved(
    chromium: Browser, studio: Serving, digits: pellucid.Model, tmp_path: Path
) -> None:
    visit = Visit(chromium, studio)
    page = visit.page
    page.set_default_timeout(60_000)
    visit.go("#/inside/m1?part=test&example=3")
    visit.find("link", "Share").click()
    page.wait_for_url("**#/share/m1*")
    for file in ("digits.html", "digits.py", "digits.pellucid"):
        with page.expect_download() as found:
            visit.find("button", f"Save {file}").click()
        assert found.value.suggested_filename == file
        found.value.save_as(tmp_path / file)
        page.get_by_text(f"{file} was handed to your browser").wait_for()
    visit.end()

    assert pellucid.load(tmp_path / "digits.pellucid").metrics == digits.metrics
    with opened(chromium, tmp_path / "digits.html") as other:
        other.get_by_role("heading", name="digits", level=1).wait_for()
    pixels = np.arange(3 * 64, dtype=np.uint8).reshape(3, 8, 8) % 17
    np.save(tmp_path / "rows.npy", pixels)
    command = [sys.executable, "-I", str(tmp_path / "digits.py"), str(tmp_path / "rows.npy")]
    written = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    expected = digits.predict(pixels)["prediction"].to_list()
    assert [line.split(",")[0] for line in written.splitlines()[1:]] == list(map(str, expected))


def test_rows_are_left_out_where_the_person_says_so(
    chromium: Browser, studio: Serving, tmp_path: Path
) -> None:
    visit = Visit(chromium, studio)
    visit.go("#/share/m1")
    form = visit.page.get_by_role("region", name="The model file")
    form.get_by_label("with rows of the data").uncheck()
    with visit.page.expect_download() as found:
        form.get_by_role("button").first.click()
    found.value.save_as(tmp_path / "without.pellucid")
    assert pellucid.load(tmp_path / "without.pellucid").trained.examples is None
    visit.end()


def test_what_cannot_be_is_said_where_it_would_stand(chromium: Browser, studio: Serving) -> None:
    visit = Visit(chromium, studio, PHONE)
    visit.go("#/share/m4")  # of texts
    form = visit.page.get_by_role("region", name="A NumPy script")
    form.get_by_text("NumPy alone cannot read these columns.").wait_for()
    expect(form.get_by_role("button")).to_have_count(0)
    assert not visit.is_wider_than_its_window()
    visit.end()
