"""An exported page in a browser, held against the engine."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pellucid.inspection import asked as questions
from pellucid.inspection.baseline import average_row, beside
from pellucid.inspection.integration import integrate
from pellucid.inspection.one_weight import OneWeight
from pellucid.inspection.slopes import Slopes
from pellucid.model import TrainedModel

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TOLERANCE = 1e-5


@contextmanager
def opened(chromium: Browser, path: Path) -> Iterator[Page]:
    """Open a file without any network; it must ask for nothing and have no error."""
    context = chromium.new_context(offline=True, reduced_motion="reduce")
    page = context.new_page()
    wrong: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.get_by_role("heading", level=1).wait_for()
    yield page
    context.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def vectors(told: dict[str, Any]) -> np.ndarray:
    """Return what the network receives of the examples in a page."""
    return np.array([np.frombuffer(base64.b64decode(one), "<f4") for one in told["vectors"]])


def expect_reasons(page: Page, trained: TrainedModel, told: dict[str, Any], n: int = 2) -> None:
    """Expect the contributions that the engine finds, and that they add up to the output."""
    slopes = Slopes(trained.network, trained.params)
    average = average_row(trained.encoding, trained.contract)
    for example, vector in list(zip(told["examples"], vectors(told), strict=True))[:n]:
        why = ask(page, "why", {"example": example["id"]})
        outputs = trained.forward.outputs(trained.params, vector[None])[0]
        baseline = beside(average, trained.encoding, vector)
        asked = questions.ask(trained.task, trained.contract, questions.Question(), outputs)
        found = integrate(slopes, baseline, vector.astype(np.float64), asked.number)
        assert (why["meaning"], why["label"]) == (asked.meaning, asked.label)
        assert why["output_written"] == asked.quantity.write(found.output)
        scale = max(1.0, abs(found.output), abs(found.baseline))
        near = {"abs": TOLERANCE * scale}
        assert why["output"] == pytest.approx(found.output, **near)
        assert why["baseline"] == pytest.approx(found.baseline, **near)
        assert why["error"] == pytest.approx(found.error, **near)
        total = why["baseline"] + sum(one["contribution"] for one in why["columns"])
        assert total == pytest.approx(why["output"] + why["error"], **near)
        parts = {one["column"]: one for one in why["columns"]}
        for block in trained.encoding.blocks:
            own = found.values[block.start : block.stop]
            assert parts[block.column]["contribution"] == pytest.approx(own.sum(), **near)
            grid = parts[block.column]["grid"]
            if grid is not None:
                np.testing.assert_allclose(np.ravel(grid), own, atol=TOLERANCE * scale)


def expect_curve(
    page: Page, trained: TrainedModel, told: dict[str, Any], layer: str, name: str
) -> None:
    """Expect the engine's loss over a weight from the middle of an array."""
    array = np.asarray(trained.params[layer][name])
    index = [size // 2 for size in array.shape]
    asked = {"layer": layer, "name": name, "index": index, "on": "all"}
    found = ask(page, "weight", asked)
    truths = np.array(told["truths"])
    is_number = trained.task.name == "regression"
    targets = truths[:, None].astype(np.float32) if is_number else truths.astype(np.int64)
    one = OneWeight(trained.network, trained.params, trained.task, layer, name, tuple(index))
    rows = slice(found["n_rows"])
    expected = one.curve(vectors(told)[rows], targets[rows], (None, None), len(found["curve"]))
    assert found["slope"] == pytest.approx(expected.slope, abs=TOLERANCE)
    assert found["now"]["loss"] == pytest.approx(expected.loss, abs=TOLERANCE)
    assert found["lowest"]["loss"] == pytest.approx(expected.lowest[1], abs=TOLERANCE)
    weights, losses = ([point[what] for point in found["curve"]] for what in ("weight", "loss"))
    np.testing.assert_allclose(weights, expected.weights, rtol=TOLERANCE)
    np.testing.assert_allclose(losses, expected.losses, rtol=TOLERANCE)


def ask(page: Page, what: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the page what its views ask."""
    question = "([path, body]) => pellucid.ask(path, body)"
    found: dict[str, Any] = page.evaluate(question, [f"models/m1/{what}", body])
    return found
