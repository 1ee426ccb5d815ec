"""A run's folder: made once, never overwritten, everything in it readable without pellucid.

- ``config.yaml`` — every setting; feeding it back repeats the run;
- ``run.json`` — where it comes from, and under which conditions it was trained;
- ``contract.json`` — what was assumed about the data;
- ``events.jsonl`` — a line for each epoch, for what was diagnosed on the way, and the end;
- ``checkpoints/`` — the states to go on from;
- ``model.pellucid``, ``card.md`` — the result.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pellucid import backend
from pellucid.data import Contract
from pellucid.errors import ModelFileError, OutputError, SettingError, SourceNotFoundError
from pellucid.files import cannot_write, write_atomically
from pellucid.training.checkpoints import CheckpointFolder
from pellucid.training.config import Config
from pellucid.training.event_log import EventLog
from pellucid.training.run_leftovers import (
    CHECKPOINTS,
    CONFIG,
    CONTRACT,
    RECORD,
    clear_unbegun,
    is_unbegun,
    probe_in,
    remove_parts,
)
from pellucid.training.run_record import Parent, RunRecord

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]


class RunFolder:
    """The files of one run.

    Parameters
    ----------
    path
        The folder.

    Attributes
    ----------
    checkpoints, log
        Its states, and its events.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.checkpoints = CheckpointFolder(self.path / CHECKPOINTS)
        self.model_path = self.path / "model.pellucid"
        self.card_path = self.path / "card.md"
        self.log = EventLog(self.path / "events.jsonl")
        self._config = self.path / CONFIG
        self._record = self.path / RECORD

    @classmethod
    def create(cls, wanted: Path | None, name: str, root: Path = Path("runs")) -> RunFolder:
        """Make a new folder: the one wanted, or ``runs/<name>-<n>`` with the next free n.

        Raises
        ------
        SettingError
            Where the wanted folder already holds something.
        OutputError
            Where it cannot be made.
        """
        try:
            if wanted is not None:
                wanted.mkdir(parents=True, exist_ok=True)
                if not is_unbegun(wanted):
                    raise SettingError(
                        f"The run folder {wanted} is not empty; nothing is overwritten.",
                        remedy=f"choose another folder, or go on with --resume {wanted}",
                    )
                _check_writable(wanted)
                clear_unbegun(wanted)
                return cls(wanted)
            root.mkdir(parents=True, exist_ok=True)
            for number in _numbers_after(root, name):
                path = root / f"{name}-{number}"
                try:
                    path.mkdir()
                except FileExistsError:  # another process was faster
                    continue
                return cls(path)
        except OSError as error:
            if isinstance(error, SettingError):
                raise
            raise cannot_write(wanted or root / name, error) from error
        raise AssertionError("there is always a next number")

    @classmethod
    def existing(cls, path: Path) -> RunFolder:
        """Open the folder of an earlier run; raises where it is none."""
        if not path.exists():
            raise SourceNotFoundError(
                f"There is no run folder {path}.", expected="a folder made by pellucid train"
            )
        folder = cls(path)
        if not folder._config.is_file():
            if path.is_dir() and any(path.iterdir()) and is_unbegun(path):
                raise ModelFileError(
                    f"The training in {path} was ended before it began, so nothing of it is lost.",
                    remedy=f"train anew; --run {path} may name the same folder",
                )
            raise ModelFileError(
                f"{path} is not a run folder: it has no config.yaml.",
                expected="a folder made by pellucid train",
            )
        return folder

    def begin(
        self,
        config: Config,
        reasons: dict[str, str],
        contract: Contract,
        parent: Parent | None = None,
        data: str | None = None,
    ) -> None:
        """Write what is settled before training.

        ``parent`` is what it was branched from, ``data`` the hash of data given in memory.
        The settings come last: with them, the folder becomes a run that can be resumed.
        """
        record = RunRecord(parent, reasons=reasons, data=data).continued(backend.conditions())
        write_atomically(self._record, record.to_json())
        kept = contract if config.examples else contract.without_examples()
        text = json.dumps(kept.to_dict(), ensure_ascii=False, indent=1)
        write_atomically(self.path / CONTRACT, text + "\n")
        write_atomically(self._config, config.to_yaml(reasons))

    def config(self) -> Config:
        """Read the settings back."""
        try:
            text = self._config.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelFileError(f"{self._config} cannot be read: {error}.") from error
        return _config_of(text, str(self._config))

    def record(self) -> RunRecord:
        """Read the record; an empty one of a run that has none.

        Raises
        ------
        ModelFileError
            Where it is damaged.
        """
        try:
            return RunRecord.from_json(self._record.read_text("utf-8"), str(self._record))
        except FileNotFoundError:
            return RunRecord()
        except (OSError, UnicodeDecodeError) as error:
            raise ModelFileError(f"{self._record} cannot be read: {error}.") from error

    def go_on(self) -> None:
        """Record that this process goes on with the run; let go of what killed ones left."""
        remove_parts(self.path)
        write_atomically(self._record, self.record().continued(backend.conditions()).to_json())

    def diverged(self) -> None:
        """Record that this process left the finite numbers; a full disk is no reason to fail."""
        with suppress(OutputError):
            write_atomically(self._record, self.record().having_diverged().to_json())

    def events(self) -> list[dict[str, Any]]:
        """Read the events back; a line that was cut off or damaged is passed over."""
        return self.log.read()

    def epochs(self) -> list[dict[str, Any]]:
        """Read what each epoch brought back, as `History` takes it."""
        return [event for event in self.events() if event.get("event") == "epoch_done"]

    def report(self) -> dict[str, Any] | None:
        """Return the final report of a finished run, or None."""
        if not self.model_path.is_file():
            return None
        for event in reversed(self.events()):
            if event.get("event") == "finished":
                report = event["report"]
                return dict(report) if isinstance(report, dict) else None
        return None

    @contextmanager
    def locked(self, by: Path | None = None) -> Iterator[None]:
        """Keep other processes from training into the same folder, where the system can.

        Parameters
        ----------
        by
            The file whose lock says so; None: the settings.
        """
        with (by or self._config).open("rb") as lock:
            if fcntl is not None:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError as error:
                    raise OutputError(
                        f"The run in {self.path} is being trained by another process.",
                        remedy="wait for it to end, or stop it",
                    ) from error
            yield

    def is_locked(self) -> bool:
        """Tell whether another process trains into the folder, where the system can say so."""
        try:
            with self.locked():
                return False
        except OutputError:
            return True

    @contextmanager
    def removed_if_unused(self) -> Iterator[None]:
        """Remove the folder again where an error comes before the run in it began."""
        try:
            yield
        except BaseException:
            clear_unbegun(self.path)
            with suppress(OSError):
                self.path.rmdir()  # refuses a folder that holds something
            raise


@functools.lru_cache(maxsize=256)  # lists of runs ask for the same ones again and again
def _config_of(text: str, where: str) -> Config:
    return Config.from_yaml(text, where)


def _numbers_after(root: Path, name: str) -> Iterator[int]:
    prefix = f"{name}-"
    taken = [
        int(path.name[len(prefix) :])
        for path in root.iterdir()
        if path.name.startswith(prefix) and path.name[len(prefix) :].isdigit()
    ]
    number = max(taken, default=0)
    while True:
        number += 1
        yield number


def _check_writable(folder: Path) -> None:
    """Find out before training that the result can be written."""
    probe = probe_in(folder, os.getpid())
    probe.touch()
    probe.unlink()
