"""Clusterings side by side: numbers are scikit-learn's own, and all look for as many clusters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import (
    adjusted_rand_score,
    normalized_mutual_info_score,
    silhouette_samples,
    silhouette_score,
)
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

import pellucid
from pellucid.comparison.clusterers import CLASSIC_CLUSTERERS
from pellucid.comparison.result import ComparisonResult
from pellucid.comparison.scoring import score_clusters
from pellucid.errors import DataError, SettingError

QUICK = {"hidden": (8,), "epochs": 3}
N = 90


def blobs() -> tuple[np.ndarray, np.ndarray]:
    return make_blobs(N, centers=3, cluster_std=3.0, random_state=0)


@pytest.fixture(scope="module")
def labelled() -> ComparisonResult:
    return pellucid.compare(blobs(), clusters=3, amounts=[20, "all"], repeats=2, **QUICK)


@pytest.fixture(scope="module")
def unlabelled() -> ComparisonResult:
    frame = pl.DataFrame(blobs()[0], schema=["a", "b"])
    return pellucid.compare(frame, task="clustering", amounts=["all"], repeats=1, **QUICK)


@pytest.mark.parametrize(
    ("contender", "estimator"),
    [
        ("k-means", KMeans(3, n_init=10, random_state=0)),
        ("Gaussian mixture", GaussianMixture(3, random_state=0)),
        ("Ward's method", AgglomerativeClustering(3)),
    ],
)
def test_a_classic_grouping_is_scikit_learns(labelled, contender, estimator):
    points, labels = blobs()
    scaled = StandardScaler().fit_transform(points).astype(np.float32).astype(np.float64)
    found = estimator.fit_predict(scaled)
    expected = {
        "nmi": normalized_mutual_info_score(labels, found),
        "ari": adjusted_rand_score(labels, found),
        "silhouette": silhouette_score(scaled, found),
    }
    run = next(r for r in labelled.runs if (r.contender, r.amount) == (contender, N))
    for name, value in expected.items():
        assert run.metrics[name] == pytest.approx(value, abs=1e-5), name
        assert run.parts[name].mean() == pytest.approx(value, abs=1e-5), name


def test_from_all_rows_the_network_is_that_of_a_clustering(labelled):
    trained = pellucid.train(blobs(), clusters=3, **QUICK)
    run = next(r for r in labelled.runs if (r.contender, r.amount) == ("network", N))
    assert run.metrics == pytest.approx(trained.metrics)
    means = next(r for r in labelled.runs if (r.contender, r.amount) == ("k-means", N))
    assert means.metrics == pytest.approx(trained.report["baseline"])


def test_without_a_target_clusters_are_judged_by_the_silhouette(unlabelled):
    assert (unlabelled.metric, unlabelled.target, unlabelled.n_test) == ("silhouette", None, 0)
    assert not unlabelled.further
    assert any("silhouette rewards round" in sentence for sentence in unlabelled.verdict)


def test_the_number_that_the_network_chooses_is_given_to_all(unlabelled):
    frame = pl.DataFrame(blobs()[0], schema=["a", "b"])
    choice = pellucid.train(frame, task="clustering", **QUICK).report["choice"]
    assert unlabelled.n_clusters == choice["n_clusters"]
    assert choice["reason"] in str(unlabelled)
    assert any("are given to all" in note for note in unlabelled.notes)


def test_the_same_seed_gives_the_same_clusters(labelled):
    again = pellucid.compare(blobs(), clusters=3, amounts=[20, "all"], repeats=2, **QUICK)
    assert [run.metrics for run in again.runs] == [run.metrics for run in labelled.runs]


def test_a_page_a_picture_and_json_tell_of_clusters(labelled):
    text, found = str(labelled), labelled.to_dict()
    for words in ("3 clusters, judged by", "NMI of the rows that were grouped", "ARI", "k-means"):
        assert words in text
    assert "answers" not in text
    assert (found["n_clusters"], list(found["further"])) == (3, ["ari", "accuracy", "silhouette"])
    assert "rows to group" in labelled.to_svg() and labelled.to_png()
    assert "Ward" in labelled._repr_html_()


def test_all_in_one_cluster_counts_nothing():
    scores = score_clusters(np.arange(6.0)[:, None], np.zeros(6, int), np.array([0, 0, 0, 1, 1, 1]))
    assert scores.metrics == {"accuracy": 0.5, "nmi": 0.0, "ari": 0.0, "silhouette": 0.0}
    assert np.isfinite(scores.rows).all()


def test_silhouettes_are_scikit_learns():
    points, labels = blobs()
    scores = score_clusters(points, labels, None)
    np.testing.assert_allclose(scores.rows, silhouette_samples(points, labels), atol=1e-9)


def test_what_fails_is_left_out_and_named(monkeypatch):
    def collapse(self: object, points: object) -> None:
        raise ValueError("ill-defined empirical covariance")

    monkeypatch.setattr(GaussianMixture, "fit_predict", collapse)
    result = pellucid.compare(blobs(), clusters=3, amounts=["all"], repeats=1, **QUICK)
    assert "Left out: Gaussian mixture from 90 rows; a Gaussian collapsed" in str(result)


def test_amounts_whose_rows_do_not_differ_are_left_out():
    frame = pl.DataFrame({"a": [1.0] * 30 + [2, 5, 8, 3, 9], "b": [2.0] * 30 + [3, 6, 1, 3, 2]})
    result = pellucid.compare(frame, clusters=3, amounts=[5, "all"], repeats=1, **QUICK)
    assert result.amounts == (35,)
    assert "Left out: all from 5 rows; these rows do not differ enough" in str(result)


def test_wards_method_is_left_out_of_many_rows():
    *_, ward = CLASSIC_CLUSTERERS
    assert ward.refuses(10_000) is None
    assert "all pairs of rows" in ward.refuses(10_001)


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"clusters": 500}, DataError, "500 clusters are wanted"),
        ({"clusters": 1}, SettingError, "One cluster holds all rows"),
        ({"clusters": 3, "amounts": [3]}, SettingError, "more than the 3 clusters"),
        ({"clusters": 3, "task": "regression"}, SettingError, "clusters belongs to clustering"),
        ({"clusters": 3, "test_fraction": 0.2}, SettingError, "all rows are grouped and judged"),
        ({"clusters": 3, "preset": "best"}, SettingError, "preset best is not for clustering"),
        ({"clusters": 3, "loss": "huber"}, SettingError, "loss does not belong to clustering"),
    ],
)
def test_what_cannot_be_compared_is_refused(settings, error, words):
    with pytest.raises(error, match=words):
        pellucid.compare(blobs(), **settings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b,y\n" + "".join(f"{n},{n % 7},x\n" for n in range(30)), "cannot judge clusters"),
        ("a,b,y\n" + "1,2,x\n1,2,z\n" * 9, "No column is left"),
        ("a,b,y\n1,2,x\n2,3,z\n", "only 2 different rows"),
    ],
    ids=["one class", "rows that are all the same", "too few rows"],
)
def test_data_without_groups_is_refused(tmp_path: Path, text: str, words: str):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=words):
        pellucid.compare(path, target="y", clusters=2)
