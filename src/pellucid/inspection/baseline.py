"""What a prediction is compared with: the average training row, in the network's inputs."""

from __future__ import annotations

import numpy as np

from pellucid.data import Contract, InputEncoding
from pellucid.data.contract import ColumnContract
from pellucid.data.encoding import Block
from pellucid.data.kinds import (
    CategoryEncoder,
    Encoder,
    ImageEncoder,
    NumberEncoder,
    SoundEncoder,
    WordSequenceEncoder,
)
from pellucid.data.kinds.word_sequence import PADDING, UNKNOWN
from pellucid.data.table import Array

# What an input of 0 stands for, by kind: encoders centre their values, texts start from nothing.
MEANINGS = {
    "number": "numbers at their training mean",
    "category": "categories at their training shares",
    "vector": "blocks of numbers at each entry's training mean",
    "image": "images in the training pixels' mean grey",
    "text": "texts empty",
    "subwords": "texts empty",
    "date": "dates at the training mean of their parts",
    "series": "time series at the training mean",
    "sound": "sounds at the training mean",
}

OF_SEQUENCES = "texts of as many words, all unknown"


def average_row(encoding: InputEncoding, contract: Contract) -> Array:
    """Return the average training row as the network would see it, (in_features,), float64.

    Numbers, pixels and the like are standardised, so theirs is 0. A category's one-hot
    features are at the categories' shares of the training rows, and "is missing" is at the
    share of missing values; a text is at 0, which is an empty one.
    """
    row = np.zeros(encoding.in_features)
    columns = {column.name: column for column in contract.inputs}
    for block, (name, encoder) in zip(encoding.blocks, encoding.encoders, strict=True):
        if name in columns:
            _fill(row, block, encoder, columns[name], max(1, contract.n_rows))
    return row


def beside(row: Array, encoding: InputEncoding, inputs: Array) -> Array:
    """Return the average row as an example is held against it, (in_features,).

    A text that is read word by word stands beside one of as many words, all of them unknown: so
    each word tells what it says itself, and none that there is a word.
    """
    own = row.copy()
    for block, (_, encoder) in zip(encoding.blocks, encoding.encoders, strict=True):
        if isinstance(encoder, WordSequenceEncoder):
            numbers = inputs[block.start : block.stop]
            own[block.start : block.stop] = np.where(numbers == PADDING, PADDING, UNKNOWN)
    return own


def describe_baseline(encoding: InputEncoding) -> str:
    """Word what the contributions are measured from."""
    meanings = dict.fromkeys(
        OF_SEQUENCES
        if isinstance(encoder, WordSequenceEncoder)
        else MEANINGS.get(encoder.kind, f"columns of kind {encoder.kind} at 0")
        for _, encoder in encoding.encoders
    )
    return "the average training row: " + ", ".join(meanings)


def _fill(row: Array, block: Block, encoder: Encoder, column: ColumnContract, n_rows: int) -> None:
    if isinstance(encoder, NumberEncoder | ImageEncoder | SoundEncoder) and encoder.has_missing:
        row[block.stop - 1] = column.n_missing / n_rows
    if not isinstance(encoder, CategoryEncoder) or "counts" not in column.details:
        return
    counts = dict(zip(column.details["categories"], column.details["counts"], strict=True))
    shares = np.array([counts.get(key, 0) for key in encoder.categories]) / n_rows
    n_kept = len(encoder.categories)
    row[block.start : block.start + n_kept] = shares
    missing = column.n_missing / n_rows
    if encoder.has_other:
        row[block.start + n_kept] = max(0.0, 1.0 - missing - shares.sum())
    if encoder.has_missing:
        row[block.start + n_kept + encoder.has_other] = missing
