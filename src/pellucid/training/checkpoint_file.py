"""The bytes of a checkpoint: a safetensors file whose header holds the hash of the whole file.

The hash is that of the file with zeros in its own place, so no byte is outside it: not the order of
the header's names, not its blanks. It is checked before anything in the file is looked into, and
the size before anything is read. `docs/models.md` is the specification. Cost: some 50 ms for 16 MB,
most of it the disk's.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from pellucid.errors import ModelFileError
from pellucid.model.json_text import from_json

FORMAT = 2
LARGEST_HEADER = 100_000_000  # as that of safetensors itself
# Quotation marks within the header's texts are escaped, so neither is found in one of them.
_FORMAT_FIELD = re.compile(rb'"format":"(\d{1,9})"')
_HASH_FIELD = b'"sha256":"'
_NO_HASH = b"0" * 64


def pack(arrays: Mapping[str, np.ndarray[Any, Any]], progress: str) -> bytearray:
    """Return a checkpoint's bytes: its arrays by name, and its progress as a text."""
    metadata = {"format": str(FORMAT), "progress": progress, "sha256": _NO_HASH.decode()}
    content = bytearray(safetensors.numpy.save(dict(arrays), metadata))
    place = content.index(_HASH_FIELD + _NO_HASH) + len(_HASH_FIELD)
    content[place : place + 64] = hashlib.sha256(content).hexdigest().encode()
    return content


def unpack(path: Path, most_bytes: int) -> tuple[dict[str, np.ndarray[Any, Any]], str]:
    """Read the arrays and the progress that `pack` was given.

    Parameters
    ----------
    path
        The file.
    most_bytes
        How many bytes its arrays have at most.

    Raises
    ------
    ModelFileError
        Where it cannot be read, is larger, of another version, or any of its bytes was changed.
    """
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > 8 + LARGEST_HEADER + most_bytes:
                raise ModelFileError(f"The checkpoint is damaged: it has {size:,} bytes.")
            content = stream.read(size)
    except OSError as error:
        raise ModelFileError(f"The checkpoint cannot be read: {error}.") from error
    end = 8 + int.from_bytes(content[:8], "little")
    _check_format(content, end)
    _check_hash(content, end)
    try:
        header = from_json(content[8:end])
        return safetensors.numpy.load(content), header["__metadata__"]["progress"]
    except (SafetensorError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise ModelFileError(f"The checkpoint cannot be read: {error}.") from error


def _check_format(content: bytes, end: int) -> None:
    told = _FORMAT_FIELD.search(content, 8, min(end, len(content)))
    if told is None:
        raise ModelFileError("The checkpoint is damaged: it has no header.")
    if (found := int(told[1])) != FORMAT:
        age = "a newer" if found > FORMAT else "an older"
        raise ModelFileError(
            f"The checkpoint was written by {age} version of pellucid (format {found})."
        )


def _check_hash(content: bytes, end: int) -> None:
    place = content.find(_HASH_FIELD, 8, min(end, len(content)))
    if place < 0:
        raise ModelFileError("The checkpoint is damaged: it has no hash.")
    place += len(_HASH_FIELD)
    digest = hashlib.sha256(content[:place])
    digest.update(_NO_HASH)
    digest.update(memoryview(content)[place + 64 :])
    if digest.hexdigest().encode() + b'"' != content[place : place + 65]:
        raise ModelFileError("The checkpoint is damaged: its hash does not match.")
