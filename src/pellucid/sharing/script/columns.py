"""Columns and answers as a script lists them: the functions of `rows` and their settings."""

from __future__ import annotations

import math
from typing import Any

from pellucid.data.kinds import Encoder
from pellucid.data.kinds.category import CategoryEncoder
from pellucid.data.kinds.image import ImageEncoder
from pellucid.data.kinds.number import NumberEncoder
from pellucid.data.kinds.series import SeriesEncoder
from pellucid.data.kinds.vector import VectorEncoder
from pellucid.data.numerals import NumberFormat, written_pattern
from pellucid.sharing.supported import answering
from pellucid.tasks import Task


def settings_of(encoder: Encoder) -> dict[str, Any] | None:
    """Return the settings of a column's function; None where a script has none.

    The function is called as the encoder's kind.

    Parameters
    ----------
    encoder
        How the column becomes what the network receives.
    """
    if isinstance(encoder, NumberEncoder):
        moments = {"mean": encoder.mean, "scale": encoder.scale}
        return {**moments, **_marked(encoder), **_format(encoder.format)}
    if isinstance(encoder, CategoryEncoder):
        other = {"has_other": True} if encoder.has_other else {}
        told = {"categories": list(encoder.categories), "of": encoder.value_type}
        return {**told, **other, **_marked(encoder)}
    if isinstance(encoder, ImageEncoder):
        shade = {name: getattr(encoder, name) for name in ("white", "mean", "scale")}
        return {"shape": list(encoder.grid), **shade, **_marked(encoder)}
    if isinstance(encoder, VectorEncoder):
        missing = {"missing": list(encoder.missing)} if encoder.missing else {}
        return {"shape": list(encoder.block_shape), **_of_entries(encoder), **missing}
    if isinstance(encoder, SeriesEncoder):
        return _series(encoder)
    return None


def _format(format: NumberFormat) -> dict[str, str]:
    if format.is_plain:
        return {}
    decimal = {} if format.decimal == "." else {"decimal": format.decimal}
    return {"written": written_pattern(format), **decimal}


def _series(encoder: SeriesEncoder) -> dict[str, Any]:
    further = []
    if encoder.length_mean is not None and encoder.length_scale is not None:
        further.append((math.log(encoder.n_steps) - encoder.length_mean) / encoder.length_scale)
    further += [0.0] if encoder.has_gaps else []
    shape = encoder.grid if encoder.as_channels else encoder.grid[:1]
    beyond: dict[str, Any] = {"further": further} if further else {}
    if encoder.as_lists and encoder.as_channels:  # each channel's steps by themselves
        beyond["channels_first"] = True
    return {"shape": list(shape), **_of_entries(encoder), **beyond}


def _of_entries(encoder: VectorEncoder | SeriesEncoder) -> dict[str, list[float]]:
    return {"mean": list(encoder.mean), "scale": list(encoder.scale)}


def _marked(encoder: NumberEncoder | CategoryEncoder | ImageEncoder) -> dict[str, bool]:
    return {"has_missing": True} if encoder.has_missing else {}


def answer_of(task: Task) -> tuple[str, dict[str, Any]]:
    """Return the name of the function that makes answers of outputs, and its settings.

    Parameters
    ----------
    task
        One that `pellucid.sharing.supported.check` lets through.
    """
    how = answering(task)
    if how["kind"] == "number":
        bend = {} if how["bend"] is None else {name: how[name] for name in ("bend", "highest")}
        return "as_numbers", {"mean": how["mean"], "scale": how["scale"], **bend}
    values = [int(one) for one in how["values"]] if how["kind"] == "clusters" else how["values"]
    warm = {} if how["temperature"] == 1.0 else {"temperature": how["temperature"]}
    return "as_classes", {"values": values, **warm}
