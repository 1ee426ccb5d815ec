"""What both estimators share: parameters to settings, rows to lessons, fitted attributes."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted

from pellucid.api import Model, warn
from pellucid.data.table import Array
from pellucid.errors import DataError, SettingError
from pellucid.estimators.answers import Answers, own_names
from pellucid.estimators.constraints import SHARED
from pellucid.estimators.given import Given
from pellucid.estimators.inputs import BLOCK, checked_inputs
from pellucid.estimators.learning import Learned, Lesson, learn, outputs_of
from pellucid.estimators.road import Road
from pellucid.estimators.settling import NO_END
from pellucid.estimators.wording import worded_as_parameters
from pellucid.training.config import Config
from pellucid.training.defaults import validation_fraction


class NetworkEstimator(BaseEstimator):
    """A network behind scikit-learn's methods; see `Classifier` and `Regressor`.

    A fit walks one way: what was given is checked, equal rows become one, some may be held back,
    the road from rows to examples is settled, the network learns, attributes are shown.
    """

    # Whether targets are classes, to be held back in equal shares.
    _divides_by_class: ClassVar[bool] = False

    model_: Model
    _learned: Learned

    @abstractmethod
    def _checked_targets(self, y: Any, before: Learned | None) -> Array:
        """Return y as an array of numbers ``(n, k)``; set what is learned of it alone."""

    @abstractmethod
    def _answers(self, targets: Array, own: tuple[str, ...], taken: set[str]) -> Answers:
        """Return what encodes the targets.

        Parameters
        ----------
        targets
            Those of the rows that are learned from.
        own
            What the person calls them; or nothing.
        taken
            Names that their columns must not have.
        """

    def _target_weights(self, targets: Array, weights: Array) -> Array | None:
        """Return what each distinct row counts for its target's sake; None: all alike."""
        return None

    @worded_as_parameters()
    def _fit(self, X: Any, y: Any, sample_weight: Any, *, stream: bool = False) -> Self:
        """Fit anew, or go on where the parameters or the method say so."""
        goes_on = hasattr(self, "model_") and (stream or bool(self.warm_start))
        before = self._learned if goes_on else None
        contract = None if before is None else before.road.inputs.contract
        inputs = checked_inputs(self, X, contract, self.kinds)
        given = Given.of(inputs.rows, self._checked_targets(y, before), sample_weight)
        factors = self._target_weights(given.distinct_targets, given.distinct.weights)
        given = replace(given, factors=factors)

        config = self._config()
        fraction, reason = (
            (0.0, NO_END) if stream else validation_fraction(config, given.n_distinct)
        )
        kept, held_back = given.split(fraction, config.seed + 1, by_class=self._divides_by_class)
        if before is None:
            own = own_names(y, given.targets.shape[1])
            answers = self._answers(given.targets[kept.rows], own, {BLOCK, *inputs.columns})
            road = Road.settle(given, kept, answers, inputs.columns, self.kinds)
        else:
            road = before.road
        lesson = Lesson(
            config.replace(validation_fraction=fraction),
            {} if config.validation_fraction == fraction else {"validation_fraction": reason},
            road,
            train=road.encode(given, kept),
            validation=None if held_back is None else road.encode(given, held_back),
            validation_counts=None if held_back is None else held_back.counts,
            stream=stream,
            verbose=bool(self.verbose),
        )
        self._show(learn(lesson, before))
        return self

    def _config(self) -> Config:
        """Return the parameters as the engine's settings."""
        values: dict[str, Any] = {name: getattr(self, name) for name in (*SHARED, "loss")}
        if self.hidden_layer_sizes is not None:
            values["hidden"] = sizes_of(self.hidden_layer_sizes)
        if hasattr(self, "label_smoothing"):
            values["label_smoothing"] = self.label_smoothing
        if isinstance(self.random_state, int | np.integer):
            values["seed"] = int(self.random_state)
        else:
            values["seed"] = int(check_random_state(self.random_state).randint(2**31 - 1))
        return Config.make(**values)

    def _show(self, learned: Learned) -> None:
        """Set the fitted attributes, NumPy arrays all of them."""
        self._learned = learned
        self.model_ = learned.model
        self.history_ = learned.history
        self.n_iter_ = len(learned.history)
        self.loss_curve_ = [entry["loss"] for entry in learned.history]
        self.loss_ = self.loss_curve_[learned.best_epoch - 1]
        metric = learned.model.trained.task.main_metric
        scores = [entry["metrics"].get(metric) for entry in learned.history]
        self.validation_scores_ = None if None in scores else scores
        layers = [own for own in learned.model.params.values() if "kernel" in own]
        self.coefs_ = [layer["kernel"] for layer in layers]
        self.intercepts_ = [
            layer.get("bias", np.zeros(layer["kernel"].shape[1], np.float32)) for layer in layers
        ]

    @worded_as_parameters()
    def _outputs(self, X: Any) -> Array:
        """Return the network's outputs for new rows, float32 ``(n, out_features)``."""
        check_is_fitted(self)
        road = self._learned.road.inputs
        inputs = checked_inputs(self, X, road.contract, self.kinds)
        return outputs_of(self.model_, road.transform(inputs.rows, warn=warn))

    def __sklearn_tags__(self) -> Any:
        """Say what is accepted: sparse and missing inputs; a target always."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags


def sizes_of(given: Any) -> tuple[int, ...]:
    """Return the units of each hidden layer; raise SettingError for what are no sizes."""
    try:
        sizes = np.atleast_1d(np.asarray(given, dtype=np.float64))
    except (TypeError, ValueError):
        sizes = np.array([np.nan])
    if sizes.ndim > 1 or not all(size >= 1 and size.is_integer() for size in sizes.tolist()):
        raise SettingError(
            f"hidden_layer_sizes cannot be {given!r}.",
            expected="whole numbers of at least 1, such as (128, 64); () for no hidden layer",
        )
    return tuple(int(size) for size in sizes)


def checked_y(estimator: BaseEstimator, y: Any) -> Any:
    """Return y as an array, or a sparse one; raise ValueError where it is missing or holds NaN."""
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target "
            "y is None."
        )
    values = np.asarray(y) if not hasattr(y, "tocsr") else None
    if values is not None and values.dtype == object and any(v is None for v in values.flat):
        raise DataError("y holds missing values (None).", expected="a value for each row of X")
    return check_array(
        y, accept_sparse="csr", ensure_2d=False, dtype=None, input_name="y", estimator=estimator
    )
