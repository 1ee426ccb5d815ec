"""Decoding some files into rows of one file: what every process does, and a helper's whole life.

A helper is started with `COMMAND`, reads pickled `Part` requests from its standard input, answers
each on its standard output, and ends when its input does, so that none outlives its starter.
Only NumPy and the one decoder are loaded here: a helper is at work after a quarter of a second.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

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
        pickle.dump("ready", answers)
        answers.flush()
        while True:
            try:
                part = pickle.load(sys.stdin.buffer)  # noqa: S301 -- from the process that began this
            except EOFError:
                return
            try:
                answer: Decodings | OSError = decode_part(part)
            except OSError as error:
                answer = error
            pickle.dump(answer, answers)
            answers.flush()
