"""Texts as sequences of numbered words: divided, numbered, cut off and brought back."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import Dataset, InputEncoding, Table, infer_contract
from pellucid.data.kinds import TextEncoder, WordSequenceEncoder, get_kind
from pellucid.data.kinds.word_sequence import MOST_LENGTH
from pellucid.errors import DataError

WORDS = ("the", "Storm", "came!", "don't", "日本", "ÉTÉ", "…", "42")
TEXTS = st.lists(
    st.none() | st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), min_size=1, max_size=30
)


def column(*texts: str | None) -> pl.Series:
    return pl.Series("text", texts, dtype=pl.String)


def test_words_have_numbers_in_the_order_of_how_many_texts_they_are_in():
    # "call" is in three texts, "me" and "now" in two, "please" in one; alike, by the alphabet.
    encoder = WordSequenceEncoder.fit(column("Call me", "call now, call me", "CALL please now"))
    assert encoder.words == ("call", "me", "now", "please")
    assert encoder.transform(column("now call")).tolist() == [[4.0, 2.0, 0.0, 0.0]]
    assert encoder.entry_names == ["(padding)", "(unknown)", "call", "me", "now", "please"]


def test_a_word_that_is_in_a_single_text_of_many_is_unknown():
    encoder = WordSequenceEncoder.fit(column(*["sun and rain"] * 20, "sun and storm"))
    assert encoder.words == ("and", "sun", "rain")
    assert encoder.transform(column("storm and sun")).tolist() == [[1.0, 2.0, 3.0]]


def test_the_length_is_what_95_of_100_texts_do_not_exceed():
    short, long = ["one two"] * 96, ["one two three four five"] * 4
    encoder = WordSequenceEncoder.fit(column(*short, *long))
    assert encoder.length == 2
    assert "95% of the texts" in encoder.reason
    assert encoder.transform(column("two two two")).shape == (1, 2)


def test_very_long_texts_are_read_up_to_a_limit_that_is_said():
    encoder = WordSequenceEncoder.fit(column(*["word " * 1_000] * 3))
    assert encoder.length == MOST_LENGTH
    assert "four times as much" in encoder.reason


def test_a_missing_text_is_a_word_of_its_own_where_training_had_one():
    encoder = WordSequenceEncoder.fit(column("yes", None))
    assert encoder.transform(column(None, "yes", "")).tolist() == [[3.0], [2.0], [3.0]]
    assert encoder.inverse(np.array([[3.0], [2.0]])).to_list() == [None, ["yes"]]
    without = WordSequenceEncoder.fit(column("yes"))
    assert without.transform(column(None)).tolist() == [[0.0]]


def test_scripts_without_spaces_are_read_by_characters():
    encoder = WordSequenceEncoder.fit(column("日本に", "日本"))
    assert encoder.words == ("日", "本", "に")


@pytest.mark.parametrize("texts", [(None, None), ("", "..."), ()])
def test_a_column_without_words_has_one_place(texts):
    encoder = WordSequenceEncoder.fit(column(*texts))
    assert encoder.shape == (1,)
    assert encoder.transform(column("something")).tolist() == [[1.0]]


def test_pictures_are_refused():
    with pytest.raises(DataError, match="a text a row"):
        WordSequenceEncoder.fit(np.zeros((2, 3, 3)))


@given(TEXTS)
def test_what_is_brought_back_gives_the_same_numbers(texts):
    values = column(*texts)
    encoder = WordSequenceEncoder.fit(values)
    numbers = encoder.transform(values)
    assert numbers.shape == (len(values), *encoder.shape)
    assert numbers.dtype == np.float32
    assert len(encoder.feature_names) == encoder.length == numbers.shape[1]
    assert (numbers == np.round(numbers)).all()
    assert numbers.min() >= 0
    assert numbers.max() < encoder.entries == len(encoder.entry_names)
    np.testing.assert_array_equal(encoder.transform(encoder.inverse(numbers)), numbers)
    saved = json.loads(json.dumps(encoder.to_dict(), allow_nan=False))
    again = get_kind("text").restore(saved)
    assert again == encoder
    np.testing.assert_array_equal(again.transform(values), numbers)


@given(TEXTS)
def test_numbers_do_not_depend_on_the_other_rows(texts):
    values = column(*texts)
    encoder = WordSequenceEncoder.fit(column("the storm came", "don't", None))
    numbers = encoder.transform(values)
    for row in range(len(values)):
        np.testing.assert_array_equal(encoder.transform(values[row : row + 1])[0], numbers[row])


def test_a_bag_that_was_saved_is_a_bag_again():
    bag = TextEncoder.fit(column("call me", "call now"))
    assert get_kind("text").restore(bag.to_dict()) == bag


def test_a_contract_says_whether_texts_are_read_in_their_order():
    texts = [f"the {word} came before the calm" for word in ("storm", "rain", "sun")] * 4
    table = Table({"text": pl.Series(texts), "y": pl.Series(["a", "b", "a"] * 4)})
    contract = infer_contract(Dataset("d", "memory", table), target="y", kinds={"text": "text"})
    (block,) = InputEncoding.fit(table, contract.read_as_sequences()).blocks
    assert (block.shape, block.entries) == ((6,), 2 + 7)
    encoding = InputEncoding.fit(table, contract.read_as_sequences().read_as_bags())
    assert encoding.blocks[0].entries == 0
    assert encoding.feature_names == InputEncoding.fit(table, contract).feature_names
