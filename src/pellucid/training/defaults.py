"""What is chosen where the person chose nothing, and why.

Every choice is a function of sizes alone, is written into ``config.yaml`` with its reason, and
is overruled by the setting of its name.
"""

from __future__ import annotations

from typing import Any

from pellucid.errors import SettingError
from pellucid.nn.augmentation import WAYS_OF_DRAWINGS
from pellucid.tasks import TASKS
from pellucid.training.architecture import CONV, DENSE, choose_network, of_convolutions
from pellucid.training.config import Config
from pellucid.training.forecast_defaults import of_forecasts
from pellucid.training.over_time import OVER_TIME, of_over_time
from pellucid.training.presets import best_of_dense
from pellucid.training.sizes import FEW_ROWS, FEW_TO_SPLIT, MANY_ROWS, ROWS_AN_INPUT, Sizes
from pellucid.training.steps_ahead import FORECASTING

_VERY_FEW_ROWS = 200
# A share of a million rows is known to within 0.1 %; more of them are better learned from.
MOST_HELD_OUT = 1_000_000
_STEPS_FOR_FEW = 3000
# A number is approached to ever more digits, where a class is soon told: measured on hourly rides
# and house prices (10,000 steps against 3,000, docs/training.md).
_STEPS_FOR_NUMBERS = 10_000
# Of texts, a tenth more brings more than the choice of the best epoch among ten (docs/training.md).
MOST_TEXTS = 20_000
# What came last says most of what comes next: it is worth more learned from than for choosing the
# epoch among ten (docs/forecasting.md).
MOST_WINDOWS = 20_000
# Fewer say too little of how sure answers may be; more are calibrated by rows held back.
LEAST_TO_CALIBRATE = 50
MOST_OUT_OF_FOLD = FEW_TO_SPLIT
# A third of so many windows is enough for intervals of 90 %, which is all they are needed for.
LEAST_WINDOWS_TO_CALIBRATE = 30
# In fewer epochs no image is learned by heart.
_EPOCHS_TO_AUGMENT = 10
# Of words, most are rare: what they say is read in few epochs, and learned by heart in more.
_EPOCHS_OF_WORDS = 10


def validation_fraction(
    config: Config, n_rows: int, *, of_texts: bool = False, in_steps: bool = False
) -> tuple[float, str]:
    """Choose the part of the rows held back to stop early, with the reason.

    Parameters
    ----------
    config
        The settings.
    n_rows
        Rows to learn from.
    of_texts
        Whether classes are told by texts alone.
    in_steps
        Whether rows are windows of the past, of which all steps after them are forecast.
    """
    if config.validation_fraction is not None:
        return config.validation_fraction, "as you set it"
    to_the_end = config.time_limit is None and not config.patience
    if in_steps and n_rows < MOST_WINDOWS and to_the_end:
        return 0.0, "what came last says most of what comes next; all windows are learned from"
    if of_texts and n_rows < MOST_TEXTS and config.network not in OVER_TIME:
        return 0.0, "each text holds words that few others have; all are learned from"
    if n_rows < FEW_TO_SPLIT:
        return 0.0, f"{n_rows:,} rows are too few to hold some back; all epochs are run"
    share = min(0.1, MOST_HELD_OUT / n_rows)
    return share, "the epoch that does best on these rows is kept"


def calibration(
    config: Config,
    *,
    n_train: int,
    n_validation: int,
    in_windows: bool,
    in_steps: bool = False,
    of_texts: bool = False,
) -> tuple[str, str]:
    """Choose the rows that probabilities and intervals are calibrated by, with the reason.

    Parameters
    ----------
    config
        The settings.
    n_train, n_validation
        Training and validation examples.
    in_windows
        Whether examples are windows of the past, of which neighbours share most of their rows.
    in_steps
        Whether all steps after them are forecast.
    of_texts
        Whether classes are told by texts alone.

    Raises
    ------
    SettingError
        Where the rows that are asked for are not there.
    """
    if config.calibration == "validation" and not n_validation:
        raise SettingError(
            "No rows are held back, so nothing can be calibrated by them.",
            remedy="give --validation-fraction 0.1, or --calibration out_of_fold",
        )
    if config.calibration is not None:
        return config.calibration, "as you set it"
    if n_validation:
        return "validation", "these rows choose the epoch, but no weight was learned from them"
    least = LEAST_WINDOWS_TO_CALIBRATE if in_steps else LEAST_TO_CALIBRATE
    few = f"{n_train:,} rows are too few to calibrate by" if n_train < least else ""
    most = MOST_WINDOWS if in_steps else MOST_TEXTS if of_texts else MOST_OUT_OF_FOLD
    if n_train >= most:
        few = "no rows are held back, and training once more would take long"
    if config.network in (CONV, *OVER_TIME):
        few = "no rows are held back, and training five times more would take long"
    if in_windows and not in_steps:
        few = "windows share rows, so none is new to a network that learned the others"
    if few:
        return "none", few
    if in_steps:
        return (
            "out_of_fold",
            "none are held back: a network of the earlier windows answers the rest",
        )
    return "out_of_fold", "none are held back: networks that learned without some rows answer them"


def test_fraction(config: Config, n_rows: int) -> float:
    """Return the part of the rows held out for the test: as set, or a fifth, at most a million."""
    if config.test_fraction is not None:
        return config.test_fraction
    return min(0.2, MOST_HELD_OUT / max(1, n_rows))


def resolve(config: Config, sizes: Sizes) -> tuple[Config, dict[str, str]]:
    """Fill in every setting that was left open; return the settings and the reasons.

    Raises
    ------
    SettingError
        Where a setting does not fit the task.
    """
    chosen: dict[str, Any] = {}
    reasons: dict[str, str] = {}

    def choose(name: str, value: Any, reason: str) -> Any:
        if getattr(config, name) is not None:
            return getattr(config, name)
        chosen[name] = value
        reasons[name] = reason
        return value

    losses = TASKS[sizes.task].losses
    several = sizes.task == "several"
    if config.loss is not None and config.loss not in losses:
        raise SettingError(
            f"The loss {config.loss} does not fit {sizes.task}.",
            expected=f"one of {', '.join(losses)}",
        )
    network = choose("network", *choose_network(config, sizes))
    # Without hidden units there is nothing to learn by heart with.
    is_linear = config.hidden == () and network == DENSE
    if not several:  # each target then has the usual loss of its own task
        choose("loss", losses[0], f"the usual loss for {sizes.task}")
    if sizes.has_images:
        choose("augment", *_augment(config, sizes))
    choose("hidden", _hidden(sizes), _hidden_reason(sizes))
    if sizes.suits_smooth_units:
        choose("activation", "silu", "smooth, which suits the little that few rows can say")
    else:
        choose("activation", "relu", "fast, and does not saturate above 0")
    choose("initializer", _initializer(config), "suits the activation")
    choose("normalization", "none", "not needed at this depth")
    if is_linear:
        choose("dropout", 0.0, "there are no hidden units")
    else:
        choose("dropout", *_dropout(sizes))
    middling = FEW_ROWS <= sizes.n_train < MANY_ROWS and sizes.task == "classification"
    choose(
        "label_smoothing",
        0.05 if middling else 0.0,
        "a little less certainty generalises better"
        if middling
        else "labels are taken as they are",
    )
    optimizer = choose("optimizer", "adamw", "robust to the scale of gradients; can shrink weights")
    choose(
        "learning_rate",
        _learning_rate(optimizer, is_linear=is_linear),
        f"usual for {optimizer}" + (" without hidden layers" if is_linear else ""),
    )
    choose("schedule", "one_cycle", "rises, then falls to almost 0: good weights in few epochs")
    choose("warmup", 0.0, "one_cycle begins low by itself")
    choose("momentum", 0.9, "the usual memory of past gradients")
    choose("weight_decay", *_weight_decay(optimizer, sizes, is_linear=is_linear))
    choose("l2", 0.0, "none")
    choose("l1", 0.0, "none")
    batch_size = choose("batch_size", _batch_size(sizes), "sized to the number of rows")
    choose("embedding", "none", "numbers as they are")
    choose("members", 1, "one network, which is quick")
    choose("epochs", _epochs(sizes, batch_size), "enough steps for so many rows")
    for name, (value, reason) in _particular(config, sizes, network, batch_size).items():
        choose(name, value, reason)
    choose("patience", 0, "the schedule itself ends the training; the best epoch is kept")
    return config.replace(**chosen), reasons


def _particular(
    config: Config, sizes: Sizes, network: str, batch_size: int
) -> dict[str, tuple[Any, str]]:
    """Return what differs from the usual choices, for some tasks, networks and presets."""
    if sizes.task == FORECASTING:
        return of_forecasts(sizes.n_train, config.batch_size, config.optimizer)
    if network == CONV:
        return of_convolutions(config, sizes)
    if network in OVER_TIME:
        return of_over_time(config, sizes)
    if config.preset == "best":
        return best_of_dense(config, sizes, batch_size)
    return {}


def _augment(config: Config, sizes: Sizes) -> tuple[tuple[str, ...], str]:
    """Choose how images are changed for dense layers: clothes are told apart by their places."""
    is_long = config.epochs is None or config.epochs >= _EPOCHS_TO_AUGMENT
    if sizes.are_drawn and is_long:
        return WAYS_OF_DRAWINGS, "moved, turned or resized a little, what is drawn is the same"
    return (), "a step would take half as long again; shift,rotate,scale,elastic can be worth it"


def _hidden(sizes: Sizes) -> tuple[int, ...]:
    if sizes.is_wordy:
        return (64,)
    if sizes.is_few:
        return (128, 64) if sizes.is_smooth else (64, 64)
    return (256, 128)


def _dropout(sizes: Sizes) -> tuple[float, str]:
    if sizes.is_smooth:
        return 0.1, "a little, against over-fitting"
    if sizes.task == "regression" and (sizes.is_few or not sizes.is_crowded):
        # Silencing units blurs the answer itself, which weight decay does not.
        few = sizes.suits_smooth_units
        return (0.0, "it would blur numbers") if few else (0.05, "hardly any: it blurs numbers")
    if sizes.is_wordy:
        return 0.5, "much, since most words are rare"
    if sizes.is_few and sizes.is_crowded:
        return 0.5, "much, since few rows for so many inputs are soon learned by heart"
    return (0.1 if sizes.is_few else 0.2), "a little, against over-fitting"


def _hidden_reason(sizes: Sizes) -> str:
    return f"for {sizes.n_train:,} rows of {sizes.in_features:,} inputs"


def _initializer(config: Config) -> str:
    saturating = {"tanh", "sigmoid", "linear", "softplus"}
    return "glorot_uniform" if config.activation in saturating else "he_normal"


def _learning_rate(optimizer: str, *, is_linear: bool) -> float:
    rates: dict[str, float] = {"sgd": 0.1, "momentum": 0.02, "nesterov": 0.02}
    # The weights of a single layer have a longer way to go: of Adam's steps, each at most the
    # rate, few rows do not have enough for it (docs/training.md).
    return rates.get(optimizer, 0.02 if is_linear else 0.002)


def _weight_decay(optimizer: str, sizes: Sizes, *, is_linear: bool) -> tuple[float, str]:
    """Shrink the more, the fewer rows there are for each input."""
    least, most, share = 0.1, 3.0, 30.0 * sizes.inputs_a_row
    if optimizer != "adamw":
        return 0.0, f"{optimizer} has none"
    if sizes.task != "regression":
        most = 1.0 if sizes.is_few or sizes.is_wordy else least
        share = ROWS_AN_INPUT * sizes.inputs_a_row
    if is_linear or sizes.is_smooth or share <= least:
        return least, "keeps weights small"
    return round(min(share, most), 2), "keeps weights small: more, the fewer rows for each input"


def _batch_size(sizes: Sizes) -> int:
    for rows, size in ((_VERY_FEW_ROWS, 16), (FEW_ROWS, 32), (10_000, 64)):
        if sizes.n_train < rows:
            return size
    return 128


def _epochs(sizes: Sizes, batch_size: int) -> int:
    if sizes.is_wordy:
        return _EPOCHS_OF_WORDS
    steps_per_epoch = max(1, -(-sizes.n_train // batch_size))
    steps = _STEPS_FOR_NUMBERS if sizes.is_long_regression else _STEPS_FOR_FEW
    wanted = -(-steps // steps_per_epoch)
    return max(20, min(300 if sizes.is_few else 200, wanted))
