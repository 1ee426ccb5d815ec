"""What the studio answers about projections."""

from __future__ import annotations

import numpy as np
from sklearn.decomposition import PCA

import pellucid
from pellucid.inspection.known_rows import find_rows
from tests.studio.exchange import Browser, answer

PATH = "/api/models/m1/projection"


def test_a_layer_is_projected_with_truth_and_answer(
    browser: Browser, digits: pellucid.Model
) -> None:
    told = answer(browser.get(f"{PATH}?part=test&layer=hidden_2"))
    rows = find_rows(digits.trained).test
    assert rows is not None
    assert told["rows"] == list(range(359)) == list(range(told["n_rows"]))
    inputs = digits.trained.encoding.transform(rows)
    hidden = inputs
    for name in ("hidden_1", "hidden_2"):
        own = digits.params[name]
        hidden = np.maximum(0.0, hidden @ np.asarray(own["kernel"]) + np.asarray(own["bias"]))
    assert told["n_features"] == hidden.shape[1] == 16
    reference = PCA(n_components=2, svd_solver="full").fit(np.asarray(hidden, np.float64))
    np.testing.assert_allclose(told["shares"], reference.explained_variance_ratio_, rtol=1e-4)
    (target,) = told["targets"]
    assert (target["kind"], target["labels"]) == ("classes", [str(digit) for digit in range(10)])
    assert target["truth"] == [int(digit) for digit in rows["label"]]
    right = np.mean(np.equal(target["truth"], target["answer"]))
    assert right == np.float64(digits.metrics["accuracy"])


def test_of_many_rows_a_thousand_are_projected(browser: Browser) -> None:
    told = answer(browser.get(f"{PATH}?part=train&layer=inputs"))
    assert (len(told["rows"]), told["n_rows"], told["n_features"]) == (1000, 1438, 64)
    assert told["rows"][-1] == 1437


def test_t_sne_names_no_shares(browser: Browser) -> None:
    told = answer(browser.get("/api/models/m2/projection?part=test&layer=hidden_1&method=tsne"))
    assert told["shares"] is None
    assert len(told["x"]) == len(told["y"]) == 30


def test_a_layer_that_is_not_there_is_named(browser: Browser) -> None:
    reply = browser.get(f"{PATH}?layer=hidden_9")
    assert reply.status == 400
    assert "hidden_9" in reply.json["error"]["message"]
