"""Bad input that can be used, all the way: trained on for a moment, and then asked about itself."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.api import UnlikeTrainingWarning
from tests.data.bad_input import (
    test_arrays,
    test_columns,
    test_frames,
    test_images,
    test_sounds,
    test_tables,
    test_texts_and_series,
)
from tests.data.bad_input.driver import Case

# Of each kind of input some, of few different shapes: each shape is a program to be compiled.
CHOSEN: dict[Any, str] = {
    test_columns: "1e308 minus_1e308 both_1e308 all_1e300 all_1e-300 denormal nan uint64 int64 "
    "int128 one_present minus_999 missing_in_12_spellings missing_in_7_weak_spellings stray_text "
    "stray_long_text dates_in_5_forms february_30 year_9999 zones_mixed durations null_bytes emoji",
    test_tables: "mark_in_the_middle null_bytes_at_the_end carriage_returns short_line "
    "remarks_above names_of_rows_without_a_name patterns_of_other_sorts markup "
    "letters_of_all_sorts a_line_break_in_its_name",
    test_frames: "missing_integers intervals strange_names levels_of_columns",
    test_arrays: "nan 1e308 masked two_rows uint64 y_beyond_int64 y_1e308 y_durations y_dates "
    "y_one_of_another",
    test_images: "half_a_png 81_megapixels_in_10_kilobytes",
    test_sounds: "half_a_wav noise_called_mp3",
    test_texts_and_series: "emoji 1e308 an_empty_series",
}
CASES = [
    case
    for module, names in CHOSEN.items()
    for case in module.CASES
    if case.name in names.split() and not case.refused
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_can_be_used_is_learned_and_answered(tmp_path: Path, case: Case):
    folder = tmp_path / "data"
    folder.mkdir()
    source = case.source(folder)
    model = pellucid.train(source, hidden=(4,), epochs=1, **case.settings)
    assert np.isfinite(list(model.metrics.values())).all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnlikeTrainingWarning)
        answers = model.predict(source[0] if isinstance(source, tuple) else source)
    assert answers.height > 0
    shares = answers.select(pl.selectors.starts_with("probability_")).to_numpy()
    known = ~np.isnan(shares).all(axis=1) if shares.size else slice(None)
    assert np.isfinite(shares[known]).all()
    # Only rows whose file cannot be read go without an answer.
    unreadable = case.name in UNREADABLE
    assert answers["prediction"].null_count() == int(unreadable)


UNREADABLE = {"half_a_png", "81_megapixels_in_10_kilobytes", "half_a_wav", "noise_called_mp3"}


def test_the_cases_chosen_are_there():
    names = {case.name for case in CASES}
    assert names == {name for chosen in CHOSEN.values() for name in chosen.split()}
