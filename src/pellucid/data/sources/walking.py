"""Going through a folder: every file once, in natural order, whatever links there are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pellucid.data.rows import count
from pellucid.errors import DataError, quote_list

# What systems and programs leave behind, beside everything whose name begins with a dot.
LEFT_BEHIND = {"__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db", "@eadir", "__pycache__"}


@dataclass
class Walk:
    """What was found on the way, and what could not be.

    Attributes
    ----------
    root
        The folder that is gone through; paths in notes are relative to it.
    unreadable
        Folders that could not be opened, links that lead nowhere, and things that are no files.
    repeated
        Folders that were reached a second time, by a link, and not entered again.
    """

    root: Path
    unreadable: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def entries(self, folder: Path) -> tuple[list[Path], list[Path]]:
        """Return the sub-folders and the files of a folder, each in natural order.

        A folder that was entered before has none. Links are followed, once.
        """
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in self._seen:
                self.repeated.append(self.name(folder))
                return [], []
            self._seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: natural_key(entry.name))
        except OSError:
            self.unreadable.append(self.name(folder))
            return [], []
        folders: list[Path] = []
        files: list[Path] = []
        for entry in entries:
            if is_left_behind(entry.name):
                continue
            path = folder / entry.name
            try:
                if entry.is_dir():
                    folders.append(path)
                elif entry.is_file():
                    files.append(path)
                else:  # a pipe, a device, a link that leads nowhere or to itself
                    self.unreadable.append(self.name(path))
            except OSError:
                self.unreadable.append(self.name(path))
        return folders, files

    def files(self, folder: Path) -> Iterator[Path]:
        """Yield every file below a folder: its own first, then those of its sub-folders."""
        waiting = [folder]
        while waiting:
            folders, files = self.entries(waiting.pop())
            yield from files
            waiting += reversed(folders)

    def name(self, path: Path) -> str:
        """Return a path relative to the root, for messages."""
        try:
            return str(path.relative_to(self.root))
        except ValueError:
            return str(path)

    def notes(self) -> list[str]:
        """Say what was passed over on the way."""
        notes = []
        if self.unreadable:
            entries = count(len(self.unreadable), "entry").replace("entrys", "entries")
            notes.append(f"{entries} could not be read: {quote_list(self.unreadable, 5)}.")
        if self.repeated:
            notes.append(
                f"{count(len(self.repeated), 'link')} back to a folder already seen, not "
                f"followed: {quote_list(self.repeated, 5)}."
            )
        return notes


def is_left_behind(name: str) -> bool:
    """Tell whether a file or folder is hidden, or was left there by a system."""
    return name.startswith(".") or name.lower() in LEFT_BEHIND


def natural_key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Return a key that sorts 2 before 10, and capital letters with small ones.

    Examples
    --------
    >>> sorted(["10", "b", "2", "A1", "a10", "a2"], key=natural_key)
    ['2', '10', 'A1', 'a2', 'a10', 'b']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [
        (0, int(part[:1000]), "") if part[0].isdigit() and part.isascii() else (1, 0, part)
        for part in parts
    ], name


def cannot_read_folder(folder: Path, error: OSError) -> DataError:
    """Word the system's refusal to list a folder (made here, raised by the caller)."""
    reason = (error.strerror or type(error).__name__).lower()
    return DataError(
        f"The folder cannot be read: {reason}.",
        where=str(folder),
        expected="a folder that you may list",
        remedy="check its permissions, or give another folder",
    )
