"""Clusters beside k-means: how well they agree with labels that neither has seen.

``python -m benchmarks.clustering SET N`` measures one set with N seeds, a JSON object a line. The
number of clusters is given: that of the classes. k-means gets pixels from 0 to 1 as they are, and
columns of tables scaled to a deviation of 1.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.any_data.sets import DATA_VARIABLE, FIRST_SEED, place_of
from benchmarks.each_set import measure_each
from benchmarks.summary import OURS, Results, Spread, Verdict

K_MEANS = "k-means"
HEADER = ("", "", "seeds", "accuracy", "NMI", "seconds")


@dataclass(frozen=True)
class ClusterSet:
    """Rows to group.

    Attributes
    ----------
    name
        What it is called.
    source
        A built-in source, or a place below the folder that `variable` names.
    n_clusters
        How many classes its labels have.
    is_images
        Whether its numbers are pixels.
    bar
        The metric to be reached, and its value; None where none was set.
    variable
        The environment variable with the folder; None for built-in sources.
    most_repeats
        Fewer seeds than asked for, where each takes long.
    """

    name: str
    source: str
    n_clusters: int
    is_images: bool = False
    bar: tuple[str, float] | None = None
    variable: str | None = None
    most_repeats: int | None = None

    @property
    def place(self) -> str | Path | None:
        """What training is given; None where this machine does not have it."""
        return self.source if self.variable is None else place_of(self.variable, self.source)


SETS = (
    ClusterSet(
        "MNIST", "digits/mnist", 10, is_images=True, bar=("accuracy", 0.93),
        variable=DATA_VARIABLE, most_repeats=3,
    ),
    ClusterSet("clusters of 8×8 digits", "digits-8x8", 10, is_images=True, bar=("nmi", 0.88)),
    ClusterSet("clusters of iris", "iris", 3),
    ClusterSet("clusters of wine", "wine", 3),
    ClusterSet("clusters of breast cancer", "breast-cancer", 2),
)  # fmt: skip
NAMES = tuple(one.name for one in SETS)


def measure_clustering(
    repeats: int, *, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure the sets that this machine has, each in a process of its own.

    Parameters
    ----------
    repeats
        Seeds a set.
    only
        The sets to run; none: all. The others stay as they are in `kept`, an earlier answer.
    """
    wanted = {
        one.name: None if one.place is None else min(repeats, one.most_repeats or repeats)
        for one in SETS
    }
    return measure_each("benchmarks.clustering", wanted, only=only, kept=kept)


def _results(one: ClusterSet, repeats: int) -> Iterator[dict[str, Any]]:
    """Yield what each seed of both sides reaches on the rows that were grouped."""
    import pellucid
    from pellucid.data import open_source

    place = one.place
    table = open_source(place).train
    for seed in range(FIRST_SEED, FIRST_SEED + repeats):
        began = time.perf_counter()
        model = pellucid.train(
            place, task="clustering", clusters=one.n_clusters, target=_label(table), seed=seed
        )
        seconds = time.perf_counter() - began
        found = {name: model.metrics[name] for name in ("accuracy", "nmi")}
        yield {"seed": seed, "method": OURS, "seconds": seconds, **found}
        yield {"seed": seed, "method": K_MEANS, **_k_means(one, table, seed)}


def _label(table: Any) -> str:
    """Return the column of the labels, which is the last one."""
    return str(table.names[-1])


def _k_means(one: ClusterSet, table: Any, seed: int) -> dict[str, float]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment
    from sklearn.cluster import KMeans
    from sklearn.metrics import confusion_matrix, normalized_mutual_info_score
    from sklearn.preprocessing import LabelEncoder, StandardScaler

    inputs = [np.asarray(table[name]).reshape(table.n_rows, -1) for name in table.names[:-1]]
    rows = np.concatenate(inputs, axis=1).astype(np.float32)
    rows = rows / rows.max() if one.is_images else StandardScaler().fit_transform(rows)
    labels = LabelEncoder().fit_transform(list(table[_label(table)]))
    began = time.perf_counter()
    found = KMeans(one.n_clusters, n_init=10, random_state=seed).fit_predict(rows)
    seconds = time.perf_counter() - began
    counts = confusion_matrix(labels, found)
    matched = counts[linear_sum_assignment(-counts)].sum()
    nmi = float(normalized_mutual_info_score(labels, found))
    return {"accuracy": float(matched / len(labels)), "nmi": nmi, "seconds": seconds}


def clustering_rows(part: Results) -> list[tuple[str, ...]]:
    """Return a row for each set and side."""
    rows = []
    for entry in part["sets"]:
        for method in (OURS, K_MEANS):
            lines = [line for line in entry["lines"] if line["method"] == method]
            if not lines:
                continue
            seconds = Spread.of([line["seconds"] for line in lines])
            rows.append(
                (
                    entry["set"],
                    method,
                    str(len(lines)),
                    _text(lines, "accuracy", 100, " %"),
                    _text(lines, "nmi", 1, ""),
                    f"{seconds.median:.1f} ({seconds.low:.1f}–{seconds.high:.1f})",
                )
            )
    return rows


def _text(lines: list[Results], name: str, factor: float, unit: str) -> str:
    values = [factor * line[name] for line in lines]
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    digits = 1 if factor > 1 else 3
    return f"{statistics.fmean(values):.{digits}f}{unit} ± {deviation:.{digits}f}"


def clustering_verdicts(part: Results) -> list[Verdict]:
    """Judge the sets that have a bar."""
    measured = {entry["set"]: entry["lines"] for entry in part["sets"]}
    rows = []
    for one in SETS:
        if one.bar is None:
            continue
        metric, bar = one.bar
        values = [line[metric] for line in measured.get(one.name, ()) if line["method"] == OURS]
        what = f"Clustering, {one.name}: {'NMI' if metric == 'nmi' else metric}"
        if values:
            mean = statistics.fmean(values)
            rows.append(Verdict(what, f"{mean:.3f}", f"≥ {bar:g}", mean >= bar))
        else:
            rows.append(Verdict(what, "not measured", f"≥ {bar:g}", None))
    return rows


def main() -> None:
    """Measure one set; print a JSON object a line."""
    name, repeats = sys.argv[1], int(sys.argv[2])
    one = next(one for one in SETS if one.name == name)
    for line in _results(one, repeats):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
