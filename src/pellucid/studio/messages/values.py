"""Values that messages carry."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

Json: TypeAlias = Any
"""A value of the person's own: text, a number, a truth value, null, or lists of these."""

Part: TypeAlias = Literal["examples", "train", "test", "tried"]
"""Rows kept in the model file, learned from, held out; or given to the page to be tried."""
