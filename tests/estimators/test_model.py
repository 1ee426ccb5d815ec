"""``model_``: the fitted network as one of pellucid's own models."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp

import pellucid
import pellucid.api
from pellucid.errors import DataError
from tests.estimators.helpers import (
    FLOWERS,
    LENGTHS,
    NAMES,
    SPECIES,
    classifier,
    regressor,
)

NAMED = np.array(["setosa", "versicolor", "virginica"])[SPECIES]
FRAME = pd.DataFrame(FLOWERS, columns=NAMES)
MIXED = FRAME.assign(color=np.where(FLOWERS[:, 1] > 3, "blue", "white"))
INPUTS = {"array": FLOWERS, "frame": FRAME, "frame with text": MIXED}
SETS = np.eye(3, dtype=int)[SPECIES] | np.eye(3, dtype=int)[(SPECIES + 1) % 3]
FITS = {
    "labels": (classifier, NAMED),
    "truth values": (classifier, SPECIES > 0),
    "sets of labels": (classifier, SETS),
    "numbers": (regressor, LENGTHS),
    "several numbers": (regressor, FLOWERS[:, :2] * [1, 100]),
}


@pytest.mark.parametrize("rows", INPUTS.values(), ids=INPUTS)
@pytest.mark.parametrize(("make", "targets"), FITS.values(), ids=FITS)
def test_a_saved_model_answers_as_the_estimator_does(rows, make, targets, tmp_path):
    fitted = make(epochs=3).fit(rows, targets)
    opened = pellucid.load(fitted.model_.save(tmp_path / "flowers"))
    for model in (fitted.model_, opened):
        answers = model.predict(rows)
        own = fitted.predict(rows)
        if targets is SETS:
            found = np.array([[str(n) in row for n in range(3)] for row in answers["prediction"]])
            assert np.array_equal(found, own.astype(bool))
        elif own.ndim == 2:
            assert np.allclose(answers.to_numpy(), own, rtol=1e-12)
        elif make is regressor:
            assert np.allclose(answers["prediction"].to_numpy(), own, rtol=1e-12)
        else:
            assert answers["prediction"].to_list() == own.tolist()
            probabilities = answers.drop("prediction").to_numpy()
            assert np.allclose(probabilities, fitted.predict_proba(rows), atol=1e-7)


def test_a_model_says_what_it_is_and_claims_nothing_of_a_test():
    fitted = classifier(epochs=3).fit(MIXED, pd.Series(NAMED, name="species"))
    assert fitted.model_.metrics == {}
    assert "classification of 'species'" in repr(fitted.model_)
    assert "not measured" in repr(fitted.model_)
    assert fitted.model_.report["n_train"] == 150
    assert fitted.model_.settings["hidden"] == [8]
    assert len(fitted.model_.history) == 3


def test_a_model_can_be_measured_on_rows_it_never_saw():
    half = np.arange(150) % 2 == 0
    fitted = classifier(epochs=40).fit(FLOWERS[half], NAMED[half])
    measured = fitted.model_.evaluate((FLOWERS[~half], pl.Series("y", NAMED[~half])))
    assert measured["accuracy"] == fitted.score(FLOWERS[~half], NAMED[~half]) > 0.85


@pytest.mark.parametrize("targets", [NAMED, LENGTHS], ids=["labels", "numbers"])
@pytest.mark.parametrize("rows", INPUTS.values(), ids=INPUTS)
def test_its_answers_can_be_explained_in_the_persons_columns(rows, targets):
    make = classifier if targets is NAMED else regressor
    fitted = make(epochs=20).fit(rows, targets)
    why = fitted.model_.explain(rows, row=5)
    assert why.baseline + why.contributions["contribution"].sum() == pytest.approx(why.output)
    assert set(why.columns["column"]) == ({"x"} if rows is FLOWERS else set(rows.columns))
    if make is regressor:
        assert why.output == pytest.approx(fitted.predict(rows)[4], rel=1e-5)
    else:
        assert why.prediction == fitted.predict(rows)[4]
        assert why.probability == pytest.approx(fitted.predict_proba(rows)[4].max(), rel=1e-5)


def test_what_mattered_over_many_rows_is_found():
    """Only the first column decides."""
    fitted = classifier(epochs=40).fit(FRAME, np.where(FLOWERS[:, 0] > 5.8, "long", "short"))
    importance = fitted.model_.importance(FRAME)
    assert importance.columns["column"][0] == "sepal_length"


def test_rows_can_be_followed_through_the_network():
    fitted = classifier().fit(FRAME, NAMED)
    layers = fitted.model_.trace(FRAME)
    assert layers[0].pre_activations.shape == (150, 8)
    assert np.allclose(layers[-1].activations, fitted.decision_function(FRAME), atol=1e-5)


def test_a_model_of_very_many_numbers_finds_its_columns_in_a_frame(tmp_path):
    """They are one block to it, and may come in any order, among others."""
    names = [f"gene_{number}" for number in range(300)]
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 300)), columns=names)
    labels = np.where(wide["gene_7"] > 0, "ill", "well")
    fitted = classifier().fit(wide, labels)
    opened = pellucid.load(fitted.model_.save(tmp_path / "genes"))
    turned = wide[names[::-1]].assign(place="here")
    with pytest.warns(pellucid.api.UnlikeTrainingWarning, match="'place'"):
        answers = opened.predict(turned)
    assert answers["prediction"].to_list() == fitted.predict(wide).tolist()
    assert opened.explain(wide, row=1).prediction == fitted.predict(wide)[0]
    with pytest.raises(DataError, match="lacks"):
        opened.predict(wide.drop(columns="gene_7"))


def test_a_model_of_sparse_rows_takes_them_as_an_array():
    rows = np.where(FLOWERS > 3, FLOWERS, 0)
    fitted = classifier().fit(sp.csr_array(rows), NAMED)
    assert fitted.model_.predict(rows)["prediction"].to_list() == fitted.predict(rows).tolist()
    assert fitted.model_.contract.inputs[0].reason == "a sparse matrix"


def test_a_model_holds_no_rows_of_the_data():
    fitted = classifier(epochs=1).fit(MIXED, NAMED)
    assert fitted.model_.examples is None


def test_words_for_missing_stay_labels_in_the_saved_model(tmp_path):
    words = np.array(["", "NA", "nan"])[SPECIES]
    fitted = classifier().fit(FRAME, words)
    opened = pellucid.load(fitted.model_.save(tmp_path / "words"))
    assert opened.predict(FRAME)["prediction"].to_list() == fitted.predict(FRAME).tolist()


def test_warnings_name_the_rows_as_they_were_given():
    """The fit brings rows into an order of its own."""
    rows = MIXED.copy()
    rows["amount"] = [f"{n}.5" for n in range(149)] + ["a lot"]
    contract = classifier(epochs=1).fit(rows, NAMED).model_.contract
    warned = next(column for column in contract.columns if column.name == "amount").warnings
    assert "row 150" in warned[0]
