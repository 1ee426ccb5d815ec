"""What every kind of column must do; a new kind is covered by its line in the registry.

Each kind brings its own example values here, in `EXAMPLES`: a test fails for a kind without.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import prod

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pellucid.data import KINDS, Dataset, Table, infer_contract
from pellucid.data.kinds import Kind
from pellucid.data.profile import Profile
from pellucid.data.table import Values

FLOATS = st.floats(-1e6, 1e6, allow_nan=False, width=32)


def numbers() -> st.SearchStrategy[Values]:
    """Draw columns of numbers, some missing."""
    values = st.lists(st.none() | FLOATS | st.just(float("nan")), min_size=1, max_size=30)
    return values.map(lambda drawn: pl.Series("c", drawn, dtype=pl.Float64))


def categories() -> st.SearchStrategy[Values]:
    """Draw columns of text, whole numbers, fractions or truth values, some missing."""
    text = st.lists(st.none() | st.text(max_size=3), min_size=1, max_size=60)
    whole = st.lists(st.none() | st.integers(-(2**62), 2**62), min_size=1, max_size=30)
    fractions = st.lists(st.none() | FLOATS, min_size=1, max_size=30)
    truth = st.lists(st.none() | st.booleans(), min_size=1, max_size=30)
    return st.one_of(
        text.map(lambda drawn: pl.Series("c", drawn, dtype=pl.String)),
        whole.map(lambda drawn: pl.Series("c", drawn, dtype=pl.Int64)),
        fractions.map(lambda drawn: pl.Series("c", drawn, dtype=pl.Float64)),
        truth.map(lambda drawn: pl.Series("c", drawn, dtype=pl.Boolean)),
    )


def images() -> st.SearchStrategy[Values]:
    """Draw grey and coloured images of bytes or fractions."""
    size = st.integers(1, 4)
    shape = st.tuples(size, size, size) | st.tuples(size, size, size, st.sampled_from([1, 3]))
    return shape.flatmap(
        lambda drawn: (
            hnp.arrays(np.uint8, drawn)
            | hnp.arrays(np.float32, drawn, elements=st.floats(0, 1, width=32))
        )
    )


def vectors() -> st.SearchStrategy[Values]:
    """Draw blocks of numbers, some missing."""
    shape = st.tuples(st.integers(1, 6), st.integers(1, 4))
    elements = FLOATS | st.just(float("nan"))
    return shape.flatmap(
        lambda drawn: hnp.arrays(np.float64, drawn, elements=elements) | hnp.arrays(np.int32, drawn)
    )


EXAMPLES: dict[str, Callable[[], st.SearchStrategy[Values]]] = {
    "number": numbers,
    "category": categories,
    "image": images,
    "vector": vectors,
}

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def test_every_kind_has_examples():
    assert set(EXAMPLES) == set(KINDS)


@every_kind
@given(data=st.data())
def test_an_encoder_comes_back_from_json_with_the_same_bits(kind: Kind, data: st.DataObject):
    values = data.draw(EXAMPLES[kind.name]())
    encoder = kind.encoder.fit(values)
    again = kind.encoder.from_dict(json.loads(json.dumps(encoder.to_dict(), allow_nan=False)))
    assert again == encoder
    assert again.transform(values).tobytes() == encoder.transform(values).tobytes()


@every_kind
@given(data=st.data())
def test_encoded_values_are_finite_float32_of_the_shape_and_names_announced(
    kind: Kind, data: st.DataObject
):
    values = data.draw(EXAMPLES[kind.name]())
    encoder = kind.encoder.fit(values)
    encoded = encoder.transform(values)
    assert encoder.kind == kind.name
    assert encoded.dtype == np.float32
    assert encoded.shape == (len(values), *encoder.shape)
    assert np.isfinite(encoded).all()
    names = encoder.feature_names
    assert len(names) == prod(encoder.shape)
    assert len(set(names)) == len(names)


@every_kind
@given(data=st.data())
def test_each_row_is_encoded_by_itself(kind: Kind, data: st.DataObject):
    values = data.draw(EXAMPLES[kind.name]())
    encoder = kind.encoder.fit(values)
    together = encoder.transform(values)
    alone = np.concatenate([encoder.transform(values[i : i + 1]) for i in range(len(values))])
    assert together.tobytes() == alone.tobytes()


@every_kind
@given(data=st.data())
def test_values_that_were_seen_come_back(kind: Kind, data: st.DataObject):
    values = data.draw(EXAMPLES[kind.name]())
    encoder = kind.encoder.fit(values)
    encoded = encoder.transform(values)
    restored = encoder.inverse(encoded)
    # The inverse may pass over what has no feature (rare categories): what it returns must
    # be encoded as it was.
    np.testing.assert_allclose(
        np.where(_is_passed_over(restored, encoded), 0, encoder.transform(restored)),
        np.where(_is_passed_over(restored, encoded), 0, encoded),
        atol=2e-5,
    )


def _is_passed_over(restored: Values, encoded: np.ndarray) -> np.ndarray:
    if isinstance(restored, pl.Series):
        return restored.is_null().to_numpy()[:, None] & np.ones(encoded.shape, dtype=bool)
    return np.zeros(encoded.shape, dtype=bool)


@every_kind
@given(data=st.data())
def test_a_description_is_json_and_the_training_values_agree_with_it(
    kind: Kind, data: st.DataObject
):
    values = data.draw(EXAMPLES[kind.name]())
    description = kind.describe(Profile("c", values))
    details = json.loads(json.dumps(description.details, allow_nan=False))
    assert details == description.details
    assert kind.compare("c", details, values) == []


@every_kind
@given(data=st.data())
def test_a_proposal_has_a_score_and_a_reason(kind: Kind, data: st.DataObject):
    values = data.draw(EXAMPLES[kind.name]())
    proposal = kind.propose(Profile("c", values))
    if proposal is not None:
        assert 0 <= proposal.score <= 1
        assert proposal.reason
        assert not proposal.reason.endswith(".")


@every_kind
@given(data=st.data())
def test_no_values_at_all_are_encoded_as_none(kind: Kind, data: st.DataObject):
    values = data.draw(EXAMPLES[kind.name]())
    encoder = kind.encoder.fit(values)
    assert encoder.transform(values[:0]).shape == (0, *encoder.shape)


@every_kind
@given(data=st.data())
def test_the_kind_can_be_chosen_by_the_person(kind: Kind, data: st.DataObject):
    values = data.draw(EXAMPLES[kind.name]().filter(lambda drawn: len(drawn) > 2))
    labels = pl.Series([i % 2 for i in range(len(values))])
    dataset = Dataset("t", "memory", Table({"c": values, "y": labels}))
    if kind.propose(Profile("c", values)) is None:
        return
    contract = infer_contract(dataset, target="y", task="classification", kinds={"c": kind.name})
    assert contract.inputs[0].kind == kind.name


def test_each_kind_wins_its_plain_example():
    plain = {
        "number": pl.Series([0.5, 1.5, 2.5]),
        "category": pl.Series(["a", "b", "a"]),
        "image": np.arange(12, dtype=np.uint8).reshape(3, 2, 2),
        "vector": np.arange(6.0).reshape(3, 2),
    }
    assert set(plain) == set(KINDS)
    table = Table({**plain, "y": pl.Series(["p", "q", "p"])})
    contract = infer_contract(Dataset("t", "memory", table), target="y")
    assert {column.name: column.kind for column in contract.inputs} == {
        name: name for name in plain
    }
