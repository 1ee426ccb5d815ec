"""Archives of folders that the page sends: unpacked within limits, under names that stay inside.

What may come: files in folders. What may not: names that lead elsewhere, links, passwords, two
members of one name, more files than a person has, and few bytes that unpack to very many
("A better zip bomb", Fifield, USENIX WOOT 2019).
"""

from __future__ import annotations

import lzma
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from pellucid.data.sources.reading import damaged, refuse_bomb
from pellucid.data.sources.walking import is_left_behind
from pellucid.data.sources.zipped import locked
from pellucid.errors import DataError

_DAMAGED = (zlib.error, lzma.LZMAError)
MOST_FILES = 200_000
MOST_UNPACKED = 2 << 30
"""All files of an archive together have at most so many bytes."""
_DEEPEST = 16
_LONGEST_NAME = 255
_ENCRYPTED = 0x1
_FOLDERS = ("/", "\\")
# What no name may hold, or be, on one of the systems.
_NOT_IN_NAMES = frozenset('<>:"|?*')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def unpack(archive: Path, into: Path) -> None:
    """Unpack an archive into a folder that is not there yet.

    What systems leave behind (hidden files, ``__MACOSX``) stays out, as do folders around all
    that there is: ``photos/cat/1.png`` becomes ``cat/1.png`` where everything lies in ``photos``.

    Raises
    ------
    DataError
        Where it is no archive, is damaged or locked, or holds what may not come.
    OSError
        Where it cannot be written.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [one for one in opened.infolist() if not one.filename.endswith(_FOLDERS)]
            named = [(_parts(archive, member), member) for member in members]
            wanted = [one for one in named if not any(map(is_left_behind, one[0]))]
            kept = dict(wanted)
            if len(kept) < len(wanted):
                raise _refused(archive, "Two of its files have one name.")
            _check(archive, members, list(kept.values()))
            around = _around(list(kept))
            into.mkdir()
            for parts, member in kept.items():
                path = into.joinpath(*parts[around:])
                path.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(member) as stream, path.open("xb") as file:
                    shutil.copyfileobj(stream, file)  # no more than the directory says
    except (FileExistsError, NotADirectoryError) as error:
        raise _refused(archive, "Two of its files have one name.") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, *_DAMAGED) as error:
        raise damaged(archive, "it is not a whole zip archive") from error


def _parts(archive: Path, member: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return the folders and the name of a member; DataError where they could lead elsewhere."""
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    is_plain = all(
        part not in ("/", "..") and part.isprintable() and not _NOT_IN_NAMES & set(part)
        and not part.endswith((".", " ")) and not _DEVICES.fullmatch(part)
        and len(part.encode("utf-8", "surrogatepass")) <= _LONGEST_NAME
        for part in parts
    )  # fmt: skip
    if not (is_plain and 0 < len(parts) <= _DEEPEST):
        raise _refused(archive, f"One of its files has the name {name[:100]!r}.")
    return parts


def _check(
    archive: Path, members: Sequence[zipfile.ZipInfo], kept: Sequence[zipfile.ZipInfo]
) -> None:
    """Refuse what may not come, before anything is written."""
    if len(members) > MOST_FILES:
        raise _refused(archive, f"It holds {len(members):,} files.", f"at most {MOST_FILES:,}")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise locked(archive)
    if any(stat.S_ISLNK(member.external_attr >> 16) for member in members):
        raise _refused(archive, "It holds links.", "files alone, in folders")
    if not kept:
        raise _refused(archive, "It holds no files.", "pictures, sounds, texts or tables")
    unpacked = sum(member.file_size for member in kept)
    refuse_bomb(archive, archive.stat().st_size, unpacked)
    if unpacked > min(MOST_UNPACKED, shutil.disk_usage(archive.parent).free // 2):
        raise _refused(
            archive,
            f"Its files have {unpacked:,} bytes in all.",
            f"at most {MOST_UNPACKED >> 20:,} MiB, and half of what is free on the disk",
        )


def _around(files: Sequence[tuple[str, ...]]) -> int:
    """Return how many folders lie around all files.

    Examples
    --------
    >>> _around([("photos", "cat", "1.png"), ("photos", "dog", "1.png")])
    1
    """
    n = 0
    while all(len(parts) > n + 1 for parts in files) and len({parts[n] for parts in files}) == 1:
        n += 1
    return n


def _refused(
    archive: Path, what: str, expected: str = "plain names of files in folders"
) -> DataError:
    return DataError(
        what,
        where=str(archive),
        expected=expected,
        remedy="unpack it, and start the studio with the folder: pellucid studio --data FOLDER",
    )
