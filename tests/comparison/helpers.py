"""Data whose best method is known, and comparisons made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pellucid.comparison.result import ComparisonResult, LeftOut, Run


def linear_classes(n: int = 150, n_features: int = 12, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Return rows whose two classes a plane divides, but for a little noise."""
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(n, n_features))
    weights = generator.normal(size=n_features)
    noise = 0.1 * generator.normal(size=n)
    return features, (features @ weights + noise > 0).astype(int)


def linear_numbers(n: int = 150, n_features: int = 12, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Return rows whose target is a sum of their features, but for a little noise."""
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(n, n_features))
    weights = generator.normal(size=n_features)
    return features, 5.0 + features @ weights + 0.1 * generator.normal(size=n)


def made(
    scores: Mapping[str, Mapping[int, Sequence[float]]],
    *,
    n_test: int = 200,
    left_out: Sequence[LeftOut] = (),
    source: str = "made",
    target: str = "y",
    ended: str = "finished",
) -> ComparisonResult:
    """Make a comparison of classes of its scores: by contender and amount, one each repeat.

    The first of all test rows are those that are right.
    """
    runs = []
    for name, by_amount in scores.items():
        for amount, repeats in by_amount.items():
            for repeat, score in enumerate(repeats):
                rows = (np.arange(n_test) < round(score * n_test)).astype(float)
                metrics = {"accuracy": float(rows.mean()), "f1": 0.5}
                runs.append(Run(name, amount, repeat, metrics, 0.5, 0.01, rows))
    amounts = sorted({amount for by_amount in scores.values() for amount in by_amount})
    return ComparisonResult(
        source=source,
        origin="memory",
        targets=(target,),
        task="classification",
        metric="accuracy",
        n_train=amounts[-1],
        n_test=n_test,
        amounts=tuple(amounts),
        contenders=tuple(scores),
        runs=tuple(runs),
        baseline={"accuracy": 0.5, "n": amounts[-1]},
        left_out=tuple(left_out),
        ended=ended,
    )
