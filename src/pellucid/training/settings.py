"""What a setting is: a default, a limit, a sentence of help — as data.

One table of settings (:mod:`pellucid.training.config`) gives the keywords of
``pellucid.train``, the flags of the command line, the keys of ``config.yaml`` and every
message about a value that cannot be used, so that none of them can disagree.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pellucid import memory
from pellucid.errors import SettingError, suggest


@dataclass(frozen=True)
class Setting:
    """The limits and the help of one setting.

    Attributes
    ----------
    help
        One sentence for ``--help``.
    kind
        ``"truth"`` (yes or no; its flag says no), ``"text"``, ``"whole"``, ``"number"``,
        ``"sizes"`` (whole numbers between commas), ``"seconds"`` (a number, or ``90s``,
        ``5m``, ``1h``), ``"names"`` (a list of names), ``"columns"`` (a name, or several),
        ``"layers"`` (names between commas, or ``none``),
        ``"size"`` (bytes, or ``800MB``), ``"pairs"`` (names to values), ``"source"`` (anything
        that data can come from) or ``"ways"`` (names among the choices, between commas;
        ``none`` for no name, ``auto`` to leave it open).
    group
        The heading under which ``--help`` lists it.
    choices
        The names allowed, for ``"text"``; or names allowed beside numbers.
    minimum, above, maximum, below
        Limits of a number; ``above`` and ``below`` exclude the limit itself.
    flag
        The flag's name where it is not the setting's own (``kinds`` → ``kind``).
    """

    help: str
    kind: str = "text"
    group: str = "Training"
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    below: float | None = None
    flag: str | None = None

    def expected(self) -> str:
        """Word the values allowed, for messages and the manual."""
        words = {
            "text": "one of " + ", ".join(self.choices) if self.choices else "a text",
            "whole": f"a whole number{self._range()}",
            "number": f"a number{self._range()}",
            "sizes": "positive whole numbers between commas, such as 128,64 (or none)",
            "seconds": "a positive number of seconds, or such as 90s, 5m, 1h",
            "size": "a size of at least 200MB, such as 800MB or 4GB",
            "names": "a list of names",
            "layers": "names of layers between commas, such as hidden_1,hidden_2 (or none)",
            "columns": "the name of a column, or a list of them, each once",
            "pairs": "pairs of a name and a value",
            "source": "a built-in name, a file or a folder",
            "truth": "true or false",
            "ways": f"none, auto, or names between commas: {','.join(self.choices)}",
        }[self.kind]
        if self.kind not in ("text", "ways") and self.choices:
            words += ", or " + ", ".join(self.choices)
        return words

    def _range(self) -> str:
        parts = [
            f"{sign} {limit:,}" if isinstance(limit, int) else f"{sign} {limit:g}"
            for sign, limit in (
                ("≥", self.minimum),
                (">", self.above),
                ("≤", self.maximum),
                ("<", self.below),
            )
            if limit is not None
        ]
        return " " + " and ".join(parts) if parts else ""

    def check(self, name: str, value: Any) -> Any:
        """Return a value in its proper type, or raise SettingError that says what is allowed."""
        if value is None:
            return None
        if self.choices and self.kind == "pairs" and isinstance(value, list) and len(value) == 1:
            value = value[0]  # a repeatable flag gives a list
        names = () if self.kind == "ways" else self.choices
        if isinstance(value, str) and value.strip().lower() in names:
            return value.strip().lower()
        parsers: dict[str, Callable[[Any], Any]] = {
            "text": self._text,
            "whole": self._whole,
            "number": self._number,
            "sizes": _sizes,
            "seconds": _seconds,
            "size": lambda value: memory.parse_size(str(value)),
            "names": _names,
            "columns": _columns,
            "layers": _layers,
            "pairs": _pairs,
            "source": lambda value: value,
            "truth": _truth,
            "ways": self._ways,
        }
        try:
            return parsers[self.kind](value)
        except (ValueError, TypeError, OverflowError):
            shown = repr(value) if len(repr(value)) < 80 else repr(value)[:77] + "…"
            close = suggest(value, self.choices) if isinstance(value, str) else None
            raise SettingError(
                f"{name} cannot be {shown}.", expected=self.expected(), remedy=close
            ) from None

    def _text(self, value: Any) -> str:
        if not isinstance(value, str) or self.choices:
            raise ValueError
        return value

    def _whole(self, value: Any) -> int:
        number = self._number(value)
        if number != int(number):
            raise ValueError
        return int(number)

    def _ways(self, value: Any) -> tuple[str, ...] | None:
        parts = value.split(",") if isinstance(value, str) else _names(list(value))
        names = [part.strip().lower() for part in parts]
        if names == ["auto"]:
            return None
        names = [] if names == ["none"] else names
        if not set(names) <= set(self.choices):
            raise ValueError
        return tuple(name for name in self.choices if name in names)

    def _number(self, value: Any) -> float:
        if isinstance(value, bool):
            raise TypeError
        number = float(value)
        fits = (
            math.isfinite(number)
            and (self.minimum is None or number >= self.minimum)
            and (self.above is None or number > self.above)
            and (self.maximum is None or number <= self.maximum)
            and (self.below is None or number < self.below)
        )
        if not fits:
            raise ValueError
        return number


def setting(default: Any, help: str, **limits: Any) -> Any:
    """Declare a dataclass field that is a setting; ``limits`` as in :class:`Setting`."""
    metadata = {"setting": Setting(help, **limits)}
    if isinstance(default, (dict, list)):
        return dataclasses.field(default_factory=type(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def settings_of(config: type) -> dict[str, Setting]:
    """Return the settings that a dataclass declares, by name."""
    return {
        field.name: field.metadata["setting"]
        for field in dataclasses.fields(config)
        if "setting" in field.metadata
    }


def _sizes(value: Any) -> tuple[int, ...]:
    if isinstance(value, str):
        value = re.split(r"\s*,\s*|\s+", value.strip())
        value = [] if value == ["none"] else value
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    sizes = tuple(int(part) for part in value)
    if any(size < 1 or float(part) != size for size, part in zip(sizes, value, strict=True)):
        raise ValueError
    return sizes


def _seconds(value: Any) -> float:
    units = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}
    match = re.fullmatch(r"\s*([0-9.]+)\s*([a-z]*)\s*", str(value).lower())
    if match is None or match[2] not in units or isinstance(value, bool):
        raise ValueError
    seconds = float(match[1]) * units[match[2]]
    if not seconds > 0:
        raise ValueError
    return seconds


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Sequence) or not all(isinstance(name, str) for name in value):
        raise TypeError
    return tuple(value)


def _layers(value: Any) -> tuple[str, ...]:
    """Return names as they are given, or between commas; each once, in order."""
    parts = value.split(",") if isinstance(value, str) else _names(value)
    names = [part.strip() for part in parts]
    if not all(names):
        raise ValueError
    return () if names == ["none"] else tuple(dict.fromkeys(names))


def _columns(value: Any) -> str | tuple[str, ...]:
    """Return one name as a plain text, several as a tuple; commas belong to a name."""
    names = _names(value)
    if not names or len(set(names)) < len(names):
        raise ValueError
    return names[0] if len(names) == 1 else names


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _pairs(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {str(name): entry for name, entry in value.items()}
    pairs = {}
    for entry in _names(value if isinstance(value, str) else list(value)):
        name, equals, text = entry.rpartition("=")
        if not (name and equals and text):
            raise ValueError
        pairs[name] = text
    return pairs
