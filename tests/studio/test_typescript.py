"""The page's types are those of the messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import pytest

from pellucid.studio.messages.inside import WeightRequest
from pellucid.studio.typescript import type_of, typescript

KEPT = Path(__file__).resolve().parents[2] / "web" / "src" / "lib" / "messages.ts"


@dataclass
class Named:
    """A message."""


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (str, "string"),
        (int | None, "number | null"),
        (list[str | None], "(string | null)[]"),
        (dict[str, list[bool]], "Record<string, boolean[]>"),
        (Literal["a", "b"], '"a" | "b"'),
        (tuple[float, str], "[number, string]"),
        (Named, "Named"),
    ],
)
def test_types_are_written_as_typescript_has_them(kind: object, expected: str) -> None:
    assert type_of(kind) == expected


def test_every_field_is_there_and_may_be_left_out_where_it_has_a_default() -> None:
    found = re.search(r"export interface WeightRequest \{\n(.*?)\n\}", typescript(), re.DOTALL)
    assert found
    names = re.findall(r"^  (\w+\??):", found[1], re.MULTILINE)
    needed = {"layer", "name", "index"}
    assert names == [
        own.name if own.name in needed else f"{own.name}?" for own in fields(WeightRequest)
    ]


def test_the_types_that_the_page_uses_are_current() -> None:
    if not KEPT.is_file():
        pytest.skip("this copy has no sources of the page")
    assert KEPT.read_text(encoding="utf-8") == typescript(), "run make web"
