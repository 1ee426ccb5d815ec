"""What a comparison can be told, beside the settings of a training."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pellucid.errors import SettingError
from pellucid.training.config import Config
from pellucid.training.settings import Setting, settings_of

ALL = "all"
"""The word for all rows to learn from."""

MOST_REPEATS = 5
"""How often an amount is drawn anew at most, unless more is asked for."""

# Settings that a comparison has no use for, and why.
_UNFIT = {
    "window": "a forecast stands beside the naive one in every training's own report",
    "horizon": "a forecast stands beside the naive one in every training's own report",
    "known": "it belongs to a forecast, which stands beside the naive one in its own report",
    "season": "it belongs to a forecast, which stands beside the naive one in its own report",
    "sample_weight": "nearest neighbours know no weights",
    "class_weight": "nearest neighbours know no weights",
    "examples": "a comparison writes no model file",
    "calibration": "it changes how sure answers are, not which they are",
}
# Beside those of the data, the settings that have a flag.
_FURTHER = ("preset", "time_limit", "seed")
_REPEATS = Setting("", kind="whole", minimum=1, maximum=100)
_FORM = f"whole numbers of rows between commas, such as 100,1000,{ALL}"


@dataclass(frozen=True)
class Options:
    """How much is compared.

    Attributes
    ----------
    amounts
        The numbers of rows to learn from, `ALL` for all; None: five, growing by equal factors.
    repeats
        How often at most an amount is drawn anew.

    Examples
    --------
    >>> Options.make("100, 1000,all", 3)
    Options(amounts=(100, 1000, 'all'), repeats=3)
    """

    amounts: tuple[int | str, ...] | None = None
    repeats: int = MOST_REPEATS

    @classmethod
    def make(cls, amounts: Any = None, repeats: Any = None) -> Options:
        """Check both and return them; raises SettingError for what cannot be used."""
        checked = _REPEATS.check(
            "repeats (--repeats)", MOST_REPEATS if repeats is None else repeats
        )
        return cls(None if amounts is None else _amounts(amounts), checked)


def flags() -> set[str]:
    """Return the names of the settings that ``pellucid compare`` has flags for."""
    of_data = {name for name, setting in settings_of(Config).items() if setting.group == "Data"}
    return (of_data - set(_UNFIT)) | (set(_FURTHER) & set(settings_of(Config)))


def refuse_unfit(config: Config) -> None:
    """Raise SettingError for a setting that a comparison has no use for.

    Examples
    --------
    >>> refuse_unfit(Config.make(source="iris", class_weight="balanced"))
    Traceback (most recent call last):
    pellucid.errors.SettingError: class_weight is not for a comparison: nearest neighbours know \
no weights.
      What to do: leave class_weight out
    """
    given, default = config.set_values(), Config().set_values()
    for name, reason in _UNFIT.items():
        if name in given and given[name] != default.get(name):
            raise SettingError(
                f"{name} is not for a comparison: {reason}.", remedy=f"leave {name} out"
            )


def _amounts(wanted: Any) -> tuple[int | str, ...]:
    parts: Iterable[Any] = [wanted] if isinstance(wanted, int) else wanted
    parts = re.split(r"\s*,\s*", wanted.strip()) if isinstance(wanted, str) else parts
    try:
        amounts = tuple(_amount(part) for part in parts)
        if not amounts:
            raise ValueError
    except (TypeError, ValueError):
        raise SettingError(f"amounts (--amounts) cannot be {wanted!r}.", expected=_FORM) from None
    return amounts


def _amount(part: Any) -> int | str:
    if isinstance(part, str) and part.strip().lower() == ALL:
        return ALL
    number = int(part)
    if isinstance(part, bool) or number < 1 or number != float(part):
        raise ValueError
    return number
