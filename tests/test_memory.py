"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys

import pytest

# What glibc tells of itself (malloc.h): `hblkhd` bytes lie in mappings of their own.
NAMES = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
PROGRAM = f"""
import ctypes, json

class Told(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in {NAMES!r}.split()]

library = ctypes.CDLL(None)
library.mallinfo2.restype = Told
from pellucid import memory

def in_mappings():
    before = library.mallinfo2().hblkhd
    made = bytearray(4 << 20)
    return library.mallinfo2().hblkhd - before

def free_much():
    for _ in range(2):
        bytearray(8 << 20)

free_much()
found = [in_mappings()]
memory.give_back(memory.KEPT_FREE_FOR_LONG)
with memory.limited_to(memory.SMALLEST):  # which gives back as well, and may keep more
    free_much()
print(json.dumps([*found, in_mappings()]))
"""


def has_mallinfo2() -> bool:
    try:
        return hasattr(ctypes.CDLL(None), "mallinfo2")
    except (OSError, TypeError):
        return False


@pytest.mark.skipif(not has_mallinfo2(), reason="not the GNU C library, or one before 2.33")
def test_a_large_array_lies_by_itself_whatever_was_freed_before() -> None:
    """By itself, glibc puts arrays among others once a larger one was freed (mallopt(3))."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=True
    )
    by_itself: list[int] = json.loads(done.stdout)
    assert by_itself[0] == 0
    assert by_itself[1] >= 4 << 20
