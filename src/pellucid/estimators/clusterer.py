"""A network that groups rows by likeness, behind scikit-learn's methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from pellucid import backend
from pellucid.api import Model, warn
from pellucid.data.table import Array
from pellucid.estimators.base import sizes_of
from pellucid.estimators.constraints import constraints_of
from pellucid.estimators.given import Given, n_rows_of
from pellucid.estimators.inputs import FittedInputs, checked_inputs, fit_inputs
from pellucid.estimators.wording import worded_as_parameters
from pellucid.model import TrainedModel
from pellucid.model.clusters import embedded
from pellucid.training.clustering.fitting import Fitted, fit, objective_for, settle, survey
from pellucid.training.config import Config
from pellucid.training.events import EpochDone, Event
from pellucid.training.settings import settings_of
from pellucid.training.telling import Faces
from pellucid.training.trainer import Diverged

_SHARED = (
    "activation", "initializer", "dropout", "optimizer", "learning_rate", "schedule", "warmup",
    "momentum", "weight_decay", "clip_norm", "batch_size", "epochs", "time_limit",
)  # fmt: skip


def _constraints() -> dict[str, list[Any]]:
    settings = settings_of(Config)
    return {
        "n_clusters": constraints_of(settings["clusters"]),
        "hidden_layer_sizes": ["array-like", None],
        **{name: constraints_of(settings[name]) for name in _SHARED},
        "kinds": [dict, None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }


class Clusterer(ClusterMixin, TransformerMixin, BaseEstimator):
    """Clustering by an autoencoder's embedding, as a scikit-learn estimator.

    Neighbouring rows are found, and centres by k-means in their diffusion coordinates; a network
    then learns an embedding and a grouping at once, and teaches itself (`docs/clustering.md`).
    Parameters left at None are chosen from the data; ``model_.settings`` says what was chosen.
    Rows that are equal count once.

    Parameters
    ----------
    n_clusters
        How many groups there are; None: the number with the best silhouette.
    hidden_layer_sizes
        Units of the encoder's hidden layers; the decoder has the same the other way round.
    activation
        "relu", "tanh", "sigmoid", "leaky_relu", "elu", "gelu", "silu", "softplus" or "linear".
    initializer
        How the kernels start: "he_normal", "glorot_uniform" and their kin.
    dropout
        The share of the inputs left out at random, to be guessed by the rest.
    optimizer
        "sgd", "momentum", "nesterov", "rmsprop", "adam" or "adamw".
    learning_rate
        The largest step along the gradient.
    schedule
        How the rate changes: "constant", "step", "cosine" or "one_cycle".
    warmup
        The share of all steps over which the rate rises from 0.
    momentum
        What is kept of the last update.
    weight_decay
        Kernels shrink by this share of the rate a step; of "adamw" only.
    clip_norm
        Gradients longer than this are cut to it.
    batch_size
        Examples in one step.
    epochs
        Passes over the data.
    time_limit
        Seconds after which training stops, or such as "5m".
    kinds
        For data frames with columns that are not numbers: how columns are to be read.
    random_state
        Fixes all randomness: a whole number gives the same bits again; None draws anew.
    verbose
        Whether each epoch is printed.

    Attributes
    ----------
    labels_ : numpy.ndarray
        The cluster of each row, int64 ``(n,)``, from 0 to k − 1, the largest cluster first.
    cluster_centers_ : numpy.ndarray
        The centres in the embedding, float32 ``(k, d)``.
    n_clusters_ : int
        How many clusters there are.
    silhouettes_ : dict
        The silhouette of each number that was tried; empty where it was given.
    model_ : pellucid.Model
        The network with its contract, encoders and settings; can be saved and looked into.
    history_ : list of dict
        One entry an epoch.
    n_iter_ : int
        Epochs done.
    n_features_in_, feature_names_in_
        As everywhere in scikit-learn.

    Raises
    ------
    ValueError
        Where a parameter or the data cannot be used; pellucid's own errors are ValueErrors.

    See Also
    --------
    pellucid.train : ``pellucid.train(source, task="clustering")``, with a report.

    Examples
    --------
    >>> from sklearn.datasets import make_blobs
    >>> from pellucid import Clusterer
    >>> X, _ = make_blobs(90, centers=3, cluster_std=0.5, random_state=0)
    >>> clusterer = Clusterer(n_clusters=3, random_state=0)
    >>> labels = clusterer.fit_predict(X)
    >>> np.bincount(labels).tolist(), clusterer.cluster_centers_.shape, clusterer.transform(X).shape
    ([30, 30, 30], (3, 6), (90, 6))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = _constraints()

    model_: Model
    _road: FittedInputs

    def __init__(
        self,
        n_clusters: int | None = None,
        *,
        hidden_layer_sizes: int | Sequence[int] | None = None,
        activation: str | None = None,
        initializer: str | None = None,
        dropout: float | None = None,
        optimizer: str | None = None,
        learning_rate: float | None = None,
        schedule: str | None = None,
        warmup: float | None = None,
        momentum: float | None = None,
        weight_decay: float | None = None,
        clip_norm: float | None = None,
        batch_size: int | None = None,
        epochs: int | None = None,
        time_limit: float | str | None = None,
        kinds: Mapping[str, str] | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool = False,
    ) -> None:
        self.n_clusters = n_clusters
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.initializer = initializer
        self.dropout = dropout
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.warmup = warmup
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.batch_size = batch_size
        self.epochs = epochs
        self.time_limit = time_limit
        self.kinds = kinds
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    @worded_as_parameters()
    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the clusters of rows.

        Parameters
        ----------
        X
            Array, sparse matrix or data frame, ``(n, features)``; numbers may be missing (NaN).
        y
            Not used: there by scikit-learn's convention.
        """
        backend.prepare()
        checked = checked_inputs(self, X, None, self.kinds)
        rows = checked.rows
        given = Given.of(rows, np.zeros((n_rows_of(rows), 1)), None)
        every = np.arange(n_rows_of(rows))
        road = fit_inputs(given, every, None, checked.columns, self.kinds)
        inputs = road.transform(rows)
        config = self._config()
        ground = survey(inputs, config.clusters, config.seed)
        config, reasons = settle(config, ground, road.encoding.blocks)
        objective = objective_for(config, ground, road.encoding.blocks)
        emit: Callable[[Event], None] = _print_epoch if self.verbose else _tell_nobody
        try:
            fitted = fit(config, ground, objective, faces=Faces(emit), time_limit=config.time_limit)
        except Diverged as diverged:
            raise diverged.divergence.error("nothing was kept") from None
        self._road = road
        self._show(fitted, config, reasons)
        self.silhouettes_ = dict(ground.choice.silhouettes)
        self.labels_ = self._probabilities(inputs).argmax(axis=1)
        return self

    def predict(self, X: Any) -> Array:
        """Return the cluster of each row, from 0, int64 ``(n,)``."""
        found: Array = self.probabilities(X).argmax(axis=1)
        return found

    def probabilities(self, X: Any) -> Array:
        """Return the probability of each cluster, ``(n, k)``."""
        return self._probabilities(self._encoded(X))

    def transform(self, X: Any) -> Array:
        """Return where the network puts rows: the embedding, float32 ``(n, d)``."""
        encoded = self._encoded(X)
        trained = self.model_.trained
        return embedded(trained.network, trained.params, encoded)

    @property
    def _n_features_out(self) -> int:
        return int(self.cluster_centers_.shape[1])

    @worded_as_parameters()
    def _encoded(self, X: Any) -> Any:
        check_is_fitted(self)
        checked = checked_inputs(self, X, self._road.contract, self.kinds)
        return self._road.transform(checked.rows, warn=warn)

    def _probabilities(self, inputs: Any) -> Array:
        trained = self.model_.trained
        outputs = trained.forward.outputs(trained.params, inputs)
        return trained.task.probabilities(outputs)  # type: ignore[attr-defined, no-any-return]

    def _config(self) -> Config:
        """Return the parameters as the engine's settings."""
        values: dict[str, Any] = {name: getattr(self, name) for name in _SHARED}
        values |= {"task": "clustering", "clusters": self.n_clusters}
        if self.hidden_layer_sizes is not None:
            values["hidden"] = sizes_of(self.hidden_layer_sizes)
        if isinstance(self.random_state, int | np.integer):
            values["seed"] = int(self.random_state)
        else:
            values["seed"] = int(check_random_state(self.random_state).randint(2**31 - 1))
        return Config.make(**values)

    def _show(self, fitted: Fitted, config: Config, reasons: dict[str, str]) -> None:
        """Set the fitted attributes, NumPy arrays all of them."""
        about = {
            "settings": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in config.set_values().items()
            },
            "reasons": reasons,
            "history": fitted.history,
            "notes": list(self._road.contract.warnings),
        }
        self.model_ = Model(
            TrainedModel(
                self._road.contract,
                self._road.encoding,
                fitted.task,
                fitted.network,
                fitted.params,
                about,
            )
        )
        self.history_ = fitted.history
        self.n_iter_ = len(fitted.history)
        self.n_clusters_ = fitted.task.n_clusters
        self.cluster_centers_ = np.ascontiguousarray(fitted.params["clusters"]["centres"].T)

    def __sklearn_tags__(self) -> Any:
        """Say what is accepted: sparse and missing inputs."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _print_epoch(event: Event) -> None:
    if isinstance(event, EpochDone):
        print(f"epoch {event.epoch} of {event.epochs}: loss {event.loss:.4g}")  # noqa: T201


def _tell_nobody(event: Event) -> None:
    """Receive events and do nothing."""
