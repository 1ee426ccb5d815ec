"""Integrated gradients, computed until they add up.

How much each input contributed to an output: the slope of the output in this input, averaged
over the straight line from a baseline to the example, times the way the input went on it
(Sundararajan, Taly & Yan 2017, "Axiomatic Attribution for Deep Networks", equation 1,
arXiv:1703.01365). The contributions of all inputs add up to the output minus the output at the
baseline ("completeness", proposition 1).

Of dense networks, the average is no sum over a fixed number of steps. The line is cut where units
with a corner (ReLU) switch: between two such places a network of ReLU units is linear, and one
slope is the exact average. Where slopes still change within a piece, Gauss–Kronrod rules measure
their own error and the piece is halved, until the error is below `TOLERANCE` of the output's whole
movement. Where a network has layers other than dense ones, such as recurrent ones, whose many steps
leave more of rounding, it is `LOOSER`, and there are `FEWER_POINTS` at most, as each costs more.

Convolutions have a unit with a corner for each filter at each place, too many to be looked for one
by one; and of layers made of others, the corners inside are not seen. There the slope is averaged
over points spread evenly, four times as many until the contributions add up to the output but for
a `CLOSE_ENOUGH` share of its movement.

Of words, it is their vectors that go from one to the other (`pellucid.inspection.lookups`). Where
only one of two texts has a word at a place, the output leaps as the word appears: what so many
words more say, whichever they are, is shared evenly by them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pellucid.data.table import Array
from pellucid.inspection.slopes import Number, Slopes

TOLERANCE, LOOSER = 1e-12, 1e-8
# A corner that was not found ends in a piece so small that what is left does not matter.
NEGLIGIBLE = 1e-14
FIRST_CUTS = 9
MOST_ROUNDS = 60
# More units with a corner are not looked for.
MOST_CORNERED = 4096
CLOSE_ENOUGH = 1e-3
EVEN_POINTS = (64, 256, 1024)
MOST_POINTS, FEWER_POINTS = 1_000_000, 4_096
ROOT_STEPS = 24
# Of a layer's largest sum: sums of hundreds of products are no more exact.
AS_GOOD_AS_0 = 1e-14
_NEXT_TO_AN_END = 1e-12
# So many numbers at once: 32 MB.
AT_ONCE = 1 << 22

# Nodes on [-1, 1] and weights of a Gauss rule inside a Kronrod rule (Piessens et al. 1983,
# "QUADPACK"); the pair (1, 3) is exact for straight slopes, the pair (7, 15) for bent ones.
_NODES_3 = np.array([-np.sqrt(0.6), 0.0, np.sqrt(0.6)])
_KRONROD_3 = np.array([5.0, 8.0, 5.0]) / 9.0
_GAUSS_1 = np.array([0.0, 2.0, 0.0])
_HALF_15 = (
    (0.991455371120812639206854697526329, 0.022935322010529224963732008058970, 0.0),
    (0.949107912342758524526189684047851, 0.063092092629978553290700663189204,
     0.129484966168869693270611432679082),
    (0.864864423359769072789712788640926, 0.104790010322250183839876322541518, 0.0),
    (0.741531185599394439863864773280788, 0.140653259715525918745189590510238,
     0.279705391489276667901467771423780),
    (0.586087235467691130294144691258144, 0.169004726639267902826583426598550, 0.0),
    (0.405845151377397166906606412076961, 0.190350578064785409913256402421014,
     0.381830050505118944950369775488975),
    (0.207784955007898467600689403773245, 0.204432940075298892414161999234649, 0.0),
)  # fmt: skip
_MIDDLE_15 = (0.0, 0.209482141084727828012999174891714, 0.417959183673469387755102040816327)
_TABLE_15 = np.array(
    [*((-x, k, g) for x, k, g in _HALF_15), _MIDDLE_15, *((x, k, g) for x, k, g in _HALF_15[::-1])]
)
_RULES = (
    (_NODES_3, _KRONROD_3, _GAUSS_1),
    (_TABLE_15[:, 0], _TABLE_15[:, 1], _TABLE_15[:, 2]),
)


@dataclass(frozen=True)
class Contributions:
    """What each input contributed to one number.

    Attributes
    ----------
    values
        One contribution for each input, (in_features,), float64.
    output, baseline
        The number at the example and at the baseline, float64.
    error
        ``baseline + values.sum() - output``: by how much the sum misses.
    pieces
        Into how many pieces the line was cut, or over how many points slopes were averaged.
    """

    values: Array
    output: float
    baseline: float
    error: float
    pieces: int


@dataclass(frozen=True)
class _Line:
    """The straight line in the first layer's sums, ``start + t · way`` for t from 0 to 1."""

    slopes: Slopes
    start: Array
    way: Array

    def at(self, t: Array) -> Array:
        """Return the sums at these places, (places, units)."""
        return np.asarray(self.start + t[:, None] * self.way)


def integrate(slopes: Slopes, baseline: Array, inputs: Array, number: Number) -> Contributions:
    """Return what each input contributed to a number made of the network's outputs.

    Parameters
    ----------
    slopes
        The network.
    baseline, inputs
        Where the line starts and where it ends, (in_features,).
    number
        Which number is asked for.

    Examples
    --------
    >>> from pellucid import nn
    >>> network = nn.Network([nn.Dense(1, initializer=[[2.0], [3.0]])])
    >>> slopes = Slopes(network, network.init(0, in_features=2))
    >>> integrate(slopes, np.zeros(2), np.array([1.0, 10.0]), Number(np.ones(1))).values.tolist()
    [2.0, 30.0]
    """
    rows = np.stack([baseline, inputs]).astype(np.float64)
    features = np.flatnonzero(rows.any(axis=0))  # of a text's n-grams, those that occur
    line = _Line(slopes, *slopes.line(rows[0], rows[1], features))
    ends = line.at(np.array([0.0, 1.0]))
    before, after = number(slopes.outputs(ends)).tolist()
    if slopes.hides_corners or slopes.n_cornered(ends) > MOST_CORNERED:
        gradient, pieces = _evenly_averaged(line, number, after - before)
    elif slopes.is_straight and number.curve is None:
        gradient, pieces = _average_of_straight(line, number, find_corners(line))
    else:
        gradient, pieces = _average_gradient(line, number, find_corners(line))
    values = np.zeros(rows.shape[1])
    lengths = slopes.lengths(rows[0], rows[1])
    values[features] = lengths[features] * slopes.to_inputs(gradient, features)
    values += _leaps(line, number, rows)
    error = before + float(values.sum()) - after
    return Contributions(values, after, before, error, pieces)


def _leaps(line: _Line, number: Number, rows: Array) -> Array:
    """Return what words say by being there at all, (in_features,); 0 for all other inputs."""
    values = np.zeros(rows.shape[1])
    lookups = line.slopes.lookups
    places = np.zeros(0, int) if lookups is None else lookups.one_sided(rows[0], rows[1])
    if len(places):
        near = np.array([0.0, _NEXT_TO_AN_END, 1.0 - _NEXT_TO_AN_END, 1.0])
        at = number(line.slopes.outputs(line.at(near)))
        values[places] = ((at[1] - at[0]) + (at[3] - at[2])) / len(places)
    return values


def find_corners(line: _Line) -> Array:
    """Return 0, 1 and all t between at which a unit with a corner switches, in order.

    Layer by layer: cut at the corners of the layers before it, a layer's sums are straight
    between two cuts where everything is linear between corners, and its own corners lie where the
    chord crosses 0. Where they are bent, the crossing is narrowed down (regula falsi in
    the Illinois form, Dowell & Jarratt 1971).
    """
    cuts = np.linspace(0.0, 1.0, FIRST_CUTS)
    for layer in range(line.slopes.n_kinked):
        values = line.slopes.pre_activations(line.at(cuts), layer)
        places, units = np.nonzero(np.signbit(values[:-1]) != np.signbit(values[1:]))
        if len(places):
            low = cuts[places], values[places, units]
            high = cuts[places + 1], values[places + 1, units]
            cuts = np.unique(np.concatenate([cuts, _roots(line, layer, units, low, high)]))
    return cuts


def _roots(
    line: _Line, layer: int, units: Array, low: tuple[Array, Array], high: tuple[Array, Array]
) -> Array:
    """Narrow each bracket, places and values at either end, to where its unit's sum is 0."""
    (low_t, low_z), (high_t, high_z) = low, high
    roots = low_t.copy()
    side = np.zeros(len(units))
    left = np.arange(len(units))
    for _ in range(ROOT_STEPS):
        rise = high_z[left] - low_z[left]
        share = -low_z[left] / np.where(rise == 0.0, 1.0, rise)
        guess = low_t[left] + np.clip(share, 0.0, 1.0) * (high_t[left] - low_t[left])
        roots[left] = guess
        all_units = line.slopes.pre_activations(line.at(guess), layer)
        value = all_units[np.arange(len(left)), units[left]]
        exact = AS_GOOD_AS_0 * np.abs(all_units).max(axis=1)
        is_low = np.signbit(value) == np.signbit(low_z[left])
        lows, highs = left[is_low], left[~is_low]
        low_t[lows], low_z[lows] = guess[is_low], value[is_low]
        high_t[highs], high_z[highs] = guess[~is_low], value[~is_low]
        # Illinois: an end that stays twice counts half, so that both ends move.
        high_z[lows[side[lows] < 0]] /= 2
        low_z[highs[side[highs] > 0]] /= 2
        side[lows], side[highs] = -1, 1
        left = left[np.abs(value) > exact]
        if not len(left):
            break
    return roots


def _average_of_straight(line: _Line, number: Number, cuts: Array) -> tuple[Array, int]:
    """Return the gradient as `_average_gradient` does, where it is the same within each piece."""
    widths, middles = np.diff(cuts), (cuts[:-1] + cuts[1:]) / 2
    total = np.zeros_like(line.start)
    step = max(1, AT_ONCE // line.start.size)
    for start in range(0, len(widths), step):
        piece = slice(start, start + step)
        total += widths[piece] @ line.slopes.gradients(line.at(middles[piece]), number)
    return total, len(widths)


def _average_gradient(line: _Line, number: Number, cuts: Array) -> tuple[Array, int]:
    """Return the gradient in the sums, averaged over the line, and the number of pieces."""
    middles = (cuts[:-1] + cuts[1:])[:: max(1, len(cuts) // FIRST_CUTS)] / 2
    scale = float(np.abs(line.slopes.gradients(line.at(middles), number) * line.way).max(0).sum())
    is_dense = line.slopes.is_dense
    tolerance = TOLERANCE if is_dense else LOOSER
    most_points = MOST_POINTS if is_dense else FEWER_POINTS
    total = np.zeros_like(line.start)
    lower, upper = cuts[:-1], cuts[1:]
    n_pieces, points = 0, 0
    for attempt in range(MOST_ROUNDS):
        rule = _RULES[min(attempt, 1)]
        is_last = attempt == MOST_ROUNDS - 1 or points > most_points
        too_coarse = []
        step = max(1, AT_ONCE // (len(rule[0]) * line.start.size))
        for start in range(0, len(lower), step):
            piece = slice(start, start + step)
            width = upper[piece] - lower[piece]
            integrals, errors = _measure(line, number, rule, (lower[piece], upper[piece]))
            good = is_last | (errors <= scale * np.maximum(tolerance * width, NEGLIGIBLE))
            total += integrals[good].sum(axis=0)
            n_pieces += int(good.sum())
            too_coarse.append(start + np.flatnonzero(~good))
        points += len(lower) * len(rule[0])
        rest = np.concatenate(too_coarse)
        if not len(rest):
            break
        lower, upper = lower[rest], upper[rest]
        if attempt:  # the first round's pieces are tried whole with the better rule
            middle = (lower + upper) / 2
            lower, upper = np.concatenate([lower, middle]), np.concatenate([middle, upper])
    return total, n_pieces


def _evenly_averaged(line: _Line, number: Number, movement: float) -> tuple[Array, int]:
    """Return the gradient averaged over evenly spread points, and their number."""
    for n in EVEN_POINTS:
        t = (np.arange(n) + 0.5) / n
        step = max(1, AT_ONCE // line.start.size)
        total = np.zeros_like(line.start)
        for first in range(0, n, step):
            total += line.slopes.gradients(line.at(t[first : first + step]), number).sum(axis=0)
        average = total / n
        if abs(average @ line.way - movement) <= CLOSE_ENOUGH * abs(movement):
            break
    return average, n


def _measure(
    line: _Line, number: Number, rule: tuple[Array, Array, Array], pieces: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Integrate the gradient over pieces: the integrals (pieces, units), and their errors.

    An error is how far the finer and the coarser rule are apart, summed over all units' shares
    of the output's movement; the finer rule's own is far smaller.
    """
    nodes, fine, coarse = rule
    half = (pieces[1] - pieces[0]) / 2
    t = (pieces[0] + pieces[1])[:, None] / 2 + half[:, None] * nodes
    gradients = line.slopes.gradients(line.at(t.ravel()), number)
    gradients = gradients.reshape(*t.shape, -1)  # (pieces, nodes, units)
    integrals = np.einsum("n,pnu->pu", fine, gradients) * half[:, None]
    missed = np.einsum("n,pnu->pu", fine - coarse, gradients) * half[:, None] * line.way
    return integrals, np.abs(missed).sum(axis=1)
