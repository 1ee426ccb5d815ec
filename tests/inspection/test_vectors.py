"""Vectors of words: which layers hold them, which are alike, and what an example holds."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.metrics.pairwise import cosine_similarity

import pellucid
from pellucid import nn
from pellucid.data.matrices import dense_rows
from pellucid.inspection.vectors import Vectors, holds_vectors, in_example, vectors_of

GOOD, BAD = ["good", "fine", "lovely"], ["bad", "awful", "poor"]


@pytest.fixture(scope="module")
def reviews() -> pellucid.Model:
    random = np.random.default_rng(0)
    texts, labels = [], []
    for _ in range(120):
        is_good = bool(random.integers(2))
        words = random.choice(GOOD if is_good else BAD, 2, replace=False)
        things = random.choice(["film", "song", "book", "meal"], 2)
        texts.append(f"the {things[0]} was {words[0]} and the {things[1]} {words[1]}")
        labels.append("good" if is_good else "bad")
    frame = pl.DataFrame({"text": texts, "verdict": labels})
    return pellucid.train(frame, target="verdict", hidden=(8,), epochs=60, seed=1)


def test_words_of_the_same_meaning_have_vectors_alike(reviews: pellucid.Model) -> None:
    trained = reviews.trained
    vectors = vectors_of(trained.network, trained.params, trained.encoding, "hidden_1")
    assert vectors is not None
    place = list(vectors.names).index("good")
    near = vectors.nearest(place, 400)
    own = np.asarray(trained.params["hidden_1"]["kernel"])
    # scikit-learn's cosine of the same rows.
    expected = cosine_similarity(own[[place]], own)[0]
    np.testing.assert_allclose(near.distances, expected[near.places], rtol=1e-5, atol=1e-7)
    assert place not in near.places
    rank = {vectors.names[one]: at for at, one in enumerate(near.places.tolist())}
    assert max(rank["fine"], rank["lovely"]) < min(rank["bad"], rank["awful"])


def test_an_example_holds_the_words_of_its_text(reviews: pellucid.Model) -> None:
    trained = reviews.trained
    vectors = vectors_of(trained.network, trained.params, trained.encoding, "hidden_1")
    assert vectors is not None
    assert trained.examples is not None
    one = trained.examples.take(np.array([2]))
    inputs = dense_rows(trained.encoding.transform(one), slice(None))[0]
    places, amounts = in_example(vectors, inputs)
    text = str(one["text"][0])
    assert {word for at in places.tolist() for word in vectors.names[at].split()} <= set(
        text.split()
    )
    assert (np.abs(amounts) > 0).all()
    # What the words add to the layer's sums, and the bias, is all there is.
    own = trained.params["hidden_1"]
    (step, *_) = reviews.trace(one)
    np.testing.assert_allclose(
        amounts @ vectors.table[vectors.entries[places]] + own["bias"],
        np.asarray(step.pre_activations).ravel(),
        rtol=1e-4,
        atol=1e-6,
    )


def test_an_embedding_holds_a_vector_for_each_number(reviews: pellucid.Model) -> None:
    layer = nn.Embedding(5, 2, padded=True)
    network = nn.Network([layer])
    encoding = reviews.trained.encoding
    table = np.arange(10.0, dtype=np.float32).reshape(5, 2)
    found = vectors_of(network, {"embedding_1": {"table": table}}, encoding, "embedding_1")
    assert found is not None
    assert (found.array, found.names[3]) == ("table", "3")
    assert found.vector(3).tolist() == [6.0, 7.0]
    places, amounts = in_example(found, np.array([4.0, 4.0, 1.0, 9.0]))
    assert places.tolist() == [4, 4, 1, 4]  # beyond the last: the last, as the layer does
    assert amounts.tolist() == [1.0, 1.0, 1.0, 1.0]


def test_a_vector_of_zeros_is_like_no_other() -> None:
    vectors = Vectors(
        "table", np.arange(3), np.array([[0.0, 0.0], [1, 1], [2, 0]]), ["a", "b", "c"]
    )
    assert vectors.nearest(0, 2).distances.tolist() == [0.0, 0.0]


def test_numbers_and_later_layers_hold_none(reviews: pellucid.Model) -> None:
    trained = reviews.trained
    assert holds_vectors(trained.network, trained.encoding, "output") is None
    iris = pellucid.train("iris", hidden=(4,), epochs=1).trained
    assert holds_vectors(iris.network, iris.encoding, "hidden_1") is None
    assert vectors_of(iris.network, iris.params, iris.encoding, "hidden_1") is None
