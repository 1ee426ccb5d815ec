"""Each chapter of the guide, done as a learner would."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.page.browsing import Visit, draw_one


def _biology(visit: Visit) -> None:
    # 0.55 + 0.6 = 1.15: both together; the second has grown to 0.6 + 5 · 0.08 = 1 after five times.
    visit.find("checkbox", "Synapse 2").check()
    for _ in range(5):
        visit.find("button", "Next moment").click()
    visit.find("checkbox", "Synapse 1").uncheck()
    visit.find("button", "Next moment").click()


def _neuron(visit: Visit) -> None:
    # 2 · 1.5 + (−1) · w₂ + 0.5 = 0 for w₂ = 3.5, beyond the slider; so w₁ = 0.5, and w₂ = 1.5.
    _set(visit, "Weight 1", 0.5)
    _set(visit, "Weight 2", 1.5)


def _matrix(visit: Visit) -> None:
    visit.find("button", "W, row 2, column 3: −0.9").click()


def _forward(visit: Visit) -> None:
    # Two layers first: one matrix, three neurons.
    visit.find("button", "Positive +").click()
    rest = visit.find("button", "Compute the rest of this layer")
    rest.click()
    expect(rest).to_have_count(0)
    visit.find("button", "Go on with five layers").click()
    for _ in range(3):
        rest.click()


def _activation(visit: Visit) -> None:
    visit.find("group", "Function").get_by_text("sigmoid").click()
    visit.find("slider", "the sum z").press("End")


def _loss(visit: Visit) -> None:
    # ½ · (5 − 3)² = 2; the prediction begins at 4 and moves by tenths.
    for _ in range(10):
        visit.find("slider", "the prediction y").press("ArrowRight")


def _descent(visit: Visit) -> None:
    # Each step leaves 0.6 of the way from 2 to 0: 2 · 0.6¹¹ < 0.01.
    for _ in range(11):
        visit.find("button", "Take a step").click()


def _backpropagation(visit: Visit) -> None:
    visit.find("button", "Positive +").click()
    for _ in range(4):
        visit.find("button", "Compute the rest of this layer").click()
    visit.find("button", "Let all weights take a step").click()


def _plane(visit: Visit) -> None:
    for _ in range(3):
        visit.find("slider", "Hidden neurons").press("ArrowRight")
    visit.find("button", "Learn").click()
    expect(visit.page.get_by_role("region", name="Your task")).to_contain_text(
        "Done.", timeout=20_000
    )
    visit.find("button", "Pause").click()


def _digits(visit: Visit) -> None:
    # Training one is tested below; here the one that is open is followed.
    visit.find("button", "digits").click()
    draw_one(visit)
    layers = visit.page.get_by_role("group", name="Layers")
    for name in ("Pixels", "hidden_1", "hidden_2", "output"):
        layers.get_by_role("button", name=name).click()


def _uses(visit: Visit) -> None:
    visit.find("slider", "petal length, cm").fill("4.9")
    visit.find("slider", "petal width, cm").fill("1.7")


def _classic(visit: Visit) -> None:
    visit.find("slider", "Examples learned from").press("ArrowRight")
    visit.find("button", "Show what was measured").click()


CHAPTERS: list[tuple[Callable[[Visit], None], str, str]] = [
    (_biology, "What of the biological neuron", "That learning changes the strength"),
    (_neuron, "An input is 0", "None can do it"),
    (_matrix, "A layer of 4 neurons", "20"),
    (_forward, "A network has five layers", "Four"),
    (_activation, "For which function", "ReLU"),
    (_loss, "The network gives the right class", "Larger than any number"),
    (_descent, "Try learning rates above 0.5", "It grows"),
    (_backpropagation, "A neuron of the first hidden layer", "in the layer after it"),
    (_plane, "Why can a network with one", "a single straight line"),
    (_digits, "The output layer gives ten numbers", "One"),
    (_uses, "You have thousands of songs", "Clustering"),
    (_classic, "You have 200 rows of a table", "Measure"),
]


@pytest.mark.parametrize(
    ("number", "act", "question", "answer"),
    [(number, *chapter) for number, chapter in enumerate(CHAPTERS, start=1)],
)
def test_a_chapter_is_done_when_its_task_was_done_and_its_question_answered(
    visit: Visit, number: int, act: Callable[[Visit], None], question: str, answer: str
) -> None:
    visit.go(f"#/guide/{number}")
    task = visit.page.get_by_role("region", name="Your task")
    expect(task).not_to_contain_text("Done.")
    act(visit)
    expect(task).to_contain_text("Done.")

    asked = visit.page.get_by_role("group", name=question)
    asked.get_by_role("radio", name=answer).check()
    expect(visit.page.get_by_role("region", name="A question")).to_contain_text("Right.")

    visit.go("#/guide")
    expect(visit.page.get_by_text("1 of 12 done")).to_be_visible()


@pytest.mark.slow  # a training of its own, in a process of its own
def test_the_chapter_on_digits_trains_a_network_and_follows_a_drawing(
    chromium: Browser, tmp_path: Path
) -> None:
    with Serving(Studio(Shelf(), "guide", runs=tmp_path / "runs")) as empty:
        visit = Visit(chromium, empty)
        visit.go("#/guide/10")
        visit.find("button", "Train a network on digits").click()
        expect(visit.page.get_by_text("The network is digits-1.")).to_be_visible(timeout=120_000)
        draw_one(visit)
        layers = visit.page.get_by_role("group", name="Layers")
        for name in ("hidden_1", "output"):
            layers.get_by_role("button", name=name).click()
        expect(visit.page.get_by_role("region", name="Your task")).to_contain_text("Done.")
        visit.end()


def test_a_wrong_answer_is_said_to_be_wrong_and_can_be_mended(visit: Visit) -> None:
    visit.go("#/guide/3")
    question = visit.page.get_by_role("region", name="A question")
    question.get_by_role("radio", name="9", exact=True).check()
    expect(question).to_contain_text("Not quite.")
    question.get_by_role("radio", name="20").check()
    expect(question).to_contain_text("Right.")


def test_one_step_leads_from_5_to_4_2_and_the_loss_falls_from_8_to_2_88(visit: Visit) -> None:
    # Worked by hand: y = 5 · 2 = 10, ½ (10 − 6)² = 8, slope 8, 5 − 0.1 · 8 = 4.2, ½ · 2.4² = 2.88.
    visit.go("#/guide/7")
    table = visit.find("table", "All steps so far")
    expect(table.get_by_role("row").last).to_have_text("0588", use_inner_text=False)
    visit.find("button", "Take a step").click()
    expect(table.get_by_role("row").last.get_by_role("cell")).to_have_text(["4.2", "4.8", "2.88"])


def test_without_its_half_the_slope_is_16(visit: Visit) -> None:
    visit.go("#/guide/7")
    visit.page.get_by_text("without ½", exact=True).click()
    row = visit.find("table", "All steps so far").get_by_role("row").last
    expect(row.get_by_role("cell")).to_have_text(["5", "16", "16"])


def test_the_weight_that_flees_is_followed_and_steps_that_are_left_out_are_offered(
    visit: Visit,
) -> None:
    visit.go("#/guide/7")
    _set(visit, "Learning rate", 0.6)
    step = visit.find("button", "Take a step")
    for number in range(1, 12):
        step.click()
        # Each step multiplies the distance to 3 by 1 - 0.6 * 4; there is room for the next one.
        expect(visit.page.locator("circle.mark")).to_have_count(number + 2)
    expect(step).to_be_disabled()

    visit.find("button", "Reset").click()
    _set(visit, "Learning rate", 0.01)
    for _ in range(14):
        step.click()
    table = visit.find("table", "All steps so far")
    numbers = table.get_by_role("rowheader")
    expect(numbers).to_have_text(["0", *map(str, range(4, 15))])
    table.get_by_role("button", name="Show 3 more steps").click()
    expect(numbers).to_have_text([str(number) for number in range(15)])


def test_a_sum_of_0_that_does_not_count_is_told_why(visit: Visit) -> None:
    visit.go("#/guide/2")
    _set(visit, "Weight 1", 0)
    _set(visit, "Weight 2", 0.5)
    expect(visit.page.get_by_text("The sum is 0, but a weight of 0")).to_be_visible()
    _set(visit, "Weight 1", -0.5)
    _set(visit, "Input 1", 0)
    _set(visit, "Bias", 0.5)
    expect(visit.page.get_by_text("the inputs were moved")).to_be_visible()
    expect(visit.page.get_by_role("region", name="Your task")).not_to_contain_text("Done.")


def test_no_sum_of_chapter_4_is_cut(visit: Visit) -> None:
    visit.go("#/guide/4")
    for press in ("Positive +", "Compute the rest of this layer", "Go on with five layers"):
        visit.find("button", press).click()
    for _ in range(8):
        visit.find("button", "Positive +").click()
    cut = "found => found.filter(one => one.scrollWidth > one.clientWidth).length"
    formulas = visit.page.locator(".formula.block")
    expect(formulas).to_have_count(2)
    assert formulas.evaluate_all(cut) == 0


def test_a_point_is_set_where_the_plane_is_clicked_beside_many_neurons(visit: Visit) -> None:
    visit.go("#/guide/9")
    visit.page.get_by_role("radio", name="None", exact=True).check(force=True)
    _set(visit, "Hidden neurons", 8)
    picture = visit.page.get_by_role("application").locator("canvas").bounding_box()
    assert picture is not None
    at = picture["x"] + 0.5 * picture["width"], picture["y"] + 0.75 * picture["height"]
    visit.page.mouse.click(*at)
    visit.page.get_by_text("All points", exact=True).click()
    # The plane reaches from -1.5 to 1.5: three quarters down its picture are -0.75.
    expect(visit.page.get_by_text(re.compile(r", −0\.7[45]\d?: blue"))).to_be_visible()


def test_a_chapter_leads_to_the_model_that_it_is_about(visit: Visit) -> None:
    # The newest one, m9, learned digits; m8 reads texts, and m4 has no matrix of pictures.
    link = visit.find("link", "Open in the workbench")
    visit.go("#/guide/10")
    expect(link).to_have_attribute("href", "#/inside/m9")
    visit.find("button", "digits").click()
    expect(link).to_have_attribute("href", "#/inside/m1")
    visit.go("#/guide/12")
    expect(link).to_have_attribute("href", "#/test/m9")


def test_progress_and_theme_are_kept(visit: Visit) -> None:
    visit.go("#/guide/3")
    _matrix(visit)
    visit.page.get_by_text("Settings").click()
    visit.page.get_by_text("Dark", exact=True).click()
    visit.page.reload()
    expect(visit.page.get_by_role("region", name="Your task")).to_contain_text("Done.")
    assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"


def _set(visit: Visit, slider: str, value: float) -> None:
    visit.page.get_by_label(slider, exact=True).fill(str(value))
