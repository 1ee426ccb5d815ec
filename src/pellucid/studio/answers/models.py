"""All of a model but its numbers."""

from __future__ import annotations

from math import prod
from typing import Any

from pellucid.data.kinds.image import ImageEncoder
from pellucid.inspection.members import members_of
from pellucid.inspection.vectors import holds_vectors
from pellucid.nn import is_trainable
from pellucid.studio.asked import Asked
from pellucid.studio.messages.model import Field, InputBlock, Layer, ModelDescription, Parameter
from pellucid.studio.opened import OpenedModel
from pellucid.studio.studio import Studio
from pellucid.studio.telling import plain_settings, value_at
from pellucid.tasks import Classification, MultiLabel

_MOST_NAMES = 256
_MOST_CHOICES = 500


def describe(studio: Studio, asked: Asked) -> ModelDescription:
    """Answer ``GET /api/models/{model}``."""
    asked.query.only()
    return description(studio.shelf.model(asked.path["model"]))


def description(model: OpenedModel) -> ModelDescription:
    """Return all of a model but its numbers."""
    trained = model.trained
    report, settings = trained.made.get("report", {}), trained.made.get("settings", {})
    rate = settings.get("learning_rate")
    layers = _layers(model)
    return ModelDescription(
        id=model.opened.id,
        name=model.opened.name,
        kind=model.opened.kind,
        source=str(report.get("source") or trained.contract.source),
        task=trained.task.name,
        targets=list(trained.contract.targets),
        outputs=trained.task.output_names,
        classes=_classes(model),
        metrics=report.get("metrics", {}),
        baseline=report.get("baseline", {}),
        units=report.get("units", {}),
        input_blocks=_blocks(model),
        in_features=trained.encoding.in_features,
        n_parameters=sum(layer.n_parameters for layer in layers),
        layers=layers,
        settings=plain_settings(settings),
        reasons=trained.made.get("reasons", {}),
        parts=model.parts(),
        why_no_rows=model.why_no_rows,
        members=members_of(trained),
        loss=trained.task.loss_name,
        temperature=trained.task.temperature if isinstance(trained.task, Classification) else 1.0,
        learning_rate=rate if isinstance(rate, float) else None,
        fields=_fields(model),
    )


def _classes(model: OpenedModel) -> list[str]:
    task = model.trained.task
    if isinstance(task, Classification):
        return [str(label) for label in task.target.classes]
    return [str(label) for label in task.target.labels] if isinstance(task, MultiLabel) else []


def _blocks(model: OpenedModel) -> list[InputBlock]:
    encoding = model.trained.encoding
    return [
        InputBlock(
            column=block.column,
            kind=block.kind,
            shape=list(block.shape),
            offset=block.start,
            size=block.stop - block.start,
            names=None
            if block.stop - block.start > _MOST_NAMES
            else [block.column + suffix for suffix in encoder.feature_names],
        )
        for block, (_, encoder) in zip(encoding.blocks, encoding.encoders, strict=True)
    ]


def _layers(model: OpenedModel) -> list[Layer]:
    trained = model.trained
    shape: tuple[int, ...] = (trained.encoding.in_features,)
    layers = []
    summaries = trained.network.describe(trained.encoding.in_features)
    for summary, layer in zip(summaries, trained.network.layers, strict=True):
        own = trained.params.get(summary.name, {})
        layers.append(
            Layer(
                name=summary.name,
                family=layer.family,
                settings=plain_settings(layer.settings()),
                in_shape=list(shape),
                out_shape=list(summary.out_shape),
                n_parameters=summary.n_parameters,
                parameters=[
                    Parameter(path, list(array.shape), is_trainable(path))
                    for path, array in sorted(own.items(), key=lambda one: -prod(one[1].shape))
                ],
                arithmetic=summary.arithmetic,
                vectors=holds_vectors(trained.network, trained.encoding, summary.name),
            )
        )
        shape = summary.out_shape
    return layers


def _fields(model: OpenedModel) -> list[Field]:
    """Return what a person fills in to try the model, beginning with an example's values."""
    trained = model.trained
    encoders = dict(trained.encoding.encoders)
    fields = []
    for column in trained.contract.inputs:
        details, encoder = column.details, encoders.get(column.name)
        fields.append(
            Field(
                column=column.name,
                kind=column.kind,
                choices=[str(choice) for choice in details.get("categories", [])[:_MOST_CHOICES]],
                lowest=_number(details.get("minimum")),
                highest=_number(details.get("maximum")),
                usual=_usual(model, column.name),
                shape=list(encoder.grid) if isinstance(encoder, ImageEncoder) else [],
            )
        )
    return fields


def _usual(model: OpenedModel, column: str) -> Any:
    examples = model.trained.examples
    if examples is None or column not in examples or not examples.n_rows:
        return None
    return value_at(examples[column], 0)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
