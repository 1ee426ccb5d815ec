"""A studio that listens, with small models on its shelf, and a browser that was let in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import pellucid
from pellucid.sharing import FORMS
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.exchange import Browser


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a file of tests a home of its own, where nobody else sends files meanwhile."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PELLUCID_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def digits() -> pellucid.Model:
    return pellucid.train("digits", hidden=(32, 16), epochs=8, seed=1)


@pytest.fixture(scope="session")
def iris() -> pellucid.Model:
    return pellucid.train("iris", hidden=(8,), epochs=20, seed=1)


@pytest.fixture(scope="session")
def serving(
    digits: pellucid.Model, iris: pellucid.Model, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    """Serve digits, from a file, as ``m1`` and iris as ``m2``."""
    shelf = Shelf()
    shelf.put_file(digits.save(tmp_path_factory.mktemp("model") / "digits"))
    shelf.put("iris", "model", lambda: iris.trained)
    with Serving(Studio(shelf, "inside", forms=FORMS)) as serving:
        yield serving


@pytest.fixture(scope="session")
def browser(serving: Serving) -> Browser:
    return Browser(serving)
