"""A comparison in a few sentences: who wins where, and what it took."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pellucid.comparison.contenders import NETWORK

if TYPE_CHECKING:
    from pellucid.comparison.result import Cell, ComparisonResult

_MANY_TESTED = 2000
_NUMBERS = {3: "three", 4: "four", 5: "five"}


def score_words(result: ComparisonResult, number: float, *, unit: bool = True) -> str:
    """Write a score: of classes in percent, with two decimals where many rows were tested."""
    if result.metric != "accuracy":
        return f"{round(number, 3) + 0.0:.3f}"  # never -0.000
    decimals = 2 if result.n_test >= _MANY_TESTED else 1
    return f"{100 * number:.{decimals}f}" + (" %" if unit else "")


def seconds_words(seconds: float) -> str:
    """Write a time.

    Examples
    --------
    >>> [seconds_words(seconds) for seconds in (0.0004, 0.0123, 0.333, 1.26, 75.4)]
    ['0.001 s', '0.012 s', '0.33 s', '1.3 s', '75 s']
    """
    for below, decimals in ((0.1, 3), (1.0, 2), (10.0, 1)):
        if seconds < below:
            return f"{max(seconds, 0.001):.{decimals}f} s"
    return f"{seconds:,.0f} s"


def rows_words(result: ComparisonResult, amount: int) -> str:
    """Write an amount: ``all 713 rows``, ``45 rows``."""
    return f"{'all ' if amount == result.n_train else ''}{amount:,} rows"


def listed(words: Sequence[str]) -> str:
    """Join words.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def verdict(result: ComparisonResult) -> list[str]:
    """Say who is best from the most rows, how the network does from fewer, and the seconds."""
    most = result.amounts[-1]
    sentences = [_from_most(result, most)]
    if len(result.amounts) > 1 and any((NETWORK, a) in result.cells for a in result.amounts[:-1]):
        sentences.append(_from_fewer(result, result.amounts[:-1]))
    if len(result.contenders) > 1 and all(cell.n == 1 for cell in result.cells.values()):
        sentences.append(
            "All learned once only: what another draw of rows would change is not counted in this."
        )
    return [*sentences, _times(result, most)]


def _from_most(result: ComparisonResult, amount: int) -> str:
    best = result.best(amount)
    assert best is not None  # noqa: S101 -- only amounts that somebody learned from are listed
    cells = [cell for cell in result.cells.values() if cell.amount == amount]
    ties = sorted((c for c in cells if c.place == "tie"), key=lambda cell: -cell.mean)
    start = f"From {rows_words(result, amount)}"
    if len(ties) == len(cells) - 1 and ties:
        scores = f"{score_words(result, ties[-1].mean)} to {score_words(result, best.mean)}"
        how = "both" if len(cells) == 2 else f"all {_NUMBERS.get(len(cells), str(len(cells)))}"
        return f"{start}, {how} tie ({scores}): they are no further apart than chance may put them."
    words = f"{start}, the best is {_named(result, best)}"
    if ties:
        verb = "ties" if len(ties) == 1 else "tie"
        words += f"; {listed([_named(result, cell) for cell in ties])} {verb} with it"
    network = result.cells.get((NETWORK, amount))
    if network is not None and network.place == "behind":
        words += f"; {_named(result, network)} is behind"
    elif not ties and len(cells) > 1:
        words += ", ahead of all others by more than chance"
    return words + "."


def _named(result: ComparisonResult, cell: Cell) -> str:
    article = "the " if cell.contender == NETWORK else ""
    return f"{article}{cell.contender} ({score_words(result, cell.mean)})"


def _from_fewer(result: ComparisonResult, amounts: Sequence[int]) -> str:
    """Group smaller amounts by how the network does there."""
    own = [amount for amount in amounts if (NETWORK, amount) in result.cells]
    groups = [
        (how, [amount for _, amount in group])
        for how, group in groupby(((_how(result, a), a) for a in own), key=lambda pair: pair[0])
    ]
    if len(groups) == 1 and len(own) > 1:
        return f"From every smaller amount, the network {groups[0][0]}."
    told = [f"{how} from {_range(result, together)}" for how, together in groups]
    return f"From fewer, the network {listed(told)}."


def _how(result: ComparisonResult, amount: int) -> str:
    classic = result.best_classic(amount)
    if classic is None:
        return "is alone"
    difference = result.judge.difference(NETWORK, classic.contender, amount)
    if difference.is_tie:
        return "ties with the best of the others"
    return "wins" if difference.mean > 0 else f"is behind {classic.contender}"


def _range(result: ComparisonResult, amounts: Sequence[int]) -> str:
    if len(amounts) < 3:
        return listed([f"{amount:,}" for amount in amounts]) + " rows"
    return f"{amounts[0]:,} to {amounts[-1]:,} rows"


def _times(result: ComparisonResult, amount: int) -> str:
    cells = [result.cells.get((name, amount)) for name in result.contenders]
    told = [
        f"{'the ' if cell.contender == NETWORK else ''}{cell.contender} "
        f"{seconds_words(cell.learn_seconds)}"
        for cell in cells
        if cell is not None
    ]
    return f"To learn from {rows_words(result, amount)} took {listed(told)}."
