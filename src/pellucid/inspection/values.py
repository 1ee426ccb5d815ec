"""How values, numbers and answers are written: as the person would write them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pellucid.data import DateTarget


def as_text(value: Any) -> str | None:
    """Write a value as the person would; None stays None.

    Examples
    --------
    >>> as_text(3.0), as_text(0.123456789), as_text(["war", "drama"]), as_text([])
    ('3', '0.123457', 'war; drama', 'nothing')
    """
    if value is None:
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.6g}"
    if isinstance(value, pl.Series | list | tuple):
        return "; ".join(as_text(entry) or "missing" for entry in value) or "nothing"
    return str(value)


def as_plain(value: Any) -> Any:
    """Return a value that JSON holds; what is no finite number becomes None.

    Examples
    --------
    >>> as_plain([1.0, float("nan")]), as_plain(pl.Series(["war"]))
    ([1.0, None], ['war'])
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, pl.Series | list | tuple):
        return [as_plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def written(number: float, digits: int = 5) -> str:
    """Write a number by its first digits, thousands set apart.

    Examples
    --------
    >>> written(198890.31), written(-0.12345678), written(2e19)
    ('198,890', '−0.12346', '2e+19')
    """
    text = f"{number:.{digits}g}"
    if "e+" in text and abs(number) < 1e15:
        text = f"{float(text):,.0f}"
    return text if "e" in text else text.replace("-", "−")


def signed(number: float) -> str:
    """Write a contribution with its sign.

    Examples
    --------
    >>> signed(1.2345), signed(-0.05), signed(0.0), signed(93526.0)
    ('+1.234', '−0.05', '0', '+93,530')
    """
    text = written(abs(number), 4)
    if float(text.replace(",", "")) == 0.0:
        return "0"
    return ("+" if number > 0 else "−") + text


@dataclass(frozen=True)
class Quantity:
    """What an explained number is, and so how it is written.

    Attributes
    ----------
    unit
        Its unit, where it has one that is known: ``"€"``; ``"days"`` for dates.
    dates
        For dates, which are explained as days since 1970: how they are written.

    Examples
    --------
    >>> Quantity("€").write(198890.31), Quantity("€").change(-93526.0)
    ('198,890 €', '−93,530 €')
    """

    unit: str = ""
    dates: DateTarget | None = None

    def write(self, number: float) -> str:
        """Write the number: with its unit, or as the date that it stands for."""
        if self.dates is None:
            return f"{written(number)} {self.unit}".rstrip()
        standard = (number - self.dates.mean) / self.dates.scale
        return str(self.dates.inverse(np.array([[standard]]))[0])

    def change(self, number: float) -> str:
        """Write a difference of two such numbers, with its sign."""
        return f"{signed(number)} {self.unit}".rstrip()

    def answer(self, value: Any) -> str:
        """Write a prediction: with its unit; dates, classes and sets of labels need none."""
        text = as_text(value) or "missing"
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{text} {self.unit}".rstrip() if is_number and self.dates is None else text


PLAIN = Quantity()
