"""What a search can be told, beside the settings of a training."""

from __future__ import annotations

from typing import Any

from pellucid.errors import SettingError
from pellucid.training.config import Config
from pellucid.training.settings import Setting, settings_of

USUAL_TRIALS = 30
"""How many trials there are where nothing is said."""

_TRIALS = Setting("", kind="whole", minimum=1, maximum=100_000)


def check_trials(wanted: Any) -> int:
    """Return how many trials there are to be; raises SettingError for what cannot be used.

    Examples
    --------
    >>> check_trials("50"), check_trials(None)
    (50, 30)
    """
    checked: int = _TRIALS.check("trials (--trials)", USUAL_TRIALS if wanted is None else wanted)
    return checked


def flags() -> set[str]:
    """Return the names of the settings that ``pellucid tune`` has flags for."""
    return set(settings_of(Config)) - {"clusters"}


def refuse_clustering(config: Config) -> None:
    """Raise SettingError for a clustering, which has nothing that trials could be scored by."""
    if config.task == "clustering" or config.clusters is not None:
        raise SettingError(
            "A clustering has no labels by which one choice of settings is better than another.",
            expected="a target to predict",
            remedy="name one with --target, or cluster without a search: pellucid train "
            "SOURCE --task clustering",
        )
