"""What happens between the calls of the compiled program: how much the next one does, and when.

A trainer asks its pace before each call. By default nothing holds it up and a call takes half a
second; a page in which a training is watched wants shorter ones, and may hold a training, do a
single step of it, and let it go on. How the steps are cut changes no bit of the result.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pellucid.training.run_folder import RunFolder
    from pellucid.training.session import Session
    from pellucid.training.trainer import Trainer


class Pace:
    """Never waits; the base of those that do.

    Attributes
    ----------
    seconds
        How long one call of the compiled program is to take, about.
    """

    seconds = 0.5

    def begin(self, session: Session, folder: RunFolder | None) -> None:
        """Hear what is about to be trained, and into which folder; None: into none."""

    def hold(self, trainer: Trainer) -> int | None:
        """Wait as long as the training is to stand still.

        Parameters
        ----------
        trainer
            It may be looked at, and is not to be changed.

        Returns
        -------
        int or None
            The most steps that the next call may do; None: as many as fit into ``seconds``.
        """
        return None

    def held(self, trainer: Trainer) -> tuple[int | None, float]:
        """Hold the training; return the most steps of the next call, and the seconds waited.

        These count neither for the epoch nor for a time limit.
        """
        began = time.perf_counter()
        most = self.hold(trainer)
        return most, time.perf_counter() - began


UNHURRIED = Pace()
