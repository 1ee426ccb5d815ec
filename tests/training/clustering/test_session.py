"""`pellucid.train(…, task="clustering")` from end to end."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.errors import DataError, SettingError

QUICK = {"task": "clustering", "hidden": (16,), "epochs": 40, "learning_rate": 0.01}


@pytest.fixture(scope="module")
def wine():
    return pellucid.train("wine", clusters=3, **QUICK)


def test_the_report_tells_of_every_cluster_and_measures_beside_k_means(wine):
    report = wine.report
    assert sum(one["size"] for one in report["clusters"]) == report["n_train"] == 178
    assert {"silhouette", "accuracy", "nmi", "ari"} == set(report["metrics"])
    assert set(report["baseline"]) == set(report["metrics"])
    typical = report["clusters"][0]["typical"]
    answers = wine.predict("wine")
    assert answers["prediction"][typical[0] - 1] == 1
    assert report["clusters"][0]["columns"]


def test_the_same_seed_gives_the_same_bits(wine):
    again = pellucid.train("wine", clusters=3, **QUICK)
    for layer, own in wine.params.items():
        for name, array in own.items():
            np.testing.assert_array_equal(array, again.params[layer][name])


def test_a_saved_model_assigns_alike_and_measures(wine, tmp_path):
    kept = pellucid.load(wine.save(tmp_path / "wine"))
    assert kept.predict("wine").equals(wine.predict("wine"))
    with pytest.warns(UserWarning, match="learnt from"):
        assert kept.evaluate("wine")["nmi"] == pytest.approx(wine.metrics["nmi"])


def test_why_a_row_is_in_its_cluster_adds_up(wine):
    why = wine.explain("wine", row=3)
    cluster = wine.predict("wine")["prediction"][2]
    assert why.meaning == f"logit of cluster = {cluster}"
    total = why.baseline + why.contributions["contribution"].sum()
    assert total == pytest.approx(why.output, abs=1e-9)
    with pytest.raises(SettingError, match="no class of 'cluster' called '9'"):
        wine.explain("wine", row=3, label="9")


def test_what_does_not_fit_is_refused():
    with pytest.raises(SettingError, match="does not belong to clustering"):
        pellucid.train("wine", task="clustering", class_weight="balanced")
    with pytest.raises(SettingError, match="preset best is not for clustering"):
        pellucid.train("wine", task="clustering", preset="best")
    with pytest.raises(SettingError, match="clusters belongs to clustering"):
        pellucid.train("wine", task="classification", clusters=3)
    with pytest.raises(DataError, match="4 different rows; 9 clusters"):
        pellucid.train(pl.DataFrame({"a": [1.5, 2.5, 3.5, 9.5]}), task="clustering", clusters=9)
