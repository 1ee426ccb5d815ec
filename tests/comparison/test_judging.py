"""Differences and their errors: by hand, and as SciPy's paired test has them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pellucid.comparison.judging import Difference, Judge
from pellucid.comparison.result import Run


def run(contender: str, amount: int, repeat: int, rows: object, *, is_fixed: bool = False) -> Run:
    return Run(contender, amount, repeat, {}, 0.0, 0.0, np.asarray(rows, float), is_fixed)


def right(n: int, *places: range) -> np.ndarray:
    rows = np.zeros(n)
    for place in places:
        rows[list(place)] = 1
    return rows


def test_the_error_of_two_shares_is_that_of_agresti_and_min():
    """Of 100 rows, 10 only one gets right and 2 only the other.

    Half a row in each of the four cells: n = 102, difference (10.5 - 2.5) / 102, variance
    ((10.5 + 2.5) / 102 - (8 / 102)²) / 102 = 0.0011892 (Agresti & Min 2005, section 3).
    """
    judge = Judge(
        [
            run("a", 50, 0, right(100, range(0, 80))),
            run("b", 50, 0, right(100, range(10, 82))),
        ],
        is_class=True,
    )
    found = judge.difference("a", "b", 50)
    assert found.mean == pytest.approx(0.08)
    assert found.error == pytest.approx(np.sqrt(0.0011892), rel=1e-4)
    assert not found.is_tie  # 0.08 / 0.0345 = 2.3


def test_a_few_rows_in_ones_favour_are_no_victory():
    judge = Judge([run("a", 9, 0, np.ones(3)), run("b", 9, 0, [1, 1, 0])], is_class=True)
    assert judge.difference("a", "b", 9).is_tie


def test_of_numbers_mean_and_error_are_those_of_the_paired_t_test():
    generator = np.random.default_rng(0)
    one, other = generator.normal(size=40), generator.normal(size=40)
    judge = Judge([run("a", 9, 0, one), run("b", 9, 0, other)], is_class=False)
    found = judge.difference("a", "b", 9)
    assert found.mean / found.error == pytest.approx(stats.ttest_rel(one, other).statistic)


def test_the_variance_between_repeats_is_added():
    """Every row gains 0.1 in one repeat and 0.3 in the other: by row there is no variance.

    Between repeats: the deviation of (0.1, 0.3) is 0.1414, over the root of 2: 0.1.
    """
    base = np.linspace(0, 1, 30)
    runs = [run("b", 9, repeat, base) for repeat in (0, 1)]
    runs += [run("a", 9, repeat, base + gain) for repeat, gain in enumerate((0.1, 0.3))]
    found = Judge(runs, is_class=False).difference("a", "b", 9)
    assert (found.mean, found.error) == (pytest.approx(0.2), pytest.approx(0.1))


def test_a_single_repeat_takes_the_variance_of_fewer_rows_by_the_number_of_rows():
    """As above with 10 rows, whose variance 0.02 becomes 0.02 · 10 / 40 with 40 rows."""
    base = np.linspace(0, 1, 30)
    runs = [run("b", amount, 0, base) for amount in (10, 40)] + [run("b", 10, 1, base)]
    runs += [run("a", 10, repeat, base + gain) for repeat, gain in enumerate((0.1, 0.3))]
    runs += [run("a", 40, 0, base + 0.2)]
    found = Judge(runs, is_class=False).difference("a", "b", 40)
    assert found.error == pytest.approx(np.sqrt(0.02 * 10 / 40))


def test_what_no_repeat_would_change_stands_for_every_repeat():
    fixed = run("b", 9, 0, np.zeros(20), is_fixed=True)
    runs = [fixed, *(run("a", 9, repeat, np.full(20, 0.1 + 0.2 * repeat)) for repeat in (0, 1))]
    judge = Judge(runs, is_class=False)
    assert judge.difference("a", "b", 9).mean == pytest.approx(0.2)
    assert judge.difference("b", "a", 9).mean == pytest.approx(-0.2)


def test_contenders_are_compared_in_the_repeats_that_both_did():
    runs = [run("a", 9, repeat, np.full(20, value)) for repeat, value in enumerate((0.5, 0.9))]
    judge = Judge([*runs, run("b", 9, 0, np.full(20, 0.4))], is_class=False)
    assert judge.difference("a", "b", 9).mean == pytest.approx(0.1)
    with pytest.raises(KeyError, match="in common"):
        judge.difference("a", "c", 9)


def test_twice_the_error_is_the_border():
    assert Difference(0.2, 0.1).is_tie
    assert not Difference(-0.21, 0.1).is_tie


def test_rows_that_differ_from_repeat_to_repeat_have_a_variance_each():
    """Differences (1, 0, 1, 0) and (0, 1, 0, 1) vary by 1/3 each, over 4 rows: 1/12.

    By row their mean is 0.5 everywhere, which would not vary at all.
    """
    rows = ([1, 0, 1, 0], [0, 1, 0, 1])
    runs = [run("a", 4, repeat, own) for repeat, own in enumerate(rows)]
    runs += [run("b", 4, repeat, np.zeros(4)) for repeat in (0, 1)]
    found = Judge(runs, is_class=False, same_rows=False).difference("a", "b", 4)
    assert (found.mean, found.error) == (0.5, pytest.approx(np.sqrt(1 / 12)))
    assert Judge(runs, is_class=False).difference("a", "b", 4).error == 0.0
