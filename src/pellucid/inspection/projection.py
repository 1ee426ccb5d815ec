"""Rows as a layer sees them, projected onto a plane: which lie together, and which apart.

A layer gives each row as many numbers as it has units. A principal component analysis turns the
rows so that the two directions in which they differ most lie in the plane (Pearson 1901, "On lines
and planes of closest fit to systems of points in space"): distances are true, but for what the
other directions hide, and the shares of the variance say how much that is. t-SNE (van der Maaten &
Hinton 2008, "Visualizing Data using t-SNE") keeps neighbours together instead; in it, distances
between groups and the sizes of groups say nothing. Cost: a singular value decomposition; t-SNE of
1,000 rows takes some seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pellucid.data.matrices import Matrix, dense_rows
from pellucid.data.table import Array
from pellucid.errors import DataError
from pellucid.inspection.activations import layer_activations
from pellucid.model import TrainedModel

INPUTS = "inputs"
_MOST_DIRECTIONS = 50  # that t-SNE sees, as its authors did (section 4.2)
_PERPLEXITY = 30.0
_FEWEST_ROWS = 5


@dataclass(frozen=True)
class Projection:
    """Rows on a plane.

    Attributes
    ----------
    points
        Where each lies, float64 (n, 2).
    shares
        Of the variance, along each of the two axes; None where they have no such meaning.
    """

    points: Array
    shares: tuple[float, float] | None


def layer_features(trained: TrainedModel, layer: str, inputs: Matrix) -> Array:
    """Return what a layer makes of each row, laid flat, float32 (n, features).

    Parameters
    ----------
    trained
        The model.
    layer
        A layer's name; ``"inputs"``: the rows as the network receives them.
    inputs
        Encoded rows, (n, in_features).

    Raises
    ------
    SettingError
        Where there is no such layer.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(8,), epochs=2)
    >>> layer_features(model.trained, "hidden_1", model.encode("iris")).shape
    (150, 8)
    """
    if layer == INPUTS:
        return np.asarray(dense_rows(inputs, slice(None)), np.float32)
    found = layer_activations(trained.network, trained.params, layer, inputs)
    return found.reshape(len(found), -1)


def principal_components(features: Array) -> Projection:
    """Turn rows so that the two directions in which they differ most lie in the plane.

    The sign of each direction is such that the feature with the largest weight in it counts
    positively.

    Parameters
    ----------
    features
        Of each row, (n, features).

    Raises
    ------
    DataError
        For no rows, or what is no finite number.

    Examples
    --------
    >>> found = principal_components(np.array([[0.0, 0.0], [4.0, 0.0], [2.0, 1.0], [2.0, -1.0]]))
    >>> found.points.tolist()
    [[-2.0, 0.0], [2.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
    >>> [round(share, 3) for share in found.shares]
    [0.8, 0.2]
    """
    points, shares = _components(features, 2)
    return Projection(points, (float(shares[0]), float(shares[1])))


def t_sne(features: Array, seed: int = 0) -> Projection:
    """Lay rows out so that those near each other stay together.

    Each row has about 30 neighbours (the perplexity), or a third of the rows where they are few. It
    begins with the first two principal components, so that it does not depend on chance; of more
    than 50 features it sees their 50 principal components.

    Parameters
    ----------
    features
        Of each row, (n, features).
    seed
        What is drawn by chance nevertheless.

    Raises
    ------
    DataError
        For fewer than 5 rows, rows that are all alike, or what is no finite number.
    """
    if len(features) < _FEWEST_ROWS:
        raise DataError(
            f"t-SNE needs neighbours, and there are {len(features)} rows.",
            expected=f"at least {_FEWEST_ROWS}",
            remedy="choose PCA, or other rows",
        )
    seen, shares = _components(features, _MOST_DIRECTIONS)
    if not shares[0] > 0:
        raise DataError("All rows are alike in this layer.", remedy="choose another layer")
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    begin = (seen[:, :2] / seen[:, 0].std() * 1e-4).astype(np.float32)
    perplexity = min(_PERPLEXITY, (len(features) - 1) / 3)
    maker = TSNE(perplexity=perplexity, init=begin, learning_rate="auto", random_state=seed)
    # Its threads wait for each other busily: where a training takes the cores, ten times as long.
    with threadpool_limits(1, "openmp"):
        points = maker.fit_transform(seen.astype(np.float32))
    return Projection(points.astype(np.float64), None)


def _components(features: Array, most: int) -> tuple[Array, Array]:
    """Return rows along their first principal directions, at least two, and shares of variance."""
    centred = _centred(features)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    variances = sizes**2
    shares = variances[:most] / (variances.sum() or 1.0)
    directions = directions[:most]
    strongest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), strongest])
    points = centred @ (directions * signs[:, None]).T
    missing = max(0, 2 - len(shares))  # one row, or one feature
    return np.pad(points, ((0, 0), (0, missing))), np.pad(shares, (0, missing))


def _centred(features: Array) -> Array:
    wide = np.asarray(features, np.float64)
    if not len(wide):
        raise DataError("There are no rows to be projected.")
    if not np.isfinite(wide).all():
        raise DataError("What the layer makes of these rows is not finite.")
    return np.asarray(wide - wide.mean(axis=0))
