"""What people see in the terminal: results on standard output, all else on standard error."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from rich.console import Console
from rich.markup import escape

from pellucid.errors import PellucidError

errors = Console(stderr=True, highlight=False, soft_wrap=True)
"""Progress, notes and errors."""

results = Console(highlight=False)
"""What was asked for."""


def show_error(error: PellucidError) -> None:
    """Show an expected error: what happened, where, what was expected, what to do."""
    lines = str(error).splitlines()
    errors.print(f"[bold red]error:[/] {escape(lines[0])}")
    for line in lines[1:]:
        label, colon, rest = line.partition(":")
        errors.print(f"[bold]{escape(label)}{colon}[/]{escape(rest)}")


def show_note(text: str, *, warning: bool = False) -> None:
    """Show a sentence that a person should know."""
    mark = "[bold yellow]warning:[/]" if warning else "[bold blue]note:[/]"
    errors.print(f"{mark} {escape(text)}")


def show_notes(texts: Iterable[str]) -> None:
    """Show sentences that a person should know, one after another."""
    for text in texts:
        show_note(text)


@contextmanager
def warnings_as_notes() -> Iterator[list[str]]:
    """Show warnings as sentences, each once, instead of as Python does; yields them, as they come.

    With ``--json`` they belong into the object as well: a program sees no standard error.
    """
    shown: list[str] = []

    def show(message: Warning | str, *_: object, **__: object) -> None:
        if str(message) not in shown:
            shown.append(str(message))
            show_note(str(message), warning=True)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show
        yield shown


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object as one line on standard output; NaN and infinities become null."""
    print(json.dumps(_finite(value), ensure_ascii=False, default=str), flush=True)  # noqa: T201 -- for programs


def close_results() -> None:
    """Drop what standard output has not taken, so that leaving does not try it once more."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _finite(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value
