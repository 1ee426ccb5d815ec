"""What words contribute: between the vectors of two words, however the network looks them up."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad_vec

from pellucid import nn
from pellucid.inspection import Number, Slopes, integrate
from pellucid.inspection.lookups import opened
from pellucid.inspection.marks import mark_in_order
from pellucid.nn.over_time import Steps, transformer_layers
from pellucid.nn.parameters import flat, nested

RNG = np.random.default_rng(5)
FIRST = Number(np.array([1.0, 0.0]))


def drawn(network, in_features):
    shapes = flat(network.parameter_shapes(in_features))
    return nested({name: RNG.normal(size=shape) * 0.5 for name, shape in shapes.items()})


def averaged() -> tuple[nn.Network, dict]:
    """Return the plainest network of words: the average of vectors, and a dense layer."""
    network = nn.Network(
        [nn.Embedding(9, 3, padded=True), nn.GlobalPooling(padded=True), nn.Dense(2)]
    )
    return network, drawn(network, 4)


def test_of_an_average_each_word_contributes_what_its_vector_adds():
    network, params = averaged()
    before, after = np.array([1.0, 1, 1, 0]), np.array([5.0, 7, 1, 0])
    found = integrate(Slopes(network, params), before, after, FIRST)
    # By hand: (v − u) · w / 3 for the words that changed, nothing for the third and the padding.
    table, column = params["embedding_1"]["table"], params["dense_1"]["kernel"][:, 0]
    expected = [(table[n] - table[1]) @ column / 3 for n in (5, 7)]
    np.testing.assert_allclose(found.values, [*expected, 0, 0], rtol=1e-9, atol=1e-12)
    assert abs(found.error) < 1e-9


@pytest.mark.parametrize(("how", "padded"), [("average", True), ("average", False), ("sum", True)])
def test_of_a_bag_each_word_contributes_what_its_vector_adds(how: str, padded: bool):
    network = nn.Network([nn.EmbeddingBag(9, 3, how, padded=padded), nn.Dense(2)])
    params = drawn(network, 4)
    before, after = np.array([1.0, 1, 1, 0]), np.array([5.0, 7, 1, 0])
    found = integrate(Slopes(network, params), before, after, FIRST)
    # By hand: (v − u) · w, of an average by the number of words, fillers counted or not.
    table, column = params["embedding_bag_1"]["table"], params["dense_1"]["kernel"][:, 0]
    n = {"average": 3 if padded else 4, "sum": 1}[how]
    expected = [(table[word] - table[1]) @ column / n for word in (5, 7)]
    np.testing.assert_allclose(found.values, [*expected, 0, 0], rtol=1e-9, atol=1e-12)
    answer = np.asarray(network.apply(params, np.stack([before, after]).astype(np.float32)))
    assert [found.baseline, found.output] == pytest.approx(answer[:, 0].tolist(), rel=1e-4)
    assert abs(found.error) < 1e-9


def test_a_bag_says_of_words_that_only_one_text_has_what_an_average_of_embeddings_says():
    apart, params = averaged()
    bag = nn.Network([nn.EmbeddingBag(9, 3, padded=True), nn.Dense(2)])
    of_bag = {"embedding_bag_1": params["embedding_1"], "dense_1": params["dense_1"]}
    before, after = np.array([5.0, 0, 0, 0]), np.array([5.0, 7, 8, 0])
    expected = integrate(Slopes(apart, params), before, after, FIRST)
    found = integrate(Slopes(bag, of_bag), before, after, FIRST)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-9, atol=1e-12)
    assert abs(found.error) < 1e-9


def test_words_that_only_one_text_has_share_what_there_being_more_of_them_says():
    network, params = averaged()
    before, after = np.array([5.0, 0, 0, 0]), np.array([5.0, 7, 8, 0])
    found = integrate(Slopes(network, params), before, after, FIRST)
    table, column = params["embedding_1"]["table"], params["dense_1"]["kernel"][:, 0]
    # By hand: where two words appear as zeros, the average of one becomes a third of it; then
    # each grows to its vector.
    leap = (table[5] / 3 - table[5]) @ column
    expected = [leap / 2 + table[n] @ column / 3 for n in (7, 8)]
    np.testing.assert_allclose(found.values, [0, *expected, 0], rtol=1e-7, atol=1e-9)
    assert abs(found.error) < 1e-9


def test_each_contribution_of_a_transformer_is_what_scipy_integrates():
    network = nn.Network(
        [*transformer_layers(Steps((4,), entries=9), width=4, blocks=1, heads=2), nn.Dense(2)]
    )
    params = drawn(network, 4)
    before, after = np.array([1.0, 1, 1, 0]), np.array([5.0, 7, 8, 0])
    slopes = Slopes(network, params)
    found = integrate(slopes, before, after, FIRST)
    start, way = slopes.line(before, after, np.arange(4))

    def gradient(t):
        return slopes.gradients((start + t * way)[None], FIRST)[0]

    average, _ = quad_vec(gradient, 0.0, 1.0, epsabs=1e-9)
    np.testing.assert_allclose(found.values, average[:4] * [1, 1, 1, 0], rtol=1e-6, atol=1e-8)
    movement = abs(found.output - found.baseline)
    assert abs(found.error) < 1e-6 * movement


def test_words_beside_numbers_and_in_several_networks_add_up():
    words = [nn.Embedding(9, 3, padded=True), nn.GlobalPooling(padded=True)]
    branches = nn.Branches([nn.Branch("a", 1, 5, words), nn.Branch("b", 6, 8, words)])
    one = nn.Network([branches, nn.Dense(4, "tanh"), nn.Dense(2)])
    network = nn.ensemble(one, members=3)
    params = drawn(network, 9)
    before = np.array([0.0, 1, 1, 0, 0, 0.0, 1, 1, -1.0])
    after = np.array([0.5, 3, 4, 0, 0, 0.0, 8, 1, 2.0])
    found = integrate(Slopes(network, params), before, after, FIRST)
    answer = np.asarray(network.apply(params, np.stack([before, after]).astype(np.float32)))
    assert found.output == pytest.approx(answer[1, 0], rel=1e-4)
    assert found.baseline == pytest.approx(answer[0, 0], rel=1e-4)
    assert abs(found.error) < 1e-6 * abs(found.output - found.baseline)
    unmoved = before == after
    assert not found.values[unmoved].any()
    assert found.values[~unmoved].all()


def test_a_network_without_words_stays_as_it_is():
    network = nn.mlp([4], 2)
    assert opened(network) == (network, None)


def test_a_word_is_marked_at_its_own_place():
    marked = mark_in_order(
        "A storm, a STORM", [("a", 1.0), ("storm", 2.0), ("a", 1.0), ("storm", -3.0)]
    )
    assert [(s.text, s.contribution) for s in marked if s.contribution] == [
        ("A", 1.0),
        ("storm", 2.0),
        ("a", 1.0),
        ("STORM", -3.0),
    ]


def test_a_word_that_normalising_changed_marks_nothing():
    marked = mark_in_order("ﬁne day", [("fine", 1.0), ("day", 2.0)])
    assert [(s.text, s.contribution) for s in marked if s.contribution] == [("day", 2.0)]
