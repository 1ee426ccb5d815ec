"""The exported page: a built template, with one model's contents in it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from pellucid.errors import OutputError, SettingError
from pellucid.files import write_atomically
from pellucid.model import TrainedModel
from pellucid.sharing.contents import contents
from pellucid.sharing.supported import check

SUFFIXES = {"html": ".html"}
"""What a model can be exported to, and the ending of its file."""

TEMPLATE = "built/page.html"
PLACE = b"PELLUCID_CONTENTS"
"""What stands in the template where the contents go."""


def export(
    trained: TrainedModel,
    path: Path,
    *,
    to: str = "html",
    name: str | None = None,
    run: Path | None = None,
    force: bool = False,
) -> Path:
    """Write a model as one HTML file that works from a disk.

    Parameters
    ----------
    trained
        The model.
    path
        The file; its ending is added where it has another, or none.
    to
        The form: "html".
    name
        What the model is called; the file's name without its ending, where it is left out.
    run
        The run that it was learned in: a few of its recorded states go into the page.
    force
        Whether a file that exists is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SettingError
        For another form, or a model that the page cannot compute.
    OutputError
        Where the file exists, or cannot be written.
    """
    if to not in SUFFIXES:
        raise SettingError(f"A model cannot be exported to {to!r}.", expected="html")
    check(trained)
    path = path.expanduser()
    if path.suffix.lower() != SUFFIXES[to]:
        path = path.with_name(path.name + SUFFIXES[to])
    if path.exists() and not force:
        raise OutputError(
            f"{path} exists already.",
            expected="a new file",
            remedy="choose another name, or add --force (force=True)",
        )
    write_atomically(path, page(contents(trained, name or path.stem, run)))
    return path


def page(told: bytes) -> bytes:
    """Put contents into the template.

    Raises
    ------
    OutputError
        Where the template was not built, in a checkout without it.
    """
    template = files("pellucid.sharing").joinpath(TEMPLATE)
    if not template.is_file():
        raise OutputError("The page's template is missing.", expected=TEMPLATE, remedy="make web")
    # Within a script nothing may look like the end of it.
    return template.read_bytes().replace(PLACE, told.replace(b"<", b"\\u003c"))
