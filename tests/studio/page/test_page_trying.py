"""Try: files of the person's own, and sounds that are heard."""

from __future__ import annotations

import io
import wave

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

import pellucid
from pellucid.inspection.known_rows import find_rows
from tests.studio.page.browsing import Visit

# How long the first sound of the page is, once it is there; the policy must let it in.
_HEARD = """() => new Promise((found, failed) => {
  const audio = document.querySelector("audio");
  const tell = () => found(audio.duration);
  audio.addEventListener("error", () => failed(new Error("it cannot be played")));
  if (audio.readyState > 0) tell(); else audio.addEventListener("loadedmetadata", tell);
})"""


def test_a_picture_of_the_persons_own_is_answered(visit: Visit, digits: pellucid.Model) -> None:
    table = find_rows(digits.trained).test
    assert table is not None
    pixels = np.asarray(table["image"])[7]
    png = io.BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    visit.go("#/inside/m1?part=test&example=1")
    visit.page.get_by_text("Your own", exact=True).click()
    _choose(
        visit.page,
        "image",
        {"name": "seven.png", "mimeType": "image/png", "buffer": png.getvalue()},
    )
    visit.settle()
    expect(
        visit.page.get_by_role("img", name="seven.png as the network receives it")
    ).to_be_visible()
    shares = digits.predict(pixels[None])
    expect(visit.page.locator(".large").first).to_have_text(str(shares["prediction"][0]))
    visit.find("button", "Wipe").click()  # what is drawn from now on counts
    expect(visit.page.get_by_role("img", name="seven.png")).to_have_count(0)


def test_a_file_that_is_no_picture_says_why(visit: Visit) -> None:
    visit.go("#/inside/m1?part=test&example=1")
    visit.page.get_by_text("Your own", exact=True).click()
    _choose(visit.page, "image", {"name": "x.png", "mimeType": "image/png", "buffer": b"hello"})
    expect(visit.page.get_by_role("alert")).to_contain_text("The picture cannot be read")
    visit.errors.clear()  # the browser tells of the answer 422


def test_sounds_are_heard(visit: Visit) -> None:
    visit.go("#/inside/m5?part=train&example=1")
    expect(visit.page.get_by_label("Listen to", exact=False)).to_be_visible()
    assert visit.page.evaluate(_HEARD) == 0.25
    visit.page.get_by_text("Your own", exact=True).click()
    tone = np.sin(2 * np.pi * 1_600 * np.arange(2_000) / 8_000)
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setparams((1, 2, 8_000, 0, "NONE", ""))
        written.writeframes((20_000 * tone).astype("<i2").tobytes())
    _choose(
        visit.page,
        "sound",
        {"name": "mine.wav", "mimeType": "audio/wav", "buffer": file.getvalue()},
    )
    visit.settle()
    expect(
        visit.page.get_by_role("img", name="mine.wav as the network receives it")
    ).to_be_visible()
    assert visit.page.evaluate(_HEARD) == 0.25


def _choose(page: Page, column: str, file: FilePayload) -> None:
    page.get_by_label(f"Choose a file: {column}").set_input_files(file)
