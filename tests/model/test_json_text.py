"""JSON in model files: what `json` of Python would let pass is refused."""

from __future__ import annotations

import json

import pytest

from pellucid.model.json_text import from_json, to_json

BEYOND_ITS_LIMIT = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "text",
    [
        "NaN", "-Infinity", "1e999", "-1e999", '{"a": 1, "a": 1}', '[{"a": {"b": 1, "b": 2}}]',
        "", "{", "[1,]", "9" * 5000, "\ufeff{}", "'a'", "1 2",
    ],
)  # fmt: skip
def test_what_is_no_strict_json_is_refused(text):
    with pytest.raises(ValueError):
        from_json(text.encode())


def test_depth_and_other_encodings_are_refused():
    with pytest.raises(RecursionError):
        from_json(BEYOND_ITS_LIMIT.encode())
    with pytest.raises(ValueError, match="decode"):
        from_json("{}".encode("utf-16"))


def test_numbers_that_are_not_finite_are_written_as_null():
    value = {"a": [1.5, float("nan"), (float("inf"), "é")], "b": {"c": -float("inf")}}
    assert json.loads(to_json(value)) == {"a": [1.5, None, [None, "é"]], "b": {"c": None}}
    assert to_json({"a": 0.1, "b": "é"}) == '{"a": 0.1, "b": "é"}'.encode()
