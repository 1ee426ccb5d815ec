"""How windows of which all steps are forecast become numbers: one scale for a column's every step.

A step's own mean would make a trend of the training rows part of what a step means. A window and
the values that follow it are in one scale, so that the network can count these from its level.
"""

from __future__ import annotations

import numpy as np

from pellucid.data.contract import ColumnContract, Contract
from pellucid.data.encoding import InputEncoding
from pellucid.data.kinds import Encoder, get_kind
from pellucid.data.kinds.series import SeriesEncoder
from pellucid.data.moments import mean_and_scale
from pellucid.data.steps_ahead import KNOWN, NEXT, StepsAhead
from pellucid.data.table import Array, Table
from pellucid.data.windows import PAST, Windows


def values_once(train: Table, name: str) -> Array:
    """Return the values of a column that windows were made of, each row once; float64 ``(n,)``.

    Rows that belong to no window but lie between two, beside a gap, are passed over.

    Parameters
    ----------
    train
        Windows, in the order of time.
    name
        The column; of one to be forecast, the last values ahead are among them.
    """
    past = np.asarray(train[PAST + name])
    parts = [past[0], past[1:, -1]]
    if NEXT + name in train:
        parts.append(np.asarray(train[NEXT + name])[-1])
    return np.concatenate(parts)


def season_error(values: Array, season: int) -> float:
    """Return the mean absolute error of the seasonal naive forecast, one season ahead.

    Where no season fits, it is that of the row before (Hyndman & Koehler 2006, "Another look at
    measures of forecast accuracy", section 3: what MASE divides by).

    Examples
    --------
    >>> season_error(np.array([1.0, 5.0, 2.0, 7.0]), 2)  # |2 - 1| and |7 - 5|
    1.5
    """
    season = season if season < len(values) else 1
    missed = np.abs(values[season:] - values[:-season])
    known = missed[~np.isnan(missed)]
    return float(known.mean()) if len(known) else 0.0


def encode_windows(windows: Windows, contract: Contract, train: Table) -> InputEncoding:
    """Fit the encoders of windows whose steps are all forecast to the training ones.

    Parameters
    ----------
    windows
        The plan, with its ``steps``.
    contract
        Which columns are inputs.
    train
        The windows to learn from, in the order of time.
    """
    encoders = [(column.name, _encoder(windows, column, train)) for column in contract.inputs]
    return InputEncoding(encoders)


def _encoder(windows: Windows, column: ColumnContract, train: Table) -> Encoder:
    name = column.name
    for past in windows.past:
        if name == PAST + past:
            mean, scale = mean_and_scale(values_once(train, past)[:, None])
            return _series(windows.window, (mean, scale))
    if windows.steps is not None:
        for known in windows.steps.known:
            if name == KNOWN + known:
                return _known(windows, windows.steps, known, train)
        for title, cycle in zip(windows.calendar_columns, windows.calendar, strict=True):
            if name == title:
                names = windows.steps.channel_names(cycle)
                plain = np.zeros(len(names)), np.ones(len(names))
                return _series(windows.window + windows.horizon, plain, names)
    return get_kind(column.kind).fit(train[name], column.details)


def _known(windows: Windows, steps: StepsAhead, name: str, train: Table) -> SeriesEncoder:
    """Bring numbers to mean 0 and deviation 1; categories are 0 and 1."""
    names = steps.channel_names(name)
    moments = np.zeros(len(names)), np.ones(len(names))
    if name not in steps.categories:
        block = np.asarray(train[KNOWN + name])
        moments = mean_and_scale(np.concatenate([block[:, 0], block[-1, 1:]]))
    return _series(windows.window + windows.horizon, moments, names if len(names) > 1 else ())


def _series(
    n_steps: int, moments: tuple[Array, Array], channel_names: tuple[str, ...] = ()
) -> SeriesEncoder:
    mean, scale = (tuple(np.tile(numbers, n_steps).tolist()) for numbers in moments)
    return SeriesEncoder(
        n_steps=n_steps,
        n_channels=len(moments[0]),
        as_lists=False,
        as_channels=len(channel_names) > 0 or len(moments[0]) > 1,
        mean=mean,
        scale=scale,
        length_mean=None,
        length_scale=None,
        has_gaps=False,
        channel_names=channel_names,
    )
