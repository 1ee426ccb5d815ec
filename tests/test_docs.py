"""The manual holds: its Python runs, its commands parse, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from pellucid.cli.app import make_app
from pellucid.cli.options import flag_of
from pellucid.errors import PellucidError
from pellucid.training.config import Config
from pellucid.training.settings import settings_of

ROOT = Path(__file__).resolve().parents[1]
MANUAL = sorted((ROOT / "docs").glob("*.md"))
WITH_PYTHON = [ROOT / "README.md", *MANUAL]
PAGES = sorted(ROOT.glob("*.md")) + MANUAL
NOT_RUN = re.compile(r"<!-- not run:(.*)-->")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
# Flags of other programs that the pages speak of.
FOREIGN_FLAGS = {"--upgrade", "--editable", "--version"}


@dataclass
class Block:
    """A fenced block: its language, the line it starts at, and why it is not run, if so."""

    language: str
    line: int
    not_run: str | None
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


@cache
def blocks_of(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    blocks: list[Block] = []
    open_block: Block | None = None
    before = ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```"):
            if open_block is None:
                comment = NOT_RUN.fullmatch(before.strip())
                reason = comment[1].strip() if comment else None
                open_block = Block(line.strip("` "), number, reason)
            else:
                blocks.append(open_block)
                open_block, before = None, ""
        elif open_block is not None:
            open_block.lines.append(line)
        elif line.strip():
            before = line
    assert open_block is None, f"{page.name}: the block at line {open_block.line} has no end"
    return blocks


@cache
def prose_of(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def commands_in(page: Path) -> list[tuple[int, list[str]]]:
    """Return the words of each ``$ pellucid …`` line, without pipes and redirections."""
    found = []
    for block in blocks_of(page):
        if block.language != "console":
            continue
        text = block.text.replace("\\\n", " " * 2)
        for line in text.splitlines():
            if line.startswith("$ "):
                lexer = shlex.shlex(line[2:], posix=True, punctuation_chars="|>&;")
                lexer.whitespace_split, lexer.commenters = True, "#"
                words = list(lexer)
                while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                    del words[0]
                end = next((i for i, w in enumerate(words) if set(w) <= set("|>&;")), None)
                if words:
                    words[0] = words[0].removeprefix(".venv/bin/")
                    found.append((block.line, words[:end]))
    return found


@cache
def command_line() -> Any:
    return typer.main.get_command(make_app())


def flags_of(command: Any) -> set[str]:
    return {flag for parameter in command.params for flag in parameter.opts if flag[0] == "-"}


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and its kin make them."""
    headings = re.findall(r"^#+ +(.+?) *$", prose_of(page), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def relative(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", WITH_PYTHON, ids=relative)
def test_the_python_of_a_page_runs(page, tmp_path, private_home, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks_of(page):
        if block.language == "python" and block.not_run is None:
            # Empty lines before it, so that a traceback names the page's own line.
            code = compile("\n" * block.line + block.text, str(page), "exec")
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                exec(code, namespace)  # noqa: S102 -- our own manual


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_a_block_that_is_not_run_says_why(page):
    for block in blocks_of(page):
        assert block.not_run != "", f"line {block.line}: <!-- not run: --> gives no reason"
        assert block.language, f"line {block.line}: the block names no language"


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_the_commands_of_a_page_are_accepted(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))
    for line, words in commands_in(page):
        place = f"{page.name}, block at line {line}: {shlex.join(words)}"
        if words[0] == "make":
            assert {word for word in words[1:] if "=" not in word} <= targets, place
        if words[0] != "pellucid" or set(words[1:]) <= {"--help", "-h", "--version"}:
            continue
        name, *arguments = words[1:]
        assert name in command_line().commands, place
        try:
            parsed = command_line().commands[name].make_context(name, arguments).params
            known = {name: parsed[name] for name in settings_of(Config) if parsed.get(name)}
            if name == "train":
                Config.make(**known)
        except (typer.TyperException, PellucidError) as error:
            pytest.fail(f"{place}: {error}")


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_the_flags_that_a_page_speaks_of_exist(page):
    known = set().union(*map(flags_of, command_line().commands.values())) | {"--help"}
    spoken = {
        flag
        for code in re.findall(r"`([^`\n]+)`", prose_of(page))
        if not code.startswith(("make ", "pip ", "git ", "pytest ", "ruff ", "python "))
        for flag in FLAG.findall(code)
    }
    assert spoken <= known | FOREIGN_FLAGS


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_the_links_of_a_page_lead_somewhere(page):
    for goal in re.findall(r"\]\(([^)\s]+)\)", prose_of(page)):
        if re.match(r"[a-z]+:", goal):
            continue
        path, _, anchor = goal.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} links to {goal}"
        assert not anchor or anchor in anchors_of(target), f"{page.name} links to {goal}"


def test_every_page_of_the_manual_is_in_its_table_of_contents():
    index = ROOT / "docs" / "index.md"
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", index.read_text(encoding="utf-8")))
    assert linked == {page.name for page in MANUAL} - {"index.md"}


def test_every_command_has_a_section_with_all_its_flags():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    parts = re.split(r"^## `pellucid (\w+)`$", text, flags=re.M)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    commands = command_line().commands
    assert list(sections) == list(commands)
    for name, command in commands.items():
        told = sections[name]
        if "(#settings)" in told:  # their table stands in the section of `train`
            told += sections["train"]
        missing = {flag for flag in flags_of(command) if f"`{flag}" not in told}
        assert not missing - {"--help", "-h"}, name
        flags = {flag for code in re.findall(r"`([^`]+)`", sections[name])
                 for flag in FLAG.findall(code)}  # fmt: skip
        assert flags <= flags_of(command), f"{name} has no such flags"


def test_every_setting_stands_in_the_table_with_its_limits_and_choices():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    rows = {}
    for line in text.replace(r"\|", "/").splitlines():
        if line.startswith("|"):
            name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            rows.setdefault(name, cells)  # the first table: settings
    for name, setting in settings_of(Config).items():
        if name == "source":
            continue
        row = rows.get(f"`{name}`")
        assert row, f"{name} has no row"
        assert row[0] == f"`{flag_of(name, setting)}`"
        shown = " ".join(row[1:])
        assert set(setting.choices) <= set(re.findall(r"`([^`]+)`", shown)), name
