"""Settings as a person or a run writes them: a YAML mapping of names to plain values.

Read strictly: a name that is given twice, or anything that stands for something else (anchors and
aliases, with which a short text can mean an endless one), is refused rather than interpreted.
"""

from __future__ import annotations

import math
from typing import Any

import yaml

from pellucid.errors import SettingError

_EXPECTED = "lines such as 'epochs: 20'"
# What the library lets through of texts that say they are a number, a date or a truth value and
# are not, and of those that are nested deeper than Python goes.
_NOT_YAML = (
    yaml.YAMLError, ValueError, KeyError, IndexError, AttributeError, RecursionError,
)  # fmt: skip


def read_settings(text: str, where: str) -> dict[str, Any]:
    """Read a mapping of names to values; nothing written is an empty one.

    Parameters
    ----------
    text
        The YAML.
    where
        What errors call it: its file.

    Raises
    ------
    SettingError
        Where it is no YAML, no mapping, names a setting twice, or uses anchors.

    Examples
    --------
    >>> read_settings("hidden: [64, 32]  # enough", "config.yaml")
    {'hidden': [64, 32]}
    """
    try:
        values = yaml.load(text, _Strict)  # noqa: S506 -- a SafeLoader
    except _AtLineError as error:
        raise SettingError(
            error.what, where=f"{where}, line {error.line}", expected=error.expected
        ) from None
    except _NOT_YAML as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise SettingError(
            "The configuration is not valid YAML.", where=f"{where}{line}", expected=_EXPECTED
        ) from None
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        raise SettingError(
            "The configuration is not a list of settings.", where=where, expected=_EXPECTED
        )
    return values


def write_value(value: Any) -> str:
    """Write a plain value on one line, as `read_settings` reads it.

    Examples
    --------
    >>> write_value({"age": "number"}), write_value(True)
    ('{age: number}', 'true')
    """
    text = yaml.dump(
        value, Dumper=_Plain, default_flow_style=True, allow_unicode=True, width=math.inf
    )
    return text.removesuffix("...\n").rstrip("\n")


class _AtLineError(Exception):
    def __init__(self, what: str, mark: yaml.Mark, expected: str) -> None:
        super().__init__(what)
        self.what = what
        self.line = mark.line + 1
        self.expected = expected


class _Strict(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        if getattr(event, "anchor", None) is not None:
            raise _AtLineError(
                "The configuration uses a YAML anchor or alias.",
                event.start_mark,
                "values written out, and text with & or * in front within quotes",
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value if node.id == "mapping" else ():
            name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else None
            if name in seen:
                raise _AtLineError(
                    f"{key.value!r} is given twice.", key.start_mark, "each name once"
                )
            if key.tag == "tag:yaml.org,2002:merge":
                raise _AtLineError(
                    "The configuration merges another mapping, by '<<'.",
                    key.start_mark,
                    "settings written out",
                )
            seen.add(name)
        return super().construct_mapping(node, deep)


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, data: str) -> yaml.Node:
        """Write a text; one with line breaks within quotes, where they are written as such."""
        style = None if data.isprintable() else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Plain.add_representer(str, _Plain.represent_text)
