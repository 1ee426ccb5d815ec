"""What every kind of column must do; a new kind is covered by its line in the registry.

Each kind brings its own example values here, in `EXAMPLES`: a test fails for a kind without.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from pellucid.data import KINDS, Dataset, Table, infer_contract
from pellucid.data.kinds import Kind
from pellucid.data.profile import Profile, clean_scalars
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
    pixels = shape.flatmap(
        lambda drawn: (
            hnp.arrays(np.uint8, drawn)
            | hnp.arrays(np.float32, drawn, elements=st.floats(0, 1, width=32))
        )
    )
    return pixels | paths(picture_files())


def sounds() -> st.SearchStrategy[Values]:
    """Draw columns of paths of sounds."""
    return paths(sound_files())


def paths(files: list[str]) -> st.SearchStrategy[Values]:
    """Draw columns of paths, some missing, but never all."""
    drawn = st.lists(st.none() | st.sampled_from(files), max_size=12)
    return st.tuples(drawn, st.sampled_from(files)).map(
        lambda pair: pl.Series("c", [*pair[0], pair[1]], dtype=pl.String)
    )


@cache
def picture_files() -> list[str]:
    """Make pictures of several sizes, grey and in colour."""
    folder = Path(tempfile.mkdtemp(prefix="pellucid-pictures-"))
    shapes = (5, 4), (5, 4), (5, 4, 3), (3, 9), (7, 7, 3)
    names = []
    for number, shape in enumerate(shapes):
        pixels = np.random.default_rng(number).integers(0, 256, shape, dtype=np.uint8)
        names.append(str(folder / f"{number}.png"))
        Image.fromarray(pixels).save(names[-1])
    return names


@cache
def sound_files() -> list[str]:
    """Make sounds of several lengths, in one and two channels."""
    folder = Path(tempfile.mkdtemp(prefix="pellucid-sounds-"))
    names = []
    for number, shape in enumerate([(800,), (1000,), (1200, 2), (300,)]):
        samples = np.random.default_rng(number).uniform(-0.5, 0.5, shape)
        names.append(str(folder / f"{number}.wav"))
        soundfile.write(names[-1], samples, 8000)
    return names


def vectors() -> st.SearchStrategy[Values]:
    """Draw blocks of numbers, some missing."""
    shape = st.tuples(st.integers(1, 6), st.integers(1, 4))
    elements = FLOATS | st.just(float("nan"))
    return shape.flatmap(
        lambda drawn: hnp.arrays(np.float64, drawn, elements=elements) | hnp.arrays(np.int32, drawn)
    )


def series() -> st.SearchStrategy[Values]:
    """Draw series as arrays or lists, of one channel or two, some rows without one.

    Gaps within a series are not drawn: they come back filled in, as
    ``tests/data/test_series.py`` shows.
    """
    shape = st.tuples(st.integers(1, 6), st.integers(1, 8))
    deep = st.tuples(st.integers(1, 6), st.integers(1, 8), st.integers(1, 3))
    # Drawing out mixes steps, so a step's accuracy is that of its neighbours' scales.
    small = st.floats(-100, 100, width=32)
    one = st.lists(small, max_size=9)
    pair = st.integers(1, 9).flatmap(
        lambda n: st.lists(st.lists(small, min_size=n, max_size=n), min_size=2, max_size=2)
    )
    single = st.lists(st.none() | one, min_size=1, max_size=12)
    double = st.lists(st.none() | pair, min_size=1, max_size=8)
    inner = pl.List(pl.Float64)
    return st.one_of(
        (shape | deep).flatmap(lambda drawn: hnp.arrays(np.float64, drawn, elements=FLOATS)),
        single.map(lambda drawn: pl.Series("c", drawn, dtype=inner)),
        double.map(lambda drawn: pl.Series("c", drawn, dtype=pl.List(inner))),
    )


def dates() -> st.SearchStrategy[Values]:
    """Draw dates, points in time with and without a zone, times of day, texts; some missing."""
    early, late = datetime(1900, 1, 1), datetime(2100, 1, 1)
    moments = st.datetimes(early, late).map(lambda drawn: drawn.replace(microsecond=0))
    seconds = pl.Datetime("us")
    return st.one_of(
        _column(st.dates(), pl.Date),
        _column(moments, seconds),
        _column(moments, seconds).map(lambda drawn: drawn.dt.replace_time_zone("UTC")),
        _column(st.times().map(lambda drawn: drawn.replace(microsecond=0)), pl.Time),
        _column(st.dates().map(date.isoformat), pl.String),
        _column(moments.map(lambda drawn: f"{drawn.isoformat()}+02:00"), pl.String),
        _column(st.integers(0, 2**31), pl.Int64),
    )


def _column(values: st.SearchStrategy[Any], dtype: Any) -> st.SearchStrategy[pl.Series]:
    column = st.lists(st.none() | values, min_size=1, max_size=20)
    return column.map(lambda drawn: pl.Series("c", drawn, dtype=dtype))


def texts() -> st.SearchStrategy[Values]:
    """Draw texts of a few words in several scripts, some missing."""
    word = st.sampled_from(["red", "Green", "blue", "été", "Straße", "!", "日本", "語", "ไทย", "7"])
    words = st.lists(word, max_size=8).map(" ".join) | st.text(max_size=20)
    return _column(words, pl.String)


EXAMPLES: dict[str, Callable[[], st.SearchStrategy[Values]]] = {
    "number": numbers,
    "category": categories,
    "text": texts,
    "subwords": texts,
    "date": dates,
    "image": images,
    "sound": sounds,
    "vector": vectors,
    "series": series,
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
    assert bits(again.transform(values)) == bits(encoder.transform(values))


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
    assert np.isfinite(dense(encoded)).all()
    names = encoder.feature_names
    assert len(names) == prod(encoder.shape)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", [KINDS[name] for name in KINDS if name != "vector"])
@given(data=st.data())
def test_a_missing_value_is_all_zeros_with_a_mark_where_training_had_some(
    kind: Kind, data: st.DataObject
):
    """Of a vector, single entries are missing: ``tests/data/test_kinds.py``."""
    values = data.draw(EXAMPLES[kind.name]().filter(lambda drawn: isinstance(drawn, pl.Series)))
    values = pl.concat([values, values.clear(1)])
    encoder = kind.encoder.fit(values)
    (mark,) = (
        place
        for place, name in enumerate(encoder.feature_names)
        if name.endswith((" is missing", " share missing"))
    )
    encoded = dense(encoder.transform(values)).reshape(len(values), -1)
    assert encoded[-1].nonzero()[0].tolist() == [mark]
    assert encoded[-1, mark] == 1.0
    present = clean_scalars(values).is_not_null()
    if isinstance(values.dtype, pl.List):
        present &= values.list.len() > 0
    assert not encoded[present.to_numpy(), mark].any()


@every_kind
@given(data=st.data())
def test_each_row_is_encoded_by_itself(kind: Kind, data: st.DataObject):
    values = data.draw(EXAMPLES[kind.name]())
    encoder = kind.encoder.fit(values)
    together = encoder.transform(values)
    alone = [dense(encoder.transform(values[i : i + 1])) for i in range(len(values))]
    assert bits(together) == np.concatenate(alone).tobytes()


@every_kind
@given(data=st.data())
def test_values_that_were_seen_come_back(kind: Kind, data: st.DataObject):
    values = data.draw(EXAMPLES[kind.name]())
    encoder = kind.encoder.fit(values)
    encoded = dense(encoder.transform(values))
    restored = encoder.inverse(encoded)
    # The inverse may pass over what has no feature (rare categories): what it returns must
    # be encoded as it was.
    np.testing.assert_allclose(
        np.where(_is_passed_over(restored, encoded), 0, dense(encoder.transform(restored))),
        np.where(_is_passed_over(restored, encoded), 0, encoded),
        atol=2e-5,
    )


def dense(encoded: Any) -> np.ndarray:
    """Return an encoding as an array; encoders of text return sparse ones."""
    return encoded if isinstance(encoded, np.ndarray) else encoded.toarray()


def bits(encoded: Any) -> bytes:
    return dense(encoded).tobytes()


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


# Kinds that are never chosen unasked.
ONLY_IF_CHOSEN = {"subwords"}


def test_each_kind_wins_its_plain_example():
    plain = {
        "number": pl.Series([0.5, 1.5, 2.5]),
        "category": pl.Series(["a", "b", "a"]),
        "text": pl.Series(["what a fine day", "a long day at sea", "fine weather at sea"]),
        "date": pl.Series(["2024-03-05", "2024-03-06", "2024-04-07"]),
        "image": np.arange(12, dtype=np.uint8).reshape(3, 2, 2),
        "sound": pl.Series(sound_files()[:3]),
        "vector": np.arange(6.0).reshape(3, 2),
        "series": pl.Series([[1.0], [2.0, 3.0], [5.0, 1.0, 0.0]]),
    }
    assert set(plain) == set(KINDS) - ONLY_IF_CHOSEN
    table = Table({**plain, "y": pl.Series(["p", "q", "p"])})
    contract = infer_contract(Dataset("t", "memory", table), target="y")
    assert {column.name: column.kind for column in contract.inputs} == {
        name: name for name in plain
    }
