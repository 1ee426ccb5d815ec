"""Illnesses of units: dead ones, that no row reaches, and saturated ones."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.training.diagnosis.case import Case
from pellucid.training.diagnosis.diagnosis import Diagnosis
from pellucid.training.diagnosis.illness import Illness, register

_DEAD = 0.4
_NEARLY_ALL = 0.9
_SATURATED = 0.5
_LITTLE = 0.5


@register
class DeadUnits(Illness):
    """Units that are cut off for every row, so that no gradient reaches them any more.

    Lu et al. 2020, "Dying ReLU and initialization: theory and numerical examples". Told from 40 %
    of a layer on: so many die where the learning rate is too high (Karpathy, "CS231n", notes on
    neural networks 1, "Commonly used activation functions"). A clustering keeps of its rows what
    tells the groups apart, and needs few units for that: there only where little is learned.
    """

    name = "dead-units"
    is_seen_early = True
    causes = ("inputs-not-scaled", "learning-rate-too-high")

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Look at the newest shares."""
        shares = _newest(case, "dead")
        ill = {name: share for name, share in shares.items() if share >= _DEAD}
        if ill and not (case.is_clustering and case.skill >= _LITTLE):
            worst = max(ill, key=lambda name: ill[name])
            yield Diagnosis(
                self.name,
                "serious" if ill[worst] >= _NEARLY_ALL else "warning",
                f"{ill[worst]:.0%} of the units of layer {worst!r} are dead: no row looked at "
                "reaches them, so they learn nothing.",
                {"dead_share": ill},
                "Take an activation that lets a little through below 0",
                {"activation": "leaky_relu"},
                layers=tuple(ill),
                epoch=case.epoch,
            )


@register
class SaturatedUnits(Illness):
    """Units of tanh or sigmoid near their ends for nearly every row, while little is learned.

    Glorot & Bengio 2010, section 3: there their slope is next to 0, and learning stands still. A
    network that has learned much may well use them so, as answers of yes or no.
    """

    name = "saturated-units"
    is_seen_early = True
    causes = ("inputs-not-scaled", "learning-rate-too-high")

    def find(self, case: Case) -> Iterator[Diagnosis]:
        """Look at the newest shares."""
        shares = _newest(case, "saturated")
        ill = {name: share for name, share in shares.items() if share >= _SATURATED}
        if ill and not case.skill >= _LITTLE:
            worst = max(ill, key=lambda name: ill[name])
            yield Diagnosis(
                self.name,
                "serious",
                f"{ill[worst]:.0%} of the units of layer {worst!r} are saturated: for nearly every "
                f"row they are near their ends, where no gradient comes through (loss "
                f"{case.loss:.4g}, trivial {case.trivial_loss:.4g}).",
                {"saturated_share": ill, "loss": case.loss, "trivial_loss": case.trivial_loss},
                "Take an activation that does not saturate above 0",
                {"activation": "relu"},
                layers=tuple(ill),
                epoch=case.epoch,
            )


def _newest(case: Case, what: str) -> dict[str, float]:
    if not case.is_looked_at:
        return {}
    return {name: float(own[-1]) for name, own in case.of_layers(what).items()}
