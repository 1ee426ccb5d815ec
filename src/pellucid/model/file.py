"""The model file: one zip, no pickle, checked before it is believed.

Members, none compressed, in this order:

- ``model.json`` — format version, contract, encoders, network, task, how it was made, and the
  SHA-256 of every other member;
- ``weights.safetensors`` — the parameters, named ``layer/array``;
- ``card.md`` — the model described for people;
- ``examples.json`` — a few rows (can be left out).

The archive's comment holds the SHA-256 of ``model.json``, so every byte of content is covered; the
bytes between follow from names and contents (`pellucid.model.archive`). So a file with any byte
changed is refused. Names and sizes are checked before memory is taken for a member, hashes and the
version before it is looked into.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from safetensors import SafetensorError

from pellucid.data import Contract, InputEncoding, Table
from pellucid.errors import ModelFileError, OutputError, PellucidError, SourceNotFoundError
from pellucid.files import written_atomically
from pellucid.model.archive import ArchiveReader, write_archive
from pellucid.model.conformal import Conformal
from pellucid.model.forecast_intervals import ForecastIntervals
from pellucid.model.json_text import from_json, to_json
from pellucid.model.trained import TrainedModel
from pellucid.model.weights import weights_from_bytes, weights_to_bytes
from pellucid.nn import Network
from pellucid.tasks import task_from_dict

FORMAT_VERSION = 1
SUFFIX = ".pellucid"
_MODEL, _WEIGHTS, _CARD, _EXAMPLES = "model.json", "weights.safetensors", "card.md", "examples.json"
_ALL = (_MODEL, _WEIGHTS, _CARD, _EXAMPLES)
_LARGEST_TEXT = 256 << 20
_SIGNATURE = b"pellucid model, sha256 of model.json: "
_COMMENT_LENGTH = len(_SIGNATURE) + 64
_DTYPES = {
    str(dtype): dtype
    for dtype in (
        *(pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64),
        *(pl.Float32, pl.Float64, pl.Boolean, pl.String),
    )
}
_ARRAY_DTYPES = ("bool", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)))
_ARRAY_DTYPES += ("float16", "float32", "float64")
# What reading a file that contradicts itself may raise, beside pellucid's own errors.
_SIGNS_OF_DAMAGE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ArithmeticError,
    MemoryError, SafetensorError, pl.exceptions.PolarsError,
)  # fmt: skip


def save_model(model: TrainedModel, path: Path, card: str) -> Path:
    """Write a model file in one step; an existing one is replaced only when the new is whole.

    Parameters
    ----------
    model
        The model.
    path
        The file's name, as it is.
    card
        The model described for people, Markdown.

    Raises
    ------
    OutputError
        Where the file cannot be written.
    """
    members = {_WEIGHTS: weights_to_bytes(model.params), _CARD: card.encode()}
    if model.examples is not None:
        members[_EXAMPLES] = to_json(_examples_to_dict(model.examples))
    described = {
        "format_version": FORMAT_VERSION,
        "contract": model.contract.to_dict(),
        "encoding": model.encoding.to_dict(),
        "task": model.task.to_dict(),
        "network": model.network.to_dict(),
        "in_features": model.encoding.in_features,
        "made": dict(model.made),
        **({} if model.conformal is None else {"conformal": model.conformal.to_dict()}),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in members.items()},
    }
    described_bytes = to_json(described, indent=1)
    with written_atomically(path) as stream:
        write_archive(stream, {_MODEL: described_bytes, **members}, _comment_of(described_bytes))
    return path


def load_model(path: Path) -> TrainedModel:
    """Open a model file.

    Parameters
    ----------
    path
        A ``.pellucid`` file, or a run folder that holds one.

    Raises
    ------
    SourceNotFoundError
        Where there is no such file.
    ModelFileError
        Where it is damaged, not a model file, or from a newer version.
    """
    path = Path(path)
    if path.is_dir():
        path = path / f"model{SUFFIX}"
        if not path.is_file():
            raise ModelFileError(
                f"{path.parent} is a folder without a finished model.",
                remedy=f"finish the run first: pellucid train --resume {path.parent}",
            )
    if not path.is_file():
        raise SourceNotFoundError(
            f"There is no model file {path}.",
            expected="a .pellucid file or the folder of a finished run",
        )
    try:
        return _assemble(*_read(path))
    except ModelFileError:
        raise
    except _SIGNS_OF_DAMAGE as error:
        reason = error.what if isinstance(error, PellucidError) else _one_line(error)
        raise _damaged(path, reason) from error


def is_model_file(path: Path) -> bool:
    """Return whether a file says of itself that it is a model; it may still be damaged."""
    with suppress(OSError):
        return _comment_at_the_end(path).startswith(_SIGNATURE)
    return False


def refuse_other_files(path: Path) -> None:
    """Raise OutputError where a model could not be written, or would replace another file."""
    if path.is_dir():
        raise OutputError(f"Cannot write {path}: it is a folder.", remedy="name a file")
    if not path.parent.is_dir():
        raise OutputError(
            f"Cannot write {path}: there is no folder {path.parent}.",
            remedy="make the folder first, or choose another",
        )
    if path.exists() and not is_model_file(path):
        raise OutputError(
            f"{path} exists and is not a model file; nothing was overwritten.",
            remedy="choose another name",
        )


def _comment_of(described: bytes) -> bytes:
    return _SIGNATURE + hashlib.sha256(described).hexdigest().encode()


def _comment_at_the_end(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, os.fstat(stream.fileno()).st_size - _COMMENT_LENGTH))
        return stream.read(_COMMENT_LENGTH)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Read what ``model.json`` says and all members; each is held against its hash."""
    comment = _comment_at_the_end(path)
    if not comment.startswith(_SIGNATURE):
        raise _damaged(path, "it does not end as one does")
    described: dict[str, Any] = {}
    members: dict[str, bytes] = {}
    hashes = {_MODEL: comment.removeprefix(_SIGNATURE).decode("ascii", "replace")}
    with path.open("rb") as stream:
        reader = ArchiveReader(stream, os.fstat(stream.fileno()).st_size)
        while (member := reader.next_header()) is not None:
            if member.name not in hashes or member.name in members:
                raise _damaged(path, f"{member.name!r} is no part of it, or stands twice")
            if member.name != _WEIGHTS and member.size > _LARGEST_TEXT:
                raise _damaged(path, f"{member.name} has an impossible size")
            content = members[member.name] = reader.content()
            if hashlib.sha256(content).hexdigest() != hashes[member.name]:
                raise _damaged(path, f"the hash of {member.name} does not match")
            if member.name == _MODEL:
                described = from_json(content)
                _check_version(path, described)
                hashes |= described["sha256"]
        if tuple(members) not in (_ALL, _ALL[:-1]) or set(members) != set(hashes):
            raise _damaged(path, "parts are missing, or in another order")
        reader.finish(comment)
    return described, members


def _check_version(path: Path, described: Mapping[str, Any]) -> None:
    version = described["format_version"]
    if type(version) is not int or version < 1:
        raise _damaged(path, f"there is no format {version}")
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"{path} was written by a newer version of pellucid (format {version}).",
            expected=f"format {FORMAT_VERSION} or older",
            remedy="pip install --upgrade pellucid",
        )


def _assemble(described: Mapping[str, Any], members: Mapping[str, bytes]) -> TrainedModel:
    network = Network.from_dict(described["network"])
    params = weights_from_bytes(members[_WEIGHTS], network, described["in_features"])
    conformal = described.get("conformal")
    examples = members.get(_EXAMPLES)
    return TrainedModel(
        contract=Contract.from_dict(described["contract"]),
        encoding=InputEncoding.from_dict(described["encoding"]),
        task=task_from_dict(described["task"]),
        network=network,
        params=params,
        made=_checked_made(described["made"]),
        examples=None if examples is None else _examples_from_dict(from_json(examples)),
        conformal=None if conformal is None else _conformal_from_dict(conformal),
    )


def _checked_made(made: Mapping[str, Any]) -> Mapping[str, Any]:
    """Hold the outline of how a model was made against what is read of it; ValueError otherwise."""
    outline = {"settings": dict, "reasons": dict, "report": dict, "history": list, "notes": list}
    wrong = [name for name, kind in outline.items() if not isinstance(made.get(name, kind()), kind)]
    metrics = {} if wrong else made.get("report", {}).get("metrics", {})
    if not all(isinstance(one, float | int | None) for one in metrics.values()):
        wrong = ["metrics"]
    if wrong:
        raise ValueError(f"how it was made is no record: {', '.join(wrong)}")
    return made


def _conformal_from_dict(saved: Mapping[str, Any]) -> Conformal | ForecastIntervals:
    """Make again what intervals are made of; those of forecasts count each step's windows."""
    return ForecastIntervals.from_dict(saved) if "counts" in saved else Conformal.from_dict(saved)


def _examples_to_dict(examples: Table) -> dict[str, Any]:
    columns = {}
    for name in examples:
        values = examples[name]
        if isinstance(values, pl.Series):
            if not _is_kept(values.dtype):
                values = values.cast(pl.String)
            columns[name] = {"dtype": str(values.dtype), "values": values.to_list()}
        else:
            columns[name] = {"dtype": values.dtype.name, "array": values.tolist()}
    return columns


def _examples_from_dict(saved: Mapping[str, Any]) -> Table:
    return Table(
        {
            name: np.array(column["array"], dtype=_array_dtype_of(column["dtype"]))
            if "array" in column
            else pl.Series(name, column["values"], dtype=_dtype_of(column["dtype"]))
            for name, column in saved.items()
        }
    )


def _is_kept(dtype: Any) -> bool:
    """Tell whether JSON holds values of a type as they are, lists of such values among them."""
    while isinstance(dtype, pl.List):
        dtype = dtype.inner
    return str(dtype) in _DTYPES


def _array_dtype_of(name: str) -> np.dtype[Any]:
    if name not in _ARRAY_DTYPES:
        raise ValueError(f"{name} is no type of numbers")
    return np.dtype(name)


def _dtype_of(name: str) -> Any:
    """Return the type that a text such as ``List(String)`` names."""
    if name.startswith("List("):
        return pl.List(_dtype_of(name.removeprefix("List(").removesuffix(")")))
    return _DTYPES[name]


def _damaged(path: Path, reason: str) -> ModelFileError:
    return ModelFileError(
        f"{path} is damaged or is not a pellucid model file: {reason}.",
        remedy="train again, or fetch the file again from where it came",
    )


def _one_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
