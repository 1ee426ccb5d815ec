"""The exported page: a built template, with one model's contents in it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from pellucid.errors import OutputError
from pellucid.model import TrainedModel
from pellucid.sharing.contents import contents

TEMPLATE = "built/page.html"
PLACE = b"PELLUCID_CONTENTS"
"""What stands in the template where the contents go."""


def page(trained: TrainedModel, name: str, run: Path | None = None) -> bytes:
    """Return one HTML file that works from a disk.

    Parameters
    ----------
    trained, name, run
        As of `contents`.

    Raises
    ------
    OutputError
        Where the template was not built, in a checkout without it.
    """
    template = files("pellucid.sharing").joinpath(TEMPLATE)
    if not template.is_file():
        raise OutputError("The page's template is missing.", expected=TEMPLATE, remedy="make web")
    told = contents(trained, name, run)
    # Within a script nothing may look like the end of it.
    return template.read_bytes().replace(PLACE, told.replace(b"<", b"\\u003c"))
