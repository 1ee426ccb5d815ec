"""What an exported file can compute, and a page fill in, by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pellucid.data.kinds import Encoder
from pellucid.data.kinds.category import CategoryEncoder
from pellucid.data.kinds.image import ImageEncoder
from pellucid.data.kinds.number import NumberEncoder
from pellucid.data.targets import NumberTarget
from pellucid.errors import SettingError
from pellucid.model import TrainedModel
from pellucid.nn import Network
from pellucid.tasks import Classification, Clustering, Regression, Task

FAMILIES = frozenset(
    {
        "batch_normalization",
        "branches",
        "centres",
        "centring",
        "convolution",
        "dense",
        "dropout",
        "embedding",
        "embedding_bag",
        "ensemble",
        "global_pooling",
        "gru",
        "layer_normalization",
        "lstm",
        "periodic_embedding",
        "pooling",
        "positions",
        "reshape",
        "residual",
        "self_attention",
    }
)
"""The families that ``web/src/exported/engine/layers.ts`` and ``script/layers.py`` compute."""


def check(trained: TrainedModel) -> None:
    """Refuse a model that a file could not answer for.

    Raises
    ------
    SettingError
        For a layer, or a task, that it does not know; the layer is named.
    """
    for name, family in _families(_described(trained.network)):
        if family not in FAMILIES:
            raise SettingError(
                "This network cannot be exported.",
                where=f"the layer {name!r} is of the family {family}",
                expected=f"layers among {', '.join(sorted(FAMILIES))}",
                remedy="train with the preset fast, or look into it with pellucid studio",
            )
    task = trained.task
    if isinstance(task, Regression):
        known = isinstance(task.target, NumberTarget)
    else:
        known = isinstance(task, Classification | Clustering)
    if not known:
        raise SettingError(
            "An exported file cannot answer for this task.",
            where=f"the task is {task.name}",
            expected="one target that is a class or a number, or clusters",
            remedy="look into it with pellucid studio",
        )


def described_layers(network: Network) -> list[dict[str, Any]]:
    """Return the layers' families, names and settings, as JSON takes them."""
    return _described(network)


def _described(network: Network) -> list[dict[str, Any]]:
    pairs = zip(network.names, network.layers, strict=True)
    return [{**layer.to_dict(), "name": name} for name, layer in pairs]


def _families(layers: Sequence[dict[str, Any]], within: str = "") -> Iterator[tuple[str, str]]:
    """Yield the names and families of all layers, those within others as well."""
    for number, layer in enumerate(layers, start=1):
        name = f"{within}{layer.get('name') or number}"
        yield name, layer["family"]
        for part in ("layers", "shortcut"):
            yield from _families(layer.get(part) or (), f"{name}.")
        for branch in layer.get("branches") or ():
            yield from _families(branch["layers"], f"{name}.{branch['name']}.")


def fill_in(encoders: Sequence[tuple[str, Encoder]]) -> list[dict[str, Any]] | None:
    """Return how each column of a form becomes numbers; None where a column cannot be filled in."""
    found = []
    for column, encoder in encoders:
        told = _told(encoder)
        if told is None:
            return None
        found.append({"column": column, **told})
    return found


def _told(encoder: Encoder) -> dict[str, Any] | None:
    if isinstance(encoder, NumberEncoder):
        told = {"mean": encoder.mean, "scale": encoder.scale, "has_missing": encoder.has_missing}
        return {"kind": "number", **told}
    if isinstance(encoder, CategoryEncoder):
        told = {"has_other": encoder.has_other, "has_missing": encoder.has_missing}
        return {"kind": "category", "categories": list(encoder.categories), **told}
    if isinstance(encoder, ImageEncoder):
        is_whole = encoder.dtype in {"uint8", "uint16"}
        return {
            "kind": "image",
            "grid": list(encoder.grid),
            "white": encoder.white,
            "is_whole": is_whole,
            "mean": encoder.mean,
            "scale": encoder.scale,
            "has_missing": encoder.has_missing,
        }
    return None


def loss_of(task: Task) -> dict[str, Any] | None:
    """Return how the training measured its loss; None where the page cannot tell of one."""
    if isinstance(task, Classification):
        weights = None if task.class_weights is None else list(task.class_weights)
        smoothing = task.label_smoothing
        return {"name": task.loss_name, "label_smoothing": smoothing, "class_weights": weights}
    if isinstance(task, Regression):
        return {"name": task.loss_name, "label_smoothing": 0.0, "class_weights": None}
    return None


def answering(task: Task) -> dict[str, Any]:
    """Return how the network's outputs become an answer."""
    if isinstance(task, Classification):
        named = _named(task.target.classes)
        return {"kind": "classes", "temperature": task.temperature, **named}
    if isinstance(task, Clustering):
        return {"kind": "clusters", "temperature": 1.0, **_named(task.output_names)}
    assert isinstance(task, Regression)  # noqa: S101 -- `check` let nothing else through
    target = task.target
    assert isinstance(target, NumberTarget)  # noqa: S101 -- as above
    return {
        "kind": "number",
        "mean": target.mean,
        "scale": target.scale,
        "bend": target.bend,
        "highest": target.highest,
    }


def _named(values: Sequence[Any]) -> dict[str, list[Any]]:
    """Tell values, and what the studio calls them: JavaScript writes numbers in another way."""
    return {"values": list(values), "labels": [str(value) for value in values]}
