"""Zip archives: what they would unpack to is asked first, and one text file may come in one."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from pellucid.data.sources.reading import damaged, refuse_bomb, refuse_irregular, unreadable
from pellucid.errors import DataError, quote_list

ONE_MIB = 1 << 20


def check_zip(path: Path, what: str, *, read: bool = False) -> list[str]:
    """Check that an archive is whole and of a sensible size; return its members' names.

    Parameters
    ----------
    path
        A file that should be a zip archive, as ``.npz``, ``.xlsx`` and ``.ods`` are.
    what
        What to call it in messages: ``".npz archive"``.
    read
        Whether every member is also unpacked once, piece by piece, so that sizes which the
        directory states wrongly are found before another program believes them.

    Raises
    ------
    DataError
        Where it is no archive, is cut off, or would fill the memory.
    """
    refuse_irregular(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            refuse_bomb(path, path.stat().st_size, unpacked)
            if read:
                for member in members:
                    with archive.open(member) as stream:
                        while stream.read(ONE_MIB):
                            pass
    except DataError:
        raise  # it is a ValueError, but not one of zipfile's
    except RuntimeError as error:  # what zipfile raises for an encrypted member
        raise locked(path) from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, zlib.error) as error:
        raise damaged(path, f"it is not a whole {what}") from error
    except OSError as error:
        raise unreadable(path, error) from error
    return [member.filename for member in members]


def locked(path: Path) -> DataError:
    """Word that a file is protected by a password (made here, raised by the caller)."""
    return DataError(
        "The file is protected by a password.",
        where=str(path),
        expected="a file that can be read without one",
        remedy="open it in the program that made it, and save it without the password",
    )


def only_member(path: Path, endings: tuple[str, ...]) -> tuple[str, bytes]:
    """Return the name and content of the only file in an archive.

    Raises
    ------
    DataError
        Where the archive holds several files, or one of another kind.
    """
    names = [
        name
        for name in check_zip(path, "zip archive")
        if not name.endswith("/") and not name.startswith("__MACOSX/")
    ]
    if len(names) != 1 or Path(names[0]).suffix.lower() not in endings:
        raise DataError(
            f"The archive holds {quote_list(names, 5)}." if names else "The archive is empty.",
            where=str(path),
            expected=f"one table of text, such as data.csv ({quote_list(endings)})",
            remedy=f"unpack it, and give the folder or file: unzip {path.name} -d {path.stem}",
        )
    try:
        with zipfile.ZipFile(path) as archive:
            return names[0], archive.read(names[0])
    except RuntimeError as error:
        raise locked(path) from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, zlib.error) as error:
        raise damaged(path, "it is not a whole zip archive") from error
    except OSError as error:
        raise unreadable(path, error) from error
