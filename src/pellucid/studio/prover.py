"""The process in which a file that was sent is tried: see `pellucid.studio.proof`.

A question comes over standard input, as JSON: the file, and where an archive of a folder is
unpacked. The answer is the reader's refusal, or ``{}``.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from pellucid.errors import PellucidError
from pellucid.studio.limited import limit


def main() -> None:
    """Answer one question."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    question = json.load(sys.stdin)
    # Threads reserve memory that they do not use, each for itself.
    os.environ["POLARS_MAX_THREADS"] = str(min(4, os.cpu_count() or 1))
    # What is decoded here is of files that will lie elsewhere, if they are kept.
    os.environ["PELLUCID_CACHE_LIMIT"] = "0"
    from pellucid.studio.unpacking import unpack
    from pellucid.training.config import Config
    from pellucid.training.looking import see_row
    from pellucid.training.opening import open_data

    limit(question["memory"], question["processor"])
    told = {}
    try:
        if into := question["into"]:
            unpack(Path(question["path"]), Path(into))
        config = Config.make(source=into or question["path"])
        open_data(config)
    except PellucidError as error:
        told = {
            "message": error.what, "where": error.where, "expected": error.expected,
            "remedy": error.remedy,
        }  # fmt: skip
    except OSError as error:  # no room on the disk, or a damaged stream
        why = error.strerror or str(error)
        told = {"message": f"It cannot be unpacked: {why.lower()}.", "where": question["path"]}
    else:
        # What the person can mend by settings is no reason to refuse it.
        with suppress(PellucidError):
            see_row(config, 1)
    with answers:
        json.dump(told, answers)
