"""What encoded examples are held in, one row an example.

Four things serve as a matrix of float32, shape ``(n, width)``: an array in memory, an array
in a memory-mapped file (``numpy.memmap``) where it would fill the memory, a packed one
(`pellucid.data.one_hot.Packed`) where categories would make most of it zeros, and a sparse
one (``scipy.sparse.csr_array``) where most entries are 0, as in texts. The functions here are all
that the rest of the program needs to know about the difference.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pellucid import memory
from pellucid.data.one_hot import Layout, OneHot, Packed
from pellucid.data.table import Array
from pellucid.errors import OutputError
from pellucid.files import cache_folder, cannot_write

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    Matrix: TypeAlias = Array | Packed | csr_array
else:
    Matrix: TypeAlias = Any

FLOAT32 = 4
# Beyond so many bytes, a matrix that is mostly 0 stays sparse even where memory would do.
_DENSE_BYTES = 256 * 10**6
# What does not fit into memory is packed where that makes it at least so much smaller; beyond
# `_DENSE_BYTES` only where next to nothing but zeros is left out, since packed rows are learned
# from a little more slowly.
_PACKED_SHARE = 0.5
_MOSTLY_ZEROS_SHARE = 0.02
# Then memory is short: the packed rows themselves lie there only where they take little of it.
_PACKED_IN_MEMORY = 4


def is_sparse(matrix: Any) -> bool:
    """Tell whether a matrix is a sparse one; loads nothing to find out."""
    # While another thread is still loading it, nothing is sparse yet.
    issparse = getattr(sys.modules.get("scipy.sparse"), "issparse", None)
    return issparse is not None and bool(issparse(matrix))


def is_resident(matrix: Any) -> bool:
    """Tell whether a matrix lies in memory as a plain array."""
    return not is_sparse(matrix) and not isinstance(matrix, np.memmap | Packed)


def dense_rows(matrix: Any, rows: Any) -> Any:
    """Return some rows as a plain array, ``(k, width)``.

    Parameters
    ----------
    matrix
        Any of the four, or an array of another library, which is indexed as it is.
    rows
        Indices or a slice.
    """
    if is_sparse(matrix):
        return matrix[rows].toarray()
    if not isinstance(matrix, np.memmap | Packed):
        return matrix[rows]
    taken = matrix[rows]
    if isinstance(matrix, np.memmap):
        taken = np.array(taken)  # a slice is a view of the file
    release(matrix)
    return taken


def release(matrix: Any) -> None:
    """Tell the system that the pages of a memory-mapped matrix need not stay in memory."""
    mapped = getattr(matrix.records if isinstance(matrix, Packed) else matrix, "_mmap", None)
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def empty(n_rows: int, width: int) -> Array:
    """Return an array to be filled, float32 ``(n_rows, width)``: in a file where it is large.

    Raises
    ------
    OutputError
        Where the disk has no room for it.
    """
    return _empty((n_rows, width), np.dtype(np.float32))


def _empty(shape: tuple[int, ...], dtype: np.dtype[Any], share: int = 1) -> Array:
    """Return an array in memory where so many of its size would fit, otherwise in a file."""
    n_bytes = prod(shape) * dtype.itemsize
    if not n_bytes or memory.fits(share * n_bytes):
        return np.empty(shape, dtype=dtype)
    folder = cache_folder("work")
    try:
        # The file has no name, so that it goes with the process, however that ends.
        with tempfile.TemporaryFile(dir=folder) as stream:
            reserve(stream.fileno(), n_bytes)
            return np.memmap(stream, dtype=dtype, mode="r+", shape=shape)
    except OutputError:
        raise
    except OSError as error:
        raise cannot_write(folder, error) from error


def reserve(descriptor: int, n_bytes: int) -> None:
    """Take room on the disk now: a full disk found out later would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, n_bytes)
    else:
        os.ftruncate(descriptor, n_bytes)


def joined(parts: Sequence[Any], n_rows: int) -> Any:
    """Lay matrices side by side: sparse where one of them is and the whole is large.

    Parameters
    ----------
    parts
        Matrices of ``n_rows`` rows each.
    """
    width = sum(part.shape[1] for part in parts)
    if _stays_sparse(parts, n_rows):
        return _joined_sparse(parts)
    if len(parts) == 1 and isinstance(parts[0], np.ndarray):
        return parts[0]
    packed = _packed(parts, n_rows)
    if packed is not None:
        packed.fill(0, parts)
        return packed
    result = empty(n_rows, width)
    _fill(result, parts)
    return result


def stacked(pieces: Iterable[Sequence[Any]], n_rows: int, width: int) -> Any:
    """Lay pieces below one another, each given as matrices side by side.

    Parameters
    ----------
    pieces
        Yields, for some rows at a time, the matrices to be laid side by side.
    n_rows, width
        The size of the whole.
    """
    sparse: list[Any] = []
    result: Array | Packed | None = None
    start = 0
    for parts in pieces:
        if result is None and _stays_sparse(parts, n_rows):
            sparse.append(_joined_sparse(parts))
            continue
        if result is None:
            result = _packed(parts, n_rows) or empty(n_rows, width)
        stop = start + parts[0].shape[0]
        if isinstance(result, Packed):
            result.fill(start, parts)
        else:
            _fill(result[start:stop], parts)
        release(result)
        start = stop
    if sparse:
        from scipy.sparse import csr_array, vstack

        return csr_array(vstack(sparse, format="csr"))
    return empty(n_rows, width) if result is None else result


def _packed(parts: Sequence[Any], n_rows: int) -> Packed | None:
    """Return a packed matrix to be filled, where it is worth it; None where it is not."""
    if any(is_sparse(part) for part in parts):
        return None
    layout = Layout.of(parts)
    n_bytes = layout.width * FLOAT32
    fits = memory.fits(n_rows * n_bytes)
    if fits and n_rows * n_bytes <= _DENSE_BYTES:
        return None
    if layout.dtype.itemsize > (_MOSTLY_ZEROS_SHARE if fits else _PACKED_SHARE) * n_bytes:
        return None
    return Packed(layout, _empty((n_rows,), layout.dtype, share=1 if fits else _PACKED_IN_MEMORY))


def _stays_sparse(parts: Sequence[Any], n_rows: int) -> bool:
    width = sum(part.shape[1] for part in parts)
    return n_rows * width * FLOAT32 > _DENSE_BYTES and any(is_sparse(part) for part in parts)


def _joined_sparse(parts: Sequence[Any]) -> Any:
    from scipy.sparse import csr_array, hstack

    return csr_array(hstack([_as_sparse(part) for part in parts], format="csr", dtype=np.float32))


def _as_sparse(part: Any) -> Any:
    from scipy.sparse import csr_array

    if not isinstance(part, OneHot):
        return csr_array(part)
    places = part.indices()
    ones = np.ones(len(places[0]), dtype=np.float32)
    return csr_array((ones, places), shape=part.shape)


def _fill(target: Array, parts: Sequence[Any]) -> None:
    start = 0
    for part in parts:
        stop = start + part.shape[1]
        if isinstance(part, OneHot):
            part.fill(target[:, start:stop])
        else:
            target[:, start:stop] = part.toarray() if is_sparse(part) else part
        start = stop


def hash_of(matrices: Iterable[Any]) -> str:
    """Return the SHA-256 of matrices, those that are None passed over.

    Examples
    --------
    >>> hash_of([np.eye(2), None]) == hash_of([np.eye(2)]) != hash_of([np.eye(3)])
    True
    """
    digest = hashlib.sha256()
    for matrix in matrices:
        if matrix is not None:
            update_digest(digest.update, matrix)
    return digest.hexdigest()


def update_digest(update: Callable[[Any], object], matrix: Any) -> None:
    """Feed a matrix's shape, type and entries to a hash, a part at a time."""
    update(repr((matrix.shape, str(matrix.dtype))).encode())
    if isinstance(matrix, Packed):
        matrix.update_digest(update)
        return
    if is_sparse(matrix):
        for part in (matrix.indptr, matrix.indices, matrix.data):
            update(np.ascontiguousarray(part).data)
        return
    array = np.asarray(matrix)
    step = max(1, (1 << 24) // max(1, array[:1].nbytes))
    for start in range(0, len(array), step):
        update(np.ascontiguousarray(array[start : start + step]).data)
        release(matrix)
