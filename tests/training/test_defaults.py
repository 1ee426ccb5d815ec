"""What is chosen where the person chose nothing."""

from __future__ import annotations

import re

import pytest

from pellucid.training import defaults
from pellucid.training.config import OPTIMIZERS, Config
from pellucid.training.defaults import Sizes, resolve, validation_fraction
from pellucid.training.sizes import Grid


def test_few_rows_of_long_series_are_learned_with_less_against_over_fitting():
    table, _ = resolve(Config(), Sizes(50, 400, "classification"))
    series, _ = resolve(Config(), Sizes(50, 400, "classification", series_features=400))
    assert (table.hidden, table.dropout, table.weight_decay) == ((64, 64), 0.5, 1.0)
    assert (series.hidden, series.dropout, series.weight_decay) == ((128, 64), 0.1, 0.1)


def test_short_series_and_many_rows_are_settled_as_tables_are():
    for n_train, n_steps in ((67, 24), (5000, 400)):
        table, _ = resolve(Config(), Sizes(n_train, n_steps, "classification"))
        series, _ = resolve(Config(), Sizes(n_train, n_steps, "classification", n_steps))
        assert series == table


def test_without_hidden_layers_few_rows_are_learned_as_many_are():
    """Nothing can be learned by heart, and a linear rule must not be shrunk away from."""
    for n_train in (150, 20_000):
        settled, reasons = resolve(Config(hidden=()), Sizes(n_train, 4, "regression"))
        assert (settled.dropout, settled.weight_decay, settled.learning_rate) == (0.0, 0.1, 0.02)
        assert reasons["dropout"] == "there are no hidden units"
    chosen, _ = resolve(Config(hidden=(), learning_rate=0.5), Sizes(150, 4, "regression"))
    assert chosen.learning_rate == 0.5


def test_numbers_are_learned_longer_and_with_less_dropout_where_rows_choose_the_best_epoch():
    for n_train, steps, dropout in ((15_000, 10_000, 0.05), (1_500, 3_000, 0.0)):
        settled, _ = resolve(Config(), Sizes(n_train, 12, "regression"))
        per_epoch = -(-n_train // settled.batch_size)
        assert steps <= settled.epochs * per_epoch < steps + per_epoch
        assert settled.dropout == dropout
    classes, _ = resolve(Config(), Sizes(15_000, 12, "classification"))
    assert (classes.epochs, classes.dropout) == (26, 0.2)


def test_of_very_many_rows_a_million_are_held_out():
    for n_rows, test, validation in (
        (1_000_000, 200_000, 100_000),
        (5_000_000, 1_000_000, 500_000),
        (32_000_000, 1_000_000, 1_000_000),
    ):
        assert round(defaults.test_fraction(Config(), n_rows) * n_rows) == test
        assert round(validation_fraction(Config(), n_rows)[0] * n_rows) == validation
    asked = Config(test_fraction=0.3, validation_fraction=0.3)
    assert defaults.test_fraction(asked, 32_000_000) == 0.3
    assert validation_fraction(asked, 32_000_000)[0] == 0.3


@pytest.mark.parametrize("what", ["of_texts", "in_steps"])
def test_texts_and_windows_of_a_forecast_are_all_learned_from_until_they_are_very_many(what):
    for n_rows, share, rows in ((13_000, 0.0, "out_of_fold"), (25_000, 0.1, "none")):
        assert validation_fraction(Config(), n_rows, **{what: True})[0] == share
        way, _ = defaults.calibration(
            Config(), n_train=n_rows, n_validation=0, in_windows=what == "in_steps", **{what: True}
        )
        assert way == rows
    assert validation_fraction(Config(), 13_000)[0] == 0.1  # of anything else


def test_a_forecast_that_may_be_cut_short_holds_windows_back():
    """Such a training is not repeated to calibrate it, and patience needs rows to look at."""
    for asked in (Config(time_limit=60), Config(patience=5)):
        assert validation_fraction(asked, 13_000, in_steps=True)[0] == 0.1


def test_the_more_rows_there_are_for_each_input_the_less_is_done_against_over_fitting():
    for task in ("classification", "regression"):
        found = [resolve(Config(), Sizes(n, 10, task))[0] for n in (100, 300, 400, 600, 999)]
        decays = [settled.weight_decay for settled in found]
        assert decays == sorted(decays, reverse=True)
        assert decays[0] > decays[-1]
        assert found[0].dropout >= found[-1].dropout


def test_dropout_does_not_blur_numbers_learned_from_few_rows():
    settled, reasons = resolve(Config(), Sizes(300, 10, "regression"))
    assert settled.dropout == 0.0
    assert reasons["dropout"] == "it would blur numbers"


def test_long_series_of_many_rows_are_forecast_with_more_against_over_fitting():
    crowded, _ = resolve(Config(), Sizes(10_000, 700, "regression", 700))
    roomy, _ = resolve(Config(), Sizes(10_000, 20, "regression", 20))
    assert crowded.dropout > roomy.dropout
    assert crowded.weight_decay > roomy.weight_decay
    assert crowded.epochs < roomy.epochs


def test_units_bend_smoothly_where_rows_are_few():
    for n_train, task, activation in (
        (500, "classification", "silu"),
        (5_000, "classification", "relu"),
        (5_000, "regression", "silu"),
        (50_000, "regression", "relu"),
    ):
        assert resolve(Config(), Sizes(n_train, 5, task))[0].activation == activation


def test_texts_with_more_words_than_rows_get_one_small_layer_and_few_epochs():
    words = Sizes(5_000, 7_600, "classification", text_features=7_600)
    settled, _ = resolve(Config(), words)
    assert (settled.hidden, settled.epochs, settled.dropout) == ((64,), 10, 0.5)
    assert settled.weight_decay == 1.0
    beside_numbers = Sizes(5_000, 7_600, "classification", text_features=100)
    of_many_rows = Sizes(500_000, 7_600, "classification", text_features=7_600)
    for sizes in (beside_numbers, of_many_rows):
        assert resolve(Config(), sizes)[0].hidden == (256, 128)


def test_other_optimizers_have_no_weight_decay():
    settled, _ = resolve(Config(optimizer="adam"), Sizes(100, 10, "regression"))
    assert settled.weight_decay == 0.0


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("task", ["classification", "forecasting"])
def test_the_reason_of_a_rate_names_no_optimizer_but_the_one_that_is_used(task, optimizer):
    _, reasons = resolve(Config(optimizer=optimizer), Sizes(500, 10, task))
    words = set(re.findall(r"\w+", reasons["learning_rate"]))
    assert words & set(OPTIMIZERS) <= {optimizer}


@pytest.mark.parametrize(
    ("n_train", "ink", "channels", "beside", "epochs", "expected"),
    [
        (54_000, 0.13, 1, 0, None, ("shift", "rotate", "scale")),  # MNIST
        (54_000, 0.29, 1, 0, None, ()),  # Fashion-MNIST, which answers worse with it
        (54_000, 0.13, 3, 0, None, ()),
        (54_000, 0.13, 1, 1, None, ()),
        (5_000, 0.13, 1, 0, None, ()),
        (54_000, 0.13, 1, 0, 3, ()),  # learns no image by heart
        (54_000, 0.13, 1, 0, 10, ("shift", "rotate", "scale")),
    ],
)
def test_many_drawings_are_moved_turned_and_resized_for_dense_layers(
    n_train, ink, channels, beside, epochs, expected
):
    pixels = Grid("image", "image", 0, (28, 28, channels), ink=ink)
    features = 784 * channels + beside
    sizes = Sizes(n_train, features, "classification", n_numbers=beside, grids=(pixels,))
    settled, _ = resolve(Config(network="dense", epochs=epochs), sizes)
    assert settled.augment == expected
