"""In notebooks a contract says what `pellucid data` prints, and draws what it knows of values."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pellucid.data import Contract, Dataset, Table, infer_contract
from pellucid.data.contract import ColumnContract
from pellucid.data.finding import Finding
from pellucid.markup.glyphs import counts_glyph, range_glyph
from tests.pages import HOSTILE, parsed, rows, texts, tree_of, with_class


def of(columns: dict[str, Any], **settings: Any) -> Contract:
    table = Table({name: pl.Series(name, values) for name, values in columns.items()})
    return infer_contract(Dataset("shop", "memory", table), **settings)


@pytest.fixture(scope="module")
def shop() -> Contract:
    n = 60
    return of(
        {
            "price": [float(i % 13) + 0.5 for i in range(n)],
            "city": ["Rome", "Oslo", "Lima", None] * (n // 4),
            "planet": ["Earth"] * n,
            "sold": ["yes" if i % 3 else "no" for i in range(n)],
        },
        target="sold",
    )


def test_every_column_has_a_line_with_kind_and_reason_the_target_first(shop):
    table = rows(parsed(shop._repr_html_()))
    assert table[0] == ["column", "kind", "values", "missing", "why, and what else it could be"]
    assert [row[0].split()[0] for row in table[1:]] == ["sold", "price", "city", "planet"]
    assert table[1][0].endswith("target")
    by_name = {row[0].split()[0]: row for row in table[1:]}
    for column in shop.columns:
        row = by_name[column.name]
        assert row[1] == ("left out" if column.role == "dropped" else column.kind)
        assert column.reason in row[4]
        assert column.override in row[4]
        if column.alternative:
            assert f"or {column.alternative}" in row[4]
    assert by_name["city"][3] == "15 (25.0 %)"
    assert by_name["price"][3] == "–"


def test_the_task_the_other_task_and_the_sizes_are_said(shop):
    said = texts(parsed(shop._repr_html_()))
    assert "classification of sold" in said
    assert f"because {shop.task_reason}" in said
    assert "60 rows, 4 columns, 1 left out" in said
    other = of({"a": [1.5, 2.5] * 20, "y": [0, 1] * 20}, target="y")
    assert f"otherwise: {other.task_alternative}" in texts(parsed(other._repr_html_()))


def test_what_looks_wrong_is_listed_with_rows_and_remedy_the_most_serious_first():
    columns = (ColumnContract("a", "input", "number", "numbers", warnings=("'a' is odd.",)),)
    findings = (
        Finding("leak", "serious", "'a' tells all.", ("a",), remedy="Leave it out."),
        Finding("odd", "warning", "'a' is huge.", ("a",), rows=tuple(range(1, 21)), n_rows=30),
        Finding("copy", "note", "rows repeat: rows 3, 4.", rows=(3, 4), n_rows=2),
    )
    contract = Contract("s", 90, columns, None, "clustering", "no target", findings=findings)
    (listed,) = with_class(parsed(contract._repr_html_()), "findings")
    assert [texts(item) for item in listed] == [
        "serious: 'a' tells all. Leave it out.",
        "warning: 'a' is huge. Rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more.",
        "note: rows repeat: rows 3, 4.",  # which names its rows itself
        "warning: 'a' is odd.",  # which no finding says
    ]


def test_a_warning_that_is_a_finding_as_well_is_said_once():
    contract = of(
        {"planet": ["Earth"] * 40, "b": [1.5, 2.5] * 20, "y": ["u", "v"] * 20}, target="y"
    )
    said = texts(parsed(contract._repr_html_()))
    for finding in contract.findings:
        assert said.count(finding.text) == 1


def test_counts_of_categories_are_bars_of_their_heights(shop):
    (city,) = (column for column in shop.columns if column.name == "city")
    assert city.details["counts"] == [15, 15, 15]
    bars = list(tree_of(counts_glyph(["a", "b", "c"], [40, 20, 10], 80)).iter("rect"))
    heights = [float(bar.get("height", "nan")) for bar in bars]
    assert heights == pytest.approx([20.0, 10.0, 5.0])
    assert texts(bars[1]) == "b: 20 of 80 (25.0 %)"
    assert "Rome: 15" in texts(parsed(shop._repr_html_()))


def test_a_range_lies_where_its_numbers_say():
    drawn = tree_of(range_glyph(0.0, 10.0, 4.0, 2.0))
    axis = next(iter(drawn.iter("line")))
    left, right = float(axis.get("x1", "nan")), float(axis.get("x2", "nan"))
    (box,) = drawn.iter("rect")
    start = (float(box.get("x", "nan")) - left) / (right - left)
    width = float(box.get("width", "nan")) / (right - left)
    assert (start, width) == pytest.approx((0.2, 0.4), abs=1e-3)
    assert range_glyph(3.0, 3.0, 3.0, 0.0) == ""
    assert range_glyph(0.0, float("inf"), None, None) == ""


def test_the_numbers_beside_a_range_are_the_contracts(shop):
    (price,) = (column for column in shop.columns if column.name == "price")
    said = texts(parsed(shop._repr_html_()))
    assert f"0.5 … 12.5, mean {price.distribution['mean']:.4g}" in said


def test_a_contract_from_a_file_or_without_examples_is_shown_alike(shop):
    assert Contract.from_dict(shop.to_dict())._repr_html_() == shop._repr_html_()
    assert "such as" not in texts(parsed(shop.without_examples()._repr_html_()))


def test_hostile_names_and_values_are_only_text():
    contract = of(
        {
            HOSTILE.replace("\ud800", ""): [HOSTILE.replace("\ud800", ""), "fine"] * 30,
            "amount": [1.5, 2.5] * 30,
            "y": ["<b>bold</b>", "plain"] * 30,
        },
        target="y",
    )
    said = texts(parsed(contract._repr_html_()))
    assert "<script>alert('x')</script>" in said
    assert "<b>bold</b>: 30" in said


def test_of_a_thousand_columns_some_are_shown_and_the_others_named():
    columns = {f"column {n:04}": [n + 0.5, n + 1.5] * 20 for n in range(1000)}
    contract = of({**columns, "y": ["u", "v"] * 20}, target="y")
    page = parsed(contract._repr_html_())
    assert rows(page)[1][0].startswith("y")
    assert "961 further columns" in texts(page)


@pytest.mark.parametrize("length", [100, 100_000])
def test_endless_names_reasons_and_values_are_cut(length):
    name = "x" * length
    column = ColumnContract(
        name, "input", "category", name, alternative="number", alternative_reason=name,
        override=f"--drop {name}", examples=[name] * 9, warnings=(name,),
        details={"categories": [name] * 50, "counts": [1] * 50, "n_categories": 50},
    )  # fmt: skip
    contract = Contract(name, 50, (column,) * 300, None, "clustering", name, findings=(
        Finding(name, "note", name, (name,), remedy=name),) * 300)  # fmt: skip
    parsed(contract._repr_html_())
