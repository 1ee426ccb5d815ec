"""The model file: one zip, no pickle, checked before it is believed.

Members, none compressed:

- ``model.json`` — format version, contract, encoders, network, task, how it was made, and the
  SHA-256 of every other member;
- ``weights.safetensors`` — the parameters, named ``layer/array``;
- ``card.md`` — the model described for people;
- ``examples.json`` — a few rows (can be left out).

The archive's comment holds the SHA-256 of ``model.json``, so that every byte of content is covered.
Opening checks names, sizes, hashes and the version first, and refuses damage with one line.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl
import safetensors.numpy
from safetensors import SafetensorError

from pellucid.data import Contract, InputEncoding, Table
from pellucid.errors import ModelFileError, OutputError, PellucidError, SourceNotFoundError
from pellucid.files import write_atomically
from pellucid.model.conformal import Conformal
from pellucid.model.forecast_intervals import ForecastIntervals
from pellucid.model.trained import TrainedModel
from pellucid.nn import Network, Params
from pellucid.tasks import task_from_dict

FORMAT_VERSION = 1
SUFFIX = ".pellucid"
_MODEL, _WEIGHTS, _CARD, _EXAMPLES = "model.json", "weights.safetensors", "card.md", "examples.json"
_LARGEST_TEXT = 256 << 20
_SIGNATURE = "pellucid model, sha256 of model.json: "
_DTYPES = {
    str(dtype): dtype
    for dtype in (
        *(pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64),
        *(pl.Float32, pl.Float64, pl.Boolean, pl.String),
    )
}
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the same model is the same bytes


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
    members = {_WEIGHTS: _weights_to_bytes(model.params), _CARD: card.encode()}
    if model.examples is not None:
        members[_EXAMPLES] = json.dumps(_examples_to_dict(model.examples)).encode()
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
    described_bytes = json.dumps(described, ensure_ascii=False, indent=1).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {_MODEL: described_bytes, **members}.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_DATE), content)
        archive.comment = (_SIGNATURE + hashlib.sha256(described_bytes).hexdigest()).encode()
    write_atomically(path, buffer.getvalue())
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
        members = _read_members(path)
        return _assemble(json.loads(members[_MODEL]), members)
    except ModelFileError:
        raise
    except (OSError, zipfile.BadZipFile, ValueError, LookupError, TypeError, EOFError) as error:
        reason = error.what if isinstance(error, PellucidError) else _one_line(error)
        raise _damaged(path, reason) from error
    except (SafetensorError, AttributeError, RuntimeError, ArithmeticError) as error:
        raise _damaged(path, _one_line(error)) from error


def is_model_file(path: Path) -> bool:
    """Return whether a file says of itself that it is a model; it may still be damaged."""
    with suppress(zipfile.BadZipFile, OSError), zipfile.ZipFile(path) as archive:
        return archive.comment.startswith(_SIGNATURE.encode())
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


def _read_members(path: Path) -> dict[str, bytes]:
    """Read all members after checking names and sizes; check hashes before returning them."""
    with zipfile.ZipFile(path) as archive:
        comment = archive.comment.decode("ascii", "replace")
        if not comment.startswith(_SIGNATURE):
            raise ModelFileError(
                f"{path} is not a pellucid model file, or its end is missing.",
                expected="a file written by pellucid train or model.save",
            )
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if len(set(names)) != len(names) or not {_MODEL, _WEIGHTS, _CARD} <= set(names):
            raise _damaged(path, "parts are missing or doubled")
        size = path.stat().st_size
        for info in infos:
            stored = info.compress_type == zipfile.ZIP_STORED and info.file_size <= size
            if not stored or (info.filename != _WEIGHTS and info.file_size > _LARGEST_TEXT):
                raise _damaged(path, f"{info.filename} has an impossible size")
        described = archive.read(_MODEL)
        if hashlib.sha256(described).hexdigest() != comment.removeprefix(_SIGNATURE):
            raise _damaged(path, f"the hash of {_MODEL} does not match")
        _check_version(path, json.loads(described))
        if unknown := set(names) - {_MODEL, _WEIGHTS, _CARD, _EXAMPLES}:
            raise _damaged(path, f"it holds unknown parts {sorted(unknown)}")
        members = {name: archive.read(name) for name in names}
    expected = json.loads(members[_MODEL])["sha256"]
    for name, content in members.items():
        if name != _MODEL and hashlib.sha256(content).hexdigest() != expected.get(name):
            raise _damaged(path, f"the hash of {name} does not match")
    return members


def _check_version(path: Path, described: Mapping[str, Any]) -> None:
    version = described["format_version"]
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"{path} was written by a newer version of pellucid (format {version}).",
            expected=f"format {FORMAT_VERSION} or older",
            remedy="pip install --upgrade pellucid",
        )


def _assemble(described: Mapping[str, Any], members: Mapping[str, bytes]) -> TrainedModel:
    network = Network.from_dict(described["network"])
    params = _weights_from_bytes(members[_WEIGHTS], network, described["in_features"])
    conformal = described.get("conformal")
    examples = json.loads(members[_EXAMPLES]) if _EXAMPLES in members else None
    return TrainedModel(
        contract=Contract.from_dict(described["contract"]),
        encoding=InputEncoding.from_dict(described["encoding"]),
        task=task_from_dict(described["task"]),
        network=network,
        params=params,
        made=described["made"],
        examples=None if examples is None else _examples_from_dict(examples),
        conformal=None if conformal is None else _conformal_from_dict(conformal),
    )


def _conformal_from_dict(saved: Mapping[str, Any]) -> Conformal | ForecastIntervals:
    """Make again what intervals are made of; those of forecasts count each step's windows."""
    return ForecastIntervals.from_dict(saved) if "counts" in saved else Conformal.from_dict(saved)


def _weights_to_bytes(params: Params) -> bytes:
    arrays = {
        f"{layer}/{name}": np.ascontiguousarray(array)
        for layer, own in params.items()
        for name, array in own.items()
    }
    return safetensors.numpy.save(arrays)


def _weights_from_bytes(content: bytes, network: Network, in_features: int) -> Params:
    """Read the parameters and hold them against the shapes that the network must have."""
    arrays = safetensors.numpy.load(content)
    params: Params = {}
    for name, array in arrays.items():
        layer, leaf = name.split("/")
        params.setdefault(layer, {})[leaf] = jnp.asarray(array)
    expected = network.parameter_shapes(in_features)
    found = {layer: {leaf: a.shape for leaf, a in own.items()} for layer, own in params.items()}
    if found != expected:
        raise ValueError("the weights do not fit the network")
    return {layer: params[layer] for layer in expected}


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
            name: np.array(column["array"], dtype=column["dtype"])
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
