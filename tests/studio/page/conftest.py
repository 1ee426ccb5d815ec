"""One studio with small models and one browser for all tests of the page."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import jax
import numpy as np
import polars as pl
import pytest
import soundfile

import pellucid
from pellucid import nn
from pellucid.sharing import FORMS
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.page.browsing import CHROMIUM, FLAGS, Visit
from tests.studio.page.toolchain import installed

if TYPE_CHECKING:
    from playwright.sync_api import Browser


# A busy machine is slow; what never comes is waited for in vain only once.
_MILLISECONDS = 20_000


@pytest.fixture(scope="session")
def digits() -> pellucid.Model:
    return pellucid.train("digits", hidden=(24, 12), epochs=6, seed=1)


@pytest.fixture(scope="session")
def forms(digits: pellucid.Model) -> pellucid.Model:
    """Return digits that pass a convolution, attention and a recurrent layer, untrained."""
    side = math.isqrt(digits.trained.encoding.in_features)
    layers = [
        nn.Reshape((side, side, 1)),
        nn.Convolution(2, (3, 3), name="look"),
        nn.Reshape((side, 2 * side)),
        nn.SelfAttention(2, name="attend"),
        nn.GRU(3, name="remember"),
        nn.Dense(10, name="output"),
    ]
    network = nn.Network(layers)
    params = jax.tree.map(np.asarray, network.init(3, side * side))
    return pellucid.Model(replace(digits.trained, network=network, params=params))


@pytest.fixture(scope="session")
def wide(digits: pellucid.Model) -> pellucid.Model:
    """Return digits that pass more neurons than a trace tells one by one, untrained."""
    network = nn.mlp([1100], 10)
    params = jax.tree.map(np.asarray, network.init(3, digits.trained.encoding.in_features))
    return pellucid.Model(replace(digits.trained, network=network, params=params))


@pytest.fixture(scope="session")
def untrained(forms: pellucid.Model, wide: pellucid.Model) -> tuple[pellucid.Model, ...]:
    return forms, wide


@pytest.fixture(scope="session")
def reviews() -> pellucid.Model:
    """Return a network for texts of a few words."""
    words = itertools.product(("good", "fine", "bad", "poor"), ("film", "song", "book"), range(5))
    rows = [
        (f"the {thing} number {n} was {how}", how in {"good", "fine"}) for how, thing, n in words
    ]
    frame = pl.DataFrame(rows, schema=["text", "liked"], orient="row")
    return pellucid.train(
        frame,
        target="liked",
        kinds={"text": "text"},
        hidden=(6,),
        epochs=3,
        seed=1,
        calibration="none",
    )


@pytest.fixture(scope="session")
def readers() -> pellucid.Model:
    """Return a small transformer that reads texts word by word; some words occur only once."""
    texts = [("the film was good", "like"), ("bad film", "not"), ("the song was bad", "not")] * 8
    texts += [(f"good odd{number} song", "like") for number in range(12)]
    frame = pl.DataFrame(texts, schema=["text", "liked"], orient="row")
    settings = {"network": "transformer", "units": 4, "heads": 2, "epochs": 1, "seed": 1}
    settings |= {"calibration": "none"}
    return pellucid.train(frame, target="liked", kinds={"text": "text"}, **settings)


def _tones(folder: Path) -> pellucid.Model:
    """Train a network that tells high tones of a quarter of a second from low ones."""
    time = np.arange(2_000) / 8_000
    for number in range(16):
        name, pitch = ("high", 1_500) if number % 2 else ("low", 300)
        (folder / name).mkdir(exist_ok=True)
        tone = 0.5 * np.sin(2 * np.pi * (pitch + 10 * number) * time)
        soundfile.write(folder / name / f"{number}.wav", tone, 8_000)
    return pellucid.train(
        folder, network="dense", hidden=(4,), epochs=1, seed=1, calibration="none"
    )


@pytest.fixture(scope="session")
def three() -> pellucid.Model:
    """Return the mean of three networks."""
    return pellucid.train("iris", hidden=(5,), members=3, epochs=3, seed=1, calibration="none")


@pytest.fixture(scope="session")
def waves() -> pellucid.Model:
    """Return a network that tells series that rise from those that fall."""
    draw = np.random.default_rng(4)
    rows = []
    for number in range(40):
        slope = 1.0 if number % 2 else -1.0
        series = slope * np.linspace(-1, 1, 12) + draw.normal(scale=0.3, size=12)
        rows.append((series.tolist(), "up" if number % 2 else "down"))
    frame = pl.DataFrame(rows, schema=["signal", "way"], orient="row")
    settings = {"network": "dense", "hidden": (5,), "epochs": 4, "seed": 1, "calibration": "none"}
    return pellucid.train(frame, target="way", kinds={"signal": "series"}, **settings)


@pytest.fixture(scope="session")
def studio(
    digits: pellucid.Model,
    untrained: tuple[pellucid.Model, ...],
    reviews: pellucid.Model,
    three: pellucid.Model,
    waves: pellucid.Model,
    readers: pellucid.Model,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Serving]:
    """Serve a studio of nine models.

    m1 are the digits, m2 a table with numbers to be predicted, m3 has layers of all forms, m4 has
    learned from texts, m5 from sounds, m6 is an ensemble, m7 has learned from series, m8 reads
    texts word by word, and m9 has a wide layer.
    """
    table = pellucid.train("diabetes", hidden=(8,), epochs=5, seed=1)
    forms, wide = untrained
    shelf = Shelf()
    shelf.put("digits", "model", lambda: digits.trained)
    shelf.put("diabetes", "model", lambda: table.trained)
    shelf.put("forms", "model", lambda: forms.trained)
    shelf.put("reviews", "model", lambda: reviews.trained)
    shelf.put("tones", "model", lambda: _tones(tmp_path_factory.mktemp("tones")).trained)
    shelf.put("three", "model", lambda: three.trained)
    shelf.put("waves", "model", lambda: waves.trained)
    shelf.put("readers", "model", lambda: readers.trained)
    shelf.put("wide", "model", lambda: wide.trained)
    with Serving(Studio(shelf, "inside", forms=FORMS)) as serving:
        yield serving


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, studio: Serving) -> Iterator[Visit]:
    """Visit as a person with an empty browser; it ends with an error where the page had one."""
    visit = Visit(chromium, studio)
    yield visit
    visit.end()


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the script that looks for what keeps people from using a page."""
    return (installed() / "node_modules/axe-core/axe.min.js").read_text()
