"""The page's types, made of the messages.

``python -m pellucid.studio.typescript FILE`` writes them; a test checks that the file that is kept
is what the messages give.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
import typing
from pathlib import Path
from typing import Any, Literal

from pellucid.files import write_atomically
from pellucid.studio.messages import (
    data,
    examples,
    inside,
    lab,
    model,
    session,
    share,
    test,
    tracing,
    training,
    why,
)

_MODULES = (
    session, model, examples, tracing, inside, why, test, lab, data, training, share,
)  # fmt: skip
_HEAD = (
    "// Made of src/pellucid/studio/messages by `make web`. Do not edit.\n\n"
    "export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };\n"
)
_SIMPLE = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    Any: "Json",
}


def typescript() -> str:
    """Return all messages as TypeScript, module by module, in the order in which they stand."""
    found = [
        value
        for module in _MODULES
        for value in vars(module).values()
        if dataclasses.is_dataclass(value) and getattr(value, "__module__", "") == module.__name__
    ]
    return "\n".join([_HEAD, *(_interface(message) for message in found)])


def _interface(message: Any) -> str:
    kinds = typing.get_type_hints(message)
    fields = [
        f"  {field.name}{'?' if _may_be_left_out(field) else ''}: {type_of(kinds[field.name])};"
        for field in dataclasses.fields(message)
    ]
    words = _comment((inspect.getdoc(message) or "").splitlines())
    return "\n".join([*words, f"export interface {message.__name__} {{", *fields, "}", ""])


def _may_be_left_out(field: dataclasses.Field[Any]) -> bool:
    return not field.default is field.default_factory is dataclasses.MISSING


def _comment(lines: list[str]) -> list[str]:
    if len(lines) == 1:
        return [f"/** {lines[0]} */"]
    return [f"/** {lines[0]}", *(f" * {line}".rstrip() for line in lines[1:]), " */"]


def type_of(kind: Any) -> str:
    """Return a Python type's name in TypeScript.

    Examples
    --------
    >>> type_of(list[float] | None), type_of(dict[str, int]), type_of(tuple[str, float])
    ('number[] | null', 'Record<string, number>', '[string, number]')
    """
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return " | ".join(f'"{choice}"' for choice in arguments)
    inner = [type_of(argument) for argument in arguments]
    if origin in {types.UnionType, typing.Union}:
        return " | ".join(inner)
    if origin is list:
        return f"({inner[0]})[]" if "|" in inner[0] else f"{inner[0]}[]"
    if origin is tuple:
        return f"[{', '.join(inner)}]"
    if origin is dict:
        return f"Record<string, {inner[1]}>"
    return _SIMPLE[kind] if kind in _SIMPLE else str(kind.__name__)


if __name__ == "__main__":
    write_atomically(Path(sys.argv[1]), typescript())
