"""The studio starts, says where, and ends at once; from the command line and from Python."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import pellucid
from pellucid.errors import SettingError
from pellucid.studio import app
from pellucid.studio import serving as module
from pellucid.studio.asked import Asked
from pellucid.studio.guard import TOKEN_HEADER
from pellucid.studio.pages import page_routes
from pellucid.studio.routes import Way
from pellucid.studio.serving import Serving, has_screen
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from pellucid.training.run_folder import RunFolder
from tests.cli.helpers import pellucid as run_pellucid
from tests.studio.exchange import Browser, answer, exchange

URL = re.compile(r"http://127\.0\.0\.1:(\d+)/#token=[\w-]{43}\n")


def opened(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start the command, and return it with the address that it prints."""
    environment = {name: own for name, own in os.environ.items() if "DISPLAY" not in name}
    process = subprocess.Popen(
        [sys.executable, "-m", "pellucid", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline()


def ended(process: subprocess.Popen[str], how: signal.Signals) -> tuple[int, str, str]:
    process.send_signal(how)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def test_the_command_serves_a_model_until_it_is_interrupted(
    digits: pellucid.Model, tmp_path: Path
) -> None:
    digits.save(tmp_path / "digits")
    process, url = opened(tmp_path, "studio", "digits.pellucid")
    found = URL.fullmatch(url)
    assert found, url
    sent = [("Host", f"127.0.0.1:{found[1]}"), (TOKEN_HEADER, url.strip().partition("token=")[2])]
    assert answer(exchange(int(found[1]), "GET", "/api/session", sent))["page"] == "inside"
    status, out, err = ended(process, signal.SIGINT)
    assert (status, out) == (0, "")
    assert "Ctrl-C ends it" in err
    assert "The studio is closed" in err
    assert "Traceback" not in err


def test_the_guide_opens_on_the_guide(tmp_path: Path) -> None:
    process, url = opened(tmp_path, "guide", "--no-open")
    assert URL.fullmatch(url)
    status, out, err = ended(process, signal.SIGTERM)
    assert (status, out) == (0, "")
    assert "The studio is closed" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "how", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)]
)
def test_what_the_system_ends_keeps_its_training_as_ctrl_c_does(
    tmp_path: Path, how: signal.Signals
) -> None:
    process, url = opened(tmp_path, "studio", "--no-open")
    found = URL.fullmatch(url)
    assert found
    host, port = f"127.0.0.1:{found[1]}", int(found[1])
    sent = [("Host", host), (TOKEN_HEADER, url.strip().partition("token=")[2])]
    settings = {"hidden": [4], "epochs": 20_000, "validation_fraction": 0.2, "patience": 0}
    begin = json.dumps({"source": "iris", "settings": settings}).encode()
    answer(exchange(port, "POST", "/api/runs", sent, begin))
    end = time.monotonic() + 90
    while answer(exchange(port, "GET", "/api/runs/iris-1", sent))["step"] == 0:
        assert time.monotonic() < end
        time.sleep(0.1)
    status, _, err = ended(process, how)
    assert status == 0
    assert "pellucid train --resume runs/iris-1" in err
    assert RunFolder(tmp_path / "runs" / "iris-1").checkpoints.steps()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("studio", "nothing.pellucid"), 3, "There is no model file nothing.pellucid"),
        (("studio", "table.csv"), 3, "is not a pellucid model file"),
        (
            ("studio", "--data", "missing.csv"),
            3,
            "no file or built-in data set called 'missing.csv'",
        ),
        (("studio", "--port", "99999"), 2, "Invalid value for '--port'"),
    ],
)
def test_what_cannot_be_opened_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], status: int, words: str
) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    refused = run_pellucid(*arguments, cwd=tmp_path)
    assert (refused.status, refused.out) == (status, "")
    assert words in refused.err


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SettingError, match=f"port {port}: another program does") as refusal:
            Serving(Studio(Shelf(), "data"), port)
    assert "leave --port out" in str(refusal.value)


def test_a_model_opens_from_python_and_closes(iris: pellucid.Model) -> None:
    studio = iris.open(browser=False)
    try:
        browser = Browser(studio)
        (one,) = answer(browser.get("/api/session"))["opened"]
        assert (one["id"], one["name"]) == ("m1", "iris")
        assert answer(browser.get("/api/models/m1"))["metrics"] == iris.metrics
    finally:
        studio.close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", studio.port), timeout=5)


def test_finished_runs_are_offered_and_opened_when_looked_into(tmp_path: Path) -> None:
    for number in (1, 2):
        pellucid.train("iris", hidden=(4,), epochs=1, run=tmp_path / "runs" / f"iris-{number}")
    (tmp_path / "runs" / "iris-3").mkdir()  # not finished
    os.utime(tmp_path / "runs" / "iris-1" / "model.pellucid", (2e9, 2e9))
    shelf = Shelf()
    first = shelf.put_file(tmp_path / "runs" / "iris-2")
    shelf.put_runs(tmp_path / "runs", but=tmp_path / "runs" / "iris-2")
    shelf.put_runs(tmp_path / "nowhere")
    assert [(one.id, one.name, one.kind) for one in shelf.listed()] == [
        ("m1", "iris-2", "run"), ("m2", "iris-1", "run"),
    ]  # fmt: skip
    assert shelf.model(first) is shelf.model("m1")


def test_an_answer_in_parts_is_not_held_back() -> None:
    """Asyncio sets TCP_NODELAY for sockets that name TCP as their protocol, and for no others."""
    with Serving(Studio(Shelf(), "data")) as serving:
        assert serving._socket.proto == socket.IPPROTO_TCP


def test_a_browser_is_opened_only_before_somebodys_eyes(monkeypatch: pytest.MonkeyPatch) -> None:
    opened_addresses: list[str] = []
    monkeypatch.setattr(module.webbrowser, "open", lambda url: bool(opened_addresses.append(url)))
    serving = Serving(Studio(Shelf(), "data"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not has_screen()
    serving.open_browser()
    assert not opened_addresses
    monkeypatch.setenv("DISPLAY", ":0")
    serving.open_browser()
    # Others may read in the list of processes what a browser is started with.
    (address,) = opened_addresses
    assert serving.studio.token not in address
    doorway = Path(unquote(urlsplit(address).path))
    assert serving.url in doorway.read_text()
    assert stat.S_IMODE(doorway.stat().st_mode) == 0o600
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert has_screen()
    monkeypatch.setenv("SSH_CONNECTION", "somewhere")
    assert not has_screen()
    serving.close()
    assert not doorway.exists()


def test_a_copy_without_the_built_page_says_so(tmp_path: Path) -> None:
    (route,) = page_routes(tmp_path)
    assert getattr(route, "path", None) == "/"
    (tmp_path / "index.html").write_text("<!doctype html>")
    (mount,) = page_routes(tmp_path)
    assert type(mount).__name__ == "Mount"


@pytest.mark.parametrize(
    ("message", "n_told"),
    [("cannot schedule new futures after interpreter shutdown", 0), ("something else", 1)],
)
def test_a_model_that_is_prepared_while_python_ends_says_nothing(
    message: str, n_told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while its data were fetched once ended in a traceback."""
    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", told.append)

    def ends(shelf: Shelf, id_: str) -> None:
        raise RuntimeError(message)

    monkeypatch.setattr(Shelf, "model", ends)
    Shelf().warm_up("m1")
    for thread in threading.enumerate():
        if thread.name == "pellucid-warm-m1":
            thread.join()
    assert len(told) == n_told


def test_an_answer_that_is_still_computed_when_the_studio_ends_is_not_told_as_a_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Ctrl-C beside it once ended in a traceback."""
    began, may_end = threading.Event(), threading.Event()

    def slow(studio: Studio, asked: Asked) -> dict[str, object]:
        began.set()
        may_end.wait(30)
        return {}

    monkeypatch.setattr(app, "WAYS", (Way("GET", "/api/slow", slow),))
    monkeypatch.setattr(module, "_SECONDS_TO_END", 0)
    serving = Serving(Studio(Shelf(), "data")).start()
    seen: list[int] = []

    browser = Browser(serving)

    def ask() -> None:
        seen.append(exchange(serving.port, "GET", "/api/slow", browser.headers()).status)

    asking = threading.Thread(target=ask)
    asking.start()
    assert began.wait(30)
    serving.close()
    asking.join(30)
    may_end.set()
    assert seen == [503]
    told = (record for record in caplog.records if record.levelno >= logging.WARNING)
    assert [record.getMessage() for record in told] == []
