"""Illnesses of the fit: nothing is learned, too little, or by heart."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from pellucid.data.table import Array
from pellucid.tasks import Classification, Regression
from pellucid.training.diagnosis.case import Case
from pellucid.training.diagnosis.diagnosis import Diagnosis
from pellucid.training.diagnosis.illness import Illness, register

_NOTHING = 0.02
_ENOUGH_STEPS = 200
_FEW_STEPS = 1000
_NEIGHBOURS = 5
_MOST_INPUTS = 5000
_SAME = 1e-5
_BETTER = 0.03
_HALF = 0.5
_SURE = 4.0
_STILL_FALLING = 0.05
_STEADILY = 0.75
_LOST = 0.2
_BY_HEART = 0.5
_LOST_ON_OTHERS = 0.15
_NOT_LEARNING = (
    "inputs-not-scaled", "diverging-loss", "exploding-gradients", "dead-units",
    "saturated-units", "vanishing-gradients", "learning-rate-too-high", "learning-rate-too-low",
)  # fmt: skip


@register
class StalledLoss(Illness):
    """A loss that stays where the trivial predictor's is, though steps are neither long nor short.

    Zhang et al. 2017, "Understanding deep learning requires rethinking generalization", section 2:
    networks that are large enough fit even labels drawn at random; one that does not learn its own
    rows is held back, or its inputs say nothing at all.
    """

    name = "stalled-loss"
    is_seen_early = True
    causes = _NOT_LEARNING

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Compare the loss of training rows with the trivial predictor's."""
        n_steps = case.n_steps * len(case.history)
        if not case.is_half_done or n_steps < _ENOUGH_STEPS or not case.skill < _NOTHING:
            return
        yield Diagnosis(
            self.name,
            "serious",
            f"The loss has stalled at {case.loss:.4g} after {n_steps:,} steps; the predictor that "
            f"knows nothing of the inputs has {case.trivial_loss:.4g}.",
            {"loss": case.loss, "trivial_loss": case.trivial_loss, "steps": n_steps},
            *_freed(case),
            epoch=case.epoch,
        )


@register
class UnderFitting(Illness):
    """A network that misses what its own training rows hold.

    Told where the five nearest other rows make less than half of the network's mistakes, though
    it has learned from these rows and they have not (Cover & Hart 1967, "Nearest neighbor pattern
    classification": the nearest row alone has at most twice the least possible error); or where
    the loss was still falling by a twentieth of the trivial one over the last fifth of the epochs.
    """

    name = "under-fitting"
    causes = (*_NOT_LEARNING, "stalled-loss")

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Look at the end of the course, then at the rows' neighbours."""
        fall = _fall_at_the_end(case)
        if fall > _STILL_FALLING and case.skill < 1 - 2 * _STILL_FALLING:
            epochs = len(case.history)
            yield Diagnosis(
                self.name,
                "warning",
                f"The loss was still falling when the training ended: over the last fifth of "
                f"{epochs:,} epochs by {fall:.0%} of the trivial predictor's.",
                {"fall": fall, "epochs": epochs, "loss": case.loss},
                "Train longer",
                {"epochs": 3 * epochs},
            )
            return
        found = _of_neighbours(case)
        if found is not None:
            own, others = found
            yield Diagnosis(
                self.name,
                "warning",
                f"The network misses what its training rows hold: it scores {own:.3g} on them, "
                f"where the mean of each one's five nearest others scores {others:.3g}.",
                {"score": own, "score_of_neighbours": others, "neighbours": _NEIGHBOURS},
                *_freed(case),
            )


@register
class OverFitting(Illness):
    """A network that learns its rows by heart, at the expense of others.

    Told where the validation loss ends a fifth above its lowest (Prechelt 1998, "Early stopping —
    but when?", section 2.2: the generalisation loss; 5 % are his usual limit for stopping), having
    risen ever since, while the training loss fell; and where of what the network has learned on its
    own rows, more than half of what there is, less than 15 % holds for rows not learned from.
    """

    name = "over-fitting"
    causes = _NOT_LEARNING

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Look at the validation curve; without one, at rows not learned from."""
        if len(case.validation_losses) > 3:
            yield from self._of_curve(case)
        else:
            yield from self._of_scores(case)

    def _of_curve(self, case: Case) -> Iterator[Diagnosis]:
        losses = case.validation_losses
        lowest = int(losses.argmin())
        rise = float(losses[-1] / losses[lowest] - 1) if losses[lowest] > 0 else 0.0
        amount = float(losses[-1] - losses[lowest]) / case.trivial_loss
        since = np.diff(losses[lowest:])
        if rise > _LOST and amount > _STILL_FALLING and (since > 0).mean() > 0.6:
            yield Diagnosis(
                self.name,
                "warning",
                f"From epoch {lowest + 1:,} on the network learned by heart: the validation loss "
                f"rose from {losses[lowest]:.4g} to {losses[-1]:.4g}, while that of the training "
                f"fell from {case.losses[lowest]:.4g} to {case.losses[-1]:.4g}.",
                {
                    "best_epoch": lowest + 1,
                    "rise": rise,
                    "validation_loss": float(losses[-1]),
                    "lowest_validation_loss": float(losses[lowest]),
                },
                *_held_back(case, lowest + 1),
            )

    def _of_scores(self, case: Case) -> Iterator[Diagnosis]:
        seen, task = case.examination, case.objective.task
        if seen is None or not case.scores.get("metrics"):
            return
        held_out, trivial = (
            task.score(case.scores[name]) for name in ("metrics", "baseline")
        )  # fmt: skip
        learned = (seen.score - seen.trivial_score) / max(1 - seen.trivial_score, 1e-9)
        generalised = (held_out - trivial) / max(1 - trivial, 1e-9)
        if learned > _BY_HEART and generalised < _LOST_ON_OTHERS * learned:
            yield Diagnosis(
                self.name,
                "serious",
                f"The network has learned by heart: it scores {seen.score:.3g} on rows that it "
                f"learned from, {held_out:.3g} on others, where knowing nothing scores "
                f"{trivial:.3g}.",
                {"score": seen.score, "held_out": held_out, "trivial": trivial},
                *_held_back(case, None),
            )


def _freed(case: Case) -> tuple[str, dict[str, object]]:
    """Return what lets it learn more: less that holds it back, more steps, or more units."""
    settings = case.settings
    for name, much in (("l2", 0.01), ("l1", 0.001), ("dropout", 0.4), ("weight_decay", 1.0)):
        value = settings.get(name)
        if isinstance(value, int | float) and value >= much:
            return "Hold it back less", {name: 0.0 if name != "weight_decay" else 0.1}
    n_steps = case.n_steps * len(case.history)
    if n_steps < _FEW_STEPS:
        return "Train longer", {"epochs": 3 * len(case.history)}
    if filters := settings.get("filters"):  # of convolutions
        return "Give it more filters", {"filters": [2 * number for number in filters]}
    if features := settings.get("units"):  # of what goes step by step
        return "Give it more units", {"units": 2 * features}
    hidden = settings.get("hidden")
    units = [max(64, 4 * size) for size in hidden] if hidden else [64, 64]
    return "Give it more units", {"hidden": units}


def _held_back(case: Case, best_epoch: int | None) -> tuple[str, dict[str, object]]:
    """Return what keeps a network from learning by heart."""
    dropout = case.settings.get("dropout") or 0.0
    features = case.settings.get("units")
    if dropout < 0.3 and (features or case.settings.get("hidden") != ()):
        return "Silence units at random while it learns", {"dropout": 0.5}
    if best_epoch is not None:
        return "End the training there", {"epochs": best_epoch}
    if filters := case.settings.get("filters"):
        fewer = [max(4, number // 2) for number in filters]
        return "Give more rows, or fewer filters", {"filters": fewer}
    if features:
        heads = case.settings.get("heads") or 1
        return "Give more rows, or fewer units", {"units": max(heads, features // 2)}
    return "Give more rows, or fewer units", {"hidden": [16]}


def _fall_at_the_end(case: Case) -> float:
    """Return by what part of the trivial loss the training loss fell in the last fifth."""
    n = len(case.losses)
    some = max(1, n // 5)
    steps = np.diff(case.losses[-1 - 2 * some :])
    penalised = case.settings.get("l1") or case.settings.get("l2")  # then so are these losses
    if n < 3 or penalised or (steps < 0).mean() < _STEADILY:
        return 0.0
    return float(case.losses[-1 - some] - case.losses[-1]) / case.trivial_loss


def _of_neighbours(case: Case) -> tuple[float, float] | None:
    """Return the network's score and that of the nearest others, where theirs is surely better."""
    seen, task = case.examination, case.objective.task
    if seen is None or not isinstance(task, Classification | Regression):
        return None
    inputs, targets = seen.inputs, seen.answers.targets
    n = len(inputs)
    if n < 20 * _NEIGHBOURS or inputs.shape[1] > _MOST_INPUTS:
        return None
    nearest = _nearest(inputs)
    if isinstance(task, Classification):
        classes = np.eye(len(task.target.classes))[targets]
        told = classes[nearest].mean(axis=1).argmax(axis=1)
        own = task.probabilities(seen.answers.outputs).argmax(axis=1)
        only_they = int(((told == targets) & (own != targets)).sum())
        only_it = int(((told != targets) & (own == targets)).sum())
        # McNemar 1947: rows that only one of two answers right.
        z = (only_they - only_it) / math.sqrt(max(1, only_they + only_it))
        scores = float((own == targets).mean()), float((told == targets).mean())
    else:
        told = targets[nearest].mean(axis=1)
        spread = float(((targets - targets.mean(axis=0)) ** 2).sum()) or 1.0
        errors, theirs = (
            ((answers - targets) ** 2).sum(axis=1) for answers in (seen.answers.outputs, told)
        )
        differences = errors - theirs
        z = float(differences.mean() / max(differences.std() / math.sqrt(n), 1e-12))
        scores = 1 - float(errors.sum()) / spread, 1 - float(theirs.sum()) / spread
    own_score, their_score = scores
    is_better = their_score - own_score > _BETTER and 1 - their_score < _HALF * (1 - own_score)
    return scores if z > _SURE and is_better else None


def _nearest(inputs: Array) -> Array:
    """Return for each row the five nearest others that are not the same, (n, 5)."""
    squares = (inputs**2).sum(axis=1)
    distances = squares[:, None] + squares[None] - 2 * inputs @ inputs.T
    distances[distances <= _SAME * (squares[:, None] + squares[None])] = np.inf
    np.fill_diagonal(distances, np.inf)
    return np.argpartition(distances, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
