"""Which settings one fit is done with: those given, those of a fit before, those chosen."""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.errors import SettingError
from pellucid.estimators.answers import Answers
from pellucid.training import defaults
from pellucid.training.building import refuse_too_large
from pellucid.training.config import Config
from pellucid.training.sizes import Sizes

# A stream is learned from as many rows would be, however few the first batch has.
_ROWS_OF_A_STREAM = 10_000
# What decides the sizes and the meaning of the weights.
_NETWORK = ("hidden", "activation", "initializer", "normalization", "loss")
NO_END = "a stream has no end to lay a schedule or a split to"
_AS_BEFORE = "as in the fit before"


@dataclass(frozen=True)
class Settled:
    """Settings, none of them open, and the reason of each one that was."""

    config: Config
    reasons: dict[str, str]


def settled(
    config: Config,
    before: Config | None,
    *,
    n_train: int,
    in_features: int,
    answers: Answers,
    stream: bool,
) -> Settled:
    """Fill in the settings that were left open, with the reasons.

    Parameters
    ----------
    config
        What the person chose.
    before
        The settings of the fit to go on from, or None. They hold for what is left open: for a
        stream all of them, otherwise those of the network.
    n_train, in_features
        Examples, and entries of the input vector.
    answers
        What is predicted.
    stream
        Whether the examples are one batch of a stream.

    Raises
    ------
    SettingError
        Where settings do not fit each other or the data, or are of another network than the
        one to go on with.
    """
    known: dict[str, str] = {}
    if before is not None:
        _refuse_another_network(config, before)
        names = before.set_values() if stream else _NETWORK
        known = {name: _AS_BEFORE for name in names if getattr(config, name) is None}
        if stream and config.learning_rate == "find":
            known["learning_rate"] = "measured with the first batch"
        config = config.replace(**{name: getattr(before, name) for name in known})
    rows = max(n_train, _ROWS_OF_A_STREAM) if stream else n_train
    sizes = Sizes(rows, in_features, answers.task_name)
    config, reasons = defaults.resolve(config, sizes)
    if stream:
        config = config.replace(epochs=1, schedule="constant", warmup=0.0)
        reasons["schedule"] = NO_END
    refuse_too_large(config, in_features, answers.bare_task(config.loss, 0.0).out_features)
    return Settled(config, reasons | known)


def _refuse_another_network(config: Config, before: Config) -> None:
    for name in ("hidden", "normalization", "loss"):
        chosen, known = getattr(config, name), getattr(before, name)
        if chosen not in (None, known):
            parameter = "hidden_layer_sizes" if name == "hidden" else name
            raise SettingError(
                f"The fit goes on with a network that has {parameter}={known!r}, and "
                f"{chosen!r} is asked for.",
                remedy=f"set {parameter} back; or begin anew: clone the estimator, or set "
                "warm_start to False and call fit",
            )
