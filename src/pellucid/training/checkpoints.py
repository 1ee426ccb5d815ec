"""Checkpoints: everything needed to go on, in one file that checks itself.

Its arrays are the training state and the best weights so far, beside the progress as JSON
(:mod:`pellucid.training.checkpoint_file`). It is written to a temporary name, flushed, and moved
into place; a damaged one is named and skipped, and the newest valid one is used. Which ones are
kept says :mod:`pellucid.training.retention`. Cost: about 50 ms for 16 MB.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np

from pellucid.errors import ModelFileError
from pellucid.files import cannot_write, write_atomically
from pellucid.nn import Params
from pellucid.training.checkpoint_file import pack, unpack
from pellucid.training.retention import HISTORY_BYTES, HISTORY_SHARE, superfluous
from pellucid.training.run_leftovers import ORIGIN
from pellucid.training.step import TrainingState


@dataclass
class Progress:
    """Where a training stands, beside its state.

    Attributes
    ----------
    steps_per_epoch, epochs
        The plan; a time limit may shorten ``epochs``.
    losses
        The losses of the steps done in the current, unfinished epoch.
    history
        One entry for each finished epoch: its losses, metrics, rate and seconds.
    best_epoch, best_score
        The epoch (from 1) that did best on the validation data so far, and how well: the
        task's main metric and, among equals, the negative loss.
    seconds
        Time spent training so far, over all sessions.
    fingerprint
        What the data and settings hash to; a checkpoint goes on only with the same.
    """

    steps_per_epoch: int
    epochs: int
    fingerprint: str
    losses: list[float] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    best_epoch: int = 0
    best_score: list[float] | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Checkpoint:
    """A state, the best weights so far (or None), and the progress."""

    state: TrainingState
    best_params: Params | None
    progress: Progress

    @property
    def best_step(self) -> int:
        """The step at the end of the best epoch; 0 where there is none."""
        progress = self.progress
        if not progress.best_epoch:
            return 0
        epochs = len(progress.history) - progress.best_epoch
        return int(self.state.step) - epochs * progress.steps_per_epoch - len(progress.losses)


class CheckpointFolder:
    """The checkpoints of one run: the newest few, the best, and a sparse history.

    Parameters
    ----------
    folder
        Where they lie; made with the first one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._origin = folder / ORIGIN

    def write(self, checkpoint: Checkpoint) -> Path:
        """Write a checkpoint, let go of those too many; raises OutputError, harming none."""
        self._make()
        path = self._path_of(int(checkpoint.state.step))
        write_atomically(path, _to_bytes(checkpoint))
        self._let_go(int(checkpoint.state.step), checkpoint.best_step)
        return path

    def write_origin(self, checkpoint: Checkpoint) -> None:
        """Write the state that a branch begins with, which is never let go; raises as `write`."""
        self._make()
        write_atomically(self._origin, _to_bytes(checkpoint))

    def origin(
        self, template: TrainingState, skipped: Callable[[Path, str], None]
    ) -> Checkpoint | None:
        """Return the state that a branch began with; None where there is none, or it is damaged."""
        if not self._origin.is_file():
            return None
        try:
            return _from_file(self._origin, template)
        except ModelFileError as error:
            skipped(self._origin, error.what)
            return None

    def _make(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def paths(self) -> list[Path]:
        """Return the files, oldest first."""
        return sorted(self.folder.glob(f"step-{'[0-9]' * 9}.safetensors"))

    def steps(self) -> list[int]:
        """Return the steps that there are files of, in their order."""
        return [_step_of(path) for path in self.paths()]

    def _let_go(self, newest: int, best: int) -> None:
        sizes = {}
        for path in self.paths():
            with suppress(OSError):  # gone meanwhile
                sizes[_step_of(path)] = path.stat().st_size
        room = HISTORY_BYTES
        with suppress(OSError):
            free = shutil.disk_usage(self.folder).free + sum(sizes.values())
            room = min(room, int(HISTORY_SHARE * free))
        for step in superfluous(sizes, newest=newest, best=best, room=room):
            with suppress(OSError):
                self._path_of(step).unlink()

    def _path_of(self, step: int) -> Path:
        return self.folder / f"step-{step:09d}.safetensors"

    def set_aside(self) -> None:
        """Rename all checkpoints, so that none is taken for one of a training begun anew."""
        for path in self.paths():
            with suppress(OSError):
                path.replace(path.with_suffix(".damaged"))

    def newest(
        self,
        template: TrainingState,
        skipped: Callable[[Path, str], None],
        at_most: int | None = None,
    ) -> Checkpoint | None:
        """Return the newest checkpoint that is whole, of a branch its origin at least, or None.

        Parameters
        ----------
        template
            A state of the same training; its shapes are what is expected.
        skipped
            Called with the path of each damaged file and what is wrong with it.
        at_most
            The latest step that it may be of; None: any.
        """
        for path in reversed(self.paths()):
            if at_most is not None and _step_of(path) > at_most:
                continue
            try:
                return _from_file(path, template)
            except ModelFileError as error:
                skipped(path, error.what)
        origin = self.origin(template, skipped)
        if origin is None or (at_most is not None and int(origin.state.step) > at_most):
            return None
        return origin

    def params_of(self, step: int) -> dict[str, dict[str, np.ndarray]]:
        """Return the parameters after so many steps, by layer and name.

        Raises
        ------
        ModelFileError
            Where the file is damaged, or not there any more.
        """
        path = self._path_of(step)
        try:
            size = path.stat().st_size
        except OSError as error:
            raise ModelFileError(f"The checkpoint cannot be read: {error}.") from error
        arrays, _ = unpack(path, size)
        found: dict[str, dict[str, np.ndarray]] = {}
        for name, array in arrays.items():
            kind, _, rest = name.partition("/")
            layer, _, leaf = rest.partition("/")
            if kind == "params":
                found.setdefault(layer, {})[leaf] = array
        return found

    def newest_progress(self) -> Progress | None:
        """Return where the training stands in the newest whole checkpoint; None without one."""
        for path in (*reversed(self.paths()), self._origin):
            with suppress(ModelFileError, OSError):
                _, progress = unpack(path, path.stat().st_size)
                return _progress_of(progress)
        return None


def _step_of(path: Path) -> int:
    return int(path.stem.removeprefix("step-"))


def _to_bytes(checkpoint: Checkpoint) -> bytearray:
    arrays = _arrays_of(_as_tree(checkpoint.state, checkpoint.best_params))
    return pack(arrays, json.dumps(asdict(checkpoint.progress), sort_keys=True))


def _from_file(path: Path, template: TrainingState) -> Checkpoint:
    """Read a checkpoint that holds a state like the template; raise ModelFileError otherwise."""
    with_best = _as_tree(template, template.params)
    most_bytes = sum(leaf.nbytes for leaf in jax.tree.leaves(with_best))
    arrays, progress = unpack(path, most_bytes)
    has_best = any(name.startswith("best/") for name in arrays)
    wanted = with_best if has_best else _as_tree(template, None)
    leaves, structure = jax.tree_util.tree_flatten_with_path(wanted)
    found = []
    for path_to_leaf, leaf in leaves:
        name = _name_of(path_to_leaf)
        array = arrays.get(name)
        if array is None or array.shape != leaf.shape or array.dtype != leaf.dtype:
            raise ModelFileError(f"The checkpoint is of another network: {name} does not fit.")
        found.append(jax.numpy.asarray(array))
    if len(arrays) != len(leaves):
        raise ModelFileError("The checkpoint is of another network: it holds more than that.")
    tree = jax.tree_util.tree_unflatten(structure, found)
    key = jax.random.wrap_key_data(tree["key"])
    state = TrainingState(tree["params"], tree["optimizer_state"], key, tree["step"])
    return Checkpoint(state, tree.get("best"), _progress_of(progress))


def _progress_of(text: str) -> Progress:
    try:
        return Progress(**json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise ModelFileError(f"The checkpoint's progress cannot be read: {error}.") from error


def _as_tree(state: TrainingState, best: Params | None) -> dict[str, Any]:
    """Lay a state out as named arrays; keys become the integers they hold."""
    tree = {**state._asdict(), "key": jax.random.key_data(state.key)}
    return tree if best is None else {**tree, "best": best}


def _arrays_of(tree: Mapping[str, Any]) -> dict[str, np.ndarray]:
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    # safetensors writes the memory as it lies: make it lie in C order.
    return {_name_of(path): np.ascontiguousarray(leaf).reshape(leaf.shape) for path, leaf in leaves}


def _name_of(path: tuple[Any, ...]) -> str:
    return jax.tree_util.keystr(path, simple=True, separator="/")
