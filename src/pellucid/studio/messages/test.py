"""How well a model answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pellucid.studio.messages.values import Part


@dataclass(frozen=True)
class ClassScore:
    """How well one class is found."""

    label: str
    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class CalibrationBin:
    """Rows of about one confidence: how confident they are, and what share of them is right."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Residuals:
    """Errors of numbers, target minus prediction: of at most 2,000 rows, and how often each."""

    rows: list[int]
    truth: list[float]
    prediction: list[float]
    edges: list[float]
    counts: list[int]


@dataclass(frozen=True)
class TargetTest:
    """How well one target is answered. ``confusion[i][j]``: rows of class i answered as j."""

    target: str
    task: str
    classes: list[str]
    confusion: list[list[int]] | None
    per_class: list[ClassScore]
    calibration: list[CalibrationBin]
    residuals: Residuals | None


@dataclass(frozen=True)
class Test:
    """How well the model answers the rows of a part."""

    part: Part
    n: int
    metrics: dict[str, float]
    baseline: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    targets: list[TargetTest]


@dataclass(frozen=True)
class ProjectedTarget:
    """What is known of projected rows for one target, each truth and answer a number.

    Of ``classes`` and ``clusters`` it is a place among ``labels``; of a ``label``, one of a set,
    0 or 1. Clusters have no truth.
    """

    target: str
    kind: Literal["classes", "clusters", "label", "numbers"]
    labels: list[str]
    truth: list[float] | None
    answer: list[float]


@dataclass(frozen=True)
class ProjectedRows:
    """Rows of a part as a layer sees them, on a plane: of ``n_rows`` those of ``rows``.

    ``shares`` of the variance lie along the axes, of a principal component analysis.
    """

    part: Part
    layer: str
    method: Literal["pca", "tsne"]
    n_rows: int
    n_features: int
    rows: list[int]
    x: list[float]
    y: list[float]
    shares: tuple[float, float] | None
    targets: list[ProjectedTarget]
