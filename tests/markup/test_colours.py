"""Blue is positive, orange negative, grey is 0, in every picture."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pellucid.markup.colours import heat_map, shares, shrunk


def pixels_of(address: str) -> np.ndarray:
    """Return what an address draws, (height, width, 4): red, green, blue, opacity."""
    data = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)


def test_the_colour_tells_the_sign_and_the_strength_the_size():
    ((least, less, zero, more, most, nothing),) = pixels_of(
        heat_map(np.array([[-2.0, -0.5, 0.0, 0.5, 2.0, np.nan]]))
    )
    for red, green, blue, _ in (more, most):
        assert blue > green > red
    for red, green, blue, _ in (least, less):
        assert red > green > blue
    assert zero[0] == zero[1] == zero[2]
    assert zero[3] < less[3] == more[3] < least[3] == most[3] == 255
    assert nothing[3] == 0


@given(st.lists(st.floats(width=32, allow_infinity=False), min_size=1, max_size=30))
def test_a_picture_of_any_numbers_can_be_opened(numbers):
    drawn = pixels_of(heat_map(np.array([numbers])))
    assert drawn.shape == (1, len(numbers), 4)
    signs = np.sign(drawn[0, :, 2] - drawn[0, :, 0])
    strong = np.abs(shares(np.array(numbers))) > 0.05
    assert (signs[strong] == np.sign(numbers)[strong]).all()


def test_shares_are_of_the_largest_number():
    assert shares(np.array([1.0, -2.0])).tolist() == [0.5, -1.0]
    assert shares(np.zeros(2)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("add", "total"), [(True, 12.0), (False, 6.0)])
def test_shrinking_adds_or_averages(add, total):
    assert shrunk(np.ones((4, 3)), 2, 3, add=add).sum() == total
