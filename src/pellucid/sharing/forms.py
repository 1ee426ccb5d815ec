"""The table of forms that a model can be exported to."""

from __future__ import annotations

from pathlib import Path

from pellucid.model import TrainedModel
from pellucid.sharing.page import page
from pellucid.sharing.script import check_script, script
from pellucid.sharing.supported import check
from pellucid.studio.forms import Form


def _script(trained: TrainedModel, name: str, _: Path | None) -> bytes:
    return script(trained, name).encode()


FORMS: dict[str, Form] = {
    "html": Form(".html", "text/html", check, page, holds_rows=True),
    "numpy": Form(".py", "text/x-python", check_script, _script, holds_rows=False, is_module=True),
}
"""By what they are called on the command line."""
