"""Flags made from the table of settings, so that the two cannot disagree."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from typing import Any

import typer

from pellucid.errors import SettingError
from pellucid.training.config import Config
from pellucid.training.settings import Setting, settings_of

_METAVARS = {
    "whole": "N",
    "number": "F",
    "sizes": "N,N,…",
    "ways": "WAY,WAY,…",
    "seconds": "TIME",
    "size": "SIZE",
    "names": "COLUMN",
    "columns": "COLUMN",
    "layers": "LAYER,LAYER,…",
    "source": "SOURCE",
}
_REPEATED = {"names", "columns", "pairs"}


def flag_of(name: str, setting: Setting) -> str:
    """Return the flag of a setting: ``--learning-rate`` for ``learning_rate``."""
    return "--" + (setting.flag or name).replace("_", "-")


def as_command(
    function: Callable[..., None], names: Collection[str] | None = None
) -> Callable[..., None]:
    """Give a command a flag for every setting, or for those named.

    The function takes a keyword ``settings``, a dict of the flags that were given; its other
    parameters stay as they are.
    """
    signature = inspect.signature(function, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "settings"]
    every = {name: s for name, s in settings_of(Config).items() if name != "source"}
    flags = {name: s for name, s in every.items() if names is None or name in names}

    @functools.wraps(function)
    def command(**given: Any) -> None:
        settings: dict[str, Any] = {}
        for name, setting in flags.items():
            value = given.pop(name)
            if setting.kind == "truth":  # the flag says no
                value = False if value else None
            if value not in (None, []):
                settings[name] = value
        function(settings=settings, **given)

    parameters = own + [_parameter(name, setting) for name, setting in flags.items()]
    # Typer reads a command's parameters from its signature.
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def refuse_unclear_start(
    command: str, what: str, source: object, config: object, resume: object, *further: object
) -> None:
    """Raise a SettingError where nothing says what to begin with, or two things do.

    Parameters
    ----------
    command, what
        The command, and what it goes on with: ``"train"``, ``"run"``.
    source, config, resume
        What was given as such, if anything.
    further
        All else that has no meaning beside ``--resume``.
    """
    if resume is None and source is None and config is None:
        raise SettingError(
            "No source was given.",
            expected="a built-in name such as digits, a file or a folder",
            remedy=f"try: pellucid {command} digits",
        )
    if resume is not None and any((source, config, *further)):
        raise SettingError(
            f"--resume takes the source and all settings from the {what} itself.",
            remedy=f"pellucid {command} --resume {resume}",
        )


def _parameter(name: str, setting: Setting) -> inspect.Parameter:
    annotation: Any = list[str] if setting.kind in _REPEATED else str
    if setting.kind == "truth":
        annotation = bool
    option = typer.Option(
        False if annotation is bool else None,
        flag_of(name, setting),
        help=_help(setting),
        metavar=_metavar(setting),
        show_default=False,
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=option,
        annotation=annotation,
    )


def _metavar(setting: Setting) -> str | None:
    if setting.kind == "truth":
        return None
    if setting.kind == "pairs":
        return "CLASS=WEIGHT" if setting.choices else "COLUMN=KIND"
    if setting.kind == "text":
        return "NAME" if setting.choices else "COLUMN"
    return _METAVARS[setting.kind]


def _help(setting: Setting) -> str:
    if setting.kind == "text" and setting.choices:
        return f"{setting.help} One of: {', '.join(setting.choices)}."
    return setting.help
