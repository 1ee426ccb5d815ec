"""Illnesses of the target: it leaks, its labels look wrong, its rare classes are never answered."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from pellucid.data.finding import numbered
from pellucid.data.rows import count
from pellucid.data.table import Array
from pellucid.errors import quote_list
from pellucid.tasks import Classification
from pellucid.training.diagnosis.case import Case
from pellucid.training.diagnosis.diagnosis import Diagnosis
from pellucid.training.diagnosis.illness import Illness, register

_PERFECT = 0.97
_ALONE = 0.9
_SCALAR = ("number", "category", "date")
_NEEDED = 0.3
_LEAST_ROWS = 50
_LEAST_WRONG = 5
_MISTAKES = 0.3
_OF_SURE = 0.1
_BY_CHANCE = 1e-3
_LEAST_OF_CLASS = 10
_LEAST_SHARE = 0.02
# Beside the most frequent class, one of fewer rows is rare.
_RARE = 0.5
_MOST_SHOWN = 5


@register
class LeakedTarget(Illness):
    """One column that alone gives a nearly perfect score, and without which it is gone.

    That is what a column looks like that was written down after the target (Kaufman et al. 2012,
    "Leakage in data mining: formulation, detection, and avoidance", section 4). Columns that the
    contract names already are passed over, and so are texts, pictures and the like, which may hold
    all that there is to say.
    """

    name = "leaked-target"

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Deal out the column anew, then all others."""
        seen = case.examination
        assert seen is not None  # noqa: S101 -- told only after the training
        if len(seen.movements) < 2 or len(seen.few) < _LEAST_ROWS:
            return
        column = max(seen.movements, key=lambda name: seen.movements[name])
        trivial = seen.trivial_score

        def skill(outputs: Array, rows: Array | slice = seen.few) -> float:
            return (seen.score_of(outputs, rows) - trivial) / max(1 - trivial, 1e-9)

        whole = skill(seen.answers.outputs, slice(None))
        (kind,) = (block.kind for block in seen.blocks if block.column == column)
        if kind not in _SCALAR or column in case.known_leaks or not whole >= _PERFECT:
            return
        without, alone = skill(seen.without[column]), skill(seen.alone(column))
        if alone >= _ALONE * whole and without <= _NEEDED * whole:
            yield Diagnosis(
                self.name,
                "warning",
                f"{column!r} alone gives a nearly perfect answer: with every other column dealt "
                f"out anew {alone:.1%} of what is to be learned is kept, without {column!r} "
                f"{max(without, 0):.1%}.",
                {"alone": alone, "without": without, "all": whole},
                f"Leave {column!r} out if it is only known afterwards",
                {"drop": [column]},
                columns=(column,),
            )


@register
class WrongLabels(Illness):
    """Rows whose label a network contradicts where it is surest.

    Mistakes gather where classes meet, among the answers of low probability; labels that are wrong
    lie anywhere. Told where the surer half of all answers contradicts five labels or more, and
    more than a tenth as often as all answers do, beyond chance (once in 1,000 times); and only of
    networks that make less than 30 % of the trivial predictor's mistakes. Counting confident
    contradictions is due to Northcutt, Jiang & Chuang 2021, "Confident learning: estimating
    uncertainty in dataset labels", section 3. Rows answered out of fold are asked where there are
    some; else those that were learned from, of which a network that learns by heart contradicts
    none.
    """

    name = "wrong-labels"
    causes = ("diverging-loss", "learning-rate-too-high", "stalled-loss", "class-collapse")

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Compare how many confident answers are wrong with how many ought to be."""
        seen = case.examination
        assert seen is not None  # noqa: S101 -- told only after the training
        answers = seen.unseen or seen.many_answers
        for target, task, outputs, labels in seen.task.apart(answers.outputs, answers.targets):
            if not isinstance(task, Classification):
                continue
            probabilities = task.probabilities(np.asarray(outputs))
            largest = probabilities.max(axis=1)
            is_wrong = probabilities.argmax(axis=1) != labels
            trivial = 1 - np.bincount(labels).max() / len(labels)
            share, half = is_wrong.mean(), np.median(largest)
            is_sure = largest >= half
            wrong = is_wrong & is_sure
            n_wrong, n_sure = int(wrong.sum()), int(is_sure.sum())
            expected = _OF_SURE * float(share) * n_sure
            if n_wrong < _LEAST_WRONG or share > _MISTAKES * trivial:
                continue
            if _chance_of(n_wrong, expected) > _BY_CHANCE:
                continue
            order = np.argsort(-np.where(wrong, largest, 0.0), kind="stable")[:n_wrong]
            rows = case.source_rows(answers.rows[order])
            where = ""
            if rows is not None:
                first = ", ".join(str(row + 1) for row in rows[:_MOST_SHOWN])
                where = f" The first are rows {first} (counted from 1, without the header line)."
            own, told = (
                task.target.classes[code]
                for code in (labels[order[0]], probabilities[order[0]].argmax())
            )
            of = f" of {target!r}" if target else ""
            yield Diagnosis(
                self.name,
                "warning",
                f"The labels{of} of {count(n_wrong, 'row')} look wrong: the surer half of "
                f"{len(labels):,} answers contradicts them, where {expected:.1f} are usual; one "
                f"that is {own!r} looks like {told!r} ({largest[order[0]]:.1%}).{where}",
                {
                    "wrong": n_wrong,
                    "usual": expected,
                    "asked": len(labels),
                    "mistakes": float(share),
                    "least_probability": float(half),
                },
                "Look at these rows, and mend their labels where they are wrong.",
                **(numbered(rows) if rows is not None else {"n_rows": n_wrong}),
            )


@register
class ClassCollapse(Illness):
    """Classes that are never answered, though there are rows enough to learn them.

    Told of classes with at least ten rows and 2 % of those looked at. Where classes are of unequal
    size, the rare ones lose (Japkowicz & Stephen 2002, "The class imbalance problem").
    """

    name = "class-collapse"
    causes = (
        "inputs-not-scaled", "diverging-loss", "exploding-gradients", "dead-units",
        "saturated-units", "vanishing-gradients", "learning-rate-too-high",
        "learning-rate-too-low", "stalled-loss",
    )  # fmt: skip

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Count answers and labels of rows that were learned from."""
        seen = case.examination
        assert seen is not None  # noqa: S101 -- told only after the training
        answers = seen.many_answers
        for target, task, outputs, labels in seen.task.apart(answers.outputs, answers.targets):
            if not isinstance(task, Classification):
                continue
            classes = task.target.classes
            told = task.probabilities(np.asarray(outputs)).argmax(axis=1)
            n_told, n_there = (
                np.bincount(codes, minlength=len(classes)) for codes in (told, labels)
            )
            least = max(_LEAST_OF_CLASS, _LEAST_SHARE * len(labels))
            never = np.flatnonzero((n_told == 0) & (n_there >= least))
            if not len(never):
                continue
            are_rare = n_there[never].max() < _RARE * n_there.max()
            names = [str(classes[code]) for code in never]
            of = f" of {target!r}" if target else ""
            yield Diagnosis(
                self.name,
                "serious" if (n_told > 0).sum() == 1 else "warning",
                f"The network never answers {quote_list(names, limit=5)}{of}, though "
                f"{n_there[never].sum():,} of {len(labels):,} training rows are of "
                f"{'this class' if len(never) == 1 else 'these classes'}.",
                {
                    "never_answered": dict(zip(names, n_there[never].tolist(), strict=True)),
                    "rows": len(labels),
                },
                *_remedy(case, are_rare=are_rare),
            )


def _remedy(case: Case, *, are_rare: bool) -> tuple[str, dict[str, Any]]:
    """Return what lets classes be answered that never are."""
    if are_rare and case.settings.get("class_weight") in (None, "none"):
        return "Let rare classes count more", {"class_weight": "balanced"}
    planned = case.settings.get("epochs") or 0
    if planned > len(case.history):
        settings = {"patience": 0} if case.settings.get("patience") else {}
        return "Let it learn for all epochs that were planned", settings
    return "Train longer", {"epochs": 3 * len(case.history)}


def _chance_of(n: int, expected: float) -> float:
    """Return the probability of so many or more where so many are expected (Poisson).

    Examples
    --------
    >>> round(_chance_of(1, 1.0), 6), _chance_of(5, 0.0)  # 1 − 1/e
    (0.632121, 0.0)
    """
    if expected <= 0:
        return 0.0
    below = sum(math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) for k in range(n))
    return max(0.0, 1 - below)
