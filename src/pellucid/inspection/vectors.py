"""The vectors that a network has learned for words, categories or numbers, and which are alike.

Two places hold such vectors: the table of an embedding, and the first dense layer over a bag of
words or a category, whose kernel has a row for each of them: what a word adds to the layer's sums
is its row times how much of it there is (Joulin et al. 2017, section 2, call the same matrix their
look-up table). Vectors are alike where they point the same way: the cosine (Mikolov et al. 2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.data.encoding import Block, InputEncoding
from pellucid.data.kinds.word_sequence import NAME_OF_PADDING, PADDING, WordSequenceEncoder
from pellucid.data.table import Array
from pellucid.inspection.neighbours import Neighbours
from pellucid.nn import Dense, Embedding, EmbeddingBag, Network, Params

_NAMED = frozenset({"text", "subwords", "category"})
# Of fewer entries, the matrix itself says as much.
_FEWEST_NAMED = 20
_BLOCK_ROWS = 8_192


@dataclass(frozen=True)
class Vectors:
    """The vectors of a layer.

    Attributes
    ----------
    array
        Which of the layer's arrays holds them: ``"table"`` or ``"kernel"``.
    entries
        Which rows of it are vectors of something, ascending, (n,).
    table
        The array, (rows, features), float32.
    names
        What each entry is called, n texts.

    Examples
    --------
    >>> table = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 4.0]], np.float32)
    >>> vectors = Vectors("table", np.arange(3), table, ["1", "2", "3"])
    >>> found = vectors.nearest(2, most=2)
    >>> found.places.tolist(), found.distances.tolist()
    ([1, 0], [0.8, 0.6])
    """

    array: str
    entries: Array
    table: Array
    names: Sequence[str]

    def vector(self, place: int) -> Array:
        """Return the vector of one of the entries, (features,)."""
        return np.asarray(self.table[self.entries[place]])

    def nearest(self, place: int, most: int) -> Neighbours:
        """Return the entries whose vectors point most in the direction of one's, without itself.

        Returns
        -------
        Neighbours
            Places among the entries, those most alike first, with their cosines as distances; a
            vector of zeros is like no other.
        """
        cosines = np.empty(len(self.entries))
        own = self.vector(place).astype(np.float64)
        for start in range(0, len(cosines), _BLOCK_ROWS):
            rows = self.table[self.entries[start : start + _BLOCK_ROWS]].astype(np.float64)
            lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(own)
            cosines[start : start + len(rows)] = (rows @ own) / np.where(lengths, lengths, 1.0)
        order = np.argsort(-cosines, kind="stable")
        order = order[order != place][:most]
        return Neighbours(order, cosines[order])


def vectors_of(
    network: Network, params: Params, encoding: InputEncoding, layer: str
) -> Vectors | None:
    """Return the vectors that a layer holds, or None for a layer that holds none.

    Parameters
    ----------
    network, params, encoding
        The model's.
    layer
        The name of one of its layers.
    """
    array = holds_vectors(network, encoding, layer)
    own = params.get(layer, {})
    if array is None or array not in own:
        return None
    table = np.asarray(own[array])
    if array == "table":
        return Vectors(array, np.arange(len(table)), table, _entry_names(encoding, len(table)))
    blocks = _named(encoding)
    entries = np.concatenate([np.arange(block.start, block.stop) for block in blocks])
    names = encoding.feature_names
    return Vectors(array, entries, table, [_plain(names[at], blocks) for at in entries.tolist()])


def holds_vectors(network: Network, encoding: InputEncoding, layer: str) -> str | None:
    """Return which of a layer's arrays holds vectors, or None; costs next to nothing."""
    place = network.names.index(layer)
    kind, before = network.layers[place], network.layers[:place]
    if isinstance(kind, Embedding | EmbeddingBag):
        return "table"
    is_first = isinstance(kind, Dense) and all(one.family == "dropout" for one in before)
    entries = sum(block.stop - block.start for block in _named(encoding))
    return "kernel" if is_first and entries >= _FEWEST_NAMED else None


def _entry_names(encoding: InputEncoding, n: int) -> list[str]:
    """Return what the entries of a table stand for: words, where there is one text; or numbers."""
    texts = [one for _, one in encoding.encoders if isinstance(one, WordSequenceEncoder)]
    if len(texts) == 1 and texts[0].entries == n:
        return texts[0].entry_names
    return list(map(str, range(n)))


def _named(encoding: InputEncoding) -> list[Block]:
    return [block for block in encoding.blocks if block.kind in _NAMED and not block.entries]


def in_example(vectors: Vectors, inputs: Array) -> tuple[Array, Array]:
    """Return which entries an example holds, and how much of each.

    Parameters
    ----------
    vectors
        Of the layer.
    inputs
        What the layer receives for the example: whole numbers for a table, features for a kernel.

    Returns
    -------
    tuple of numpy.ndarray
        Places among the entries, of a table in their order and as often as they come, of a kernel
        those with most of it first; and how much of each.
    """
    inputs = np.asarray(inputs)
    if vectors.array == "table":
        numbers = np.clip(inputs.ravel().astype(np.int64), 0, len(vectors.entries) - 1)
        if vectors.names[0] == NAME_OF_PADDING:
            numbers = numbers[numbers != PADDING]
        return numbers, np.ones(len(numbers))
    amounts = inputs[vectors.entries]
    found = np.flatnonzero(amounts)
    found = found[np.argsort(-np.abs(amounts[found]), kind="stable")]
    return found, amounts[found].astype(np.float64)


def _plain(name: str, blocks: Sequence[Block]) -> str:
    """Return a feature's name without its column's, where there is only one."""
    if len(blocks) > 1:
        return name
    own = name.removeprefix(blocks[0].column).strip()
    return own.strip('"') or name
