"""Every contender learns from the same rows, and its numbers are scikit-learn's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse as sparse_arrays
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, r2_score
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import pellucid
from pellucid import memory
from pellucid.comparison.amounts import nesting_order
from pellucid.comparison.contenders import Size, classic_contenders
from pellucid.comparison.ground import find_ground
from pellucid.comparison.result import ComparisonResult, Run
from pellucid.comparison.running import RunDone, RunStarted
from pellucid.comparison.supervised import plain_vectors
from pellucid.data import split_rows
from pellucid.errors import DataError, SettingError
from pellucid.training.config import Config
from pellucid.training.events import Note
from tests.comparison.helpers import linear_classes, linear_numbers

QUICK = {"hidden": (4,), "epochs": 2}
AMOUNTS = (30, "all")


@pytest.fixture(scope="module")
def of_classes() -> ComparisonResult:
    return pellucid.compare(linear_classes(), amounts=AMOUNTS, repeats=2, **QUICK)


@pytest.fixture(scope="module")
def of_numbers() -> ComparisonResult:
    return pellucid.compare(linear_numbers(), amounts=AMOUNTS, repeats=1, **QUICK)


def run_of(result: ComparisonResult, contender: str, amount: int, repeat: int = 0) -> Run:
    wanted = (contender, amount, repeat)
    return next(r for r in result.runs if (r.contender, r.amount, r.repeat) == wanted)


def scaled_rows(
    data: tuple[np.ndarray, ...], amount: int, repeat: int, *, is_class: bool
) -> tuple[np.ndarray, ...]:
    """Divide and scale rows by hand: the split of training, the beginning of the order."""
    features, targets = data
    split = split_rows(len(targets), 0.2, 0, targets if is_class else None)
    kept = np.sort(split.kept)
    labels = targets[kept] if is_class else None
    rows = kept[np.sort(nesting_order(len(kept), 0, repeat, labels)[:amount])]
    scaler = StandardScaler().fit(features[rows])
    tested = split.held_out
    return (
        scaler.transform(features[rows]),
        targets[rows],
        scaler.transform(features[tested]),
        targets[tested],
    )


@pytest.mark.parametrize("repeat", [0, 1])
@pytest.mark.parametrize(
    ("contender", "estimator"),
    [
        ("logistic regression", lambda seed: LogisticRegression(max_iter=1000)),
        ("nearest neighbours", lambda seed: KNeighborsClassifier()),
        ("random forest", lambda seed: RandomForestClassifier(random_state=seed)),
        ("gradient boosting", lambda seed: HistGradientBoostingClassifier(random_state=seed)),
    ],
)
def test_a_contenders_accuracy_is_scikit_learns_on_the_same_rows(
    of_classes, contender, estimator, repeat
):
    inputs, targets, test, truth = scaled_rows(linear_classes(), 30, repeat, is_class=True)
    with threadpool_limits(1):  # quicker for so few rows
        fitted = estimator(repeat).fit(inputs.astype(np.float32), targets)
        answers = fitted.predict(test.astype(np.float32))
    found = run_of(of_classes, contender, 30, repeat)
    assert found.metrics["accuracy"] == accuracy_score(truth, answers)
    assert found.rows.mean() == pytest.approx(found.metrics["accuracy"])


@pytest.mark.parametrize(
    ("contender", "estimator"),
    [("ridge regression", Ridge()), ("nearest neighbours", KNeighborsRegressor())],
)
@pytest.mark.parametrize("amount", [30, 120])
def test_a_contenders_r2_is_scikit_learns_on_the_same_rows(
    of_numbers, contender, estimator, amount
):
    inputs, targets, test, truth = scaled_rows(linear_numbers(), amount, 0, is_class=False)
    scale = StandardScaler().fit(targets[:, None])
    answers = estimator.fit(inputs, scale.transform(targets[:, None])[:, 0]).predict(test)
    expected = r2_score(truth, scale.inverse_transform(answers[:, None])[:, 0])
    found = run_of(of_numbers, contender, amount)
    assert found.metrics["r2"] == pytest.approx(expected, abs=1e-4)
    assert found.rows.mean() == pytest.approx(expected, abs=1e-4)


def test_where_classes_are_divided_by_a_plane_logistic_regression_wins_or_ties(of_classes):
    for amount in of_classes.amounts:
        assert of_classes.cells["logistic regression", amount].place in {"best", "tie"}


def test_where_numbers_are_sums_ridge_regression_wins(of_numbers):
    assert of_numbers.cells["ridge regression", 120].place == "best"
    assert of_numbers.best_classic(120).contender == "ridge regression"


def test_from_all_rows_the_network_is_that_of_a_training(of_classes, of_numbers):
    for result, data in ((of_classes, linear_classes()), (of_numbers, linear_numbers())):
        trained = pellucid.train(data, **QUICK)
        found = run_of(result, "network", 120)
        for name, value in found.metrics.items():
            assert value == pytest.approx(trained.metrics[name], rel=1e-6), name


def test_a_method_without_chance_learns_from_all_rows_once(of_classes):
    n = {name: of_classes.cells[name, 120].n for name in of_classes.contenders}
    assert n == {
        "network": 2,
        "logistic regression": 1,
        "nearest neighbours": 1,
        "random forest": 2,
        "gradient boosting": 1,
    }


def test_the_same_seed_gives_the_same_numbers(of_classes):
    again = pellucid.compare(linear_classes(), amounts=AMOUNTS, repeats=2, **QUICK)
    assert [run.metrics for run in again.runs] == [run.metrics for run in of_classes.runs]


def test_the_baseline_is_the_most_frequent_class(of_classes):
    _, labels, _, truth = scaled_rows(linear_classes(), 120, 0, is_class=True)
    most = np.bincount(labels).argmax()
    assert of_classes.baseline["accuracy"] == pytest.approx((truth == most).mean())


def test_few_rows_and_rare_classes_break_no_contender():
    features, _ = linear_classes(60)
    labels = np.array(["common"] * 40 + ["other"] * 17 + ["rare"] * 2 + ["single"])
    result = pellucid.compare((features, labels), amounts=[4], repeats=1, **QUICK)
    assert len(result.cells) == len(result.contenders)
    assert not result.left_out


def test_gaps_and_categories_are_encoded_by_the_rows_that_are_learned_from(tmp_path: Path):
    rows = [f"{'' if row % 3 else row},{'abcdefgh'[row % 8]},{'uv'[row % 2]}" for row in range(80)]
    path = tmp_path / "gaps.csv"
    path.write_text("\n".join(["number,letter,y", *rows]))
    result = pellucid.compare(path, target="y", amounts="6,all", repeats=1, **QUICK)
    assert {cell.amount for cell in result.cells.values()} == {6, 64}
    # Even and odd letters tell the classes apart, which a forest finds.
    assert result.cells["random forest", 64].mean == 1.0


def texts(folder: Path) -> Path:
    for part, n in (("train", 12), ("valid", 6), ("test", 6)):
        for label, word in (("good", "fine"), ("bad", "awful")):
            (folder / part / label).mkdir(parents=True)
            for number in range(n):
                text = f"{word} it was {number} times"
                (folder / part / label / f"{number}.txt").write_text(text)
    return folder


def test_a_validation_part_of_the_sources_own_is_learned_from_by_all(tmp_path: Path):
    ground = find_ground(Config.make(source=texts(tmp_path / "texts")), lambda *_: None)
    assert (ground.train.n_rows, ground.n_test) == (36, 12)
    assert ground.divided.dataset.valid is None


def test_texts_are_compared_as_well(tmp_path: Path):
    result = pellucid.compare(texts(tmp_path / "texts"), amounts="all", repeats=1, **QUICK)
    assert result.cells["logistic regression", 36].mean == 1.0


def test_a_time_limit_leaves_out_what_would_not_fit_and_names_it():
    result = pellucid.compare(linear_classes(), amounts=AMOUNTS, time_limit=0.001, **QUICK)
    assert result.ended == "time limit"
    assert result.amounts == (30,)
    assert {left.contender for left in result.left_out} == set(result.contenders)
    assert "Left out: all from 120 rows; nothing was left of the time limit." in str(result)


def test_an_interruption_leaves_what_was_done():
    def stop(event: object) -> None:
        if isinstance(event, RunStarted) and event.number == 4:
            raise KeyboardInterrupt

    result = pellucid.compare(linear_classes(), repeats=1, callbacks=[stop], **QUICK)
    assert (result.ended, len(result.runs)) == ("interrupted", 3)
    assert "Interrupted" in str(result)


def test_events_tell_of_every_run_and_of_notes_once():
    heard = []
    result = pellucid.compare(
        linear_classes(), amounts=AMOUNTS, repeats=1, callbacks=[heard.append], **QUICK
    )
    started = [event for event in heard if isinstance(event, RunStarted)]
    assert [event.number for event in started] == list(range(1, 11))
    assert {event.of for event in started} == {10}
    assert sum(isinstance(event, RunDone) for event in heard) == len(result.runs)
    notes = [event.text for event in heard if isinstance(event, Note)]
    assert len(notes) == len(set(notes)) == len(result.notes)


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"test_fraction": 0}, SettingError, "rows to test on"),
        ({"window": 3}, SettingError, "window is not for a comparison"),
        ({"class_weight": "balanced"}, SettingError, "class_weight is not for a comparison"),
        ({"amounts": [1000]}, SettingError, "1,000 rows"),
        ({"target": "nothing"}, DataError, "nothing"),
        ({"hiden": 3}, SettingError, "did you mean 'hidden'"),
    ],
)
def test_what_cannot_be_compared_is_refused(settings, error, words):
    with pytest.raises(error, match=words):
        pellucid.compare(linear_classes(), **settings)


def test_a_constant_target_is_refused():
    features, _ = linear_classes(20)
    with pytest.raises(DataError, match="the same value in every row"):
        pellucid.compare((features, np.zeros(20, dtype=int)))


def test_vectors_that_do_not_fit_into_memory_limit_the_amounts():
    """120 rows of 12 numbers of 4 bytes, three times, in a quarter of 20,000 bytes: 34 rows."""
    told = []
    with memory.limited_to(20_000):
        ground = find_ground(
            Config.make(source=linear_classes()), lambda text, warning: told.append(text)
        )
    assert (ground.most, ground.train.n_rows) == (20_000 // (4 * 3 * 12 * 4), 120)
    assert "the comparison goes up to 34" in told[-1]


@pytest.mark.parametrize("contender", classic_contenders("classification"), ids=lambda c: c.name)
def test_sparse_vectors_give_the_answers_of_dense_ones_or_are_refused(contender):
    features, labels = linear_classes()
    dense = np.where(features > 0, features, 0).astype(np.float32)
    # As `hstack` gives it: places of 64 bits, which forests do not take.
    sparse = sparse_arrays.csr_array(dense)
    sparse.indices, sparse.indptr = sparse.indices.astype(np.int64), sparse.indptr.astype(np.int64)
    size = Size.of(sparse, labels)
    if contender.name == "gradient boosting":
        assert "no sparse vectors" in contender.refuses(size)
        return
    assert contender.refuses(size) is None
    answers = [
        contender.make(size, 0)
        .fit(plain_vectors(inputs)[:100], labels[:100])
        .predict(plain_vectors(inputs)[100:])
        for inputs in (sparse, dense)
    ]
    assert (answers[0] == answers[1]).mean() > 0.95


def test_gradient_boosting_is_left_out_of_very_wide_rows():
    (*_, boosting) = classic_contenders("regression")
    assert "5,000" in boosting.refuses(Size(50, 15_000, 50, sparse=False))
    assert boosting.refuses(Size(60_000, 784, 6000, sparse=False)) is None
