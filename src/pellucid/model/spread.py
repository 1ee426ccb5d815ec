"""How far off a network usually is, where its output is such: what intervals are scaled by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from pellucid.data.table import Array

_MOST_GROUPS = 10
_ROWS_A_GROUP = 100
# A group that was learned by heart is not to promise intervals without width.
_LEAST_OF_MEAN = 0.1


@dataclass(frozen=True)
class Spread:
    """The usual error as a function of the output, in the scale that is learned.

    Large numbers are usually missed by more than small ones: intervals of one width would be too
    narrow for the first and too wide for the second. Intervals stay valid whatever the function
    says, since it is made of training rows alone (Lei et al. 2018, section 5.2).

    Attributes
    ----------
    outputs
        Outputs, rising, ``(k,)``.
    errors
        The mean absolute error near each, above 0, ``(k,)``; between them it is straight.

    Examples
    --------
    >>> outputs = np.linspace(0, 1, 200)
    >>> spread = Spread.fit(outputs, outputs + np.where(outputs > 0.5, 2.0, 1.0))
    >>> spread.at(np.array([0.0, 1.0])).tolist()
    [1.0, 2.0]
    """

    outputs: Array
    errors: Array

    @classmethod
    def fit(cls, outputs: Array, targets: Array) -> Self:
        """Learn it from training rows, ``(n,)`` each, n > 0; of few rows it is the same for all.

        Ten groups of rows with near outputs are taken, or fewer of a hundred rows.
        """
        order = np.argsort(outputs, kind="stable")
        near = np.abs(outputs - targets)[order]
        n_groups = max(1, min(_MOST_GROUPS, len(order) // _ROWS_A_GROUP))
        groups = np.array_split(np.arange(len(order)), n_groups)
        middles = np.array([outputs[order[group]].mean() for group in groups])
        errors = np.array([near[group].mean() for group in groups])
        least = _LEAST_OF_MEAN * near.mean()
        errors = np.maximum(errors, least if least > 0 else 1.0)
        rising = np.append(True, np.diff(middles) > 0)
        return cls(middles[rising], errors[rising])

    def at(self, outputs: Array) -> Array:
        """Return the usual error where outputs ``(n,)`` are such, above 0, ``(n,)``."""
        return np.interp(outputs, self.outputs, self.errors)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"outputs": self.outputs.tolist(), "errors": self.errors.tolist()}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make it again."""
        return cls(np.array(saved["outputs"]), np.array(saved["errors"]))
