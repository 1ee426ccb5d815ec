"""What the manual says about the model file is all there is to say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.data.test_kinds_conformance import picture_files, sound_files

from pellucid.data import KINDS
from pellucid.data.kinds import WordSequenceEncoder
from pellucid.data.table import Values

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "models.md"
ROW = re.compile(r"^\| `(?P<kind>\w+)` \| (?P<fields>`.+`) \|", re.MULTILINE)
# Values that make an encoder keep everything it ever keeps.
VALUES: dict[str, Values] = {
    "number": pl.Series(["$1,200", "$5", None]),
    "category": pl.Series(["a", "b", None]),
    "date": pl.Series(["2024-03-04 10:00", "2024-07-06 11:00", None]),
    "text": pl.Series(["a fine day", "a long day", None]),
    "subwords": pl.Series(["a fine day", "a long day", None]),
    "image": pl.Series([picture_files()[0], None]),
    "sound": pl.Series([sound_files()[0], None]),
    "vector": np.array([[1.0, np.nan], [2.0, 3.0]]),
    "series": pl.Series([[1.0, 2.0], [3.0], None]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_encoder_is_described(kind):
    text = MANUAL.read_text(encoding="utf-8")
    encoders = text[text.index("### Encoders") : text.index("### Layers")]
    described = {
        row["kind"]: set(re.findall(r"`(\w+)`", row["fields"])) for row in ROW.finditer(encoders)
    }
    assert set(KINDS[kind].encoder.fit(VALUES[kind]).to_dict()) == described[kind]


def test_every_field_of_a_sequence_of_words_is_described():
    text = MANUAL.read_text(encoding="utf-8")
    told = text[text.index("Where `sequence` is true") : text.index("#### Pictures and sounds")]
    assert set(WordSequenceEncoder.fit(VALUES["text"]).to_dict()) <= set(
        re.findall(r"`(\w+)`", told)
    )
