"""Decoding many files with all cores, straight into one file of rows.

This process decodes as well. Helpers join it only where what is left would take it longer than
they need to start, so a few files are done at once and many as fast as the cores allow. They are
new interpreters, not forks, which could hang beside JAX's threads; and they do not run the
person's script again, which therefore needs no ``__main__`` guard. They write their rows to the
disk themselves: what comes back is a checksum a row, so memory stays flat.
"""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.spawn
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.data.media.form import Form
from pellucid.data.media.worker import COMMAND, READY, Decodings, Part, decode_part, read_answer

# A helper needs about a quarter of a second of its core before it decodes its first file.
_WORTH_HELP_SECONDS = 0.6
_PART_SECONDS = 0.1
_MOST_PART_BYTES = 32 << 20
_MOST_PART_FILES = 512
_MOST_PROCESSES = 16
_PATIENCE_SECONDS = 5
_LONGEST_ANSWER = 1 << 22


@dataclass
class Outcome:
    """What decoding gave, besides the rows themselves.

    Attributes
    ----------
    checksums
        The CRC-32 of each row, uint32, shape ``(n,)``.
    reasons
        Why a file could not be read, by row.
    passing
        The rows among them whose reason may pass without the file changing.
    """

    checksums: Any
    reasons: dict[int, str] = field(default_factory=dict)
    passing: set[int] = field(default_factory=set)

    def take(self, start: int, decoded: Decodings) -> None:
        """Add one part's outcome."""
        self.checksums[start : start + len(decoded.checksums)] = decoded.checksums
        for offset, reason, lasting in decoded.problems:
            self.reasons[start + offset] = reason
            if not lasting:
                self.passing.add(start + offset)


def decode_rows(form: Form, paths: Sequence[str], rows_path: Path) -> Outcome:
    """Decode files into the rows of an existing file of the right size.

    Parameters
    ----------
    form
        What every file is brought to.
    paths
        The files.
    rows_path
        Where row *i* is written: at ``i`` times the bytes of one row.

    Raises
    ------
    OSError
        Where the rows cannot be written.
    """
    work = _Work(form, paths, str(rows_path), Outcome(np.zeros(len(paths), dtype=np.uint32)))
    work.do_next(1)  # loads the decoder as well, and so says nothing of how long a file takes
    began, done = time.perf_counter(), work.next
    helpers: list[_Helper] = []
    try:
        while work.do_next(work.size):
            if helpers or work.next <= done:
                continue
            a_file = (time.perf_counter() - began) / (work.next - done)
            work.size = _part_size(form, a_file)
            if (len(paths) - work.next) * a_file > _WORTH_HELP_SECONDS:
                helpers = [_Helper(work) for _ in range(number_of_processes() - 1)]
                for helper in helpers:
                    helper.start()
        for helper in helpers:
            helper.finish()
        while work.do_next(work.size):  # what a helper left undone, if one was killed
            pass
    except BaseException:
        work.stop()
        for helper in helpers:
            helper.kill()
        raise
    if work.failure is not None:
        raise work.failure
    return work.outcome


def number_of_processes() -> int:
    """Return how many processes may decode: the cores; only one where this is a worker itself."""
    if multiprocessing.current_process().name != "MainProcess":
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))
    return min(_MOST_PROCESSES, os.cpu_count() or 1)


class _Work:
    """The files still to be decoded, shared by this thread and those that lead the helpers."""

    def __init__(self, form: Form, paths: Sequence[str], rows_path: str, outcome: Outcome) -> None:
        self.form, self.paths, self.rows_path, self.outcome = form, paths, rows_path, outcome
        self.size = 1
        self.next = 0
        self.failure: OSError | None = None
        self._given_back: list[Part] = []
        self._lock = threading.Lock()

    def do_next(self, size: int) -> bool:
        """Decode the next files in this process; return False where none are left."""
        part = self.take(size)
        if part is None:
            return False
        self.note(part, decode_part(part))
        return True

    def take(self, size: int) -> Part | None:
        """Return the next files to decode, or None where none are left."""
        with self._lock:
            if self._given_back:
                return self._given_back.pop()
            if self.next >= len(self.paths) or self.failure is not None:
                return None
            start = self.next
            self.next = min(len(self.paths), start + size)
            paths = list(self.paths[start : self.next])
            return Part(self.form, paths, self.rows_path, start)

    def give_back(self, part: Part) -> None:
        """Take a part back that a helper could not do."""
        with self._lock:
            self._given_back.append(part)

    def note(self, part: Part, answer: Decodings | OSError) -> None:
        """Keep what became of a part."""
        with self._lock:
            if isinstance(answer, OSError):
                self.failure = answer
            else:
                self.outcome.take(part.first, answer)

    def stop(self) -> None:
        """Hand out nothing more."""
        with self._lock:
            self._given_back.clear()
            self.next = len(self.paths)


class _Helper(threading.Thread):
    """A thread that leads one helping process: it hands out a part, and waits for the answer."""

    def __init__(self, work: _Work) -> None:
        super().__init__(name="pellucid-decoding", daemon=True)
        self._work = work
        self._is_ready = False
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start the process, and give it work until there is none."""
        part: Part | None = None
        try:
            self._process = process = _start()
            stdin, stdout = process.stdin, process.stdout
            assert stdin is not None  # noqa: S101 -- both were asked for
            assert stdout is not None  # noqa: S101 -- as above
            if json.loads(stdout.readline(_LONGEST_ANSWER)) != READY:
                return
            self._is_ready = True
            while (part := self._work.take(self._work.size)) is not None:
                pickle.dump(part, stdin)
                stdin.flush()
                answer = read_answer(stdout.readline(_LONGEST_ANSWER), len(part.paths))
                self._work.note(part, answer)
        except (OSError, ValueError):
            # It could not be started, or was killed, perhaps for want of memory.
            if part is not None:
                self._work.give_back(part)
        finally:
            self.kill()

    def finish(self) -> None:
        """Wait until the part at hand is done; a process that never came to work is ended."""
        if not self._is_ready:
            self.kill()
        self.join()

    def kill(self) -> None:
        """End the process, and wait until it is gone."""
        process = self._process
        if process is None:
            return
        with suppress(OSError):
            process.kill()
        process.wait(_PATIENCE_SECONDS)
        if threading.current_thread() is self:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()


def _start() -> subprocess.Popen[bytes]:
    command = COMMAND.format(path=sys.path, folder=str(Path(__file__).resolve().parents[1]))
    executable = os.fsdecode(multiprocessing.spawn.get_executable() or sys.executable)
    return subprocess.Popen(  # noqa: S603 -- this very interpreter
        [executable, "-c", command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # One core each: threads of a matrix library would only fight for it.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _part_size(form: Form, seconds_a_file: float) -> int:
    """Choose how many files go into one part: a tenth of a second of work, little memory."""
    row_bytes = max(1, int(np.prod(form.shape)) * np.dtype(form.dtype).itemsize)
    by_time = round(_PART_SECONDS / max(seconds_a_file, 1e-6))
    return max(1, min(by_time, _MOST_PART_FILES, _MOST_PART_BYTES // row_bytes))
