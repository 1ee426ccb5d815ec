"""Charts put every point where the axes say, and say in words what they show."""

from __future__ import annotations

import itertools
import math
from xml.etree import ElementTree

import numpy as np
import pytest

from pellucid.markup import Chart, Curve, chart_to_svg, framed
from pellucid.markup.style import STYLE
from tests.pages import axis, parsed, points, texts, tree_of, with_class


def drawn(*curves: Curve, **settings: object) -> ElementTree.Element:
    xs = range(1, len(curves[0].numbers) + 1)
    chart = Chart("loss", "epoch", xs, curves, **settings)  # type: ignore[arg-type]
    parsed(framed(chart_to_svg(chart)))
    return tree_of(chart_to_svg(chart))


def curve_of(chart: ElementTree.Element, look: int) -> ElementTree.Element:
    return next(found for found in with_class(chart, f"look-{look}") if found.tag == "path")


@pytest.mark.parametrize("wide", [False, True])
def test_points_lie_where_the_ticks_say(wide):
    numbers = [1000.0, 90.0, 30.0, 1.0, 2.0, 0.5] if wide else [4.0, 2.5, 1.0, 0.75, 0.5, 0.25]
    chart = drawn(Curve("training", numbers), may_be_logarithmic=wide)
    (piece,) = points(curve_of(chart, 0))
    across, up = axis(chart, "x"), axis(chart, "y")
    assert len(up) >= 3
    # The ticks alone tell the way from numbers to places: a straight line through them.
    x_line = np.polyfit(list(across), list(across.values()), 1)
    heights = np.log10(list(up)) if wide else np.array(list(up))
    y_line = np.polyfit(heights, list(up.values()), 1)
    placed = np.log10(numbers) if wide else np.array(numbers)
    np.testing.assert_allclose([x for x, _ in piece], np.polyval(x_line, range(1, 7)), atol=0.05)
    np.testing.assert_allclose([y for _, y in piece], np.polyval(y_line, placed), atol=0.05)
    assert ("log scale" in texts(chart)) == wide


def test_what_is_not_finite_breaks_the_line_and_is_marked():
    chart = drawn(Curve("training", [3.0, 2.0, math.nan, 1.0, math.inf, 0.5, 0.4]))
    assert list(map(len, points(curve_of(chart, 0)))) == [2, 1, 2]
    crosses = with_class(chart, "gap")
    assert [texts(cross) for cross in crosses] == ["3: nan×", "5: inf×"]
    assert "2 not finite" in texts(chart)


def test_nothing_but_gaps_is_still_a_chart():
    chart = drawn(Curve("training", [math.nan] * 3))
    assert len(with_class(chart, "gap")) == 3
    assert not list(chart.iter("path"))


def test_a_single_point_is_a_dot():
    chart = drawn(Curve("training", [0.5]))
    (dot,) = with_class(chart, "dot")
    assert axis(chart, "x") == {1.0: float(dot.get("cx", "nan"))}


def test_two_curves_differ_by_more_than_colour():
    chart = drawn(Curve("training", [2.0, 1.0]), Curve("validation", [3.0, 2.0], look=1))
    dashes = [curve_of(chart, look).get("stroke-dasharray") for look in (0, 1)]
    assert dashes[0] is None
    assert dashes[1]
    (legend,) = with_class(chart, "legend")
    samples = {line.get("stroke-dasharray"): line.get("stroke") for line in legend.iter("line")}
    assert samples == {curve_of(chart, n).get("stroke-dasharray"): curve_of(chart, n).get("stroke")
                       for n in (0, 1)}  # fmt: skip
    assert texts(legend) == "trainingvalidation"


def test_the_marked_place_is_a_line_with_its_words_and_a_ring_on_the_last_curve():
    chart = drawn(Curve("validation", [3.0, 1.0, 2.0], look=1), mark=(1, "best: epoch 2"))
    (mark,) = with_class(chart, "mark")
    (piece,) = points(curve_of(chart, 1))
    (line,) = mark.iter("line")
    (ring,) = mark.iter("circle")
    assert float(line.get("x1", "nan")) == float(line.get("x2", "nan")) == piece[1][0]
    assert (float(ring.get("cx", "nan")), float(ring.get("cy", "nan"))) == piece[1]
    assert "best: epoch 2" in texts(mark)


def test_ten_thousand_places_are_thinned_and_keep_their_peak():
    numbers = [1.0 + math.sin(n / 50) for n in range(10_000)]
    numbers[7_321] = 9.0
    svg = chart_to_svg(Chart("loss", "epoch", range(1, 10_001), (Curve("training", numbers),)))
    chart = tree_of(svg)
    (piece,) = points(curve_of(chart, 0))
    assert len(piece) <= 250
    assert len(svg) < 15_000
    across = axis(chart, "x")
    line = np.polyfit(list(across), list(across.values()), 1)
    peak = min(piece, key=lambda point: point[1])
    assert peak[0] == pytest.approx(np.polyval(line, 7_322), abs=0.05)
    assert "highest 9 at 7322" in texts(chart)


def test_words_say_ends_and_extremes():
    chart = drawn(Curve("training", [2.0, 0.5, 1.0]), mark=(1, "best: epoch 2"))
    (description,) = chart.iter("desc")
    assert description.text == (
        "training loss: 2 at epoch 1, 1 at 3; lowest 0.5 at 2, highest 2 at 1. "
        "Marked: best: epoch 2."
    )
    (places,) = with_class(chart, "places")
    assert [texts(rect) for rect in places.iter("rect")][1] == "epoch 2\ntraining loss: 0.5"


def test_labels_of_an_axis_are_not_written_over_each_other():
    for n in (2, 7, 24, 60, 99, 131, 1000, 12_345):
        chart = drawn(Curve("training", [1.0 / (k + 1) for k in range(n)]))
        places = sorted(axis(chart, "x").values())
        labels = max(len(f"{number:,.0f}") for number in axis(chart, "x"))
        assert all(b - a > 4 * labels for a, b in itertools.pairwise(places))


def test_every_rule_of_the_stylesheet_is_below_its_own_class():
    plain = STYLE.replace("@media (prefers-color-scheme:dark){", "").replace("}}", "}")
    for rule in plain.split("}"):
        if rule:
            assert all(".pellucid.pellucid" in part for part in rule.partition("{")[0].split(","))


def test_dark_and_light_pages_of_jupyter_overrule_what_the_system_prefers():
    media = STYLE.index("@media (prefers-color-scheme:dark)")
    assert media < STYLE.index('[data-jp-theme-light="false"] .pellucid')
    assert media < STYLE.index('[data-jp-theme-light="true"] .pellucid')
