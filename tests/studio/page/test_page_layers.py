"""Layers that are more than a matrix: maps, attention, what is remembered, the vectors of words."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, expect
from sklearn.metrics.pairwise import cosine_similarity

import pellucid
from pellucid.data.matrices import dense_rows
from pellucid.inspection.known_rows import find_rows
from tests.studio.page.browsing import Visit

THIRD = "part=test&example=3"


@pytest.fixture
def picture(forms: pellucid.Model) -> np.ndarray:
    """Return the third held-out digit as the network receives it, in 64 bits."""
    trained = forms.trained
    table = find_rows(trained).test
    assert table is not None
    row = dense_rows(trained.encoding.transform(table.take(np.array([2]))), slice(None))[0]
    side = int(np.sqrt(len(row)))
    return np.asarray(row, np.float64).reshape(side, side)


def test_the_strongest_neurons_of_a_wide_layer_are_listed(
    visit: Visit, wide: pellucid.Model, picture: np.ndarray
) -> None:
    own = {
        name: np.asarray(array, np.float64)
        for name, array in wide.trained.params["hidden_1"].items()
    }
    sums = picture.ravel() @ own["kernel"] + own["bias"]
    assert len(sums) == 1100
    order = np.argsort(-np.maximum(sums, 0))[:12]
    visit.go(f"#/inside/m9?{THIRD}&layer=hidden_1")
    links = visit.page.locator("li a", has_text="neuron")
    expect(links).to_have_count(12)
    told = [link.split() for link in links.all_inner_texts()]
    assert [int(words[1]) for words in told] == [unit + 1 for unit in order]
    assert [float(words[2].replace("+", "")) for words in told] == pytest.approx(
        sums[order], rel=6e-3
    )
    links.first.click()
    expect(visit.find("heading", f"Neuron {order[0] + 1} of hidden_1")).to_be_visible()


def _looked(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return a convolution, "same", by hand: (rows, columns, filters)."""
    side = len(picture)
    padded = np.pad(picture, 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.einsum("rcij,ijf->rcf", windows, kernel[:, :, 0]).reshape(side, side, -1)


def test_a_filters_map_is_what_it_answers_at_each_place(
    visit: Visit, forms: pellucid.Model, picture: np.ndarray
) -> None:
    expected = _looked(picture, np.asarray(forms.trained.params["look"]["kernel"], np.float64))
    visit.go(f"#/inside/m3?{THIRD}&layer=look")
    visit.find("button", "Filter 2").click()
    grid = visit.page.get_by_role("grid").first
    assert read(grid, "ArrowDown", "ArrowRight", "ArrowRight") == (
        "What comes out[2,3,2]",
        pytest.approx(expected[1, 2, 1], rel=6e-3, abs=1e-3),
    )
    grid.press("Enter")
    expect(visit.find("heading", "Neuron 2,3,2 of look")).to_be_visible()


def test_attention_tells_who_looks_at_whom(
    visit: Visit, forms: pellucid.Model, picture: np.ndarray
) -> None:
    own = {
        name: np.asarray(array, np.float64)
        for name, array in forms.trained.params["attend"].items()
    }
    looked = _looked(picture, np.asarray(forms.trained.params["look"]["kernel"], np.float64))
    steps = looked.reshape(len(picture), -1)
    half = slice(steps.shape[1] // 2, None)  # the second head's features
    query, key = (steps @ own[f"{one}_kernel"] + own[f"{one}_bias"] for one in ("query", "key"))
    scores = query[:, half] @ key[:, half].T / np.sqrt(steps.shape[1] / 2)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    visit.go(f"#/inside/m3?{THIRD}&layer=attend")
    visit.page.get_by_role("group", name="Head").get_by_text("2", exact=True).click()
    grid = visit.page.get_by_role("grid").first
    assert read(grid, "Home", "ArrowDown", "ArrowRight", "ArrowRight") == (
        "Attention[step 2, step 3]",
        pytest.approx(weights[1, 2], rel=6e-3, abs=1e-4),
    )
    grid.press("Enter")
    looks = visit.find("table", "Where step 2 looks").get_by_role("row").first
    expect(looks).to_contain_text(f"step {weights[1].argmax() + 1}")
    expect(looks).to_contain_text(f"{100 * weights[1].max():.1f} %")


def test_the_steps_of_a_text_are_called_by_its_words(visit: Visit, readers: pellucid.Model) -> None:
    trained = readers.trained
    assert trained.examples is not None
    text = trained.examples["text"][0]
    first, second = text.split()[:2]
    visit.go("#/inside/m8?part=examples&example=1&layer=attention_1")
    grid = visit.page.get_by_role("grid").first
    name, weight = read(grid, "Home", "ArrowRight")
    assert name == f"Attention[1 {first}, 2 {second}]"
    traced = readers.trace(trained.examples.take(np.array([0])))
    (step,) = (one for one in traced if one.name == "attention_1")
    shares = np.asarray(step.details["attention.attention"]).reshape(2, 4, 4)
    assert weight == pytest.approx(shares[0, 0, 1], rel=6e-3, abs=1e-4)
    expect(visit.find("table", f"Where 1 {first} looks").get_by_role("row")).to_have_count(4)
    visit.go("#/inside/m8?part=examples&example=1&layer=words")
    name, _ = read(visit.page.get_by_role("grid").first, "Home", "ArrowRight")
    assert f"[step 2, {second}, neuron " in name


def test_what_is_remembered_is_seen_step_by_step(visit: Visit, forms: pellucid.Model) -> None:
    table = find_rows(forms.trained).test
    assert table is not None
    traced = forms.trace(table.take(np.array([2])))
    (step,) = (one for one in traced if one.name == "remember")
    inputs = np.asarray(step.inputs).reshape(1, *np.asarray(step.inputs).shape[-2:])
    # What comes out of the first two steps alone is what is remembered after the second.
    params = forms.trained.params["remember"]
    after = np.asarray(step.layer.apply(params, inputs[:, :2]))[0]  # type: ignore[arg-type]  # arrays of NumPy
    visit.go(f"#/inside/m3?{THIRD}&layer=remember")
    grid = visit.page.get_by_role("grid").first
    assert read(grid, "PageUp", "Home", "ArrowDown", "ArrowRight") == (
        "State[step 2, neuron 2]",
        pytest.approx(after[1], rel=6e-3, abs=1e-4),
    )
    grid.press("Enter")
    expect(visit.find("heading", "Neuron 2 over the steps")).to_be_visible()
    for name in ("State", "Reset gate", "Update gate", "Candidate"):
        expect(visit.page.get_by_role("group", name=name, exact=True)).to_be_visible()


def test_a_words_vector_and_the_words_most_like_it(visit: Visit, reviews: pellucid.Model) -> None:
    trained = reviews.trained
    kernel = np.asarray(trained.params["hidden_1"]["kernel"])
    names = [name.removeprefix("text").strip(' "') for name in trained.encoding.feature_names]
    place = names.index("good")
    alike = cosine_similarity(kernel[[place]], kernel)[0]
    alike[place] = -2
    visit.go("#/inside/m4?part=examples&example=1&layer=hidden_1")
    visit.page.get_by_label("a word or a category").fill("good")
    visit.find("button", "Look up").click()
    expect(visit.find("heading", "The vector of “good”")).to_be_visible()
    first = visit.find("table", "Most like it").get_by_role("row").first
    expect(first).to_contain_text(f"{alike.max():.2f}")
    found = names.index(first.get_by_role("button").inner_text())
    assert alike[found] == pytest.approx(alike.max(), abs=1e-6)
    grid = visit.page.get_by_role("grid").first
    cell, value = read(grid, "ArrowRight")
    assert cell == f"kernel[{place + 1},2]"
    assert value == pytest.approx(kernel[place, 1], rel=6e-3)
    visit.page.get_by_label("a word or a category").fill("zeppelin")
    visit.find("button", "Look up").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("'zeppelin' has no vector")
    visit.errors.clear()  # the browser tells of the answer 400


def read(grid: Locator, *keys: str) -> tuple[str, float]:
    """Move in a map by keys, and return what the cell says: its name and its number."""
    grid.focus()
    for key in keys:
        grid.press(key)
    cell = grid.get_by_role("gridcell")
    expect(cell).not_to_contain_text("…")
    name, _, number = cell.inner_text().partition(" = ")
    plain = number.replace("−", "-").replace("+", "")
    if "·10" in plain:
        digits, power = plain.split("·10")
        raised = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
        return name, float(digits) * 10 ** int(raised)
    return name, float(plain)
