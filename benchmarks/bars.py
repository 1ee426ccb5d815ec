"""The bars that the results are held against, and the accuracy tasks."""

from __future__ import annotations

from dataclasses import dataclass

PRODUCT_SHARE_AIM = 0.75
# A time counts as taken on a quiet machine while other work had at most this share of the cores.
# Beyond it, programs whose threads wait for each other at every operation (the peers, mostly)
# take many times longer, and pellucid would pass bars for no merit of its own.
QUIET_SHARE = 0.05
QUIET_ROUNDS_NEEDED = 5
# Case -> contestant -> how many times faster pellucid's epoch must be. The tuned ways of a peer
# are held against the bar of its plain way.
EPOCH_BARS = {
    "small": {
        "PyTorch eager": 3.0,
        "PyTorch eager, fused Adam": 3.0,
        "PyTorch DataLoader": 4.0,
        "PyTorch DataLoader, fused Adam": 4.0,
        "scikit-learn": 3.5,
        "Keras on JAX": 1.6,
        "Keras on JAX, 32 steps a call": 1.6,
    },
    "large": {"PyTorch eager": 1.2, "PyTorch eager, fused Adam": 1.2},
}
R2_TASKS = ("diabetes",)  # scored by R²; all others by accuracy
# How much of the speed of Pillow, or soundfile and scipy, with two processes decoding must reach.
DECODING_BAR = 0.9
# Seconds for a million rows of twenty columns, and for the contract of a CSV file of 1 GB.
ENCODING_BAR = 10.0
CONTRACT_BAR = 10.0
COLD_START_BARS = {"mnist": 0.97, "fashion": 0.87}


@dataclass(frozen=True)
class AccuracyTask:
    """A data set, how often each side trains on it, and the bar.

    Parameters
    ----------
    name
        As in :mod:`benchmarks.splits`.
    repeats, peer_repeats
        How many splits or seeds on pellucid's side and the peers'.
    bar
        The score to reach, or None where the best of scikit-learn's is the bar.
    """

    name: str
    repeats: int
    peer_repeats: int
    bar: float | None = None


ACCURACY_TASKS = (
    AccuracyTask("digits 8×8", 5, 5, bar=0.98),
    AccuracyTask("mnist", 3, 1, bar=0.984),
    AccuracyTask("fashion", 3, 1, bar=0.895),
    AccuracyTask("iris", 10, 10),
    AccuracyTask("wine", 10, 10),
    AccuracyTask("breast cancer", 10, 10),
    AccuracyTask("diabetes", 10, 10),
)


def is_quiet(others: float | None) -> bool:
    """Say whether a share of other work is small enough; unknown passes as quiet."""
    return others is None or others <= QUIET_SHARE
