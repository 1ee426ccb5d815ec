"""Two or three columns whose sum is the target: its parts, known only with it.

Of all pairs and triples of number columns, those whose least-squares fit leaves nothing over are
found from one matrix of products (the normal equations; see Golub and Van Loan, "Matrix
Computations", section 5.3), and then fitted anew on all rows that are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from pellucid.data.finding import Finding
from pellucid.data.findings.evidence import Evidence, drop_flags
from pellucid.data.findings.leaks import exact_leaks
from pellucid.data.moments import unit_range
from pellucid.data.profile import Profile
from pellucid.data.table import Array

FEWEST_ROWS = 30
SEARCHED_ROWS = 2000
# Triples of so many columns are searched in a fraction of a second.
MOST_COLUMNS = 80
MOST_MISSING = 0.2
# What a fit may leave over, as a share of the target's variance: for the search, and in the end.
_CANDIDATE = 1e-6
_EXACT = 1e-10
_SEED = 0


def sums(evidence: Evidence) -> Iterator[Finding]:
    """Find the pair or triple of inputs of which a numeric target is an exact sum."""
    numeric = [target for target in evidence.targets if target.kind == "number"]
    if not numeric or evidence.n_rows < FEWEST_ROWS:
        return
    told = exact_leaks(evidence)
    profiles = [
        profile
        for profile in evidence.scalars(evidence.inputs, "number")
        if profile.name not in told
        and profile.n_missing <= MOST_MISSING * profile.n_rows
        and (profile.n_distinct or 0) > 1
    ]
    for target in numeric:
        found = _search(profiles, evidence.profile(target.name))
        if found is not None:
            names = tuple(profile.name for profile, _ in found)
            yield Finding(
                "target-sum",
                "serious",
                f"{target.name!r} is {_worded(found)} in every row, so these columns tell it "
                "exactly.",
                (*names, target.name),
                remedy=f"Leave them out if they are only known afterwards ({drop_flags(*names)}).",
            )


Terms = list[tuple[Profile, float]]


def _search(profiles: list[Profile], aim: Profile) -> Terms | None:
    if len(profiles) < 2:
        return None
    rows = _some_rows(aim.n_rows)
    columns = np.column_stack([_numbers(profile, rows) for profile in profiles])
    goal = _numbers(aim, rows)
    complete = np.isfinite(columns).all(axis=1) & np.isfinite(goal)
    if complete.sum() < FEWEST_ROWS:
        return None
    columns, goal = _standardised(columns[complete]), _standardised(goal[complete, None])[:, 0]
    if not goal.any():
        return None
    near = _most_alike(columns, goal)
    for size in (2, 3):
        for chosen in _candidates(columns[:, near], goal, size):
            terms = _verified([profiles[near[place]] for place in chosen], aim)
            if terms is not None:
                return terms
    return None


def _some_rows(n_rows: int) -> Array:
    if n_rows <= SEARCHED_ROWS:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(_SEED).choice(n_rows, SEARCHED_ROWS, replace=False))


def _numbers(profile: Profile, rows: Array | None = None) -> Array:
    numbers = profile.numbers if rows is None else profile.numbers.gather(rows)
    return numbers.fill_null(np.nan).to_numpy()


def _standardised(block: Array) -> Array:
    block, _ = unit_range(block)
    centred = block - block.mean(axis=0)
    deviation = centred.std(axis=0)
    # A column that is constant but for rounding would be noise blown up.
    usable = deviation > 1e-12
    return np.where(usable, centred / np.where(usable, deviation, 1.0), 0.0)


def _most_alike(columns: Array, goal: Array) -> Array:
    if columns.shape[1] <= MOST_COLUMNS:
        return np.arange(columns.shape[1])
    return np.sort(np.argsort(-np.abs(columns.T @ goal), kind="stable")[:MOST_COLUMNS])


def _candidates(columns: Array, goal: Array, size: int) -> Array:
    """Return the subsets that fit the goal, the best first; shape ``(few, size)``."""
    n = len(goal)
    products, with_goal = columns.T @ columns / n, columns.T @ goal / n
    subsets = np.array(list(combinations(range(columns.shape[1]), size)), dtype=int)
    if not len(subsets):
        return subsets.reshape(0, size)
    matrices = products[subsets[:, :, None], subsets[:, None, :]]
    # A touch on the diagonal keeps columns that say the same from breaking the solution.
    matrices = matrices + 1e-12 * np.eye(size)
    sides = with_goal[subsets]
    weights = np.linalg.solve(matrices, sides[:, :, None])[:, :, 0]
    left = 1.0 - (weights * sides).sum(axis=1)
    fitting = np.flatnonzero(np.abs(left) < _CANDIDATE)
    return subsets[fitting[np.argsort(np.abs(left[fitting]), kind="stable")][:5]]


def _verified(chosen: list[Profile], aim: Profile) -> Terms | None:
    """Fit the columns on all rows, and return the terms where nothing is left over."""
    columns = np.column_stack([_numbers(profile) for profile in chosen])
    goal = _numbers(aim)
    complete = np.isfinite(columns).all(axis=1) & np.isfinite(goal)
    (columns, widths), (goal, height) = unit_range(columns[complete]), unit_range(goal[complete])
    design = np.column_stack([columns - columns.mean(axis=0), np.ones(len(goal))])
    weights, *_ = np.linalg.lstsq(design, goal, rcond=None)
    left = goal - design @ weights
    if left.var() > _EXACT * goal.var():
        return None
    parts = columns.std(axis=0) * np.abs(weights[:-1])
    if (parts < 1e-3 * goal.std()).any():  # a column that contributes nothing is no part of it
        return None
    with np.errstate(over="ignore"):
        weights = weights[:-1] * (height / widths)
    return list(zip(chosen, weights.tolist(), strict=True))


def _worded(terms: Terms) -> str:
    text = ""
    for profile, weight in terms:
        sign = "-" if weight < 0 else "+"
        size = "" if abs(abs(weight) - 1) < 1e-6 else f"{abs(weight):.4g} × "
        text += f" {sign} {size}{profile.name!r}"
    return text.removeprefix(" + ").strip()
