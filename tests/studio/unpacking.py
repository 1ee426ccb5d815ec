"""A frame read as its description says, by nothing of the studio's own."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np


@dataclass
class Unpacked:
    """A frame's content."""

    numbers: np.ndarray
    scale: float
    step: int
    offset: tuple[int, ...]
    whole: tuple[int, ...]
    each: tuple[int, ...]


def unpack(content: bytes) -> Unpacked:
    version, kind, rank, zero, scale, step = struct.unpack_from("<BBBBfQ", content)
    assert (version, zero) == (1, 0)
    lists = np.frombuffer(content, "<u4", 4 * rank, offset=16).reshape(4, rank)
    shape, offset, whole, each = (tuple(map(int, one)) for one in lists)
    begin = 16 + 16 * rank
    begin += -begin % 8
    assert not any(content[16 + 16 * rank : begin])
    numbers = np.frombuffer(content, {1: "i1", 2: "<f4"}[kind], offset=begin)
    return Unpacked(numbers.reshape(shape), scale, step, offset, whole, each)
