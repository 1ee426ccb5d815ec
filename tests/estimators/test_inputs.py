"""What X may be: arrays, sparse matrices and frames, of any make and type."""

from __future__ import annotations

import datetime as dt
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp

from pellucid import Classifier
from pellucid.api import UnlikeTrainingWarning
from pellucid.errors import DataError
from tests.estimators.helpers import FLOWERS, NAMES, SPECIES, classifier, same_bits

FRAMES = {
    "pandas": lambda: pd.DataFrame(FLOWERS, columns=NAMES),
    "Polars": lambda: pl.DataFrame(FLOWERS, schema=NAMES),
    "Polars, lazy": lambda: pl.LazyFrame(FLOWERS, schema=NAMES),
    "PyArrow": lambda: pa.table(dict(zip(NAMES, FLOWERS.T, strict=True))),
}
SPARSE = [
    sp.csr_array, sp.csc_array, sp.coo_array, sp.lil_array, sp.dok_array,
    sp.csr_matrix, sp.csc_matrix, sp.coo_matrix,
]  # fmt: skip


@pytest.fixture(scope="module")
def of_array():
    return classifier().fit(FLOWERS, SPECIES)


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_a_frame_of_numbers_gives_what_its_array_gives_bit_for_bit(make, of_array):
    of_frame = classifier().fit(make(), SPECIES)
    assert same_bits(of_frame, of_array)
    assert np.array_equal(of_frame.predict_proba(make()), of_array.predict_proba(FLOWERS))


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_a_frame_keeps_its_names(make):
    fitted = classifier(epochs=1).fit(make(), SPECIES)
    assert fitted.n_features_in_ == 4
    assert [column.name for column in fitted.model_.contract.inputs] == NAMES
    assert fitted.feature_names_in_.tolist() == NAMES


def test_columns_in_another_order_or_with_other_names_are_refused():
    fitted = classifier(epochs=1).fit(FRAMES["pandas"](), SPECIES)
    with pytest.raises(ValueError, match="same order"):
        fitted.predict(FRAMES["pandas"]()[NAMES[::-1]])
    with pytest.raises(ValueError, match="unseen at fit time"):
        fitted.predict(FRAMES["pandas"]().rename(columns={NAMES[0]: "petal"}))


def test_an_array_will_do_for_a_frame_of_numbers_with_a_warning(of_array):
    fitted = classifier().fit(FRAMES["pandas"](), SPECIES)
    with pytest.warns(UserWarning, match="valid feature names"):
        assert np.array_equal(fitted.predict(FLOWERS), of_array.predict(FLOWERS))


def test_a_frame_of_very_many_numbers_is_one_block():
    wide = np.random.default_rng(0).normal(size=(60, 300))
    labels = (wide[:, 0] > 0).astype(int)
    of_frame = classifier().fit(pd.DataFrame(wide).add_prefix("gene_"), labels)
    assert same_bits(of_frame, classifier().fit(wide, labels))
    assert [column.kind for column in of_frame.model_.contract.inputs] == ["vector"]
    assert of_frame.feature_names_in_[299] == "gene_299"


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int64, np.uint8])
def test_the_type_of_the_numbers_does_not_matter(dtype):
    whole = np.round(FLOWERS)
    assert same_bits(
        classifier().fit(whole.astype(dtype), SPECIES), classifier().fit(whole, SPECIES)
    )


def test_truth_values_are_zeros_and_ones():
    truth = FLOWERS.mean(axis=0) < FLOWERS
    of_truth = classifier().fit(truth, SPECIES)
    assert same_bits(of_truth, classifier().fit(truth.astype(float), SPECIES))
    assert same_bits(of_truth, classifier().fit(pd.DataFrame(truth, columns=NAMES), SPECIES))


@pytest.mark.parametrize("form", SPARSE, ids=lambda form: form.__name__)
def test_sparse_matrices_of_any_form_are_alike(form):
    rows = np.where(FLOWERS > 3, FLOWERS, 0)
    fitted = classifier().fit(form(rows), SPECIES)
    assert same_bits(fitted, classifier().fit(sp.csr_array(rows), SPECIES))
    assert np.array_equal(fitted.predict_proba(form(rows)), fitted.predict_proba(rows))


def test_a_sparse_matrix_is_scaled_without_losing_its_zeros():
    """Each column by its largest magnitude, as MaxAbsScaler does."""
    rows = np.array([[0.0, -4.0], [2.0, 0.0], [8.0, 2.0], [0.0, 0.0]])
    fitted = classifier(epochs=1).fit(sp.csr_array(rows), [0, 1, 1, 0])
    encoded = fitted._learned.road.inputs.transform(sp.csr_array(rows))
    assert np.array_equal(encoded, (rows / [8.0, 4.0]).astype(np.float32))


@pytest.mark.slow
def test_a_large_sparse_matrix_stays_sparse_while_it_is_learned_from():
    """A dense float32 copy would take 320 MB."""
    rows = sp.random_array((2000, 40_000), density=1e-3, rng=0, format="csr")
    labels = np.asarray(rows[:, :20_000].sum(axis=1) > rows[:, 20_000:].sum(axis=1)).astype(int)
    fitted = classifier(epochs=2, batch_size=64, validation_fraction=0).fit(rows, labels)
    assert sp.issparse(fitted._learned.road.inputs.transform(rows))
    assert fitted.score(rows, labels) > 0.9


def test_memory_mapped_input_is_read_and_never_written(tmp_path, of_array):
    np.save(tmp_path / "flowers.npy", FLOWERS)
    mapped = np.load(tmp_path / "flowers.npy", mmap_mode="r")
    fitted = classifier().fit(mapped, SPECIES)
    assert isinstance(mapped, np.memmap)
    assert same_bits(fitted, of_array)
    assert np.array_equal(fitted.predict(mapped), of_array.predict(FLOWERS))


def test_what_is_given_is_never_changed():
    rows, labels, weights = FLOWERS.copy(), SPECIES.copy(), np.arange(150.0)
    for array in (rows, labels, weights):
        array.flags.writeable = False
    classifier(epochs=1).fit(rows, labels, weights).predict(rows)
    assert np.array_equal(rows, FLOWERS)


def test_missing_numbers_may_speak_for_a_class():
    """Whether the number is there is all there is to know."""
    draw = np.random.default_rng(0)
    rows, labels = draw.normal(size=(100, 2)), draw.integers(0, 2, 100)
    rows[labels == 1, 0] = np.nan
    fitted = classifier(epochs=40).fit(rows, labels)
    assert fitted.score(rows, labels) == 1.0
    assert fitted.coefs_[0].shape == (3, 8)
    of_frame = classifier(epochs=40).fit(pd.DataFrame(rows, columns=["a", "b"]), labels)
    assert of_frame.score(pd.DataFrame(rows, columns=["a", "b"]), labels) == 1.0


def test_numbers_missing_for_the_first_time_are_taken_for_the_mean(of_array):
    rows = FLOWERS.copy()
    rows[:, 1] = np.nan
    with_mean = FLOWERS.copy()
    with_mean[:, 1] = FLOWERS[:, 1].mean()
    assert np.allclose(of_array.predict_proba(rows), of_array.predict_proba(with_mean), atol=1e-6)


def passengers(n=200):
    """Return rows of text, category, date, truth value and number, and who was saved."""
    draw = np.random.default_rng(0)
    sex = draw.choice(["male", "female"], n)
    frame = pd.DataFrame(
        {
            "sex": sex,
            "class": pd.Categorical(draw.choice(["first", "second", "third"], n)),
            "boarded": [dt.datetime(1912, 4, 1) + dt.timedelta(days=int(d)) for d in range(n)],
            "alone": draw.random(n) > 0.5,
            "age": np.where(draw.random(n) > 0.2, draw.integers(1, 80, n), np.nan),
            "remark": draw.choice(["a long journey", "going home", "on business", None], n),
        }
    )
    return frame, np.where(sex == "female", "saved", "lost")


def test_a_frame_of_text_categories_dates_and_numbers_is_read_by_its_columns():
    frame, fate = passengers()
    fitted = classifier(epochs=30).fit(frame, fate)
    assert fitted.score(frame, fate) > 0.95
    kinds = {column.name: column.kind for column in fitted.model_.contract.inputs}
    assert (kinds["sex"], kinds["class"], kinds["boarded"]) == ("category", "category", "date")
    assert (kinds["alone"], kinds["age"]) == ("number", "number")


def test_numbers_in_a_frame_are_numbers_however_few_they_are():
    """pellucid.train takes a column of 1, 2, 3 for categories; scikit-learn's estimators do not."""
    frame, fate = passengers()
    frame["class"] = np.arange(len(frame)) % 3
    kinds = {c.name: c.kind for c in classifier(epochs=1).fit(frame, fate).model_.contract.inputs}
    assert kinds["class"] == "number"


def test_the_kind_of_a_column_may_be_chosen():
    frame, fate = passengers()
    frame["class"] = np.arange(len(frame)) % 3
    fitted = classifier(epochs=1, kinds={"class": "category"}).fit(frame, fate)
    kinds = {column.name: column.kind for column in fitted.model_.contract.inputs}
    assert kinds["class"] == "category"
    with pytest.raises(DataError, match="kinds are of the columns"):
        classifier(kinds={"class": "category"}).fit(FLOWERS, SPECIES)


def test_a_category_never_seen_is_warned_of():
    frame, fate = passengers()
    fitted = classifier(epochs=1).fit(frame, fate)
    strange = frame.head(3).assign(sex="unknown")
    with pytest.warns(UnlikeTrainingWarning, match="unknown"):
        assert set(fitted.predict(strange)) <= {"saved", "lost"}


def test_frames_of_another_library_are_the_same_rows():
    frame, fate = passengers()
    fitted = classifier(epochs=2).fit(frame, fate)
    others = pl.from_pandas(frame, nan_to_null=True), pa.Table.from_pandas(frame)
    for other in others:
        assert same_bits(classifier(epochs=2).fit(other, fate), fitted)
        assert np.array_equal(fitted.predict(other), fitted.predict(frame))


def test_an_array_will_not_do_for_a_frame_with_text():
    frame, fate = passengers()
    fitted = classifier(epochs=1).fit(frame, fate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(TypeError, match="columns that are not numbers"):
            fitted.predict(np.zeros((3, 6)))


def test_a_target_named_as_a_column_is_no_trouble():
    frame = pd.DataFrame(FLOWERS, columns=["y", *NAMES[1:]])
    fitted = Classifier(epochs=1).fit(frame, pd.Series(SPECIES, name="y"))
    assert fitted.model_.contract.targets == ("y_",)
    assert fitted.predict(frame).shape == (150,)
