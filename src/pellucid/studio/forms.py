"""The forms in which a model can be taken elsewhere, as the page offers them.

Which there are is told by whoever starts a studio: what writes them knows the studio's answers, and
so lies above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pellucid.model import TrainedModel


@dataclass(frozen=True)
class Form:
    """One form.

    Attributes
    ----------
    suffix
        The ending of its files.
    media_type
        What browsers call it.
    check
        Raises SettingError for a model that cannot be brought into it.
    write
        Returns the file of a model, by its name, and of the finished run that it was learned in.
    """

    suffix: str
    media_type: str
    check: Callable[[TrainedModel], None]
    write: Callable[[TrainedModel, str, Path | None], bytes]


Forms: TypeAlias = Mapping[str, Form]
