"""Illnesses of the inputs: numbers out of scale, columns that nothing is made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import quote_list
from pellucid.training.diagnosis.case import Case
from pellucid.training.diagnosis.diagnosis import Diagnosis
from pellucid.training.diagnosis.illness import Illness, register

_FAR = 10.0
_CROWDED = 0.05
_LEAST_DISTINCT = 50
_UNUSED = 0.02
_LEAST_ROWS = 100


@register
class InputsNotScaled(Illness):
    """Inputs whose numbers are large, or crowded together by a few that lie far away.

    Gradients grow with the inputs, so that no learning rate suits large and small ones at once
    (LeCun et al. 1998, "Efficient BackProp", section 4.3: mean 0, deviation 1). Told of features
    whose mean or deviation is above 10, and of columns of numbers nine tenths of which, though
    different, lie within a twentieth of a deviation.
    """

    name = "inputs-not-scaled"
    is_seen_early = True

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Look at means, deviations and the middle of each feature."""
        inputs = case.sample
        size = np.maximum(np.abs(inputs.mean(axis=0)), inputs.std(axis=0))
        if (size > _FAR).any():
            worst = int(size.argmax())
            name = case.column_of(worst)
            yield Diagnosis(
                self.name,
                "serious",
                f"{int((size > _FAR).sum()):,} of {size.size:,} inputs are not scaled: "
                f"{name or f'input {worst + 1}'} has mean {inputs[:, worst].mean():.3g} and "
                f"deviation {inputs[:, worst].std():.3g}, where 0 and 1 are expected.",
                {"largest": float(size[worst]), "inputs": int((size > _FAR).sum())},
                "Subtract each input's mean and divide it by its deviation.",
                columns=() if name is None else (name,),
                epoch=case.epoch,
            )
        if len(inputs) < _LEAST_ROWS:
            return
        for block in case.blocks:
            if block.kind == "number" and (width := _crowded(inputs[:, block.start])) is not None:
                yield Diagnosis(
                    self.name,
                    "warning",
                    f"Nine tenths of {block.column!r} lie within {width:.2g} deviations, since few "
                    "of its numbers lie far away: their differences hardly reach the network.",
                    {"middle_width": width},
                    f"Give the logarithm of {block.column!r}, or mend its outlying numbers.",
                    columns=(block.column,),
                    epoch=case.epoch,
                )


def _crowded(numbers: Array) -> float | None:
    """Return the width of the middle nine tenths, where it is small though they differ."""
    low, high = np.quantile(numbers, (0.05, 0.95))
    middle = numbers[(numbers >= low) & (numbers <= high)]
    is_crowded = high - low < _CROWDED and len(np.unique(middle)) >= _LEAST_DISTINCT
    return float(high - low) if is_crowded else None


@register
class UnusedColumns(Illness):
    """Columns that move the answers next to not at all.

    Each column's values are dealt out anew among the rows (permutation importance, Breiman 2001,
    "Random forests", section 10); told where that moves the outputs a fiftieth as far as it does
    for the average column, or less.
    """

    name = "unused-columns"
    causes = ("stalled-loss", "learning-rate-too-low", "dead-units", "class-collapse")

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Compare how far each column moves the outputs."""
        assert case.examination is not None  # noqa: S101 -- told only after the training
        moved = case.examination.movements
        mean = float(np.mean(list(moved.values()))) if moved else 0.0
        if not mean > 0 or len(case.examination.inputs) < _LEAST_ROWS:
            return
        shares = {name: moves / mean for name, moves in moved.items() if moves < _UNUSED * mean}
        if shares:
            few = len(shares) == 1
            yield Diagnosis(
                self.name,
                "note",
                f"{quote_list(shares, limit=5)} {'is' if few else 'are'} not used: dealing out "
                f"{'its' if few else 'their'} values anew moves the answers at most "
                f"{max(shares.values()):.2g} times as far as for the average column.",
                {"shares_of_average": {name: float(share) for name, share in shares.items()}},
                "Leave it out; nothing is lost." if few else "Leave them out; nothing is lost.",
                {"drop": list(shares)},
                columns=tuple(shares),
            )
