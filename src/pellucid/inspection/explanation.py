"""The answer to "why this prediction": contributions that add up, with the error of the sum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from pellucid.inspection.drawing import draw_plain
from pellucid.inspection.html import explanation_to_html
from pellucid.inspection.parts import Part
from pellucid.inspection.values import PLAIN, Quantity, as_plain, as_text


@dataclass(frozen=True)
class Explanation:
    """Why a prediction came out as it did.

    ``baseline + the sum of all contributions = output``, but for ``error``.

    Attributes
    ----------
    target
        The column that is predicted.
    prediction
        The answer in the person's own values; a set of labels as a list or as text, as it came.
    label, against
        The class that is explained, and the one it is held against; None for numbers.
    meaning
        What ``output`` is, in words: "log-odds of survived = 1 against 0".
    output, baseline
        That number at this row, and at the baseline: float64, computed in 64 bits. A date is its
        days since 1970.
    error
        ``baseline + sum of contributions - output``.
    probability, baseline_probability
        The probability of ``label`` at this row and at the baseline; None for numbers.
    compared_with
        What the baseline is, in words.
    parts
        What each column contributed, in the columns' order.
    row
        The row's number in its source, counted from 1; None where it came by itself.
    quantity
        What the number is, and so how it and the contributions are written: its unit, or dates.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(8,), epochs=20)
    >>> why = model.explain("iris", row=1)
    >>> why.columns.columns
    ['column', 'value', 'contribution']
    >>> abs(why.baseline + why.contributions["contribution"].sum() - why.output) < 1e-12
    True
    """

    target: str
    prediction: Any
    label: str | None
    against: str | None
    meaning: str
    output: float
    baseline: float
    error: float
    probability: float | None
    baseline_probability: float | None
    compared_with: str
    parts: tuple[Part, ...]
    row: int | None = None
    quantity: Quantity = PLAIN

    @property
    def contributions(self) -> pl.DataFrame:
        """One row for each feature that left the baseline: column, detail, value, contribution.

        Columns come in their order. ``detail`` is empty where the column is one feature,
        else the feature's name; ``value`` is the person's value as text. Steps of a series are
        the row's own.
        """
        rows = [
            (part.column, detail.name.strip(), as_text(detail.value), detail.contribution)
            for part in self.parts
            for detail in part.details()
        ]
        schema = {
            "column": pl.String, "detail": pl.String,
            "value": pl.String, "contribution": pl.Float64,
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")

    @property
    def columns(self) -> pl.DataFrame:
        """One row for each column, the largest contribution first: column, value, contribution."""
        rows = [
            (part.column, None if part.course else as_text(part.value), part.contribution)
            for part in self.sorted_parts()
        ]
        schema = {"column": pl.String, "value": pl.String, "contribution": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def __getitem__(self, column: str) -> Part:
        """Return a column's part: its ``array`` has a contribution for each pixel or step."""
        for part in self.parts:
            if part.column == column:
                return part
        raise KeyError(column)

    def sorted_parts(self) -> list[Part]:
        """Return the columns, the largest contribution first."""
        return sorted(self.parts, key=lambda part: -abs(part.contribution))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-ready data, arrays as nested lists."""
        head = {
            "row": self.row,
            "target": self.target,
            "prediction": as_plain(self.prediction),
            "class": self.label,
            "against": self.against,
            "meaning": self.meaning,
            "output": self.output,
            "baseline": self.baseline,
            "unit": self.quantity.unit or None,
            "output_written": self.quantity.write(self.output),
            "baseline_written": self.quantity.write(self.baseline),
            "sum": math.fsum(part.contribution for part in self.parts),
            "error": self.error,
            "probability": self.probability,
            "baseline_probability": self.baseline_probability,
            "compared_with": self.compared_with,
        }
        return head | {"columns": [_part_to_dict(part) for part in self.sorted_parts()]}

    def __repr__(self) -> str:
        return draw_plain(self)

    def _repr_html_(self) -> str:
        return explanation_to_html(self)


def _part_to_dict(part: Part) -> dict[str, Any]:
    described: dict[str, Any] = {
        "column": part.column,
        "kind": part.kind,
        "value": as_plain(part.value),
        "contribution": part.contribution,
    }
    if part.course is not None:
        described["moments"] = part.course.moments.tolist()
        described["seconds_a_moment"] = part.course.seconds
        if len(part.course.channels) > 1:
            described["channels"] = part.course.by_channel
    if stretches := part.stretches:
        described["marked"] = [[stretch.text, stretch.contribution] for stretch in stretches]
    if part.array.ndim > 1:
        described["shape"] = list(part.array.shape)
        described["contributions"] = part.array.tolist()
        if len(part.further):
            names = [name.strip() for name in part.names[part.array.size :]]
            described["further"] = dict(zip(names, part.further.tolist(), strict=True))
    elif not part.is_whole:
        described["details"] = [
            {
                "detail": detail.name.strip(),
                "value": as_plain(detail.value),
                "contribution": detail.contribution,
            }
            for detail in part.details()
        ]
    return described
