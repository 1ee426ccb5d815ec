"""What readers may raise."""

from __future__ import annotations

from pellucid.data.media.form import UnreadableError
from pellucid.errors import PellucidError

# Pictures and sounds raise a clause, which the column that they belong to makes a sentence of.
EXPECTED = (PellucidError, UnreadableError)
