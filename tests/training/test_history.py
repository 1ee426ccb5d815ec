"""A history is a list that draws itself, in the terminal and in notebooks."""

from __future__ import annotations

import copy
import json
import math
import pickle
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.training.history import History, sparkline
from pellucid.training.report import format_metric
from tests.pages import HOSTILE, axis, parsed, points, rows, texts, with_class

# Made by hand: five epochs, of which the third is the best.
ACCURACIES = [0.5, 0.75, 0.875, 0.8125, 0.875]
LOSSES = [2.0, 1.0, 0.75, 0.5, 0.25]
VALIDATION = [2.25, 1.25, 1.0, 1.125, 1.5]


def entry(epoch: int, **more: Any) -> dict[str, Any]:
    return {
        "event": "epoch_done", "epoch": epoch, "epochs": 5, "loss": LOSSES[epoch - 1],
        "learning_rate": 0.01 / epoch, "seconds": 0.5, "examples_per_second": 200.0, **more,
    }  # fmt: skip


def by_hand() -> History:
    return History(
        entry(
            n, validation_loss=VALIDATION[n - 1], best=n <= 3,
            metrics={"accuracy": ACCURACIES[n - 1], "f1": 0.5},
        )
        for n in range(1, 6)
    )  # fmt: skip


def without_validation() -> History:
    return History(entry(n, validation_loss=None, metrics={}, best=False) for n in range(1, 6))


def long(n: int) -> History:
    return History(
        {"epoch": k + 1, "loss": 100 * math.exp(-k / 300) + 0.1, "learning_rate": 1e-3,
         "validation_loss": 90 * math.exp(-k / 300) + 0.2, "metrics": {"r2": 1 - 1 / (k + 1)},
         "best": k in {0, 4_321}, "seconds": 0.1}
        for k in range(n)
    )  # fmt: skip


# --- a list in every way


def test_it_is_the_list_that_it_was():
    entries = [entry(1), entry(2)]
    history = History(entries)
    assert history == entries and entries == history
    assert isinstance(history, list)
    assert history[0] is entries[0] and history[-1]["epoch"] == 2
    assert [*history, entry(3)] == [*entries, entry(3)]
    assert history + entries == entries + entries
    assert [one["loss"] for one in history] == [2.0, 1.0]
    assert len(History()) == 0 and not History()


def test_json_pickle_and_copies_keep_it():
    history = by_hand()
    assert json.loads(json.dumps(history)) == history
    for again in (pickle.loads(pickle.dumps(history)), copy.deepcopy(history)):  # noqa: S301 -- own bytes
        assert type(again) is History and again == history


def test_a_part_of_it_is_a_history_too():
    assert type(by_hand()[1:3]) is History
    assert by_hand()[1:3].epochs == [2, 3]


def test_a_frame_has_a_row_for_each_epoch_and_metrics_by_name():
    frame = by_hand().to_frame()
    assert frame["epoch"].to_list() == [1, 2, 3, 4, 5]
    assert frame["loss"].to_list() == LOSSES
    assert frame["validation_loss"].to_list() == VALIDATION
    assert frame["validation_accuracy"].to_list() == ACCURACIES
    assert "event" not in frame.columns


def test_columns_without_a_value_are_not_in_the_frame():
    assert "validation_loss" not in without_validation().to_frame().columns
    assert History().to_frame().equals(pl.DataFrame())


def test_a_frame_of_unlike_epochs_has_gaps():
    frame = History([entry(1), entry(2, validation_loss=1.0, metrics={"r2": 0.5})]).to_frame()
    assert frame["validation_r2"].to_list() == [None, 0.5]


def test_the_best_epoch_is_the_last_that_was_better_than_all_before():
    assert by_hand().best == 2
    assert without_validation().best is None


def test_the_main_metric_is_the_tasks_own_wherever_it_stands():
    measured = {"b.r2": 0.1, "mean_score": 0.5}
    assert History([entry(1, metrics=measured)]).main_metric == "mean_score"
    assert History([entry(1, metrics={"b.r2": 0.1})]).main_metric == "b.r2"
    assert without_validation().main_metric is None


def test_a_curve_has_a_number_for_each_epoch():
    assert by_hand().curve("accuracy") == ACCURACIES
    assert all(map(math.isnan, without_validation().curve("validation_loss")))


# --- in the terminal


def test_the_terminal_shows_curves_and_numbers_with_the_best_marked():
    shown = repr(by_hand())
    assert shown.startswith("history of 5 epochs; the best was epoch 3 of 5\n")
    assert ["3*", "0.75", "1", "87.50", "%"] in [line.split() for line in shown.splitlines()]
    assert "50.00 % → 87.50 %" in shown
    assert "█" in shown and max(map(len, shown.splitlines())) < 100


def test_a_sparkline_rises_and_falls_with_the_numbers():
    assert sparkline([0.0, 3.0, 7.0, 3.0, 0.0]) == "▁▄█▄▁"
    assert sparkline([1.0, math.nan, 2.0]) == "▁·█"
    assert sparkline([math.inf]) == "·"
    assert sparkline([]) == ""
    # Equal factors are equal steps, where numbers differ widely.
    assert sparkline([1.0, 10.0, 100.0]) == "▁▅█"


@pytest.mark.parametrize("n", [0, 1, 2, 10_000])
def test_histories_of_any_length_show_themselves(n):
    history = long(n)
    lines = repr(history).splitlines()
    assert len(lines) < 22
    assert f"{n:,} epoch" in lines[0] or n == 0
    parsed(history._repr_html_())


# --- in a notebook


def chart(page: str, title: str) -> Any:
    return next(c for c in with_class(parsed(page), "chart") if c.findtext("title") == title)


def test_both_losses_are_drawn_where_the_axes_say():
    drawn = chart(by_hand()._repr_html_(), "loss")
    across, up = axis(drawn, "x"), axis(drawn, "y")
    x_line = np.polyfit(list(across), list(across.values()), 1)
    y_line = np.polyfit(list(up), list(up.values()), 1)
    for look, numbers in ((0, LOSSES), (1, VALIDATION)):
        path = next(p for p in with_class(drawn, f"look-{look}") if p.tag == "path")
        (piece,) = points(path)
        np.testing.assert_allclose(
            [x for x, _ in piece], np.polyval(x_line, range(1, 6)), atol=0.05
        )
        np.testing.assert_allclose([y for _, y in piece], np.polyval(y_line, numbers), atol=0.05)
    assert "training loss: 2 at epoch 1, 0.25 at 5" in (drawn.findtext("desc") or "")


def test_the_main_metric_is_drawn_in_percent_with_the_best_epoch_marked():
    drawn = chart(by_hand()._repr_html_(), "accuracy")
    up = axis(drawn, "y")
    (mark,) = with_class(drawn, "mark")
    (ring,) = mark.iter("circle")
    line = np.polyfit(list(up), list(up.values()), 1)
    assert float(ring.get("cy", "nan")) == pytest.approx(np.polyval(line, 87.5), abs=0.05)
    assert texts(mark) == "best: epoch 3"


def test_the_table_holds_the_numbers_and_names_the_best():
    table = rows(parsed(by_hand()._repr_html_()))
    assert table[0] == ["epoch", "loss", "validation loss", "validation accuracy"]
    for n in range(5):
        expected = [str(n + 1), f"{LOSSES[n]:.4g}", f"{VALIDATION[n]:.4g}"]
        expected += [format_metric("accuracy", ACCURACIES[n]), *(["best"] if n == 2 else [])]
        assert table[n + 1] == expected


def test_without_validation_rows_there_is_one_loss_and_no_metric():
    page = parsed(without_validation()._repr_html_())
    titles = [c.findtext("title") for c in with_class(page, "chart")]
    assert titles == ["loss", "learning rate"]
    assert not with_class(page, "mark")
    assert "validation" not in texts(page)


def test_losses_that_are_no_numbers_are_gaps_and_named():
    history = History([entry(1), entry(2, loss=math.nan), entry(3), entry(4, loss=math.inf)])
    page = parsed(history._repr_html_())
    assert "2 not finite" in texts(page)
    assert [row[1] for row in rows(page)] == ["loss", "2", "nan", "0.75", "inf"]
    assert "nan" in repr(history) and "inf" in repr(history)


def test_of_ten_thousand_epochs_some_are_shown_the_best_among_them():
    page = long(10_000)._repr_html_()
    table = rows(parsed(page))
    assert len(table) <= 26
    assert table[1][0] == "1" and table[-1][0] == "10,000"
    assert [row[0] for row in table if row[-1] == "best"] == ["4,322"]


def test_names_of_metrics_are_only_text():
    history = History([entry(1, metrics={f"{HOSTILE}.accuracy": 0.5}, validation_loss=1.0)])
    assert "<script>alert('x')</script>" in texts(parsed(history._repr_html_()))


def test_no_epochs_are_said_in_words():
    assert "no epochs" in texts(parsed(History()._repr_html_()))
    assert repr(History()) == "history of no epochs"
