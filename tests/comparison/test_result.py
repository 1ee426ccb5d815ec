"""What is said of scores is so; tables, text, curves and pages show the same numbers."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from pellucid.comparison.contenders import NETWORK
from pellucid.comparison.drawing import MARKS, Range, figure_of
from pellucid.comparison.page import Detail, result_lines
from pellucid.comparison.result import ComparisonResult, LeftOut
from pellucid.data.page import plain
from tests.comparison.helpers import made
from tests.pages import HOSTILE, parsed, rows, texts, tree_of, with_class

WINS = made(
    {NETWORK: {50: [0.6, 0.62], 200: [0.95]}, "random forest": {50: [0.8, 0.78], 200: [0.7]}}
)
TIES = made(
    {NETWORK: {50: [0.80, 0.82]}, "random forest": {50: [0.81, 0.80]}, "other": {50: [0.5]}}
)
ALL_TIE = made({NETWORK: {50: [0.80]}, "random forest": {50: [0.81]}})


def test_scores_are_means_and_spreads_over_repeats():
    cell = WINS.cells[NETWORK, 50]
    assert (cell.mean, cell.n) == (pytest.approx(0.61), 2)
    assert cell.spread == pytest.approx(np.std([0.6, 0.62], ddof=1))
    assert WINS.cells[NETWORK, 200].spread is None


def test_places_are_best_tie_and_behind():
    assert {name: TIES.cells[name, 50].place for name in TIES.contenders} == {
        NETWORK: "best",
        "random forest": "tie",
        "other": "behind",
    }
    assert TIES.cells["other", 50].behind.mean == pytest.approx(0.80 - 0.5)


def test_the_verdict_says_who_wins_where():
    assert WINS.verdict[:2] == [
        "From all 200 rows, the best is the network (95.0 %), ahead of all others by more than "
        "chance.",
        "From fewer, the network is behind random forest from 50 rows.",
    ]
    assert WINS.verdict[2].startswith("To learn from all 200 rows took the network 0.50 s and ")


def test_the_verdict_calls_what_may_be_chance_a_tie():
    assert TIES.verdict[0] == (
        "From all 50 rows, the best is the network (81.0 %); random forest (80.5 %) ties with it."
    )
    assert ALL_TIE.verdict[0].startswith("From all 50 rows, both tie (80.0 % to 81.0 %)")


def test_what_was_learned_once_only_is_said_to_be_less_sure():
    assert any("once only" in sentence for sentence in ALL_TIE.verdict)
    assert not any("once only" in sentence for sentence in WINS.verdict)


def test_a_network_that_loses_is_told_so():
    lost = made(
        {NETWORK: {50: [0.6], 80: [0.6], 100: [0.6]}, "other": {50: [0.8], 80: [0.9], 100: [0.9]}}
    )
    assert lost.verdict[0].endswith("the best is other (90.0 %); the network (60.0 %) is behind.")
    assert lost.verdict[1] == "From every smaller amount, the network is behind other."


@pytest.mark.parametrize("result", [WINS, TIES, ALL_TIE], ids=["wins", "ties", "all tie"])
def test_tables_and_json_hold_every_run(result: ComparisonResult):
    plain_data = json.loads(json.dumps(result.to_dict()))
    assert len(plain_data["runs"]) == result.frame.height == len(result.runs)
    assert len(plain_data["scores"]) == result.scores.height == len(result.cells)
    means = result.frame.group_by("contender", "amount").mean()
    joined = means.join(result.scores, on=["contender", "amount"])
    np.testing.assert_allclose(joined["accuracy"], joined["score"])
    assert result.frame["repeat"].min() == 1


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_page_shows_the_numbers_and_keeps_to_its_width(width):
    lines = [plain(line) for line in result_lines(WINS, Detail(width))]
    text = "\n".join(lines)
    assert max(map(len, lines)) <= width
    for words in ("79.0 ± 1.4 *", "61.0 ± 1.4", "95.0 *", "70.0", "50.0 %", MARKS[0], MARKS[1]):
        assert words in text
    assert str(WINS)


def test_where_spreads_have_no_room_scores_stay():
    text = "\n".join(plain(line) for line in result_lines(WINS, Detail(34)))
    assert "79.0 *" in text and "±" not in text


def test_without_curves_a_page_has_none():
    text = "\n".join(plain(line) for line in result_lines(WINS, Detail(80, plot=False)))
    assert MARKS[0] not in text and "79.0 ± 1.4 *" in text


def test_what_was_left_out_is_named_with_its_reason():
    left = LeftOut("other", 200, "it takes no sparse vectors")
    result = made({NETWORK: {200: [0.9]}, "other": {50: [0.5]}}, left_out=[left])
    assert "Left out: other from 200 rows; it takes no sparse vectors." in str(result)
    assert result.to_dict()["left_out"][0]["reason"] == "it takes no sparse vectors"
    assert "it takes no sparse vectors" in result._repr_html_()
    lines = [plain(line) for line in result_lines(result, Detail(70))]
    assert max(map(len, lines)) <= 70 and "other 50.0 % (50 rows)" in "\n".join(lines)
    assert result.to_svg() and result.cells.get(("other", 200)) is None


def test_what_all_left_out_is_one_sentence():
    reason = "these rows are all of one class"
    left = [LeftOut(name, 50, reason) for name in (NETWORK, "other")]
    result = made({NETWORK: {200: [0.9]}, "other": {200: [0.5]}}, left_out=left)
    assert str(result).count("Left out") == 1
    assert f"Left out: all from 50 rows; {reason}." in str(result)


@pytest.mark.parametrize("step", [0.0, 0.01, 0.02])
def test_every_curve_is_named_at_its_end_however_close_they_lie(step):
    names = [NETWORK, "linear", "neighbours", "forest", "boosting"]
    scores = {name: {50: [0.3], 200: [0.6 + place * step]} for place, name in enumerate(names)}
    lines = [plain(line) for line in result_lines(made(scores), Detail(100))]
    ends = [line for line in lines if "│" in line or "┤" in line]
    for name in names:
        assert sum(f" {name} " in line for line in ends) == 1


def test_the_curves_lie_where_the_axes_say():
    tree = tree_of(figure_of(WINS).to_svg())
    labels = {text.text: text for text in tree.iter("text")}
    up = {
        float(words.removesuffix(" %")): float(label.get("y")) - 4
        for words, label in labels.items()
        if words and words.endswith(" %") and label.get("text-anchor") == "end"
    }
    assert len(up) >= 3
    line = np.polyfit(list(up), list(up.values()), 1)
    curve = next(
        path
        for path in with_class(tree, "look-0")
        if path.tag == "path" and path.get("stroke-width")
    )
    heights = [float(point.split(",")[1]) for point in curve.get("d").removeprefix("M").split(" L")]
    np.testing.assert_allclose(heights, np.polyval(line, [61.0, 95.0]), atol=0.1)
    across = {words: float(labels[words].get("x")) for words in ("50", "200")}
    places = [float(point.split(",")[0]) for point in curve.get("d").removeprefix("M").split(" L")]
    np.testing.assert_allclose(places, list(across.values()), atol=0.05)


def test_pointing_at_a_mark_tells_its_score_and_repeats():
    assert "network, 50 rows: 61.0 % ± 1.4 (2 repeats); learned in 0.50 s" in WINS.to_svg()


def test_a_picture_is_as_large_as_it_says_and_not_empty():
    picture = Image.open(io.BytesIO(WINS.to_png()))
    assert picture.size == (1560, 880)
    blue = (np.asarray(picture) == (37, 99, 235)).all(axis=2)
    assert blue.sum() > 1000


def test_the_trivial_predictor_is_drawn_where_it_is_near():
    assert Range.of(WINS).with_trivial  # at 50 %, with scores from 61 % to 95 %
    far = made({NETWORK: {50: [0.95]}, "other": {50: [0.97]}})
    assert not Range.of(far).with_trivial
    assert "trivial predictor: 50.0 %" in far.to_svg()


def test_a_notebook_shows_a_page_with_curves_and_numbers():
    tree = parsed(WINS._repr_html_())
    assert len(list(tree.iter("svg"))) == 1
    assert "the best is the network (95.0 %)" in texts(tree)
    assert ["50", "61.0 % ± 1.4", "79.0 % ± 1.4"] in rows(tree)


def test_names_from_data_are_harmless():
    result = made({NETWORK: {50: [0.9], 60: [0.9]}}, source=HOSTILE, target=HOSTILE)
    parsed(result._repr_html_())
    tree_of(result.to_svg())
    assert "\x1b" not in str(result)
    assert result.to_png()


def test_a_single_contender_and_a_single_amount_are_shown():
    result = made({NETWORK: {50: [0.9]}})
    assert result.verdict[0] == "From all 50 rows, the best is the network (90.0 %)."
    assert "90.0 *" in str(result)
    assert parsed(result._repr_html_()) is not None
    assert result.to_svg()
