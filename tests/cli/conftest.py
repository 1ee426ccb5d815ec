"""Commands in this process, among files that can go wrong, and what a refusal must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pellucid.cli.app import run
from tests.cli.bad_files import GOOD, QUICK, Call, Ended, contents, write_files


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with all the files."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(here: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Return what runs one command in this process."""

    def call(*arguments: object) -> Ended:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ended(status, captured.out, captured.err)

    return call


@pytest.fixture
def refused(here: Path, call: Call) -> Callable[..., None]:
    """Return what checks a refusal: status, words, and that the folder is as it was."""

    def refused(status: int, words: tuple[str, ...], *arguments: object) -> None:
        before = contents(here)
        ended = call(*arguments)
        assert ended.status == status, ended.err
        assert ended.out == ""
        for word in words:
            assert word in ended.err
        assert contents(here) == before

    return refused


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Train on good.csv once; return the run folder."""
    folder = tmp_path_factory.mktemp("model")
    write_files(folder)
    source = str(folder / "good.csv")
    assert run(["train", source, "--target", "y", *QUICK, "--run", str(folder / "run")]) == 0
    yield folder / "run"
    assert (folder / "good.csv").read_text() == GOOD
