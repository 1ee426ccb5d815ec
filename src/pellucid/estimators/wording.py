"""Errors of the engine, in the terms of an estimator's parameters.

The engine's messages name settings as the command line knows them, ``--learning-rate 0.1``; who
calls ``fit`` knows ``learning_rate=0.1``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from pellucid.errors import PellucidError

_PARAMETERS = {"hidden": "hidden_layer_sizes", "seed": "random_state", "kind": "kinds"}
_KIND = re.compile(r"--kind (?P<column>'[^']*'|\w+)=(?P<kind>\w+)")
_FLAG = re.compile(r"--(?P<name>[a-z][a-z0-9-]*)(?: (?P<value>[\w.+][\w.,+-]*))?")
_SETTING = re.compile(r"\b(?P<name>\w+) \(--[a-z0-9-]+\)")


@contextmanager
def worded_as_parameters() -> Iterator[None]:
    """Word pellucid's errors raised inside as people know an estimator's parameters."""
    try:
        yield
    except PellucidError as error:
        for part in ("what", "where", "expected", "remedy"):
            text = getattr(error, part)
            if text is not None:
                setattr(error, part, as_parameters(text))
        error.args = (error.what,)
        raise


def as_parameters(text: str) -> str:
    """Write settings and flags as parameters.

    Examples
    --------
    >>> as_parameters("hidden (--hidden) is too large; give --hidden 128,64")
    'hidden_layer_sizes is too large; give hidden_layer_sizes=(128, 64)'
    >>> as_parameters("lower it, such as --learning-rate 0.1, or measure it: --learning-rate find")
    "lower it, such as learning_rate=0.1, or measure it: learning_rate='find'"
    >>> as_parameters("keep one with --kind COLUMN=KIND")
    "keep one with kinds={'COLUMN': 'KIND'}"
    """
    text = _SETTING.sub(lambda found: _parameter(found["name"]), text)
    text = _KIND.sub(
        lambda found: f"kinds={{{found['column'].strip(chr(39))!r}: {found['kind']!r}}}", text
    )
    return _FLAG.sub(_assignment, text)


def _assignment(found: re.Match[str]) -> str:
    name, value = _parameter(found["name"].replace("-", "_")), found["value"]
    if value is None:
        return name
    ending = value[len(value.rstrip(".,")) :]
    value = value.rstrip(".,")
    if name == "hidden_layer_sizes":
        value = f"({', '.join(value.split(','))})"
    elif not re.fullmatch(r"[0-9.e+-]+", value):
        value = repr(value)
    return f"{name}={value}{ending}"


def _parameter(name: str) -> str:
    return _PARAMETERS.get(name, name)
