"""Free text as bags of n-grams and subwords; scikit-learn, numpy and hand give what is expected."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from pellucid.data import Dataset, InputEncoding, Table, infer_contract
from pellucid.data import bags as bags_module
from pellucid.data.kinds import get_kind
from pellucid.data.kinds.subwords import SubwordEncoder
from pellucid.data.kinds.text import PARTS_LENGTH, ROW_LENGTH, TextEncoder
from pellucid.data.ngrams import ngrams
from pellucid.data.profile import Profile
from pellucid.data.word_parts import parts_of_words
from pellucid.errors import SettingError

SENTENCES = [
    "The quick brown fox jumps over the lazy dog",
    "A lazy dog sleeps all day long",
    "Foxes and dogs are not the best of friends",
    "The day is long and the dog is quick",
    "Don't wake the sleeping dog!",
    "What a long day for a fox",
]


def kind_of(texts: list[str | None]) -> str:
    table = Table({"c": pl.Series(texts), "y": pl.Series([i % 2 for i in range(len(texts))])})
    column = infer_contract(Dataset("t", "memory", table), target="y").columns[0]
    return column.kind if column.role == "input" else "dropped"


# --- n-grams


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("Free entry!", ["!", "entry", "entry !", "free", "free entry"]),
        ("Straße STRASSE", ["strasse", "strasse strasse"]),
        ("ﬁne", ["fine"]),
        ("don’t", ["don't"]),
        ("日本語", ["日", "日本", "日本語", "本", "本語", "語"]),
        ("日本、語", ["日", "日本", "本", "語"]),
        ("iPhone手机", ["iphone", "手", "手机", "机"]),
        ("กขค", ["ก", "กข", "กขค", "ข", "ขค", "ค"]),
        ("안녕 세계", ["세계", "안녕", "안녕 세계"]),
        ("привет, мир", ["мир", "привет", "привет мир"]),
        ("हिन्दी भाषा", ["भाषा", "हिन्दी", "हिन्दी भाषा"]),
        ("مرحبا", ["مرحبا"]),
        ("😀 £5", ["5", "£", "£ 5", "😀", "😀 £"]),
        ("... --- ,", []),
        ("", []),
    ],
)
def test_a_text_is_divided_as_its_script_wants_it(text, grams):
    assert sorted(ngrams(pl.Series([text]))["gram"]) == grams


@given(st.lists(st.none() | st.text(max_size=12), max_size=8))
def test_each_text_is_divided_for_itself(texts):
    together = ngrams(pl.Series(texts, dtype=pl.String))
    for row, text in enumerate(texts):
        alone = ngrams(pl.Series([text], dtype=pl.String))
        assert sorted(together.filter(row=row)["gram"]) == sorted(alone["gram"])


# --- bags


def test_weights_and_rows_agree_with_scikit_learn():
    texts = [text for text in SENTENCES if "'" not in text]
    words = r"\w+"
    reference = TfidfVectorizer(binary=True, ngram_range=(1, 2), token_pattern=words)
    expected = reference.fit_transform(texts)
    encoder = TextEncoder.fit(pl.Series(texts))
    order = [encoder.vocabulary.index(gram) for gram in reference.get_feature_names_out()]
    np.testing.assert_allclose(np.array(encoder.weights)[order], reference.idf_, rtol=1e-12)
    np.testing.assert_allclose(
        encoder.transform(pl.Series(texts)).toarray()[:, order],
        expected.toarray() * ROW_LENGTH,
        rtol=1e-6,
    )


def test_with_twenty_texts_what_is_in_one_alone_has_no_feature():
    texts = ["one two"] * 19 + ["one three"]
    assert TextEncoder.fit(pl.Series(texts)).vocabulary == ("one", "one two", "two")


def test_the_vocabulary_is_capped_at_the_commonest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bags_module, "FEWEST_GRAMS", 2)
    monkeypatch.setattr(bags_module, "GRAMS_PER_TEXT", 1)
    assert TextEncoder.fit(pl.Series(["b a", "a c"])).vocabulary == ("a", "a c")


def test_chunks_of_rows_give_the_same_bags(monkeypatch: pytest.MonkeyPatch):
    values = pl.Series([*SENTENCES, None] * 3)
    whole = TextEncoder.fit(values)
    monkeypatch.setattr("pellucid.data.ngrams.CHUNK_ROWS", 4)
    parts = TextEncoder.fit(values)
    assert parts == whole
    assert (parts.transform(values) != whole.transform(values)).nnz == 0


def test_a_missing_text_is_marked_and_an_unknown_one_is_all_zeros():
    encoder = TextEncoder.fit(pl.Series(["free entry", None]))
    encoded = encoder.transform(pl.Series([None, "unheard of", "entry"])).toarray()
    assert encoder.feature_names == [' "entry"', ' "free"', ' "free entry"', " is missing"]
    assert encoded.tolist() == [[0, 0, 0, 1], [0, 0, 0, 0], [ROW_LENGTH, 0, 0, 0]]
    assert encoder.inverse(encoded).to_list() == [None, [], ["entry"]]


def test_the_known_ngrams_come_back_sorted():
    encoder = TextEncoder.fit(pl.Series(SENTENCES))
    encoded = encoder.transform(pl.Series(["A fox! And ?"]))
    assert encoder.inverse(encoded.toarray()).to_list() == [["!", "a", "a fox", "and", "fox"]]


def test_an_encoding_of_text_and_numbers_goes_all_the_way():
    texts = SENTENCES * 4
    numbers = pl.Series([float(i) for i in range(24)])
    table = Table({"c": pl.Series(texts), "x": numbers, "y": pl.Series([0, 1] * 12)})
    contract = infer_contract(Dataset("t", "memory", table), target="y", kinds={"c": "text"})
    encoding = InputEncoding.fit(table, contract)
    names = encoding.feature_names
    assert 'c "lazy dog"' in names
    encoded = encoding.transform(table)
    dense = encoded if isinstance(encoded, np.ndarray) else encoded.toarray()
    assert dense.shape == (24, len(names))
    assert dense[0, names.index('c "lazy dog"')] > 0


# --- which columns are text


def test_sentences_are_text():
    assert kind_of([*SENTENCES, *(f"{text} {text}" for text in SENTENCES)]) == "text"
    questions = [f"How many people live in the city of number {word}" for word in "abcdefghijkl"]
    assert kind_of(questions) == "text"


def test_text_in_scripts_without_spaces_is_text():
    first, last = ["我喜欢", "他不要", "你看过", "我们吃"], ["这本书了", "那部电影", "一个苹果"]
    assert kind_of([f"{a}{b}" for a in first for b in last]) == "text"


@pytest.mark.parametrize(
    "values",
    [
        ["Never married", "Married with spouse present", "Divorced or separated"] * 10,
        [f"AB-{i:04} x{i} q{i * 7}" for i in range(40)],
        [f"https://example.org/a/b/{i}/page.html" for i in range(40)],
        [f"{5 + i % 3} ft {i} in" for i in range(40)],
        ["red", "green", "blue"] * 10,
        [f"{first} {last}" for first in ("Ann", "Bob", "Cid", "Dee") for last in "ABCDEFG"],
    ],
    ids=["categories", "codes", "addresses", "measures", "words", "names"],
)
def test_categories_names_and_identifiers_are_no_text(values):
    assert kind_of(values) in ("category", "dropped")


def test_names_with_titles_are_text_because_titles_recur():
    # As in the passenger list of the Titanic: the title says sex, age and standing.
    titles, names = ["Mr.", "Mrs.", "Miss.", "Master."], [f"N{chr(97 + i)}" for i in range(12)]
    values = [f"{a}son, {titles[i % 4]} {b} {a}" for i, a in enumerate(names) for b in names]
    assert kind_of(values) == "text"


def test_another_language_is_noticed_later():
    kind = get_kind("text")
    details = kind.describe(Profile("c", pl.Series(SENTENCES))).details
    json.dumps(details)
    german = pl.Series("c", ["Der Hund schläft", "Guten Tag", "Wie geht es", "Sehr gut", "Ja"])
    (warning,) = kind.compare("c", details, german)
    assert "0% of the texts" in warning


def test_spam_is_told_from_ham_by_linear_weights_better_than_by_plain_tf_idf(shared_data: Path):
    from sklearn.linear_model import LogisticRegression

    path = shared_data / "text/sms-spam/smsspamcollection.tsv"
    _, *lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    labels = np.array([parts[0] for parts in lines])
    texts = pl.Series([parts[1] for parts in lines])
    order = np.random.default_rng(0).permutation(len(texts))
    kept, held = order[: len(order) * 4 // 5], order[len(order) * 4 // 5 :]
    encoder = TextEncoder.fit(texts[kept])
    plain = TfidfVectorizer()
    scores = [
        LogisticRegression(C=10, max_iter=500).fit(train, labels[kept]).score(test, labels[held])
        for train, test in (
            (encoder.transform(texts[kept]), encoder.transform(texts[held])),
            (plain.fit_transform(texts[kept]), plain.transform(texts[held])),
        )
    ]
    assert scores[0] >= max(scores[1], 0.976)  # 0.976: Almeida et al. 2011, the set's own authors


def test_ngrams_that_tell_classes_apart_count_more():
    # "good" stands in both texts of one class, "film" in all: by hand, with 6 n-grams in all,
    # |ln((2 + 1)/(5 + 3)) − ln((0 + 1)/(4 + 3))| and |ln(3/8) − ln(3/7)|.
    texts = pl.Series(["good film", "film good", "bad film", "film"])
    encoder = TextEncoder(("film", "good", "bad"), (1.0, 1.0, 1.0), has_missing=False)
    weighed = encoder.weighed_by(texts, np.array([0, 0, 1, 1]))
    inside, outside = np.array([2, 2, 0]) + 1, np.array([2, 0, 1]) + 1
    expected = np.abs(np.log(inside / inside.sum()) - np.log(outside / outside.sum()))
    np.testing.assert_allclose(weighed.weights, expected)
    assert weighed.weights[1] > 5 * weighed.weights[0]


@given(st.lists(st.text(alphabet="abcdé ", max_size=12), min_size=1, max_size=4))
def test_parts_of_words_are_those_of_scikit_learn_but_for_whole_words(texts):
    found = parts_of_words(pl.Series(texts))
    split = CountVectorizer(analyzer="char_wb", ngram_range=(3, 4)).build_analyzer()
    for row, text in enumerate(texts):
        expected = {
            ("" if part[0] == " " else "…") + part.strip() + ("" if part[-1] == " " else "…")
            for part in split(text)
            if not (part[0] == part[-1] == " ")
        }
        # scikit-learn pads each word alone, and gives a word of two letters once for all lengths.
        assert set(found.filter(pl.col("row") == row)["gram"]) == expected


def test_parts_of_words_are_a_bag_of_their_own():
    texts = pl.Series(["a film", "films", None])
    encoder = TextEncoder.fit(texts, with_parts=True)
    encoded = encoder.transform(texts).toarray()
    n_words, n_parts = len(encoder.vocabulary), len(encoder.parts)
    assert encoder.feature_names[n_words:-1] == [f' "{part}"' for part in encoder.parts]
    for bag, length in (
        (encoded[:2, :n_words], ROW_LENGTH),
        (encoded[:2, n_words : n_words + n_parts], PARTS_LENGTH),
    ):
        np.testing.assert_allclose(np.linalg.norm(bag, axis=1), length, rtol=1e-6)
    assert encoded[2].tolist() == [0] * (n_words + n_parts) + [1]
    assert encoder.inverse(encoded).to_list()[1] == sorted(
        ["films", *parts_of_words(pl.Series(["films"]))["gram"]]
    )
    again = TextEncoder.from_dict(json.loads(json.dumps(encoder.to_dict())))
    assert again == encoder
    listed = encoder.transform(encoder.inverse(encoded)).toarray()
    np.testing.assert_array_equal(listed, encoded)


def test_sentiment_is_told_better_with_weights_of_classes_and_with_parts_of_words(
    shared_data: Path,
):
    # Wang & Manning 2012, table 2: 79.4 % with log-count ratios, where plain bags have 77 %.
    from sklearn.linear_model import LogisticRegression

    folder = shared_data / "text/sentence-polarity"
    halves = [(folder / f"rt-polarity.{end}").read_text("latin-1") for end in ("neg", "pos")]
    lines = [half.splitlines() for half in halves]
    texts = pl.Series([line for half in lines for line in half])
    labels = np.repeat([0, 1], [len(half) for half in lines])
    order = np.random.default_rng(0).permutation(len(texts))
    kept, held = order[: len(order) * 4 // 5], order[len(order) * 4 // 5 :]
    plain, parted = (TextEncoder.fit(texts[kept], with_parts=more) for more in (False, True))
    scores = [
        LogisticRegression(C=1, max_iter=500)
        .fit(encoder.transform(texts[kept]), labels[kept])
        .score(encoder.transform(texts[held]), labels[held])
        for encoder in (
            plain,
            *(one.weighed_by(texts[kept], labels[kept]) for one in (plain, parted)),
        )
    ]
    assert scores[1] >= max(scores[0] + 0.005, 0.78)
    assert scores[2] >= scores[1] + 0.005


# --- subwords


def test_the_same_texts_give_the_same_subwords():
    assert SubwordEncoder.fit(pl.Series(SENTENCES)) == SubwordEncoder.fit(pl.Series(SENTENCES))


def test_words_never_seen_whole_are_known_by_their_parts():
    texts = [f"{a}{b} {c}ing" for a in ("un", "re") for b in ("do", "tie") for c in ("read", "see")]
    encoder = SubwordEncoder.fit(pl.Series(texts * 3))
    ids = encoder.sequences(pl.Series(["untie seeing", "reading"]), length=20)
    assert ids.dtype == np.int32
    assert encoder.decode(ids).to_list() == ["untie seeing", "reading"]
    assert 1 not in ids


def test_sequences_are_cut_off_and_filled_up_with_zeros():
    encoder = SubwordEncoder.fit(pl.Series(SENTENCES))
    ids = encoder.sequences(pl.Series([SENTENCES[0], "a", None]), length=5)
    assert ids.shape == (3, 5)
    assert (ids[0] != 0).all()
    assert (ids[2] == 0).all()
    assert ids.max() < encoder.n_tokens


def test_a_model_of_subwords_can_be_pickled_and_saved():
    encoder = SubwordEncoder.fit(pl.Series([*SENTENCES, None]))
    again = SubwordEncoder.from_dict(json.loads(json.dumps(encoder.to_dict())))
    for copy in (again, pickle.loads(pickle.dumps(encoder))):  # noqa: S301 # our own bytes
        assert (
            copy.transform(pl.Series(SENTENCES)) != encoder.transform(pl.Series(SENTENCES))
        ).nnz == 0


def test_without_sentencepiece_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    with pytest.raises(SettingError, match="SentencePiece") as caught:
        get_kind("subwords").describe(Profile("c", pl.Series(SENTENCES)))
    assert 'pip install "pellucid[subwords]"' in str(caught.value)
