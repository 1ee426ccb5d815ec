"""Fits that begin where an earlier one ended, and fits that repeat one."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from pellucid import Classifier
from pellucid.errors import SettingError
from tests.estimators.helpers import FLOWERS, LENGTHS, SPECIES, classifier, regressor, same_bits

ORDER = np.random.default_rng(0).permutation(150)
BATCHES = np.split(ORDER, 5)


def streamed(make, targets, passes=1, **first):
    fitted = make()
    for _ in range(passes):
        for rows in BATCHES:
            fitted.partial_fit(FLOWERS[rows], targets[rows], **first)
    return fitted


def test_the_same_random_state_gives_the_same_bits():
    assert same_bits(classifier().fit(FLOWERS, SPECIES), classifier().fit(FLOWERS, SPECIES))
    other = classifier(random_state=1).fit(FLOWERS, SPECIES)
    assert not same_bits(classifier().fit(FLOWERS, SPECIES), other)


def test_without_a_random_state_each_fit_draws_anew():
    one = classifier(random_state=None).fit(FLOWERS, SPECIES)
    assert not same_bits(one, classifier(random_state=None).fit(FLOWERS, SPECIES))


def test_a_random_state_may_be_numpys():
    def drawn():
        return classifier(random_state=np.random.RandomState(7)).fit(FLOWERS, SPECIES)

    assert same_bits(drawn(), drawn())


def test_fitting_twice_forgets_the_first_time():
    twice = classifier().fit(FLOWERS[:80, :3], SPECIES[:80]).fit(FLOWERS, SPECIES)
    assert same_bits(twice, classifier().fit(FLOWERS, SPECIES))


def test_a_warm_start_begins_with_the_weights_of_the_fit_before():
    """One epoch at a rate near 0 leaves them where they are."""
    cold = classifier().fit(FLOWERS, SPECIES)
    warm = classifier(warm_start=True).fit(FLOWERS, SPECIES)
    assert same_bits(warm, cold)
    warm.set_params(learning_rate=1e-9, epochs=1, optimizer="sgd").fit(FLOWERS, SPECIES)
    assert np.allclose(warm.coefs_[0], cold.coefs_[0], atol=1e-6)
    assert warm.n_iter_ == 1


def test_warm_starts_go_on_learning():
    warm = regressor(warm_start=True, epochs=3)
    losses = [warm.fit(FLOWERS, LENGTHS).loss_ for _ in range(5)]
    assert losses[-1] < 0.5 * losses[0]


def test_a_warm_start_keeps_the_network_that_was_chosen_for_the_first_rows():
    """100 rows would get 64 and 64 units, 2,000 rows more."""
    rows = np.random.default_rng(0).normal(size=(2000, 2))
    labels = (rows[:, 0] > 0).astype(int)
    warm = Classifier(warm_start=True, epochs=1, random_state=0).fit(rows[:100], labels[:100])
    sizes = [kernel.shape for kernel in warm.coefs_]
    assert [kernel.shape for kernel in warm.fit(rows, labels).coefs_] == sizes


@pytest.mark.parametrize(
    "changed", [{"hidden_layer_sizes": (9,)}, {"normalization": "batch"}], ids=["sizes", "layers"]
)
def test_another_network_cannot_go_on(changed):
    warm = classifier(warm_start=True, epochs=1).fit(FLOWERS, SPECIES)
    with pytest.raises(SettingError, match=f"{next(iter(changed))}.*asked for"):
        warm.set_params(**changed).fit(FLOWERS, SPECIES)
    with pytest.raises(SettingError, match="warm_start to False"):
        warm.partial_fit(FLOWERS, SPECIES)


def test_a_warm_start_knows_no_new_classes_and_no_new_columns():
    warm = classifier(warm_start=True, epochs=1).fit(FLOWERS[:100], SPECIES[:100])
    with pytest.raises(ValueError, match=r"not among those fitted: \[2\]"):
        warm.fit(FLOWERS, SPECIES)
    with pytest.raises(ValueError, match="expecting 4 features"):
        warm.fit(FLOWERS[:, :3], SPECIES)


def test_a_stream_is_learned_batch_by_batch():
    fitted = streamed(classifier, SPECIES, passes=20, classes=[0, 1, 2])
    assert fitted.score(FLOWERS, SPECIES) > 0.9
    assert fitted.n_iter_ == len(fitted.loss_curve_) == 100
    assert [entry["epoch"] for entry in fitted.history_] == list(range(1, 101))
    assert np.mean(fitted.loss_curve_[-5:]) < 0.5 * np.mean(fitted.loss_curve_[:5])


def test_so_are_numbers():
    fitted = streamed(regressor, LENGTHS, passes=20)
    assert fitted.score(FLOWERS, LENGTHS) > 0.8


def test_a_stream_repeats_bit_for_bit_also_through_a_pickle():
    """The optimizer's memory and the number of steps are pickled as well."""
    whole = streamed(classifier, SPECIES, classes=[0, 1, 2])
    first = classifier()
    for rows in BATCHES[:3]:
        first.partial_fit(FLOWERS[rows], SPECIES[rows], classes=[0, 1, 2])
    rest = pickle.loads(pickle.dumps(first))  # noqa: S301 -- made in this line
    for rows in BATCHES[3:]:
        rest.partial_fit(FLOWERS[rows], SPECIES[rows])
    assert same_bits(rest, whole)


def test_a_stream_may_begin_with_one_class_of_several():
    fitted = classifier()
    for label in (0, 1, 2):
        rows = label == SPECIES
        fitted.partial_fit(FLOWERS[rows], SPECIES[rows], classes=[0, 1, 2])
    assert fitted.predict_proba(FLOWERS).shape == (150, 3)


def test_a_stream_may_follow_a_fit():
    fitted = classifier().fit(FLOWERS, SPECIES)
    before = fitted.coefs_[0].copy()
    fitted.partial_fit(FLOWERS[BATCHES[0]], SPECIES[BATCHES[0]])
    assert fitted.n_iter_ == 21
    assert 0 < np.abs(fitted.coefs_[0] - before).max() < 0.5


def test_a_stream_measures_its_rate_once():
    fitted = classifier(learning_rate="find").partial_fit(FLOWERS, SPECIES, classes=[0, 1, 2])
    rate = fitted.model_.settings["learning_rate"]
    fitted.partial_fit(FLOWERS[:50], SPECIES[:50])
    assert fitted.model_.settings["learning_rate"] == rate == fitted.history_[1]["learning_rate"]


def test_the_classes_of_a_stream_are_needed_once_and_may_not_change():
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        classifier().partial_fit(FLOWERS, SPECIES)
    fitted = classifier().partial_fit(FLOWERS, SPECIES, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="not the same as on last call"):
        fitted.partial_fit(FLOWERS, SPECIES, classes=[0, 1, 2, 3])
    with pytest.raises(ValueError, match=r"not among those fitted: \[4\]"):
        fitted.partial_fit(FLOWERS[:2], [0, 4])


def test_a_stream_of_sets_keeps_its_number_of_labels():
    sets = np.eye(3, dtype=int)[SPECIES] | np.eye(3, dtype=int)[(SPECIES + 1) % 3]
    fitted = classifier().partial_fit(FLOWERS, sets, classes=[0, 1, 2])
    assert fitted.partial_fit(FLOWERS, sets).predict(FLOWERS).shape == (150, 3)
    with pytest.raises(ValueError, match="2 labels, and 3 were fitted"):
        fitted.partial_fit(FLOWERS, sets[:, :2])
    with pytest.raises(ValueError, match="one label a row, and sets of labels were fitted"):
        fitted.partial_fit(FLOWERS, SPECIES)
