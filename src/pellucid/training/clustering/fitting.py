"""One clustering from encoded rows to a network: neighbours, centres, refinement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import nn
from pellucid.data import Block
from pellucid.data.matrices import Matrix, dense_rows, is_sparse
from pellucid.data.rows import count
from pellucid.data.table import Array
from pellucid.errors import DataError
from pellucid.model.learnt import hash_rows
from pellucid.nn import Network, Params
from pellucid.nn.augmentation import Augmentation, image_blocks
from pellucid.tasks import Clustering
from pellucid.training.building import optimizer_of
from pellucid.training.clustering.centres import k_means
from pellucid.training.clustering.choosing import Choice, choose_clusters, most_clusters
from pellucid.training.clustering.diffusion import WAVES_A_CLUSTER, Diffusion, diffuse
from pellucid.training.clustering.learning import (
    SPREAD,
    ClusteringObjective,
    SelfTeaching,
    probabilities_of,
    soft_targets,
)
from pellucid.training.clustering.neighbours import nearest, reduced
from pellucid.training.clustering.settings import Sizes, resolve
from pellucid.training.config import Config
from pellucid.training.diagnosis import ClusterDoctor, Diagnosis
from pellucid.training.events import PhaseStarted
from pellucid.training.step import Examples
from pellucid.training.telling import Faces
from pellucid.training.trainer import Diverged, Plan

_NEIGHBOURS = 10
# With fewer rows, so many are too large a part of a group.
_ROWS_A_NEIGHBOUR = 6


@dataclass(frozen=True)
class Ground:
    """What clusters are found on: the rows that differ, and how they lie to each other.

    Attributes
    ----------
    rows
        Which row stands for each that differs, int64 ``(m,)``.
    inputs
        These rows, encoded, ``(m, in_features)``.
    neighbours
        The nearest of them for each, ``(m, few)``.
    diffusion
        Their diffusion coordinates.
    choice
        How many clusters there are, and why.
    """

    rows: Array
    inputs: Matrix
    neighbours: Array
    diffusion: Diffusion
    choice: Choice


@dataclass(frozen=True)
class Fitted:
    """What a clustering gives.

    Attributes
    ----------
    task, network, params
        From encoded rows to clusters, the largest one first; parameters as NumPy arrays.
    n_parameters
        Of the network and the decoder, which is not kept.
    ended
        Why the training ended, as `Trainer.run` says.
    history
        One entry an epoch.
    best_epoch
        The one whose parameters were kept, counted from 1.
    seconds
        Of the epochs.
    diagnoses
        What is wrong with it, where it was watched.
    """

    task: Clustering
    network: Network
    params: Params
    n_parameters: int
    ended: str
    history: list[dict[str, Any]]
    best_epoch: int
    seconds: float
    diagnoses: tuple[Diagnosis, ...] = ()


def distinct_rows(inputs: Matrix, n_clusters: int | None) -> Array:
    """Return which rows stand for all, since the others are like one of them, in ascending order.

    Parameters
    ----------
    inputs
        Encoded rows, ``(n, in_features)``.
    n_clusters
        How many are wanted; None: as many as the rows suggest.

    Raises
    ------
    DataError
        Where fewer rows differ than there are to be clusters, or all are the same.
    """
    n_rows = int(inputs.shape[0])
    _, rows = np.unique(hash_rows(inputs, np.arange(n_rows)), return_index=True)
    if len(rows) < max(3, 1 + (n_clusters or 2)):
        raise _too_few(n_rows, len(rows), n_clusters)
    return np.sort(rows)


def survey(inputs: Matrix, n_clusters: int | None, seed: int) -> Ground:
    """Find the rows that differ, their neighbours, and how many clusters there are.

    Parameters
    ----------
    inputs
        Encoded rows, ``(n, in_features)``.
    n_clusters
        How many are wanted; None: as many as the rows suggest.
    seed
        Of all that is drawn at random.

    Raises
    ------
    DataError
        Where fewer rows differ than there are to be clusters, or all are the same.
    """
    rows = distinct_rows(inputs, n_clusters)
    if len(rows) < inputs.shape[0]:
        inputs = inputs[rows] if is_sparse(inputs) else dense_rows(inputs, rows)
    points = reduced(inputs, seed)
    few = min(_NEIGHBOURS, max(2, len(rows) // _ROWS_A_NEIGHBOUR), len(rows) - 1)
    neighbours = nearest(points, few, seed)
    most = n_clusters or most_clusters(len(rows))
    diffusion = diffuse(neighbours, WAVES_A_CLUSTER * most, seed)
    choice = Choice(n_clusters) if n_clusters else choose_clusters(points, diffusion, seed)
    return Ground(rows, inputs, neighbours, diffusion, choice)


def settle(
    config: Config, ground: Ground, blocks: Sequence[Block]
) -> tuple[Config, dict[str, str]]:
    """Fill in the settings that were left open, with the reasons."""
    settled, reasons = resolve(config, Sizes(len(ground.rows), blocks))
    if settled.clusters is None:
        settled = settled.replace(clusters=ground.choice.n_clusters)
        reasons["clusters"] = ground.choice.reason
    return settled, reasons


def objective_for(config: Config, ground: Ground, blocks: Sequence[Block]) -> ClusteringObjective:
    """Build the network and the decoder that the settings describe, and what they minimise."""
    k = ground.choice.n_clusters
    activation = config.activation or "relu"
    hidden = config.hidden or ()
    encoder = [
        nn.Dense(units, activation, initializer=config.initializer, name=f"hidden_{number}")
        for number, units in enumerate(hidden, start=1)
    ]
    embedding = nn.Dense(min(WAVES_A_CLUSTER * k, len(ground.rows) - 1), name="embedding")
    decoder = [
        nn.Dense(units, activation, initializer=config.initializer, name=f"decoder_{number}")
        for number, units in enumerate(reversed(hidden), start=1)
    ]
    rebuilt = nn.Dense(int(ground.inputs.shape[1]), name="rebuilt")
    images = image_blocks([(block.start, block.kind, block.shape) for block in blocks])
    ways = config.augment if images else None
    return ClusteringObjective(
        Network([*encoder, embedding, nn.Centres(k, name="clusters")]),
        Clustering(k),
        l1=config.l1 or 0.0,
        l2=config.l2 or 0.0,
        augmentation=Augmentation(images, ways) if ways else None,
        decoder=Network([*decoder, rebuilt]),
        noise=config.dropout or 0.0,
    )


def fit(
    config: Config,
    ground: Ground,
    objective: ClusteringObjective,
    *,
    faces: Faces | None = None,
    time_limit: float | None = None,
    watch: Callable[[Examples], ClusterDoctor] | None = None,
) -> Fitted:
    """Find the centres, and train the network.

    Parameters
    ----------
    config
        Settings, none of them open.
    ground
        The rows.
    objective
        From `objective_for`.
    faces
        Who is told, who may stop it or hold it up.
    time_limit
        Seconds that are left for the training; None: no limit.
    watch
        Makes who tells what is wrong, and passes on the events, of the rows with their targets.

    Raises
    ------
    Diverged
        Where the training left the finite numbers.
    """
    faces = faces or Faces()
    faces.emit(PhaseStarted("compile"))
    k, seed = ground.choice.n_clusters, config.seed
    coordinates = SPREAD * ground.diffusion.coordinates(k)
    centres = k_means(coordinates, k, seed).centres
    distances = np.square(coordinates[:, None] - centres).sum(axis=2)
    said = (1 / (1 + distances)) / (1 / (1 + distances)).sum(axis=1, keepdims=True)
    network, decoder = objective.network, objective.decoder
    in_features = int(ground.inputs.shape[1])
    keys = jax.random.split(jax.random.key(seed))
    params = network.init(keys[0], in_features)
    params["clusters"] = {"centres": jnp.asarray(centres.T, jnp.float32)}
    params |= decoder.init(keys[1], centres.shape[1])
    plan = Plan(
        optimizer_of(config),
        batch_size=config.batch_size or 1,
        epochs=config.epochs or 1,
        seed=seed,
        time_limit=time_limit,
    )
    first = soft_targets(said, ground.neighbours)
    doctor = None if watch is None else watch(Examples(ground.inputs, first))
    trainer = SelfTeaching(
        objective,
        plan,
        ground.inputs,
        neighbours=ground.neighbours,
        first=first,
        params=params,
        emit=faces.emit,
    )
    trainer.pace = faces.pace
    if doctor is not None:
        trainer.watched_by(doctor)
    trainer.compile()
    try:
        ended = trainer.run(faces.should_stop)
    except Diverged as diverged:
        if doctor is not None:
            doctor.diverged(diverged.divergence)
        raise
    learned = {name: trainer.params[name] for name in network.names if name in trainer.params}
    learned = jax.tree.map(np.asarray, learned)
    found = probabilities_of(network, objective.task, learned, ground.inputs).argmax(axis=1)
    sizes = np.bincount(found, minlength=k)
    order = np.argsort(-sizes, kind="stable")
    learned["clusters"] = {
        "centres": np.ascontiguousarray(learned["clusters"]["centres"][:, order])
    }
    history = trainer.progress.history
    return Fitted(
        Clustering(k),
        network,
        learned,
        network.n_parameters(params),
        ended,
        history,
        trainer.progress.best_epoch or len(history),
        trainer.progress.seconds,
        () if doctor is None else tuple(doctor.conclude_clusters(sizes)),
    )


def _too_few(n_rows: int, n_distinct: int, n_clusters: int | None) -> DataError:
    """Word that there is nothing to be told apart (made here, raised by the caller)."""
    if n_distinct == 1:
        return DataError(
            f"All {n_rows:,} rows are the same to the network, so there are no groups.",
            expected="rows that differ in a column that is used",
        )
    many = f"; {n_clusters:,} clusters are wanted" if n_clusters else ""
    return DataError(
        f"There are only {count(n_distinct, 'different row')}{many}.",
        expected="more different rows than clusters, and at least three",
        remedy="give more rows, or a smaller number of clusters: --clusters 2",
    )
