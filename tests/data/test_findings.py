"""What looks wrong with a table: each thing found once, with its rows, and nothing invented."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data import Contract, Dataset, Table, infer_contract
from pellucid.data.identifiers import reason_to_drop
from pellucid.data.profile import Profile
from pellucid.data.table import Values

N = 400


def drawn(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def uuids(n: int) -> list[str]:
    numbers = drawn(1).integers(0, 2**62, (n, 2)).tolist()
    return [str(uuid.UUID(int=high * 2**62 + low)) for high, low in numbers]


TARGET = drawn(9).integers(0, 2, N)


def contract_of(columns: dict[str, Any], target: Any = TARGET) -> Contract:
    table = Table({n: pl.Series(n, v) for n, v in {**columns, "y": target}.items()})
    return infer_contract(Dataset("t", "memory", table), target="y")


def found(columns: dict[str, Any], target: Any = TARGET) -> list[str]:
    return [finding.code for finding in contract_of(columns, target).findings]


# --- identifiers


def test_nearly_unique_amounts_of_money_are_numbers_and_no_identifiers():
    amounts = [f"${x:,.2f}" for x in drawn().lognormal(6, 0.7, N)]
    amounts[:9] = amounts[-9:]
    assert len(set(amounts)) > 0.9 * N
    contract = contract_of({"price": amounts})
    assert contract.columns[0].kind == "number"
    assert {finding.severity for finding in contract.findings} == {"note"}


def test_an_identifier_with_few_repetitions_is_warned_of_once():
    names = uuids(N)
    names[:3] = names[-3:]
    contract = contract_of({"uuid": names, "x": drawn().normal(size=N)})
    assert [finding.code for finding in contract.findings] == ["identifier"]
    said = [*contract.warnings, *(w for column in contract.columns for w in column.warnings)]
    assert len(said) == 1


@pytest.mark.parametrize(
    ("values", "is_left_out"),
    [
        (pl.Series([[1.0, 2.0]] * 3), True),
        (pl.Series([[[1.0, 2.0], [3.0, 4.0]]] * 3), True),  # two channels
        (pl.Series([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0]]), False),
        (pl.Series([[1.0, 2.0], [1.0, 2.0], [1.0]]), False),
        (pl.Series([[1.0, 2.0], None]), False),  # that one is missing may tell something
        (np.tile(np.arange(6.0).reshape(2, 3), (4, 1, 1)), True),
        (np.stack([np.arange(6.0), np.arange(6.0), np.zeros(6)]), False),
        (pl.Series([[1.0, float("inf")]] * 3), False),  # a mistake, which its kind refuses
        (pl.Series([[], [], []], dtype=pl.List(pl.Float64)), False),
        (np.full((3, 2), [1.0, np.inf]), False),
        (np.arange(6.0).reshape(1, 6), False),  # a single row says nothing of others
    ],
)
def test_rows_of_the_same_series_or_image_say_nothing(values: Values, is_left_out: bool):
    reason = reason_to_drop(Profile("v", values), "series")
    assert (reason is not None and reason.code == "constant") == is_left_out


def test_telephone_numbers_are_named_like_identifiers():
    phones = drawn().choice(np.arange(10**8, 10**9, 7919), N, replace=False)
    contract = contract_of({"phone": phones})
    (finding,) = contract.findings
    assert (finding.code, finding.columns) == ("identifier", ("phone",))
    assert "9 digits" in finding.text
    assert "--drop phone" in finding.remedy


def seconds(n: int) -> np.ndarray:
    return drawn().choice(np.arange(1_500_000_000, 1_700_000_000, 977), n, replace=False)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        # Six digits as often as seven, rounded ones, seconds since 1970.
        ("price", np.unique(drawn().lognormal(13.8, 0.5, 2 * N).astype(int))[:N]),
        ("revenue", 1000 * drawn().choice(np.arange(1_000, 10_000), N, replace=False)),
        ("moment", seconds(N)),
        ("pressure", drawn().choice(np.arange(900_000, 1_100_000), N, replace=False)),
        ("volume", 5 * drawn().choice(np.arange(10**6, 10**7), N, replace=False)),
    ],
)
def test_whole_measurements_that_all_differ_are_no_identifiers(name: str, values: np.ndarray):
    assert len(np.unique(values)) == N
    assert "identifier" not in found({name: drawn(2).permutation(values)})


def test_long_whole_numbers_that_tell_the_target_are_no_identifiers():
    values = drawn().choice(np.arange(10**7, 10**8), N, replace=False)
    target = (values / 10**7 + drawn(3).normal(size=N)).round(3)
    assert "identifier" not in found({"area": values}, target)
    groups = np.where(drawn(4).random(N) < values / 10**8, "large", "small")
    assert "identifier" not in found({"area": values}, groups)


# --- columns that tell the target


@pytest.mark.parametrize("n", [200, 400, 5000])
@pytest.mark.parametrize("kinds", [2, 4])
def test_a_number_that_tells_the_class_is_found_whatever_the_number_of_rows(n: int, kinds: int):
    target = drawn(5).integers(0, kinds, n)
    value = 2.0 * target + drawn(6).uniform(0, 1, n)
    assert "near-perfect-predictor" in found({"value": value}, [f"c{y}" for y in target])


@pytest.mark.parametrize("n", [400, 5000])
def test_a_number_that_tells_a_class_from_both_others_is_found(n: int):
    value = drawn(6).normal(size=n)
    target = np.where(np.abs(value) < 0.5, "middle", "ends")
    assert "near-perfect-predictor" in found({"value": value}, target)


@pytest.mark.parametrize("n", [200, 400, 5000])
def test_a_number_that_tells_the_class_in_most_rows_only_is_no_leak(n: int):
    target = drawn(5).integers(0, 2, n)
    value = 2.0 * target + drawn(6).normal(size=n)  # 84 % right at best
    assert found({"value": value, "noise": drawn(7).normal(size=n)}, target) == []


# --- dates


def test_mixed_ways_of_writing_dates_are_told_once_with_their_rows():
    forms = ["2024-03-05", "05.04.2024", "March 6, 2024"]
    texts = [forms[i % 3] for i in range(N)]
    contract = contract_of({"when": texts, "x": drawn().normal(size=N)})
    (finding,) = contract.findings
    assert finding.code == "mixed-dates"
    # 134 of the first way; the others are the rows 2, 3, 5, 6 …
    assert (finding.rows[:4], finding.n_rows) == ((2, 3, 5, 6), N - 134)
    assert "134 in all" in finding.text
    said = [*contract.warnings, *(w for column in contract.columns for w in column.warnings)]
    assert len(said) == 1


def test_dates_of_another_order_are_told_once():
    texts = ["25/03/2024", "26/04/2024"] * 195 + ["03/25/2024"] * 10
    (finding,) = contract_of({"when": texts, "x": drawn().normal(size=N)}).findings
    assert (finding.rows[0], finding.n_rows) == (391, 10)
