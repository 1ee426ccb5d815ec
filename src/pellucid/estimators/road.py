"""The road from a person's rows to the network's examples, as one fit settled it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pellucid.estimators.answers import Answers
from pellucid.estimators.given import Given, Part
from pellucid.estimators.inputs import FittedInputs, fit_inputs
from pellucid.training.step import Examples


@dataclass(frozen=True)
class Road:
    """How rows and targets become numbers, and outputs answers; plain data, which pickles.

    Attributes
    ----------
    inputs
        The contract, and the fitted encoders.
    answers
        How targets are encoded.
    """

    inputs: FittedInputs
    answers: Answers

    @classmethod
    def settle(
        cls,
        given: Given,
        learned_from: Part,
        answers: Answers,
        columns: tuple[str, ...],
        kinds: Mapping[str, str] | None,
    ) -> Road:
        """Settle how inputs are read by all rows, and their scales by those learned from.

        Parameters
        ----------
        given, learned_from
            All rows, and the part that the network learns from.
        answers
            How targets are encoded.
        columns
            The columns' names, where the inputs came as a frame; else nothing.
        kinds
            Kinds chosen for columns of a frame.
        """
        return cls(fit_inputs(given, learned_from.rows, answers, columns, kinds), answers)

    def encode(self, given: Given, part: Part) -> Examples:
        """Return a part of the rows as the trainer takes them."""
        return Examples(
            self.inputs.transform(given.inputs, part.rows),
            self.answers.encode(given.targets[part.rows]),
            part.relative_weights(),
        )
