"""A network that tells classes apart, behind scikit-learn's methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import column_or_1d

from pellucid.data.table import Array
from pellucid.errors import DataError, SettingError
from pellucid.estimators.answers import Answers, ClassAnswers, LabelSetAnswers, column_names
from pellucid.estimators.base import NetworkEstimator, checked_y
from pellucid.estimators.constraints import constraints_of, shared_constraints
from pellucid.estimators.learning import Learned
from pellucid.tasks import Classification, MultiLabel
from pellucid.training.config import Config
from pellucid.training.settings import settings_of


class Classifier(ClassifierMixin, NetworkEstimator):
    """Classification by a dense network, as a scikit-learn estimator.

    ``y`` holds a label for each row or, as 0 and 1 of the shape ``(n, labels)``, any number of
    them. Parameters left at None are chosen from the data, as `pellucid.train` chooses them;
    ``model_.settings`` says what was chosen. Rows that are equal count as one with the sum of
    their weights, so that ``sample_weight`` 2 and a row given twice are the same, bit for bit.

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
        What is minimised: "cross_entropy", or "binary_cross_entropy" (two classes, one output).
    label_smoothing
        The share of a label that is spread over all classes.
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
    class_weight
        "balanced": rare classes count more; or a weight for each label. Weights multiply
        ``sample_weight``.
    kinds
        For data frames with columns that are not numbers: how columns are to be read, such as
        ``{"postcode": "category"}``.
    warm_start
        Whether ``fit`` begins with the weights of the fit before, classes and the scale of
        the inputs included.
    random_state
        Fixes all randomness: a whole number gives the same bits again; None draws anew.
    verbose
        Whether each epoch is printed.

    Attributes
    ----------
    classes_ : numpy.ndarray
        The labels, sorted; for sets of labels their numbers.
    model_ : pellucid.Model
        The network with its contract, encoders and settings; can be saved and looked into.
    history_ : list of dict
        One entry an epoch: losses, validation metrics, learning rate, seconds.
    loss_curve_, loss_ : list of float, float
        The training loss of each epoch, and that of the epoch that was kept.
    validation_scores_ : list of float or None
        The accuracy, or micro F1, on the validation part after each epoch, where there is one.
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
    >>> from sklearn.datasets import load_iris
    >>> from pellucid import Classifier
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = Classifier(hidden_layer_sizes=(16,), learning_rate=0.02, random_state=0)
    >>> classifier.fit(X, y).score(X, y) > 0.9
    True
    >>> [kernel.shape for kernel in classifier.coefs_]
    [(4, 16), (16, 3)]
    """

    _divides_by_class = True
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **shared_constraints(Classification.losses),
        "label_smoothing": constraints_of(settings_of(Config)["label_smoothing"]),
        "class_weight": [StrOptions({"balanced"}), dict, None],
    }

    classes_: Array
    # The labels that a stream will bring, while its first batch is learned from.
    _awaited: Array | None = None

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] | None = None,
        *,
        activation: str | None = None,
        initializer: str | None = None,
        normalization: str | None = None,
        dropout: float | None = None,
        loss: str | None = None,
        label_smoothing: float | None = None,
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
        class_weight: str | Mapping[Any, float] | None = None,
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
        self.label_smoothing = label_smoothing
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
        self.class_weight = class_weight
        self.kinds = kinds
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on rows with known classes.

        Parameters
        ----------
        X
            Array, sparse matrix or data frame, ``(n, features)``; numbers may be missing (NaN).
        y
            Labels ``(n,)``, or 0 and 1 ``(n, labels)``.
        sample_weight
            What each row counts, at least 0, ``(n,)``; None: all alike.
        """
        return self._fit(X, y, sample_weight)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Learn from one more batch of rows, in one pass over it at a constant rate.

        The first call settles classes, settings and the scale of the inputs; after ``fit``,
        those of the fit hold.

        Parameters
        ----------
        X, y, sample_weight
            As for ``fit``.
        classes
            All labels that will come; needed in the first call.
        """
        awaited = None if classes is None else unique_labels(classes)
        if not hasattr(self, "model_"):
            if awaited is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            self._awaited = awaited
        elif awaited is not None and not np.array_equal(self.classes_, awaited):
            raise ValueError(
                f"`classes={classes!r}` is not the same as on last call to partial_fit, was: "
                f"{self.classes_!r}"
            )
        try:
            return self._fit(X, y, sample_weight, stream=True)
        finally:
            self._awaited = None

    def predict(self, X: Any) -> Array:
        """Return the most probable label of each row; for sets of labels 0 and 1."""
        outputs = self._outputs(X)
        task = self.model_.trained.task
        if isinstance(task, MultiLabel):
            return (outputs > 0).astype(np.int64)
        assert isinstance(task, Classification)  # noqa: S101 -- there are no other answers
        answers: Array = self.classes_[task.probabilities(outputs).argmax(axis=1)]
        return answers

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, in the order of ``classes_``, ``(n, classes)``.

        Where rows were held back (``validation_fraction``), probabilities are calibrated by them.
        """
        outputs = self._outputs(X)
        task = self.model_.trained.task
        assert isinstance(task, Classification | MultiLabel)  # noqa: S101 -- as above
        return task.probabilities(outputs)

    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithms of the probabilities, ``(n, classes)``."""
        with np.errstate(divide="ignore"):
            logarithms: Array = np.log(self.predict_proba(X))
        return logarithms

    def decision_function(self, X: Any) -> Array:
        """Return the logits ``(n, classes)``; of two classes, how much the second one leads.

        They are divided by the temperature: their softmax, or sigmoid, is ``predict_proba``.
        """
        outputs = self._outputs(X).astype(np.float64)
        logits: Array = outputs * self.model_.trained.task.output_factors
        if isinstance(self.model_.trained.task, MultiLabel) or len(self.classes_) > 2:
            return logits
        return logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0]

    def _checked_targets(self, y: Any, before: Learned | None) -> Array:
        labels = checked_y(self, y)
        check_classification_targets(labels)
        are_sets = type_of_target(labels).startswith("multilabel")
        if before is not None and are_sets != isinstance(before.road.answers, LabelSetAnswers):
            kinds = ("one label a row", "sets of labels")
            raise ValueError(f"y holds {kinds[are_sets]}, and {kinds[not are_sets]} were fitted.")
        if are_sets:
            return self._checked_sets(labels, before)
        if labels.ndim == 2 and labels.shape[1] > 1:
            raise ValueError(
                f"y has {labels.shape[1]} columns of classes; a Classifier predicts one, or sets "
                "of labels given as 0 and 1. pellucid.train predicts several targets."
            )
        labels = column_or_1d(labels, warn=True)
        known = self._awaited if before is None else self.classes_
        if known is not None:
            unknown = sorted(set(labels.tolist()) - set(known.tolist()))
            if unknown:
                raise ValueError(f"y holds classes that are not among those fitted: {unknown}")
            self.classes_ = known
            places: Array = np.searchsorted(known, labels).astype(np.float64)
            return places[:, None]
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        return numbers.astype(np.float64)[:, None]

    def _checked_sets(self, labels: Any, before: Learned | None) -> Array:
        table: Array = labels.toarray() if hasattr(labels, "toarray") else np.asarray(labels)
        n_labels = table.shape[1]
        if before is not None and n_labels != len(self.classes_):
            raise ValueError(f"y has {n_labels} labels, and {len(self.classes_)} were fitted.")
        self.classes_ = np.arange(n_labels)
        return table.astype(np.float64)

    def _answers(self, targets: Array, own: tuple[str, ...], taken: set[str]) -> Answers:
        if targets.shape[1] == 1:
            if self._awaited is None:
                self._refuse_one_class(targets)
            return ClassAnswers(column_names(own, 1, taken)[0], self.classes_)
        if self.loss not in (None, *MultiLabel.losses):
            raise SettingError(
                f"The loss {self.loss} tells one class from the others; y holds sets of labels.",
                expected=" or ".join(MultiLabel.losses),
            )
        labels = own or tuple(str(number) for number in range(targets.shape[1]))
        return LabelSetAnswers(column_names((), 1, taken)[0], labels)

    def _refuse_one_class(self, targets: Array) -> None:
        if (targets == targets[0]).all():
            only = self.classes_[int(targets[0, 0])]
            weighing = " in rows whose weight is not 0" if len(self.classes_) > 1 else ""
            raise DataError(
                f"y has only one class{weighing}, {only}, so there is nothing to tell apart.",
                expected="at least two different labels",
            )

    def _target_weights(self, targets: Array, weights: Array) -> Array | None:
        if self.class_weight is None:
            return None
        if targets.shape[1] > 1:
            raise SettingError(
                "class_weight is for one label a row; y holds sets of labels.",
                remedy="leave class_weight out, or give sample_weight",
            )
        codes = targets[:, 0].astype(np.int64)
        if self.class_weight == "balanced":
            totals = np.bincount(codes, weights, minlength=len(self.classes_))
            present = totals > 0
            each = np.ones(len(totals))
            each[present] = totals.sum() / (present.sum() * totals[present])
        else:
            given = self.class_weight
            each = compute_class_weight(given, classes=self.classes_, y=self.classes_[codes])
        found: Array = each[codes]
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
