"""Illnesses of the gradients: they grow, or fade, on their way back through the layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pellucid.training.diagnosis.case import Case
from pellucid.training.diagnosis.diagnosis import Diagnosis
from pellucid.training.diagnosis.illness import Illness, register

_EXPLODING = 30.0
_LONG = 10.0
_VANISHING = 1e-4
_LITTLE = 0.5


@register
class ExplodingGradients(Illness):
    """A layer's gradient 30 times as long as its weights, and longer than 10.

    A step at rate 1/30 would then replace them. Pascanu, Mikolov & Bengio 2013, "On the
    difficulty of training recurrent neural networks", sections 2.2 and 3.2: such gradients are
    cut to a length (clipping).
    """

    name = "exploding-gradients"
    is_seen_early = True
    causes = ("inputs-not-scaled",)

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Compare the lengths of gradients and weights after the epochs looked at."""
        if not case.is_looked_at or case.skill >= _LITTLE:
            return
        gradients, weights = case.of_layers("gradient_norm"), case.of_layers("weight_norm")
        ratios = {
            name: float((own / weights[name].clip(1e-30)).max()) for name, own in gradients.items()
            if own.max() > _LONG and weights[name].min() > 0
        }  # fmt: skip
        ill = {name: ratio for name, ratio in ratios.items() if ratio > _EXPLODING}
        if ill:
            worst = max(ill, key=lambda name: ill[name])
            advice = "Cut gradients that are too long"
            settings: dict[str, Any] = {"clip_norm": 1.0}
            if case.settings.get("clip_norm") is not None:
                advice, settings = _between_layers(case, "layer")
            yield Diagnosis(
                self.name,
                "serious",
                f"Gradients explode: that of layer {worst!r} was {ill[worst]:.3g} times as long as "
                f"its weights (length {gradients[worst].max():.3g}).",
                {"gradient_to_weight": ill, "gradient_norm": float(gradients[worst].max())},
                advice,
                settings,
                layers=tuple(ill),
                epoch=case.epoch,
            )


@register
class VanishingGradients(Illness):
    """A layer whose gradient is next to nothing beside that of another layer.

    Beside the lengths of the layers' weights, so that their sizes do not matter. Glorot & Bengio
    2010, "Understanding the difficulty of training deep feedforward neural networks", section 4.2;
    Hochreiter 1998. Told where it is less than 1/10,000 in all looks, while little is learned.
    """

    name = "vanishing-gradients"
    is_seen_early = True
    causes = ("inputs-not-scaled", "dead-units", "saturated-units")

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Compare the layers' gradients with one another."""
        if not case.is_looked_at or case.skill >= _LITTLE:
            return
        gradients, weights = case.of_layers("gradient_norm"), case.of_layers("weight_norm")
        relative = {name: own / weights[name].clip(1e-30) for name, own in gradients.items()}
        if len(relative) < 2:
            return
        largest = max(relative.values(), key=lambda own: float(own[-1]))
        shares = {name: float((own / largest.clip(1e-30)).max()) for name, own in relative.items()}
        ill = {name: share for name, share in shares.items() if share < _VANISHING}
        if ill:
            worst = min(ill, key=lambda name: ill[name])
            advice, settings = _between_layers(case, "batch")
            if case.settings.get("activation") in ("tanh", "sigmoid"):
                advice = "Take an activation that does not flatten them"
                settings = {"activation": "relu"}
            yield Diagnosis(
                self.name,
                "serious",
                f"Gradients vanish on their way back: beside its weights, that of layer {worst!r} "
                f"was at most {ill[worst]:.2g} times as long as the largest one.",
                {"share_of_largest": ill},
                advice,
                settings,
                layers=tuple(ill),
                epoch=case.epoch,
            )


def _between_layers(case: Case, how: str) -> tuple[str, dict[str, Any]]:
    """Return what keeps sizes even from layer to layer; clusterings do not normalise."""
    hidden = case.settings.get("hidden") or ()
    if case.is_clustering:
        return "Take fewer layers", {"hidden": [*hidden[: len(hidden) // 2]]}
    if case.settings.get("normalization") not in (None, "none"):  # it is done already
        return "Take fewer layers", {}
    return "Normalise between the layers", {"normalization": how}
