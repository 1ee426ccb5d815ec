"""Model files of released versions open for ever, and answer as they did when they were written.

``golden/`` holds files written by version 0.1.0, and what that version answered with them.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import pellucid

GOLDEN = Path(__file__).parent / "golden"
VERSIONS = ("0.1.0",)
ANSWERS = {
    (version, name): told
    for version in VERSIONS
    for name, told in json.loads((GOLDEN / f"answers-{version}.json").read_text()).items()
}


@pytest.mark.parametrize(("version", "name"), ANSWERS)
def test_a_file_of_a_released_version_answers_as_it_did(version, name):
    model = pellucid.load(GOLDEN / f"{name}-{version}.pellucid")
    told = ANSWERS[version, name]
    given = told["inputs"]
    inputs = pl.DataFrame(given) if isinstance(given, dict) else np.array(given, dtype=np.uint8)
    answers = model.predict(inputs)
    assert set(told["answers"]) <= set(answers.columns)
    for column, expected in told["answers"].items():
        if isinstance(expected[0], float):
            np.testing.assert_allclose(answers[column], expected, rtol=1e-5, atol=1e-6)
        else:
            assert answers[column].to_list() == expected


@pytest.mark.parametrize(("version", "name"), ANSWERS)
def test_a_file_of_a_released_version_can_be_looked_into_and_kept(version, name, tmp_path):
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
