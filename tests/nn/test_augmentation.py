"""Images changed at random: exact where a change has an exact answer, bounded where it has not."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from pellucid.nn.augmentation import (
    MOST_SCALE,
    MOST_SHIFT,
    WAYS,
    Affine,
    Augmentation,
    affine_places,
    image_blocks,
    interpolate,
    smooth_fields,
)

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.normal(size=(3, 9, 9)).astype(np.float32)
COLOURED = RANDOM.normal(size=(3, 6, 8, 3)).astype(np.float32)


def changed(
    images: np.ndarray,
    degrees: float = 0.0,
    scale: float = 1.0,
    down: float = 0.0,
    right: float = 0.0,
    mirrored: float = 0.0,
) -> np.ndarray:
    change = Affine(
        *(jnp.full(len(images), value) for value in (degrees, scale, down, right, mirrored))
    )
    rows, columns = affine_places(images.shape[1:3], change)
    return np.asarray(interpolate(jnp.asarray(images), rows, columns))


@pytest.mark.parametrize("images", [IMAGES, COLOURED], ids=["grey", "colour"])
def test_no_change_gives_the_same_bits(images):
    assert changed(images).tobytes() == images.tobytes()


@pytest.mark.parametrize("way", WAYS)
def test_strength_0_gives_the_same_bits(way):
    nothing = Augmentation(((0, (9, 9)),), (way,), strength=0.0, share=1.0)
    flat = jnp.asarray(IMAGES.reshape(3, -1))
    assert bool(jnp.all(nothing(flat, jax.random.key(1)) == flat))


@pytest.mark.parametrize(("down", "right"), [(1, 0), (0, 2), (-3, 1), (2, -2)])
def test_a_shift_by_whole_pixels_is_numpys_roll_with_the_edge_repeated(down, right):
    padded = np.pad(IMAGES, ((0, 0), (4, 4), (4, 4)), mode="edge")
    expected = np.roll(padded, (down, right), axis=(1, 2))[:, 4:-4, 4:-4]
    np.testing.assert_allclose(changed(IMAGES, down=down, right=right), expected, atol=1e-6)


def test_a_shift_by_half_a_pixel_is_the_mean_of_neighbours():
    half = changed(IMAGES, right=0.5)
    expected = (IMAGES[:, :, 1:] + IMAGES[:, :, :-1]) / 2
    np.testing.assert_allclose(half[:, :, 1:], expected, atol=1e-6)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_rotation_by_quarters_is_numpys_rot90(quarters):
    expected = np.rot90(IMAGES, quarters, axes=(1, 2))
    np.testing.assert_allclose(changed(IMAGES, degrees=90.0 * quarters), expected, atol=1e-5)


@pytest.mark.parametrize("degrees", [10.0, -25.0])
def test_a_rotation_is_scipys(degrees):
    expected = ndimage.rotate(IMAGES[0], degrees, order=1, mode="nearest", reshape=False)
    np.testing.assert_allclose(changed(IMAGES, degrees=degrees)[0], expected, atol=1e-4)


def test_enlarging_is_scipys_affine_transform():
    middle = np.array([4.0, 4.0])
    expected = ndimage.affine_transform(
        IMAGES[0], np.eye(2) / 1.5, middle - middle / 1.5, order=1, mode="nearest"
    )
    np.testing.assert_allclose(changed(IMAGES, scale=1.5)[0], expected, atol=1e-5)


@pytest.mark.parametrize("images", [IMAGES, COLOURED], ids=["grey", "colour"])
def test_a_mirrored_image_has_left_and_right_exchanged(images):
    np.testing.assert_allclose(changed(images, mirrored=1.0), images[:, :, ::-1], atol=1e-6)


@given(st.integers(0, 2**31), st.sets(st.sampled_from(WAYS), min_size=1))
def test_changed_pixels_stay_within_the_range_of_the_image(seed, ways):
    augment = Augmentation(((0, (9, 9)),), tuple(ways), share=1.0)
    result = np.asarray(augment(jnp.asarray(IMAGES.reshape(3, -1)), jax.random.key(seed)))
    assert np.isfinite(result).all()
    margin = 1e-5
    for before, after in zip(IMAGES.reshape(3, -1), result, strict=True):
        assert before.min() - margin <= after.min()
        assert after.max() <= before.max() + margin


def test_the_same_key_gives_the_same_bits_and_another_key_others():
    augment = Augmentation(((0, (9, 9)),), WAYS, share=1.0)
    flat = jnp.asarray(IMAGES.reshape(3, -1))
    first, again, other = (np.asarray(augment(flat, jax.random.key(seed))) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert not np.allclose(first, other)


def test_every_image_of_a_batch_is_changed_in_its_own_way():
    augment = Augmentation(((0, (9, 9)),), ("shift", "rotate", "elastic"), share=1.0)
    flat = jnp.tile(jnp.asarray(IMAGES[:1].reshape(1, -1)), (6, 1))
    result = np.asarray(augment(flat, jax.random.key(0)))
    assert len({row.tobytes() for row in result}) == 6


def test_the_rest_of_the_batch_is_left_alone():
    augment = Augmentation(((0, (9, 9)),), ("rotate",))
    inputs = jnp.asarray(RANDOM.normal(size=(5, 81)).astype(np.float32))
    same = np.asarray(augment(inputs, jax.random.key(0)) == inputs).all(axis=1)
    assert same.tolist() == [False, False, False, True, True]


def test_other_inputs_beside_the_images_are_left_alone():
    augment = Augmentation(((2, (9, 9)), (84, (4, 5, 3))), ("shift",), share=1.0)
    inputs = jnp.asarray(RANDOM.normal(size=(4, 150)).astype(np.float32))
    result = np.asarray(augment(inputs, jax.random.key(0)))
    kept = np.r_[0:2, 83, 144:150]
    assert result[:, kept].tobytes() == np.asarray(inputs)[:, kept].tobytes()
    assert not np.allclose(result[:, 2:83], np.asarray(inputs)[:, 2:83])
    assert not np.allclose(result[:, 84:144], np.asarray(inputs)[:, 84:144])


def test_flips_happen_to_about_half_of_the_images():
    augment = Augmentation(((0, (1, 2)),), ("flip",), share=1.0)
    images = jnp.tile(jnp.array([[0.0, 1.0]]), (4000, 1))
    flipped = float(augment(images, jax.random.key(0))[:, 0].mean())
    assert flipped == pytest.approx(0.5, abs=0.04)  # five standard deviations


def test_elastic_fields_have_mean_0_deviation_1_and_are_smooth():
    fields = np.asarray(smooth_fields(jax.random.key(0), 2000, (28, 28)))
    assert fields.shape == (2, 2000, 28, 28)
    np.testing.assert_allclose(fields.mean(axis=(0, 1)), 0, atol=0.1)
    np.testing.assert_allclose(fields.std(axis=(0, 1)), 1, atol=0.1)
    # Neighbours move alike: Gaussian smoothing of width s correlates by exp(-1 / 4 s²) at 1 pixel.
    neighbours = (fields[:, :, :, 1:] * fields[:, :, :, :-1]).mean()
    assert neighbours == pytest.approx(np.exp(-1 / (4 * 16)), abs=0.02)


def test_an_image_of_one_line_or_no_image_is_not_among_those_changed():
    blocks = [(0, "vector", (9,)), (9, "image", (3, 3)), (18, "image", (1, 5))]
    assert image_blocks(blocks) == ((9, (3, 3)),)


def test_sounds_are_shifted_and_scaled_and_never_mirrored():
    # A ramp over time: mirrored it would fall; moved or drawn out, it rises still.
    ramp = np.tile(np.arange(20.0, dtype=np.float32)[:, None], (1, 12))
    sounds = np.stack([ramp] * 8).reshape(8, -1)
    change = Augmentation((), ("shift", "scale", "flip"), sounds=((0, (20, 12, 1)),), share=1.0)
    changed = np.asarray(change(jnp.asarray(sounds), jax.random.key(0))).reshape(8, 20, 12)
    assert not np.allclose(changed, ramp)
    assert (np.diff(changed, axis=1) >= -1e-5).all()
    np.testing.assert_allclose(changed, changed[..., :1].repeat(12, axis=2), atol=1e-4)


def test_series_are_moved_and_drawn_out_along_their_steps_alone():
    """Channels move together, and by no more than the shares that are stated."""
    steps = np.arange(50.0, dtype=np.float32)
    series = np.stack([steps, -2 * steps], axis=1)  # of a ramp, the values say the places
    inputs = jnp.asarray(np.stack([series.ravel()] * 16))

    def changed(*ways: str) -> np.ndarray:
        change = Augmentation((), ways, series=((0, (50, 2)),), share=1.0)
        return np.asarray(change(inputs, jax.random.key(0))).reshape(16, 50, 2)

    moved = changed("shift", "flip")
    np.testing.assert_allclose(moved[..., 1], -2 * moved[..., 0], atol=1e-4)
    by = moved[:, 25, 0] - 25
    assert 1 < np.abs(by).max() <= MOST_SHIFT * 50
    expected = np.clip(steps[None] + by[:, None], 0, 49)
    np.testing.assert_allclose(moved[..., 0], expected, atol=1e-4)
    longer = changed("scale")[..., 0]
    slopes = longer[:, 30] - longer[:, 29]
    assert np.abs(np.log(slopes)).max() <= np.log(MOST_SCALE) + 1e-4
    middle = 24.5 + slopes[:, None] * (steps[None] - 24.5)
    np.testing.assert_allclose(longer, np.clip(middle, 0, 49), atol=1e-3)
