"""Text that stands for missing values, numbers and truth values."""

from __future__ import annotations

import polars as pl
import pytest

from pellucid.data.parsing import MISSING_TEXTS, strip_missing


@pytest.mark.parametrize("text", MISSING_TEXTS)
def test_every_missing_text_is_missing_with_blanks_around_it(text: str):
    assert strip_missing(pl.Series([f" {text} ", "x"])).to_list() == [None, "x"]
