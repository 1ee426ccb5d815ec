"""Every promise of `docs/reliability.md` names a test, and the test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.findall(
    r"`(tests/[\w/]+\.py)::(test_\w+)`",
    (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8"),
)


def test_promises_name_their_tests() -> None:
    assert len(NAMED) >= 12


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_promise_has_the_test_that_it_names(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")
