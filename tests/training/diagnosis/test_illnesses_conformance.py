"""What holds for every illness; a new one adds a training that has it to `examples.SICK`."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path

import pytest

from pellucid.training.config import Config
from pellucid.training.diagnosis import ILLNESSES, Diagnosis
from tests.training.diagnosis.examples import HEALTHY, SICK

PAGE = Path(__file__).resolve().parents[3] / "docs" / "diagnosis.md"
# Further examples of an illness take their time.
EVERY = [
    pytest.param(name, place, marks=[pytest.mark.slow] if place else [])
    for name, made in SICK.items()
    for place in range(len(made))
]
QUICK = ("half moons", "labels as they are")
WELL = [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in HEALTHY]


@cache
def found_in(name: str, place: int) -> tuple[Diagnosis, ...]:
    return tuple(SICK[name][place]())


def test_every_illness_has_an_example() -> None:
    assert set(SICK) == set(ILLNESSES)


@pytest.mark.parametrize(("name", "place"), EVERY)
def test_a_training_made_to_have_an_illness_has_it_and_no_other(name: str, place: int) -> None:
    assert [one.name for one in found_in(name, place)] == [name]


@pytest.mark.parametrize("name", WELL)
def test_nothing_is_wrong_with_a_healthy_training(name: str) -> None:
    assert HEALTHY[name]() == []


@pytest.mark.parametrize(("name", "place"), EVERY)
def test_a_diagnosis_has_numbers_and_one_thing_to_do(name: str, place: int) -> None:
    for told in found_in(name, place):
        numbers = list(_numbers(told.evidence))
        assert numbers and all(map(math.isfinite, numbers))
        assert re.search(r"\d", told.text)
        assert told.advice.endswith(".") and told.advice.count("→") == 0
        if told.settings:
            Config.make(source="iris", **told.settings)
            assert all(f"--{key.replace('_', '-')}" in told.advice for key in told.settings)


@pytest.mark.parametrize(("name", "place"), EVERY)
def test_a_diagnosis_survives_json(name: str, place: int) -> None:
    for told in found_in(name, place):
        assert Diagnosis.from_dict(json.loads(json.dumps(told.to_dict()))) == told


@pytest.mark.parametrize("name", ILLNESSES)
def test_an_illness_is_described_in_the_manual(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ILLNESSES)
def test_the_causes_of_an_illness_are_illnesses(name: str) -> None:
    assert set(ILLNESSES[name].causes) <= set(ILLNESSES) - {name}


def _numbers(evidence: object) -> list[float]:
    if isinstance(evidence, dict):
        return [number for value in evidence.values() for number in _numbers(value)]
    return [float(evidence)] if isinstance(evidence, int | float) else []
