"""Help that says what there is, and refusals of the command line that look like all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.cli.app import make_app
from tests.cli.helpers import pellucid

COMMANDS = (
    "train", "predict", "evaluate", "explain", "compare", "tune", "runs", "replay", "branch",
    "studio", "guide", "export", "data", "doctor",
)  # fmt: skip


@pytest.mark.parametrize("columns", ["80", "120"])
def test_help_cuts_no_description_and_shows_examples(tmp_path: Path, columns: str) -> None:
    shown = pellucid("--help", cwd=tmp_path, COLUMNS=columns)
    assert shown.status == 0
    assert "..." not in shown.out.partition("Commands:")[2]
    assert "…" not in shown.out
    assert "$ pellucid train titanic.csv --target survived" in shown.out
    for name in COMMANDS:
        (line,) = (line for line in shown.out.splitlines() if line.startswith(f"  {name} "))
        assert line.endswith(".")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example_of_itself(tmp_path: Path, command: str) -> None:
    shown = pellucid(command, "--help", cwd=tmp_path).out
    assert f"$ pellucid {command}" in shown


def test_every_command_is_listed() -> None:
    assert {command.name for command in make_app().registered_commands} == set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "said", "remedy"),
    [
        (("train", "iris", "--nope"), "No such option: --nope", "pellucid train --help"),
        (("trian",), "Did you mean 'train'?", "pellucid --help"),
        (("explain",), "Missing argument 'model'.", "pellucid explain --help"),
        (("data", "iris", "--window", "x"), "Invalid value for '--window'", "pellucid data --help"),
        (("data", "iris", "extra"), "unexpected extra argument", "pellucid data --help"),
    ],
)
def test_a_command_line_is_refused_like_everything_else(
    tmp_path: Path, arguments: tuple[str, ...], said: str, remedy: str
) -> None:
    refused = pellucid(*arguments, cwd=tmp_path)
    assert (refused.status, refused.out) == (2, "")
    first, second = refused.err.splitlines()
    assert first.startswith("error: ")
    assert said in first
    assert second == f"  What to do: {remedy} shows what there is"


def test_without_a_command_help_is_shown(tmp_path: Path) -> None:
    shown = pellucid(cwd=tmp_path)
    assert shown.status == 2
    assert "Commands:" in shown.out
