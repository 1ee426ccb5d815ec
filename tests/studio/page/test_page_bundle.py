"""The page that is committed is what its sources build, and light."""

from __future__ import annotations

import gzip
import importlib.util
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from pellucid import sharing
from pellucid.studio.pages import STATIC
from pellucid.studio.typescript import typescript
from tests.studio.page.toolchain import WEB, installed, run

MOST_BYTES = 600_000


def test_the_committed_page_is_what_the_sources_build(tmp_path: Path) -> None:
    installed()
    run(["npx", "vite", "build", "--logLevel", "error", "--outDir", str(tmp_path)])
    assert _files(STATIC) == _files(tmp_path), "run `make web` and commit what it builds"


def test_the_committed_template_of_exported_pages_is_what_the_sources_build(
    tmp_path: Path,
) -> None:
    installed()
    own = ["--config", "vite.exported.config.ts", "--outDir", str(tmp_path)]
    run(["npx", "vite", "build", "--logLevel", "error", *own])
    built = Path(sharing.__file__).parent / "built"
    assert _files(built) == _files(tmp_path), "run `make web` and commit what it builds"


def test_the_sources_pass_their_own_checks_and_tests() -> None:
    installed()
    run(["npm", "run", "--silent", "check"])
    run(["npm", "test", "--silent"])


def test_the_types_of_messages_are_current() -> None:
    if not WEB.is_dir():
        pytest.skip("the sources of the page are not here")
    kept = (WEB / "src/lib/messages.ts").read_text()
    assert kept == typescript(), "run `make web`"
    names = re.findall(r"^export (?:interface|type) (\w+)", kept, re.MULTILINE)
    assert len(names) == len(set(names)), "TypeScript takes interfaces of one name for one"


@pytest.mark.parametrize("name", ["make", pytest.param("layers", marks=pytest.mark.slow)])
def test_the_small_engines_fixtures_are_what_the_engine_computes(name: str) -> None:
    path = WEB / f"fixtures/{name}.py"
    if not path.is_file():
        pytest.skip("the sources of the page are not here")
    spec = importlib.util.spec_from_file_location(f"{name}_fixtures", path)
    assert spec is not None and spec.loader is not None
    maker: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    kept = json.loads(maker.PLACE.read_text())
    # What is drawn by chance is drawn in 32 bits, whose last ones depend on how it is compiled.
    _expect_close(maker.make(), kept)


def test_the_licence_of_every_library_in_the_page_comes_with_it() -> None:
    if not WEB.is_dir():
        pytest.skip("the sources of the page are not here")
    sources = (path for path in WEB.glob("src/**/*") if path.suffix in (".ts", ".svelte"))
    text = "\n".join(path.read_text() for path in sources if ".test." not in path.name)
    libraries = set(re.findall(r"""(?:from|import\() ?["']([a-z@][\w-]*)""", text))
    told = (STATIC / "third-party.txt").read_text().lower()
    assert {"svelte", "client-zip"} <= libraries
    assert [name for name in libraries if f"\n{name}\n---" not in told] == []


def test_the_page_weighs_less_than_600_kb_compressed() -> None:
    # Fonts are compressed already; text is sent as it is on one's own machine, yet counts so.
    size = sum(
        len(data if name.endswith(".woff2") else gzip.compress(data))
        for name, data in _files(STATIC).items()
    )
    assert size < MOST_BYTES


def test_the_page_names_no_address_outside() -> None:
    for name, data in _files(STATIC).items():
        if name.endswith((".html", ".css")):
            assert b"http:" not in data.replace(b"http://www.w3.org/", b"")
            assert b"https:" not in data


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _expect_close(found: Any, kept: Any) -> None:
    if isinstance(kept, dict):
        assert found.keys() == kept.keys()
        for name in kept:
            _expect_close(found[name], kept[name])
    elif isinstance(kept, list):
        assert len(found) == len(kept)
        for one, other in zip(found, kept, strict=True):
            _expect_close(one, other)
    elif isinstance(kept, float):
        assert math.isclose(found, kept, rel_tol=1e-5, abs_tol=1e-6)
    else:
        assert found == kept
