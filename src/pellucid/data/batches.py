"""The order in which rows are learnt from: a function of seed and epoch alone."""

from __future__ import annotations

import numpy as np

from pellucid.data.table import Array
from pellucid.errors import DataError, SettingError

_AT_ONCE = 1 << 20


def epoch_order(n_rows: int, batch_size: int, seed: int, epoch: int) -> Array:
    """Return which rows each step of an epoch learns from.

    Every row comes at least once. All batches are full, so that all steps have one shape: the
    last one is filled up from the start of the same permutation. Nothing is remembered from
    one epoch to the next, so that training can go on from any epoch, or go back to it.

    Parameters
    ----------
    n_rows
        The number of rows, at least 1.
    batch_size
        Rows in a batch, at least 1; more than there are rows means all rows.
    seed, epoch
        Whole numbers of at least 0 that the order depends on, and on nothing else.

    Returns
    -------
    numpy.ndarray
        Row indices from 0, int32, shape ``(n_steps, batch_size)``.

    Raises
    ------
    DataError
        Where there are no rows.
    SettingError
        Where the batch size is less than 1.

    Examples
    --------
    >>> order = epoch_order(n_rows=10, batch_size=4, seed=0, epoch=0)
    >>> order.shape, sorted(set(order.ravel().tolist())) == list(range(10))
    ((3, 4), True)
    >>> bool((order.ravel()[10:] == order.ravel()[:2]).all())
    True

    Notes
    -----
    The permutation sorts the raw stream of a Philox counter-based generator (Salmon et al.
    2011, "Parallel random numbers: as easy as 1, 2, 3") with the key (seed, epoch). NumPy
    promises that a bit generator's raw stream never changes, which it does not promise of
    ``Generator.permutation``.
    """
    n_steps = steps_of_epoch(n_rows, batch_size)
    batch_size = min(batch_size, n_rows)
    draws = np.random.Philox(key=np.array([seed, epoch], dtype=np.uint64)).random_raw(n_rows)
    # Random high bits, the row's number in the low ones: no two keys are equal, so that any
    # sorting gives one order, and sorting values is several times faster than sorting places.
    low = np.uint64((1 << max(1, (n_rows - 1).bit_length())) - 1)
    # In place: with many millions of rows, each further copy would count.
    draws &= ~low
    for start in range(0, n_rows, _AT_ONCE):
        part = draws[start : start + _AT_ONCE]
        part |= np.arange(start, start + len(part), dtype=np.uint64)
    draws.sort()
    draws &= low
    # Half as wide, one after another at the start of the same memory; the rest is given back.
    filled = draws.view(np.int32)
    for start in range(0, n_rows, _AT_ONCE):
        part = draws[start : start + _AT_ONCE].astype(np.int32)
        filled[start : start + len(part)] = part
    n_filled = n_steps * batch_size
    filled[n_rows:n_filled] = filled[: n_filled - n_rows]
    del filled
    draws.resize(-(-n_filled // 2), refcheck=False)
    return draws.view(np.int32)[:n_filled].reshape(n_steps, batch_size)


def steps_of_epoch(n_rows: int, batch_size: int) -> int:
    """Return how many steps an epoch has; raises as `epoch_order`.

    Examples
    --------
    >>> steps_of_epoch(n_rows=10, batch_size=4)
    3
    """
    if n_rows < 1:
        raise DataError("There are no rows to learn from.", expected="at least one row")
    if batch_size < 1:
        raise SettingError(
            f"The batch size is {batch_size}.", expected="a whole number of at least 1"
        )
    return -(-n_rows // min(batch_size, n_rows))
