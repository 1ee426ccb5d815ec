"""A network that predicts numbers, behind scikit-learn's methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils.validation import column_or_1d

from pellucid.data.moments import restore
from pellucid.data.table import Array
from pellucid.estimators.answers import Answers, NumberAnswers, column_names
from pellucid.estimators.base import NetworkEstimator, checked_y
from pellucid.estimators.constraints import shared_constraints
from pellucid.estimators.learning import Learned
from pellucid.tasks import Regression


class Regressor(RegressorMixin, NetworkEstimator):
    """Regression by a dense network, as a scikit-learn estimator.

    ``y`` holds a number for each row, or several, ``(n, targets)``. Targets are learned with mean 0
    and deviation 1, and come back in their own units. Parameters left at None are chosen from
    the data, as `pellucid.train` chooses them; ``model_.settings`` says what was chosen. Rows
    that are equal count as one with the sum of their weights, so that ``sample_weight`` 2 and a
    row given twice are the same, bit for bit.

    Parameters
    ----------
    hidden_layer_sizes
        Units of each hidden layer, such as ``(128, 64)``; ``()`` for none.
    activation
        "relu", "tanh", "sigmoid", "leaky_relu", "elu", "gelu", "silu", "softplus" or "linear".
    initializer
        How the kernels start: "he_normal", "glorot_uniform" and their kin.
    normalization
        "none", "batch" or "layer", between the layers.
    dropout
        The share of hidden units switched off at random while training.
    loss
        What is minimised: "mean_squared_error", "quadratic", "mean_absolute_error" or "huber".
    optimizer
        "sgd", "momentum", "nesterov", "rmsprop", "adam" or "adamw".
    learning_rate
        The largest step along the gradient; "find" measures a good one.
    schedule
        How the rate changes: "constant", "step", "cosine" or "one_cycle".
    warmup
        The share of all steps over which the rate rises from 0.
    momentum
        What is kept of the last update.
    weight_decay
        Kernels shrink by this share of the rate a step; of "adamw" only.
    l2, l1
        Penalties on the kernels, added to the loss.
    clip_norm
        Gradients longer than this are cut to it.
    batch_size
        Examples in one step.
    epochs
        The most passes over the data.
    patience
        Stop when so many epochs brought nothing better on the validation part; 0: never.
    validation_fraction
        The part of the rows held back to keep the best epoch, or to stop; 0: none.
    time_limit
        Seconds after which training stops, or such as "5m".
    kinds
        For data frames with columns that are not numbers: how columns are to be read, such as
        ``{"postcode": "category"}``.
    warm_start
        Whether ``fit`` begins with the weights of the fit before, the scales of inputs and
        targets included.
    random_state
        Fixes all randomness: a whole number gives the same bits again; None draws anew.
    verbose
        Whether each epoch is printed.

    Attributes
    ----------
    model_ : pellucid.Model
        The network with its contract, encoders and settings; can be saved and looked into.
    history_ : list of dict
        One entry an epoch: losses, validation metrics, learning rate, seconds.
    loss_curve_, loss_ : list of float, float
        The training loss of each epoch, and that of the epoch that was kept.
    validation_scores_ : list of float or None
        R² on the validation part after each epoch, where there is one.
    n_iter_ : int
        Epochs done.
    coefs_, intercepts_ : list of numpy.ndarray
        Kernels (from, to) and biases, float32, in the order of the layers; the first acts on
        standardised inputs.
    n_features_in_, feature_names_in_
        As everywhere in scikit-learn.

    Raises
    ------
    ValueError
        Where a parameter or the data cannot be used; pellucid's own errors are ValueErrors.
    DivergedError
        Where training left the finite numbers.

    See Also
    --------
    pellucid.train : From a file or a frame to a tested network, with a contract and a report.

    Examples
    --------
    >>> import numpy as np
    >>> from pellucid import Regressor
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> y = 30 * X[:, 0] - 20 * X[:, 1] + 5
    >>> regressor = Regressor(hidden_layer_sizes=(), epochs=100, random_state=0).fit(X, y)
    >>> regressor.score(X, y) > 0.99
    True
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = shared_constraints(Regression.losses)

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] | None = None,
        *,
        activation: str | None = None,
        initializer: str | None = None,
        normalization: str | None = None,
        dropout: float | None = None,
        loss: str | None = None,
        optimizer: str | None = None,
        learning_rate: float | str | None = None,
        schedule: str | None = None,
        warmup: float | None = None,
        momentum: float | None = None,
        weight_decay: float | None = None,
        l2: float | None = None,
        l1: float | None = None,
        clip_norm: float | None = None,
        batch_size: int | None = None,
        epochs: int | None = None,
        patience: int | None = None,
        validation_fraction: float | None = None,
        time_limit: float | str | None = None,
        kinds: Mapping[str, str] | None = None,
        warm_start: bool = False,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool = False,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.initializer = initializer
        self.normalization = normalization
        self.dropout = dropout
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.warmup = warmup
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.l2 = l2
        self.l1 = l1
        self.clip_norm = clip_norm
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.time_limit = time_limit
        self.kinds = kinds
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on rows with known targets.

        Parameters
        ----------
        X
            Array, sparse matrix or data frame, ``(n, features)``; numbers may be missing (NaN).
        y
            Numbers ``(n,)`` or ``(n, targets)``.
        sample_weight
            What each row counts, at least 0, ``(n,)``; None: all alike.
        """
        return self._fit(X, y, sample_weight)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from one more batch of rows, in one pass over it at a constant rate.

        The first call settles the settings, and the scales of inputs and targets; after
        ``fit``, those of the fit hold.

        Parameters
        ----------
        X, y, sample_weight
            As for ``fit``.
        """
        return self._fit(X, y, sample_weight, stream=True)

    def predict(self, X: Any) -> Array:
        """Return the predicted numbers, float64, of the shape that y had."""
        outputs = self._outputs(X)
        answers = self._learned.road.answers
        assert isinstance(answers, NumberAnswers)  # noqa: S101 -- there are no others
        numbers = restore(outputs, np.array(answers.mean), np.array(answers.scale))
        return numbers[:, 0] if numbers.shape[1] == 1 else numbers

    def _checked_targets(self, y: Any, before: Learned | None) -> Array:
        numbers = checked_y(self, y)
        if hasattr(numbers, "toarray"):
            numbers = numbers.toarray()
        if numbers.ndim > 2:
            raise ValueError(f"y has {numbers.ndim} dimensions; one or two were expected.")
        if numbers.ndim == 1 or numbers.shape[1] == 1:
            numbers = column_or_1d(numbers)[:, None]
        if numbers.dtype.kind in "mM":
            raise ValueError(
                "y holds dates or durations; a Regressor predicts numbers, such as days since the "
                "first one. pellucid.train predicts dates."
            )
        try:
            found: Array = numbers.astype(np.float64)
        except (TypeError, ValueError) as error:
            example = next(iter(numbers.flat))
            raise ValueError(
                f"y must hold numbers, and holds {type(example).__name__} such as {example}. A "
                "Classifier predicts labels."
            ) from error
        n_targets = numbers.shape[1]
        n_fitted = n_targets if before is None else before.road.answers.n_targets
        if n_targets != n_fitted:
            raise ValueError(f"y has {n_targets} targets, and {n_fitted} were fitted.")
        return found

    def _answers(self, targets: Array, own: tuple[str, ...], taken: set[str]) -> Answers:
        return NumberAnswers.fit(column_names(own, targets.shape[1], taken), targets)

    def __sklearn_tags__(self) -> Any:
        """Say that several targets may be predicted at once."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
