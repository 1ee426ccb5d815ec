"""A search's files, beside those of the run that it ends with.

- ``search.json`` — what is searched: settings as given, number of trials, space, data's hash;
- ``trials.jsonl`` — a line for each trial that ended, flushed to the disk before the next begins,
  and one that says why there are no more;
- ``tuning.json`` — what came out, once it is finished.

All is JSON, read without Optuna. A line that was cut off by a kill or a full disk is passed over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pellucid.errors import ModelFileError, SourceNotFoundError
from pellucid.files import cannot_write, write_atomically
from pellucid.training.config import Config
from pellucid.training.run_folder import RunFolder
from pellucid.training.settings_text import read_settings
from pellucid.tuning.trial import Trial

_FORMAT = 1


class SearchFolder:
    """The files of one search.

    Parameters
    ----------
    run
        The run folder that they lie in.

    Attributes
    ----------
    run, path
        The run folder, and where it lies.
    """

    def __init__(self, run: RunFolder) -> None:
        self.run, self.path = run, run.path
        self._search = self.path / "search.json"
        self._trials = self.path / "trials.jsonl"
        self._result = self.path / "tuning.json"

    @classmethod
    def existing(cls, path: Path) -> SearchFolder:
        """Open the folder of an earlier search; raises where it is none."""
        expected = "a folder made by pellucid tune"
        if not path.exists():
            raise SourceNotFoundError(f"There is no folder {path}.", expected=expected)
        folder = cls(RunFolder(path))
        if not folder._search.is_file():
            is_run = (path / "config.yaml").is_file()
            raise ModelFileError(
                f"{path} is not the folder of a search: it has no search.json.",
                expected=expected,
                remedy=f"go on with a training: pellucid train --resume {path}" if is_run else None,
            )
        return folder

    def begin(self, config: Config, trials: int, fingerprint: str, space: list[Any]) -> None:
        """Write what is searched."""
        search = {
            "format": _FORMAT,
            "trials": trials,
            "settings": read_settings(config.to_yaml(), "the settings"),
            "space": space,
            "fingerprint": fingerprint,
        }
        write_atomically(self._search, json.dumps(search, ensure_ascii=False, indent=1) + "\n")

    def search(self) -> tuple[Config, int, str]:
        """Read back the settings as given, the number of trials, and the hash of the data."""
        found = self._read(self._search)
        try:
            if found["format"] != _FORMAT:
                raise ModelFileError(
                    f"{self._search} has the format {found['format']}, which is not known here.",
                    expected=f"format {_FORMAT}",
                    remedy="take the version of pellucid that began the search",
                )
            settings = dict(found["settings"].items())
            return Config.make(**settings), int(found["trials"]), str(found["fingerprint"])
        except (KeyError, TypeError, AttributeError) as error:
            raise _damaged(self._search, error) from error

    def append(self, trial: Trial) -> None:
        """Write a trial down, and see to it that it lies on the disk."""
        self._append(trial.to_dict())

    def end(self, ended: str) -> None:
        """Write down that the trials are over, and why."""
        self._append({"ended": ended})

    def _append(self, entry: Mapping[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=False) + "\n"
        try:
            with self._trials.open("a+b") as stream:
                # A line that was cut off before must not take this one with it.
                if stream.tell() and not self._trials.read_bytes().endswith(b"\n"):
                    stream.write(b"\n")
                stream.write(line.encode())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            refusal = cannot_write(self._trials, error)
            refusal.remedy = f"{refusal.remedy}; then pellucid tune --resume {self.path}"
            raise refusal from error

    def trials(self) -> list[Trial]:
        """Read the trials back, in their order, up to the first one that is missing."""
        found: dict[int, Trial] = {}
        for entry in self._entries():
            try:
                trial = Trial.from_dict(entry)
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
            found.setdefault(trial.number, trial)
        trials: list[Trial] = []
        while len(trials) + 1 in found:
            trials.append(found[len(trials) + 1])
        return trials

    def ended(self) -> str | None:
        """Return why the trials are over, or None where they are not."""
        return next((str(entry["ended"]) for entry in self._entries() if "ended" in entry), None)

    def _entries(self) -> Iterator[dict[str, Any]]:
        if self._trials.is_file():
            for line in self._trials.read_bytes().splitlines():
                with suppress(ValueError):
                    entry = json.loads(line)
                    if isinstance(entry, dict):
                        yield entry

    def finish(self, result: Mapping[str, Any]) -> None:
        """Write what came out."""
        write_atomically(self._result, json.dumps(result, ensure_ascii=False, indent=1) + "\n")

    def result(self) -> dict[str, Any] | None:
        """Read what came out, or return None where the search is not finished."""
        return self._read(self._result) if self._result.is_file() else None

    @property
    def is_training(self) -> bool:
        """Whether the trials are over, and the training with the best settings was begun."""
        return (self.path / "config.yaml").is_file()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out of the folder, where the system can."""
        with self.run.locked(self._search):
            yield

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise _damaged(path, error) from error
        if not isinstance(found, dict):
            raise _damaged(path, TypeError("no object"))
        return found


def _damaged(path: Path, error: Exception) -> ModelFileError:
    return ModelFileError(
        f"{path} cannot be read: {error}.",
        expected="the file as pellucid tune wrote it",
        remedy="begin anew: pellucid tune SOURCE",
    )
