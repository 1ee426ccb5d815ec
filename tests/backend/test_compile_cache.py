"""The compile cache: kept between processes, capped, and never in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pellucid.backend import compile_cache
from pellucid.backend.compile_cache import CompileCache, open_compile_cache

# A process that prepares the engine, compiles one program, and counts what came from the cache.
PROGRAM = """
import json, warnings
warnings.simplefilter("ignore")  # JAX warns of damaged entries, and compiles anew
from pellucid import backend
cache = backend.prepare()
import jax, jax.numpy as jnp
hits = []
jax.monitoring.register_event_listener(
    lambda event, **_: hits.append(event) if event.endswith("cache_hits") else None
)
value = jax.jit(lambda x: jnp.sin(x).sum() * 3)(jnp.zeros(11)).item()
print(json.dumps({
    "enabled": cache.enabled, "reason": cache.reason, "size": cache.size(),
    "folder": str(cache.folder), "hits": len(hits), "value": value,
}))
"""


def run(home: Path, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PELLUCID_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@dataclass
class Fresh:
    """The cache as a new process would find it: JAX without a folder, a probe that says yes."""

    home: Path
    probed: int = 0
    answer: bool = True

    def probe(self) -> bool:
        self.probed += 1
        return self.answer


@pytest.fixture
def fresh(private_home: Path, monkeypatch: pytest.MonkeyPatch):
    import jax

    before = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", None)
    state = Fresh(private_home)
    monkeypatch.setattr(compile_cache, "_probe", state.probe)
    yield state
    jax.config.update("jax_compilation_cache_dir", before)


def test_a_second_process_reads_what_the_first_compiled(tmp_path):
    first = run(tmp_path)
    assert first["enabled"], first["reason"]
    assert first["hits"] == 0
    folder = Path(first["folder"])
    assert json.loads((folder / "probe.json").read_text()) == {"accepted": True}
    assert folder.is_relative_to(tmp_path)

    second = run(tmp_path)
    assert second["hits"] > 0
    assert second["value"] == first["value"]


def test_damaged_entries_do_no_harm(tmp_path):
    first = run(tmp_path)
    for path in Path(first["folder"]).rglob("*"):
        if path.is_file() and path.name != "probe.json":
            path.write_bytes(b"\x00damaged")
    third = run(tmp_path)
    assert third["enabled"], third["reason"]
    assert third["value"] == first["value"]


@pytest.mark.parametrize("word", ["off", "0", "no", "FALSE"])
def test_the_environment_switches_it_off(fresh, monkeypatch, word):
    monkeypatch.setenv("PELLUCID_COMPILE_CACHE", word)
    cache = open_compile_cache()
    assert not cache.enabled
    assert "PELLUCID_COMPILE_CACHE" in cache.reason
    assert not fresh.home.exists()


def test_a_folder_is_probed_once_and_the_answer_recorded(fresh):
    import jax

    first = open_compile_cache()
    assert first.enabled
    assert jax.config.jax_compilation_cache_dir == str(first.folder)
    jax.config.update("jax_compilation_cache_dir", None)
    assert open_compile_cache() == first
    assert fresh.probed == 1


@pytest.mark.parametrize("record", ["", "not JSON", "[]", '{"accepted": "perhaps"}'])
def test_a_damaged_record_of_the_probe_is_made_anew(fresh, record):
    import jax

    folder = open_compile_cache().folder
    (folder / "probe.json").write_text(record)
    jax.config.update("jax_compilation_cache_dir", None)
    assert open_compile_cache().enabled
    assert fresh.probed == 2
    assert json.loads((folder / "probe.json").read_text()) == {"accepted": True}


def test_a_compiler_that_refuses_its_own_entries_gets_no_cache(fresh):
    import jax

    fresh.answer = False
    for _ in range(2):  # the second time by the record
        cache = open_compile_cache()
        assert not cache.enabled
        assert "does not read back" in cache.reason
        assert jax.config.jax_compilation_cache_dir is None
    assert fresh.probed == 1


def test_a_folder_that_jax_was_given_is_left_as_it_is(fresh, tmp_path):
    import jax

    jax.config.update("jax_compilation_cache_dir", str(tmp_path / "mine"))
    assert open_compile_cache().folder == tmp_path / "mine"
    assert jax.config.jax_compilation_cache_dir == str(tmp_path / "mine")
    assert fresh.probed == 0


def test_a_folder_that_cannot_be_written_turns_it_off_with_the_reason(fresh, tmp_path, monkeypatch):
    import jax

    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("PELLUCID_HOME", str(tmp_path / "file"))
    cache = open_compile_cache()
    assert not cache.enabled
    assert "its folder cannot be used" in cache.reason
    assert str(tmp_path / "file") in cache.reason
    assert jax.config.jax_compilation_cache_dir is None
    assert cache.size() == 0


def test_trimming_deletes_what_was_used_longest_ago(fresh, monkeypatch):
    """Entries of 10 bytes each, last used 1 … 5 s after the epoch; the cap leaves room for 3."""
    other = fresh.home / "compiled" / "of-an-older-compiler"
    other.mkdir(parents=True)
    for used in (3, 1, 5, 2, 4):
        path = other / f"used-{used}"
        path.write_bytes(bytes(10))
        os.utime(path, (used, 0))
    monkeypatch.setattr(compile_cache, "CAP_BYTES", 35)
    open_compile_cache()
    assert sorted(path.name for path in other.iterdir()) == ["used-3", "used-4", "used-5"]


def test_the_size_counts_entries_and_not_the_record(tmp_path):
    (tmp_path / "probe.json").write_text("{}")
    (tmp_path / "entry").write_bytes(bytes(7))
    assert CompileCache(tmp_path, "on").size() == 7
