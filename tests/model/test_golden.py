"""Model files of earlier versions open for ever, and answer as they did when they were written.

``golden/`` holds files written by version 0.1.0 and by the one that becomes 0.2.0, one of each
task, and what that version answered with them (``golden/make.py``). Numbers may differ in their
last digits: on another processor, or with another number of threads, sums of 32-bit numbers are
made in another order, and a sum of a hundred terms is then off by some 1e-6 of itself.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import pellucid

GOLDEN = Path(__file__).parent / "golden"
VERSIONS = ("0.1.0", "0.2.dev")
ANSWERS = {
    (version, name): told
    for version in VERSIONS
    for name, told in json.loads((GOLDEN / f"answers-{version}.json").read_text()).items()
}
WITH_EXAMPLES = [key for key in ANSWERS if key[0] == "0.1.0"]


def inputs_of(told: dict) -> pl.DataFrame | np.ndarray:
    given = told["inputs"]
    return pl.DataFrame(given) if isinstance(given, dict) else np.array(given, dtype=np.uint8)


@pytest.mark.parametrize(("version", "name"), ANSWERS)
def test_a_file_of_an_earlier_version_answers_as_it_did(version, name):
    model = pellucid.load(GOLDEN / f"{name}-{version}.pellucid")
    told = ANSWERS[version, name]
    answers = model.predict(inputs_of(told), **told.get("how", {}))
    assert set(told["answers"]) <= set(answers.columns)
    for column, expected in told["answers"].items():
        if isinstance(expected[0], float):
            np.testing.assert_allclose(answers[column], expected, rtol=1e-5, atol=1e-6)
        else:
            found = answers[column].to_list()
            assert found == expected or list(map(str, found)) == expected  # dates, in JSON


@pytest.mark.parametrize(("version", "name"), ANSWERS)
def test_a_file_of_an_earlier_version_is_written_again_as_it_is(version, name, tmp_path):
    """What is read is all there is: weights, contract, encoders, task and record."""
    path = GOLDEN / f"{name}-{version}.pellucid"
    model = pellucid.load(path)
    again = pellucid.load(model.save(tmp_path / "again.pellucid"))
    told = ANSWERS[version, name]
    given, how = inputs_of(told), told.get("how", {})
    assert again.predict(given, **how).equals(model.predict(given, **how))
    assert again.contract == model.contract
    assert again.history == model.history


@pytest.mark.parametrize(("version", "name"), WITH_EXAMPLES)
def test_a_file_of_an_earlier_version_can_be_looked_into_and_kept(version, name, tmp_path):
    model = pellucid.load(GOLDEN / f"{name}-{version}.pellucid")
    why = model.explain(model.examples, row=2)
    assert abs(why.error) < 1e-9
    assert model.contract.inputs
    assert "accuracy" in model.metrics or "r2" in model.metrics
    again = pellucid.load(model.save(tmp_path / "again.pellucid"))
    assert again.predict(model.examples).equals(model.predict(model.examples))


def test_every_golden_file_is_tried():
    assert {f"{name}-{version}" for version, name in ANSWERS} == {
        path.stem for path in GOLDEN.glob("*.pellucid")
    }
