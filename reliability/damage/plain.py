"""Damage to any file's bytes, as disks, cables and people do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random


def cut(content: bytes, draw: Random) -> bytes:
    """Keep the beginning only; often nearly all of it."""
    lost = draw.choice((draw.randint(1, 200), draw.randint(1, len(content))))
    return content[: max(0, len(content) - lost)]


def without_beginning(content: bytes, draw: Random) -> bytes:
    """Lose the beginning."""
    return content[draw.randint(1, 200) :]


def flip_bits(content: bytes, draw: Random) -> bytes:
    """Turn one bit round, or a few."""
    made = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 2, 8))):
        made[draw.randrange(len(made))] ^= 1 << draw.randrange(8)
    return bytes(made)


def change_byte(content: bytes, draw: Random) -> bytes:
    """Put another byte in one's place, near the ends more often: there the headers are."""
    near = min(len(content), 300)
    places = (draw.randrange(near), len(content) - 1 - draw.randrange(near))
    place = draw.choice((*places, draw.randrange(len(content))))
    return content[:place] + bytes([draw.randrange(256)]) + content[place + 1 :]


def zero(content: bytes, draw: Random) -> bytes:
    """Put zeros in place of a range, as a sector that was never written has them."""
    start, end = _range(content, draw)
    return content[:start] + bytes(end - start) + content[end:]


def noise(content: bytes, draw: Random) -> bytes:
    """Put random bytes in place of a range."""
    start, end = _range(content, draw)
    return content[:start] + draw.randbytes(end - start) + content[end:]


def swap(content: bytes, draw: Random) -> bytes:
    """Exchange two ranges of the same length."""
    length = draw.randint(1, max(1, min(4096, len(content) // 2)))
    one = draw.randint(0, len(content) - 2 * length)
    other = draw.randint(one + length, len(content) - length)
    middle = content[one + length : other]
    first, second = content[one : one + length], content[other : other + length]
    return content[:one] + second + middle + first + content[other + length :]


def move(content: bytes, draw: Random) -> bytes:
    """Take a range out, and put it in elsewhere."""
    start, end = _range(content, draw)
    left = content[:start] + content[end:]
    place = draw.randint(0, len(left))
    return left[:place] + content[start:end] + left[place:]


def repeat(content: bytes, draw: Random) -> bytes:
    """Have a range twice."""
    start, end = _range(content, draw)
    return content[:end] + content[start:]


def leave_out(content: bytes, draw: Random) -> bytes:
    """Lose a range."""
    start, end = _range(content, draw)
    return content[:start] + content[end:]


def put_in(content: bytes, draw: Random) -> bytes:
    """Have bytes more, anywhere."""
    place = draw.randint(0, len(content))
    return content[:place] + draw.randbytes(draw.choice((1, 4, 512))) + content[place:]


def prepend(content: bytes, draw: Random) -> bytes:
    """Have bytes before the first one, as a program that unpacks itself has."""
    return draw.choice((b"#!/bin/sh\n", bytes(512), draw.randbytes(7))) + content


def append(content: bytes, draw: Random) -> bytes:
    """Have bytes after the last one."""
    return content + draw.choice((b"\0", b"\n", bytes(512), draw.randbytes(7), content))


def _range(content: bytes, draw: Random) -> tuple[int, int]:
    longest = draw.choice((16, 512, 4096, len(content)))
    start = draw.randrange(len(content))
    return start, min(len(content), start + draw.randint(1, longest))


PLAIN_WAYS: Mapping[str, Callable[[bytes, Random], bytes]] = {
    way.__name__: way
    for way in (
        cut, without_beginning, flip_bits, change_byte, zero, noise, swap, move, repeat, leave_out,
        put_in, prepend, append,
    )
}  # fmt: skip
