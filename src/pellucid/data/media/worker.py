"""Decoding some files into rows of one file: what every process does, and a helper's whole life.

A helper is started with `COMMAND`, reads pickled `Part` requests from its standard input, answers
each by a line of JSON on its standard output, and ends when its input does, so that none outlives
its starter. It opens files that anybody may have made: so its answers hold no code, as pickles
would, and are checked (`read_answer`).
Only NumPy and the one decoder are loaded here: a helper is at work after a quarter of a second.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from pellucid.data.media.form import Form, UnreadableError

# `pellucid.data` itself would load all that tables need. A package that is only a place stands in
# for it, and the modules below it are loaded as ever.
COMMAND = """
import sys, types
sys.path[:] = {path!r}
package = types.ModuleType("pellucid.data")
package.__path__ = [{folder!r}]
sys.modules["pellucid.data"] = package
from pellucid.data.media.worker import serve
serve()
"""


READY = "ready"


@dataclass(frozen=True)
class Part:
    """Some files to decode.

    Attributes
    ----------
    form
        What every file is brought to.
    paths
        The files.
    rows_path
        An existing file; row *i* lies at ``i`` times the bytes of one row.
    first
        The row of the first file.
    """

    form: Form
    paths: Sequence[str]
    rows_path: str
    first: int


@dataclass(frozen=True)
class Decodings:
    """What decoding a part gave, besides the rows that were written.

    Attributes
    ----------
    checksums
        The CRC-32 of each row.
    problems
        Of each file that could not be read: its place in the part, why, and whether that lasts
        for as long as the file does not change.
    """

    checksums: list[int]
    problems: list[tuple[int, str, bool]]


def decode_part(part: Part) -> Decodings:
    """Decode a part's files and write their rows; raise OSError where they cannot be written."""
    rows = np.zeros((len(part.paths), *part.form.shape), dtype=part.form.dtype)
    problems = []
    for offset, path in enumerate(part.paths):
        try:
            rows[offset] = part.form.read(path)
        except UnreadableError as error:
            problems.append((offset, error.reason, error.lasting))
    with open(part.rows_path, "r+b") as stream:  # noqa: PTH123 -- a path that was sent as text
        stream.seek(part.first * rows[:1].nbytes)
        stream.write(rows.tobytes() if rows.size == 0 else rows.data)
    return Decodings([zlib.crc32(row) for row in rows], problems)


def serve() -> None:
    """Answer requests until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process the person sees
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # whatever a library prints must not travel among the answers
        _say(answers, READY)
        while True:
            try:
                part = pickle.load(sys.stdin.buffer)  # noqa: S301 -- from the process that began this
            except EOFError:
                return
            try:
                done = decode_part(part)
            except OSError as error:
                _say(answers, {"errno": error.errno, "strerror": error.strerror or str(error)})
            else:
                _say(answers, {"checksums": done.checksums, "problems": done.problems})


def read_answer(line: bytes, n: int) -> Decodings | OSError:
    """Read what a helper answered for a part of ``n`` files.

    Raises
    ------
    ValueError
        Where it is no such answer.

    Examples
    --------
    >>> read_answer(b'{"checksums": [7, 8], "problems": [[1, "it is a folder", false]]}', 2)
    Decodings(checksums=[7, 8], problems=[(1, 'it is a folder', False)])
    """
    try:
        told = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    match told:
        case {"checksums": list(checksums), "problems": list(problems)}:
            return Decodings(_checksums(checksums, n), [_problem(own, n) for own in problems])
        case {"errno": int() | None as number, "strerror": str(why)}:
            return OSError(number, why)
    raise ValueError("no answer of a helper")


def _checksums(told: list[Any], n: int) -> list[int]:
    if len(told) != n or not all(type(one) is int and 0 <= one < 1 << 32 for one in told):
        raise ValueError("no checksums")
    return told


def _problem(told: Any, n: int) -> tuple[int, str, bool]:
    match told:
        case [int(place), str(reason), bool(lasting)] if 0 <= place < n:
            return place, reason, lasting
    raise ValueError("no problem of a file")


def _say(answers: BinaryIO, told: object) -> None:
    answers.write(json.dumps(told).encode() + b"\n")
    answers.flush()
