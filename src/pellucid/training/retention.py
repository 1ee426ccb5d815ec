"""Which checkpoints of a run are kept: the last few, the best one, and a sparse history.

The last few are what a run goes on from. The best one lies at the end of the best epoch, or is
the nearest before it. All others are history, from which a run can be opened at any step: the
state before that step is loaded, and the steps between are computed again. So what counts is how
far apart the kept states lie, and what they take on the disk.

Where there is one too many, the one goes whose neighbours lie closest together. Of n states
between 0 and T, the distances between the neighbours of each add up to 2T at most, so the smallest
is at most 2T/n: no gap made by letting go is larger. As a run grows longer, its gaps double, one
after the other.
"""

from __future__ import annotations

from collections.abc import Mapping

LAST = 3
"""So many of the newest are kept, for when the newest one is damaged."""
HISTORY = 32
"""So many are kept beside the last few and the best one, at most."""
HISTORY_BYTES = 256 * 10**6
"""What these may take on the disk."""
HISTORY_SHARE = 0.05
"""And the share of the disk's free space that they may take at most."""


def superfluous(sizes: Mapping[int, int], *, newest: int, best: int, room: int) -> list[int]:
    """Return the steps whose checkpoints are to be let go.

    Parameters
    ----------
    sizes
        The size in bytes of each checkpoint, by its step.
    newest
        The step that was written last; checkpoints of later steps are history.
    best
        The step at the end of the best epoch; 0 where there is none.
    room
        The bytes that the history may take.

    Examples
    --------
    Room for 40 bytes of history. Of 10 … 70 the last three are kept in any case, and so is 30,
    after which the best epoch ended:

    >>> superfluous({step: 20 for step in range(10, 80, 10)}, newest=70, best=30, room=40)
    [10]
    """
    steps = sorted(sizes)
    until = [step for step in steps if step <= newest]
    kept = {*until[-LAST:], *[step for step in until if step <= best][-1:]}
    gone: list[int] = []
    while True:
        history = [step for step in steps if step not in kept]
        if len(history) <= HISTORY and sum(sizes[step] for step in history) <= room:
            return gone
        places = [0, *steps, steps[-1]]
        distances = {
            step: after - before
            for before, step, after in zip(places, steps, places[2:], strict=False)
            if step not in kept
        }
        closest = min(history, key=distances.__getitem__)
        steps.remove(closest)
        gone.append(closest)
