"""What a layer's settings may be, as data; the message of a refusal is made from it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from pellucid.errors import SettingError


@dataclass(frozen=True)
class Limit:
    """The values a setting may take.

    Parameters
    ----------
    expected
        The allowed values in words, fit to follow "must be".
    allows
        Whether a value is one of them.

    Examples
    --------
    >>> POSITIVE_WHOLE.check("units", 0)
    Traceback (most recent call last):
    ...
    pellucid.errors.SettingError: units must be a positive whole number; received: 0
    """

    expected: str
    allows: Callable[[object], bool]

    def check(self, setting: str, value: object) -> None:
        """Raise a SettingError that names the setting, where the value is not allowed."""
        if not self.allows(value):
            raise SettingError(f"{setting} must be {self.expected}; received: {value!r}")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _lies_between(value: object, low: float, high: float) -> bool:
    """Say whether a value is a number with low <= value < high."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value < high


POSITIVE_WHOLE = Limit(
    "a positive whole number",
    lambda value: _is_whole(value) and value > 0,  # type: ignore[operator]  # whole: comparable
)
SHARE = Limit("a number from 0 up to, but not including, 1", lambda v: _lies_between(v, 0.0, 1.0))
POSITIVE = Limit(
    "a number above 0",
    lambda value: _lies_between(value, math.ulp(0.0), math.inf),
)
TRUTH = Limit("True or False", lambda value: isinstance(value, bool))
