"""A training written down: as a command for the terminal, and as a line of Python."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from pellucid.training.config import Config
from pellucid.training.settings import settings_of

_LISTS = {"sizes", "ways"}


def as_command(settings: Mapping[str, Any]) -> str:
    """Write a training as a command.

    Parameters
    ----------
    settings
        Those that were chosen, ``source`` among them, as `Config.make` takes them.

    Examples
    --------
    >>> as_command({"source": "iris", "hidden": [16, 8], "drop": ["petal width"]})
    "pellucid train iris --hidden 16,8 --drop 'petal width'"
    """
    known = settings_of(Config)
    words = ["pellucid", "train", str(settings["source"])]
    for name, value in settings.items():
        if name == "source" or value is None:
            continue
        flag = "--" + (known[name].flag or name).replace("_", "-")
        if known[name].kind == "truth":
            words += [] if value else [flag]
        elif known[name].kind in _LISTS:
            words += [flag, ",".join(map(str, _many(value))) or "none"]
        else:
            for one in _each(value):
                words += [flag, one]
    return shlex.join(words)


def as_python(settings: Mapping[str, Any]) -> str:
    """Write a training as Python.

    Examples
    --------
    >>> print(as_python({"source": "iris", "hidden": [16], "learning_rate": 0.01}))
    import pellucid
    <BLANKLINE>
    model = pellucid.train("iris", hidden=(16,), learning_rate=0.01)
    """
    chosen = [f"{name}={_shown(value)}" for name, value in settings.items() if name != "source"]
    source = _shown(settings["source"])
    return "import pellucid\n\nmodel = pellucid.train(" + ", ".join([source, *chosen]) + ")"


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _each(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{name}={own}" for name, own in value.items()]
    return [f"{one:g}" if isinstance(one, float) else str(one) for one in _many(value)]


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    if isinstance(value, list | tuple):
        inner = ", ".join(map(_shown, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_shown(k)}: {_shown(v)}" for k, v in value.items()) + "}"
    return repr(value)


def _escaped(letter: str) -> str:
    """Return a letter as it stands between double quotes; nothing stands there unseen."""
    if letter in {"\\", '"'}:
        return "\\" + letter
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
