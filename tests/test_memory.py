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
    made = bytearray(20 << 20)
    return library.mallinfo2().hblkhd - before

def free_much():
    for _ in range(2):
        bytearray(24 << 20)

free_much()
found = [in_mappings()]
memory.give_back()
free_much()
print(json.dumps([*found, in_mappings()]))
"""

HOLES = r"""
import json, os, re, time
from pathlib import Path
from pellucid import memory

def resident():
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) >> 10

memory.give_back()
memory._SECONDS_BETWEEN, memory._SECONDS_OF_WORK = 0.01, 0.0
made = [(bytearray(1 << 20), bytearray(2000)) for _ in range(300)]
for large, _ in made:
    large[::4096] = b"x" * 256  # so that each page is there
held = [small for _, small in made]
full = resident()
del made, large, _
holed = resident()
with memory.given_back_regularly():
    end = time.monotonic() + 30
    while resident() > full - 250 and time.monotonic() < end:
        time.sleep(0.01)
    print(json.dumps([full, holed, resident()]))
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
    assert by_itself[1] >= 20 << 20


@pytest.mark.skipif(not has_mallinfo2(), reason="not the GNU C library, or one before 2.33")
def test_holes_among_what_is_kept_go_back_while_a_process_works() -> None:
    """300 arrays of 1 MiB, each before something that stays: glibc itself can give none back."""
    done = subprocess.run(
        [sys.executable, "-c", HOLES], capture_output=True, text=True, timeout=120, check=True
    )
    full, holed, after = json.loads(done.stdout)
    assert holed > full - 50  # MiB: without it, they stay
    assert after <= full - 250
