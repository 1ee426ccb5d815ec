"""Illnesses of the learning rate: the loss runs away, steps are too long, or too short."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.training.diagnosis.case import Case
from pellucid.training.diagnosis.diagnosis import Diagnosis
from pellucid.training.diagnosis.illness import Illness, register
from pellucid.training.divergence import Divergence

_RUN_AWAY = 3.0
_LONG_STEPS = 0.1
_REACH = 0.2
_LITTLE = 0.5
_ENOUGH_STEPS = 200
_LOWER, _HIGHER = 0.1, 10.0
_USUAL = 0.001


@register
class DivergingLoss(Illness):
    """A loss that runs away: three times that of the first epoch, and still rising.

    Above twice the inverse of the largest curvature each step of gradient descent leads farther
    from the minimum than the one before (LeCun et al. 1998, "Efficient BackProp", section 5.1).
    """

    name = "diverging-loss"
    is_seen_early = True
    causes = ("inputs-not-scaled",)

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Compare the newest epoch's loss with the first one's and the one before."""
        losses = case.losses
        if len(losses) < 3:
            return
        first, before, last = (float(losses[place]) for place in (0, -2, -1))
        if last > _RUN_AWAY * max(first, case.trivial_loss) and last > before:
            yield Diagnosis(
                self.name,
                "serious",
                f"The loss runs away: {first:.4g} in the first epoch, {last:.4g} in epoch "
                f"{len(losses):,}, and rising.",
                {"first": first, "before": before, "last": last, **_rate(case)},
                *_another_rate(case, _LOWER),
                epoch=case.epoch,
            )


def of_divergence(divergence: Divergence, case: Case) -> Diagnosis:
    """Return the diagnosis of a training that left the finite numbers."""
    return Diagnosis(
        DivergingLoss.name,
        "serious",
        f"The training left the finite numbers at step {divergence.step:,}, first in the "
        f"{divergence.what} of layer {divergence.layer!r}.",
        {
            "step": divergence.step,
            "learning_rate": divergence.learning_rate,
            "largest_weight": divergence.largest_weight,
        },
        *_another_rate(case, _LOWER),
        layers=(divergence.layer,),
        epoch=len(case.history),
    )


@register
class LearningRateTooHigh(Illness):
    """Steps that move weights by more than a tenth of their length, while little is learned.

    A thousandth is usual (Karpathy, "CS231n", notes on neural networks 3, "Ratio of
    weights:updates").
    """

    name = "learning-rate-too-high"
    is_seen_early = True
    causes = ("inputs-not-scaled", "diverging-loss", "exploding-gradients")

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Look for the longest step."""
        ratio, layer = _longest_step(case)
        if case.is_looked_at and ratio > _LONG_STEPS and not case.skill >= _LITTLE:
            yield Diagnosis(
                self.name,
                "serious",
                f"The learning rate is too high: a step moves the weights of layer {layer!r} by "
                f"{ratio:.2g} of their length (usual: 0.001), and the loss is {case.loss:.4g}, "
                f"that of the trivial predictor {case.trivial_loss:.4g}.",
                {
                    "update_ratio": ratio,
                    "loss": case.loss,
                    "trivial_loss": case.trivial_loss,
                    **_rate(case),
                },
                *_another_rate(case, _LOWER),
                layers=(layer,),
                epoch=case.epoch,
            )


@register
class LearningRateTooLow(Illness):
    """Steps so short that all of them together leave the weights near where they began.

    The longest step that was measured, times the number of steps, is less than a fifth of the
    weights' length, and little is learned.
    """

    name = "learning-rate-too-low"
    is_seen_early = True
    causes = (
        "inputs-not-scaled", "exploding-gradients", "dead-units", "saturated-units",
        "vanishing-gradients",
    )  # fmt: skip

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Multiply the longest step by the number of steps, of a half-done training all planned."""
        ratio, layer = _longest_step(case)
        n_steps = case.n_steps * case.epochs
        reach = ratio * n_steps
        if not layer or n_steps < _ENOUGH_STEPS or reach >= _REACH or case.skill >= _LITTLE:
            return
        if not case.is_half_done:
            return
        yield Diagnosis(
            self.name,
            "serious",
            f"The learning rate is too low: {n_steps:,} steps of at most {ratio:.2g} of the "
            f"weights' length move them by at most {reach:.2g} of it, and the loss is "
            f"{case.loss:.4g}, that of the trivial predictor {case.trivial_loss:.4g}.",
            {
                "update_ratio": ratio,
                "steps": n_steps,
                "reach": reach,
                "loss": case.loss,
                "trivial_loss": case.trivial_loss,
                **_rate(case),
            },
            *_another_rate(case, _HIGHER),
            epoch=case.epoch,
        )


def _another_rate(case: Case, factor: float) -> tuple[str, dict[str, object]]:
    """Return what to do about the rate.

    That of a clustering is not measured: it gets the usual one, or where that is no way to go, so
    many times its own.
    """
    rate = case.settings.get("learning_rate")
    if case.is_clustering and isinstance(rate, float):
        is_on_the_way = (rate < _USUAL) if factor > 1 else (rate > _USUAL)
        better = _USUAL if is_on_the_way else float(f"{factor * rate:.6g}")
        return "Take another learning rate", {"learning_rate": better}
    return "Let a learning rate be measured", {"learning_rate": "find"}


def _longest_step(case: Case) -> tuple[float, str]:
    """Return the largest ‖ΔW‖ / ‖W‖ that was seen, and in which layer."""
    ratios = case.of_layers("update_ratio") if case.looks else {}
    if not ratios:  # also where all layers with kernels are frozen
        return 0.0, ""
    layer = max(ratios, key=lambda name: float(np.max(ratios[name])))
    return float(np.max(ratios[layer])), layer


def _rate(case: Case) -> dict[str, float]:
    rate = case.settings.get("learning_rate")
    return {"learning_rate": rate} if isinstance(rate, float) else {}
