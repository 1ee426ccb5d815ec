"""A comparison in a few sentences: who wins where, and what it took."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pellucid.comparison.contenders import NETWORK
from pellucid.training.history import worded

if TYPE_CHECKING:
    from pellucid.comparison.result import Cell, ComparisonResult

_MANY_TESTED = 2000
_TRIVIAL = {
    "classification": "the most frequent class",
    "regression": "the mean",
    "multilabel": "the labels that most rows have",
    "several": "what is most frequent, or the mean",
}
_NUMBERS = {3: "three", 4: "four", 5: "five"}


def title(result: ComparisonResult) -> str:
    """Say what was compared: ``titanic: classification of survived``."""
    if result.is_clustering:
        judged = f", judged by {result.target}" if result.targets else ""
        return f"{result.source}: {result.n_clusters} clusters{judged}"
    if len(result.targets) > 1:
        return f"{result.source}: {listed(result.targets)} at once"
    if result.task == "multilabel":
        return f"{result.source}: sets of labels in {result.target}"
    return f"{result.source}: {result.task} of {result.target}"


def measure_words(metric: str) -> str:
    """Word a metric: of one of several targets with its name.

    Examples
    --------
    >>> measure_words("nmi"), measure_words("price.r2")
    ('NMI', 'R² of price')
    """
    target, _, name = metric.rpartition(".")
    return f"{worded(name)} of {target}" if target else worded(name)


def measured_words(result: ComparisonResult) -> str:
    """Say what scores are, and of which rows."""
    if result.is_clustering:
        return f"{measure_words(result.metric)} of the rows that were grouped"
    what = measure_words(result.metric)
    if result.metric == "mean_score":
        kinds = dict.fromkeys(worded(name.rpartition(".")[2]) for name in result.further)
        what = f"mean of the targets' {listed(list(kinds))}"
    return f"{what} on {result.n_test:,} test rows"


def trivial_words(result: ComparisonResult) -> str:
    """Say what knowing nothing is worth."""
    what = "always answering " + _TRIVIAL.get(result.task, "")
    if result.is_clustering:
        what = "all in one cluster"
    return f"{what}: {score_words(result, result.baseline[result.metric])}"


def score_words(result: ComparisonResult, number: float, *, unit: bool = True) -> str:
    """Write a score: shares in percent, with two decimals where many rows were tested."""
    if not result.is_share:
        return f"{round(number, 3) + 0.0:.3f}"  # never -0.000
    decimals = 2 if (result.n_test or result.n_train) >= _MANY_TESTED else 1
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
    if result.further:
        sentences.append(_by_further(result, most))
    if result.is_clustering and not result.targets:
        sentences.append(
            "The silhouette rewards round and compact clusters, which k-means makes; whether they "
            "are the groups that matter it cannot say."
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


def _by_further(result: ComparisonResult, amount: int) -> str:
    """Say who is best by each other metric."""
    told = []
    for name, other in result.further.items():
        best = other.best(amount)
        if best is None:
            continue
        words = f"{measure_words(name)}: {_named(other, best)}"
        cells = [cell for cell in other.cells.values() if cell.amount == amount]
        ties = [cell.contender for cell in cells if cell.place == "tie"]
        if ties:
            whom = ["all others"] if len(ties) == len(cells) - 1 > 1 else ties
            the = ["the network" if name == NETWORK else name for name in whom]
            words += f", in a tie with {listed(the)}"
        told.append(words)
    how = "By other measures" if result.is_clustering else "Target by target"
    return f"{how}, the best from {rows_words(result, amount)} are: {'; '.join(told)}."


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
    what = "group" if result.is_clustering else "learn from"
    return f"To {what} {rows_words(result, amount)} took {listed(told)}."
