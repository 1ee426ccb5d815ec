"""Orders to a training's process, and the answers to them.

An order is a message with ``id`` and ``what``: ``pause``, ``go_on``, ``step`` (by ``unit``),
``rewind`` (to ``step``), ``save`` (to ``path``), ``tensor`` (of ``layer`` and ``name``),
``finish``, ``stop``. The answer has its ``id``, and what was wrong.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from pellucid.errors import PellucidError, SettingError
from pellucid.studio.training.line import Message

Unit: TypeAlias = Literal["operation", "batch", "epoch"]


def answer(order: Message, error: PellucidError | None = None) -> Message:
    """Return the answer to an order, for which the server waits."""
    problem = None if error is None else problem_of(error)
    return {"kind": "answer", "id": order["id"], "problem": problem}


def problem_of(error: PellucidError) -> Message:
    """Return an error as plain values."""
    return {
        "message": error.what,
        "where": error.where,
        "expected": error.expected,
        "remedy": error.remedy,
    }


def unit_of(order: Message) -> str:
    """Return by how much an order steps; raises SettingError for what is no such unit."""
    unit = order.get("unit")
    if unit not in get_args(Unit):
        raise SettingError(
            "A training cannot step by that.", expected="an operation, a batch or an epoch"
        )
    return str(unit)
