"""The training rows most like a row, as the network sees them: near in its last hidden layer.

There, rows lie together that the output layer cannot tell apart; so neighbours show what the
network holds a row for (Papernot & McDaniel 2018, "Deep k-Nearest Neighbors", section 3). Of an
ensemble, the last hidden layers of all members lie side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pellucid.data.matrices import Matrix
from pellucid.data.table import Array
from pellucid.inspection.activations import layer_activations
from pellucid.inspection.members import member_of
from pellucid.model import TrainedModel


@dataclass(frozen=True)
class Neighbours:
    """Rows near another one.

    Attributes
    ----------
    places
        Which rows, the nearest first, (k,).
    distances
        Their Euclidean distances in the last hidden layer, float64 (k,).
    """

    places: Array
    distances: Array


def hidden_features(trained: TrainedModel, inputs: Matrix) -> Array:
    """Return what the output layer receives for each row, float32 (n, features), laid flat.

    Parameters
    ----------
    trained
        The model.
    inputs
        Encoded rows, (n, in_features).

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(8, 6), epochs=2)
    >>> hidden_features(model.trained, model.encode("iris")).shape
    (150, 6)
    """
    if trained.network.members is not None:
        members = (member_of(trained, number) for number in range(trained.network.members))
        return np.concatenate([hidden_features(one, inputs) for one in members], axis=1)
    network = trained.network
    if len(network.layers) == 1:
        found = inputs.toarray() if hasattr(inputs, "toarray") else np.asarray(inputs[:])
        return np.asarray(found, np.float32)
    found = layer_activations(network, trained.params, network.names[-2], inputs)
    return found.reshape(len(found), -1)


def nearest(features: Array, one: Array, most: int) -> Neighbours:
    """Return the rows nearest to one; of equally near ones the first.

    Parameters
    ----------
    features
        Of the rows, (n, d).
    one
        Of the row in question, (d,).
    most
        How many at most.

    Examples
    --------
    >>> found = nearest(np.array([[0.0, 0.0], [3.0, 4.0], [1.0, 0.0]]), np.zeros(2), most=2)
    >>> found.places.tolist(), found.distances.tolist()
    ([0, 2], [0.0, 1.0])
    """
    away = features.astype(np.float64) - np.asarray(one, np.float64)
    distances = np.sqrt(np.einsum("nd,nd->n", away, away))
    places = np.argsort(distances, kind="stable")[:most]
    return Neighbours(places, distances[places])
