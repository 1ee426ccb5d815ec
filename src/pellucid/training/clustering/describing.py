"""Clusters described: typical rows, and the columns that set each apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.data import Block, InputEncoding
from pellucid.data.matrices import Matrix, dense_rows, is_sparse
from pellucid.data.moments import chunks
from pellucid.data.table import Array

MOST_TYPICAL = 5
MOST_COLUMNS = 5
# A mean that lies less than so many deviations from that of all rows sets nothing apart.
_LEAST_DIFFERENCE = 0.3
_LEAST_SHARE = 0.1
_LARGEST_PICTURE = 28


def describe(
    encoding: InputEncoding, inputs: Matrix, probabilities: Array, rows: Array
) -> list[dict[str, Any]]:
    """Describe each cluster.

    Parameters
    ----------
    encoding
        How columns became inputs.
    inputs
        Encoded rows, ``(n, in_features)``.
    probabilities
        Of each cluster, ``(n, k)``.
    rows
        The number of each row in the person's table, from 1, ``(n,)``.

    Returns
    -------
    list of dict
        For each cluster its number ``cluster`` from 1, ``size``, ``share``, mean ``probability``
        of its rows, ``typical`` (numbers of the rows nearest the centre), ``columns`` (what sets
        it apart, strongest first) and, of images, ``pictures`` (their means, 0 to 255).
    """
    found = probabilities.argmax(axis=1)
    overall, deviation, means = _means(inputs, found, probabilities.shape[1])
    names = encoding.feature_names
    described = []
    for cluster in range(probabilities.shape[1]):
        own = np.flatnonzero(found == cluster)
        near = own[np.argsort(-probabilities[own, cluster], kind="stable")[:MOST_TYPICAL]]
        columns, pictures = [], {}
        for block in encoding.blocks if len(own) else ():
            part = slice(block.start, block.stop)
            here, everywhere = means[cluster, part], overall[part]
            if block.kind == "image":
                pictures[block.column] = _picture(block, here, overall[part])
            else:
                columns += _differences(block, names[part], here, everywhere, deviation[part])
        columns.sort(key=lambda entry: -abs(entry["strength"]))
        described.append(
            {
                "cluster": cluster + 1,
                "size": len(own),
                "share": len(own) / len(found),
                "probability": float(probabilities[own, cluster].mean()) if len(own) else 0.0,
                "typical": [int(row) for row in rows[near]],
                "columns": columns[:MOST_COLUMNS],
                "pictures": pictures,
            }
        )
    return described


def _means(inputs: Matrix, found: Array, k: int) -> tuple[Array, Array, Array]:
    """Return means and deviations of all features, (d,), and each cluster's means, (k, d)."""
    n_rows, width = inputs.shape
    sums, squares = np.zeros((k, width)), np.zeros(width)
    for part in chunks(n_rows, 1 if is_sparse(inputs) else width):
        rows = inputs[part] if is_sparse(inputs) else dense_rows(inputs, part).astype(np.float64)
        membership = np.eye(k)[found[part]]
        sums += np.asarray((rows.T @ membership).T)
        power: Any = rows * rows  # of sparse arrays as well, entry by entry
        squares += np.asarray(power.sum(axis=0)).ravel()
    sizes = np.bincount(found, minlength=k)[:, None]
    overall = sums.sum(axis=0) / n_rows
    deviation = np.sqrt(np.maximum(squares / n_rows - overall**2, 0.0))
    return overall, deviation, sums / np.maximum(sizes, 1)


def _differences(
    block: Block, names: list[str], here: Array, everywhere: Array, deviation: Array
) -> list[dict[str, Any]]:
    """Say what sets a cluster apart in one column; ``strength`` is in standard deviations."""
    scale = np.where(deviation > 0, deviation, np.inf)
    strength = (here - everywhere) / scale
    if block.kind in {"category", "text", "subwords"}:
        strength = np.where(here > everywhere, strength, 0.0)  # what is there, not what is not
    if block.kind == "category":
        strength = np.where(here - everywhere >= _LEAST_SHARE, strength, 0.0)
    places = [int(place) for place in np.argsort(-np.abs(strength), kind="stable")[:MOST_COLUMNS]]
    kept = [place for place in places if abs(strength[place]) >= _LEAST_DIFFERENCE]
    found: list[dict[str, Any]] = []
    for place in kept:
        entry: dict[str, Any] = {
            "column": block.column,
            "feature": names[place],
            "kind": block.kind,
            "strength": float(strength[place]),
        }
        if block.kind == "category":
            entry |= {"share": float(here[place]), "overall": float(everywhere[place])}
        found.append(entry)
    return found


def _picture(block: Block, mean: Array, overall: Array) -> list[list[int]]:
    """Return a mean image as whole numbers from 0 to 255, of at most 28 pixels a side."""
    size = int(np.prod(block.shape))
    picture = mean[:size].reshape(*block.shape[:2], -1).mean(axis=2)
    step = max(1, -(-max(picture.shape) // _LARGEST_PICTURE))
    picture = picture[::step, ::step]
    low, high = picture.min(), picture.max()
    grey = (picture - low) / (high - low) if high > low else np.zeros_like(picture)
    return np.rint(255 * grey).astype(int).tolist()  # type: ignore[no-any-return]
