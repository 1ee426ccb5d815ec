"""Flags made from the table of settings, so that the two cannot disagree."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import typer

from pellucid.training.config import Config
from pellucid.training.settings import Setting, settings_of

_METAVARS = {
    "whole": "N",
    "number": "F",
    "sizes": "N,N,…",
    "seconds": "TIME",
    "names": "COLUMN",
    "source": "SOURCE",
}
_REPEATED = {"names", "pairs"}


def flag_of(name: str, setting: Setting) -> str:
    """Return the flag of a setting: ``--learning-rate`` for ``learning_rate``."""
    return "--" + (setting.flag or name).replace("_", "-")


def as_command(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for every setting, handed over together as ``settings``.

    The function takes a keyword ``settings``, a dict of the flags that were given; its other
    parameters stay as they are.
    """
    signature = inspect.signature(function, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "settings"]
    flags = {name: s for name, s in settings_of(Config).items() if name != "source"}

    @functools.wraps(function)
    def command(**given: Any) -> None:
        settings = {name: given.pop(name) for name in flags}
        function(settings={name: v for name, v in settings.items() if v not in (None, [])}, **given)

    parameters = own + [_parameter(name, setting) for name, setting in flags.items()]
    # Typer reads a command's parameters from its signature.
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _parameter(name: str, setting: Setting) -> inspect.Parameter:
    repeated = setting.kind in _REPEATED
    option = typer.Option(
        None,
        flag_of(name, setting),
        help=_help(setting),
        metavar=_metavar(setting),
        show_default=False,
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=option,
        annotation=list[str] if repeated else str,
    )


def _metavar(setting: Setting) -> str:
    if setting.kind == "pairs":
        return "CLASS=WEIGHT" if setting.choices else "COLUMN=KIND"
    if setting.kind == "text":
        return "NAME" if setting.choices else "COLUMN"
    return _METAVARS[setting.kind]


def _help(setting: Setting) -> str:
    if setting.kind == "text" and setting.choices:
        return f"{setting.help} One of: {', '.join(setting.choices)}."
    return setting.help
