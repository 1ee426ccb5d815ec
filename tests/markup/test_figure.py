"""Shapes are where they were put, as SVG and as pixels; names move apart as little as may be."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pellucid.markup.colours import NEGATIVE, POSITIVE
from pellucid.markup.figure import DARK_LOOKS, INK, LOOKS, Area, Figure, Path, Words, mark
from pellucid.markup.plots import spread_out
from pellucid.markup.style import STYLE
from tests.pages import tree_of

SQUARE = ((10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0))


def pixels(*shapes: object) -> np.ndarray:
    figure = Figure(40, 40, shapes, "square", "A square.")  # type: ignore[arg-type]
    return np.asarray(Image.open(io.BytesIO(figure.to_png(scale=1)))).astype(int)


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


@pytest.mark.parametrize("look", range(len(LOOKS)))
def test_an_area_is_painted_in_its_colour_where_it_lies(look):
    painted = pixels(Area(SQUARE, look))
    assert tuple(painted[20, 20]) == rgb(LOOKS[look])
    assert tuple(painted[5, 20]) == (255, 255, 255)


def test_what_is_faint_lets_the_paper_through():
    """Half of black-like ink on white: the mean of both."""
    painted = pixels(Area(SQUARE, None, faint=0.5))
    expected = (np.array(rgb(INK)) + 255) / 2
    np.testing.assert_allclose(painted[20, 20], expected, atol=1)


def test_a_dashed_line_has_gaps_and_a_whole_one_none():
    ends = ((2.0, 20.0), (38.0, 20.0))
    whole = pixels(Path(ends, look=0, width=2))[20, 3:37, 0]
    dashed = pixels(Path(ends, look=0, width=2, dash=(4, 4)))[20, 3:37, 0]
    assert (whole < 100).all()
    assert 10 < (dashed > 200).sum() < 24


def test_words_are_painted_and_escaped():
    assert (pixels(Words("m", 10, 30, size=20)) < 100).any()
    figure = Figure(40, 40, (Words("<b>&", 1, 9),), "<title>", "</desc>")
    assert "&lt;b&gt;&amp;" in figure.to_svg()
    assert tree_of(figure.to_svg_file()).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize(
    ("words", "written"), [("R²", "R2"), ("é", "e"), ("e\u0301", "e"), ("Ж", "?"), ("± …", "± …")]
)
def test_signs_that_the_font_lacks_are_written_with_those_it_has(words: str, written: str):
    painted = pixels(Words(words, 2, 20))
    np.testing.assert_array_equal(painted, pixels(Words(written, 2, 20)))
    svg = Figure(40, 40, (Words(words, 2, 20),), "", "").to_svg()
    assert words in "".join(tree_of(svg).itertext())


@pytest.mark.parametrize("number", range(5))
def test_marks_lie_around_their_middle_and_differ(number):
    outline = np.array(mark(number, 100.0, 50.0, 4.0))
    assert np.abs(outline - (100.0, 50.0)).max() <= 5.01
    others = [mark(other, 100.0, 50.0, 4.0) for other in range(5) if other != number]
    assert tuple(map(tuple, outline)) not in others


def test_the_first_two_looks_are_the_colours_of_all_pages():
    assert [rgb(look) for look in LOOKS[:2]] == [POSITIVE, NEGATIVE]


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.1."""
    shares = np.array(rgb(colour)) / 255
    linear = np.where(shares <= 0.03928, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def test_every_look_stands_out_from_light_and_dark_paper():
    """WCAG 2.1, 1.4.11: graphics have a contrast of at least 3 to 1."""
    for colour in LOOKS:
        assert 1.05 / (luminance(colour) + 0.05) >= 3.0, colour
    for colour in DARK_LOOKS:
        assert (luminance(colour) + 0.05) / (luminance("#1e1e1e") + 0.05) >= 3.0, colour
        assert colour in STYLE


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=8).map(sorted),
    st.floats(1.0, 12.0),
)
def test_names_keep_their_order_their_distance_and_the_ends(places, gap):
    moved = spread_out(places, gap, 0.0, 100.0)
    assert all(b - a >= gap - 1e-6 for a, b in itertools.pairwise(moved))
    assert moved[0] >= -1e-6 and moved[-1] <= 100 + 1e-6


def test_names_that_do_not_touch_stay_where_they_are():
    assert spread_out([1.0, 5.0, 9.0], 2.0, 0.0, 10.0) == [1.0, 5.0, 9.0]
