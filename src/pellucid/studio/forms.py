"""The forms in which a model can be taken elsewhere, as the page offers them.

The model file is known here. Of the others whoever starts a studio tells: what writes a page knows
the studio's answers, and so lies above it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pellucid.model import TrainedModel, save_model
from pellucid.training.report import card


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
    holds_rows
        Whether it holds the rows of the data that the model keeps.
    is_exported
        Whether ``pellucid export`` writes it.
    is_module
        Whether it is Python to be imported, and its file called so that it can be.
    """

    suffix: str
    media_type: str
    check: Callable[[TrainedModel], None]
    write: Callable[[TrainedModel, str, Path | None], bytes]
    holds_rows: bool
    is_exported: bool = True
    is_module: bool = False

    def file(self, name: str) -> str:
        """Return what the file of a model is called, without what no file can be called.

        Examples
        --------
        >>> MODEL_FILE["pellucid"].file("iris-1 after step 3")
        'iris-1-after-step-3.pellucid'
        """
        plain = re.sub(r"[^\w.-]+", "-", name).strip(".-") or "model"
        return (re.sub(r"\W", "_", plain) if self.is_module else plain) + self.suffix


Forms: TypeAlias = Mapping[str, Form]


def _any(_: TrainedModel) -> None:
    """Every model can be kept in its own form."""


def _model_file(trained: TrainedModel, name: str, _: Path | None) -> bytes:
    made = trained.made
    text = card(made.get("report", {}), dict(made.get("settings", {})), list(made.get("notes", [])))
    with tempfile.TemporaryDirectory(prefix="pellucid-share-") as folder:
        path = Path(folder) / "model.pellucid"
        save_model(trained, path, text)
        return path.read_bytes()


MODEL_FILE = {
    "pellucid": Form(".pellucid", "application/zip", _any, _model_file, True, is_exported=False)
}
"""The one form that a studio knows by itself."""
