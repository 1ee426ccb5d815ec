"""Files that the page sends: kept in a private folder, under names that the studio makes.

A folder comes as a zip archive, and is kept as the folder that was in it. They stay there, so that
a run that learned from one can go on and be looked into later. Before one is kept, a process with
limits unpacks and tries it (`proof`), so that a file that takes too much, or breaks what reads it,
is refused and never opened by the server.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from pellucid.data.sources import PACKED, PARTED_READERS, READERS
from pellucid.files import NEW, UPLOADS, cannot_write, data_folder, remove_stale
from pellucid.studio.limited import Limits
from pellucid.studio.messages.data import Source
from pellucid.studio.proof import prove
from pellucid.studio.refusals import RefusedError

MOST_BYTES = 256 << 20
"""The largest file that is taken; larger ones are given to the command, as --data."""
ARCHIVE = ".zip"
"""The ending of an archive of a folder; one of a single text, such as ``.csv.zip``, is a file."""
_FREE_BYTES = 512 << 20
"""So much of the disk is left free."""


def endings() -> list[str]:
    """Return the endings of the names of files that are taken."""
    texts = [".csv", ".tsv", ".tab", ".txt", ".data", ".jsonl", ".ndjson", ".json"]
    packed = [text + ending for text in texts for ending in PACKED]
    return [*READERS, *PARTED_READERS, *packed, ARCHIVE]


def uploaded() -> list[Path]:
    """Return the files that were sent, the newest first."""
    found = []
    for path in data_folder(UPLOADS).iterdir():
        with suppress(FileNotFoundError):  # deleted since the folder was read
            if _is_ours(path.name):
                found.append((-path.stat().st_mtime_ns, path.name, path))
    return [path for *_, path in sorted(found)]


def as_source(path: Path) -> Source:
    """Return how a file that was sent is told of."""
    kind = "folder" if path.is_dir() else "file"
    return Source(f"upload-{path.name}", shown_name(path.name), "upload", kind, None, None, "")


def shown_name(name: str) -> str:
    """Return what a person reads for a file's name: without the digest that `keep` puts into it.

    Examples
    --------
    >>> shown_name("my-people-" + 32 * "0" + ".csv")
    'my-people.csv'
    """
    return re.sub(r"-[0-9a-f]{32}(?=\.|$)", "", name, count=1)


async def keep(name: str, stream: AsyncIterator[bytes]) -> Path:
    """Write a file that is being sent, or the folder that comes in it, and give it its name.

    Parameters
    ----------
    name
        What the person calls it; only its ending is taken as it is.
    stream
        Its bytes.

    Raises
    ------
    RefusedError
        Where it is of no form that can be read, is empty, or too large.
    DataError
        Where its reader finds something wrong with it.
    OutputError
        Where it cannot be written.
    """
    ending = _ending(name)
    folder, new = data_folder(UPLOADS), data_folder(UPLOADS, NEW)
    remove_stale(new)
    try:
        here, digest = await _received(stream, new, ending)
        try:
            if not here.stat().st_size:
                raise RefusedError(422, "The file is empty.", where=name[:200])
            kept = folder / f"{_stem(name, ending)}-{digest}{'' if ending == ARCHIVE else ending}"
            if kept.exists():
                kept.touch()  # it is the newest again
            elif ending == ARCHIVE:
                await run_in_threadpool(_keep_folder, here, kept, name[:200])
            else:
                await run_in_threadpool(prove, here, name[:200], Limits.usual())
                here.replace(kept)
            return kept
        finally:
            here.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def _keep_folder(archive: Path, kept: Path, name: str) -> None:
    """Unpack and try an archive, and put the folder that was in it where it stays."""
    unpacked = archive.with_suffix("")
    try:
        prove(archive, name, Limits.usual(), unpacked)
        unpacked.rename(kept)
    except OSError:
        if not kept.exists():  # else it came twice at once, and the other one is kept
            raise
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


async def _received(stream: AsyncIterator[bytes], folder: Path, ending: str) -> tuple[Path, str]:
    """Write what is sent into a file of its own; return it, and a digest of its bytes."""
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, suffix=ending, delete=False) as part:
        try:
            async for piece in stream:
                size += len(piece)
                if size > MOST_BYTES or shutil.disk_usage(folder).free < _FREE_BYTES:
                    raise _too_large(size)
                digest.update(piece)
                part.write(piece)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    return Path(part.name), digest.hexdigest()[:32]


def _ending(name: str) -> str:
    """Return the ending that says how a file is read; RefusedError where none does."""
    known = sorted(endings(), key=len, reverse=True)
    found = next((ending for ending in known if name.lower().endswith(ending)), None)
    if found is None:
        raise RefusedError(
            422,
            "Files of this kind are not taken.",
            where=name[:200],
            expected=", ".join(dict.fromkeys((*READERS, *PARTED_READERS, ARCHIVE))),
            remedy="send pictures, sounds or texts in their folder, or start the studio with it: "
            "pellucid studio --data FOLDER",
        )
    return found


def _stem(name: str, ending: str) -> str:
    """Return the letters and digits of a name, in small."""
    plain = re.sub(r"[^a-z0-9]+", "-", name[: -len(ending)].lower()).strip("-")
    return plain[:40].strip("-") or "data"


def _is_ours(name: str) -> bool:
    return re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{32}(\.[a-z0-9]+){0,2}", name) is not None


def _too_large(size: int) -> RefusedError:
    if size > MOST_BYTES:
        return RefusedError(
            413,
            "The file is too large to be sent.",
            expected=f"at most {MOST_BYTES >> 20} MiB",
            remedy="start the studio with it: pellucid studio --data FILE",
        )
    return RefusedError(507, "The disk is almost full.", remedy="free some space on it")
