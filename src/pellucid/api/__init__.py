"""The three lines people write: ``train``, ``load``, ``Model``; and what the command line needs."""

from __future__ import annotations

from pellucid.api.model import Model
from pellucid.api.training import load, resume, train
from pellucid.data.taking import take_rows, with_units
from pellucid.errors import UnlikeTrainingWarning, warn
from pellucid.training import run as runs
from pellucid.training.examination import examine
from pellucid.training.given import make_config
from pellucid.training.looking import contract, seen_row

__all__ = [
    "Model",
    "UnlikeTrainingWarning",
    "contract",
    "examine",
    "load",
    "make_config",
    "resume",
    "runs",
    "seen_row",
    "take_rows",
    "train",
    "warn",
    "with_units",
]
