"""How many bad inputs are kept, by kind; none of them counts twice."""

from __future__ import annotations

import pytest

from tests.cli import test_bad_input as commands
from tests.cli import test_bad_values as values
from tests.data import test_bad_sources as sources
from tests.data.bad_input import (
    test_arrays,
    test_columns,
    test_endings,
    test_frames,
    test_images,
    test_later_rows,
    test_places,
    test_sounds,
    test_tables,
    test_texts_and_series,
)

KINDS: dict[str, list[str]] = {
    "table files": [
        *(case[0] for case in (*sources.OPENED, *sources.REFUSED)),
        *(case.name for case in test_tables.CASES),
    ],
    "wrong endings": [case.name for case in test_endings.CASES],
    "places": [*(case.name for case in test_places.CASES), *test_places.FORBIDDEN],
    "columns": [case.name for case in test_columns.CASES],
    "arrays and targets": [case.name for case in test_arrays.CASES],
    "frames": [case.name for case in test_frames.CASES],
    "pictures": [case.name for case in test_images.CASES],
    "sounds": [case.name for case in test_sounds.CASES],
    "texts and series": [case.name for case in test_texts_and_series.CASES],
    "later rows": [
        *(f"{case.model} {case.name}" for case in test_later_rows.CASES),
        *test_later_rows.FILES,
    ],
    "command lines": [
        *(" ".join(case) for case in values.CASES),
        *map(" ".join, values.OF_THE_DATA),
        *map(" ".join, commands.BAD_FLAGS),
        *commands.BAD_SOURCES,
    ],
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_case_of_a_kind_is_there_twice(kind: str):
    names = KINDS[kind]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)


def test_there_are_at_least_300_bad_inputs():
    assert sum(len(names) for names in KINDS.values()) >= 300
    assert min(len(names) for names in KINDS.values()) >= 20
