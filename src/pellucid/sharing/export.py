"""Writing a model for others, in any of the forms."""

from __future__ import annotations

from pathlib import Path

from pellucid.errors import OutputError, unknown_name
from pellucid.files import write_atomically
from pellucid.model import TrainedModel
from pellucid.sharing.forms import FORMS
from pellucid.studio.forms import Form


def export(
    trained: TrainedModel,
    path: Path,
    *,
    to: str | None = None,
    name: str | None = None,
    run: Path | None = None,
    force: bool = False,
) -> Path:
    """Write a model as one file that works without pellucid.

    Parameters
    ----------
    trained
        The model.
    path
        The file; its ending is added where it has another, or none.
    to
        The form, a key of `FORMS`: ``"html"`` or ``"numpy"``; None: that of the file's ending, or
        a page.
    name
        What the model is called; the file's name without its ending, where it is left out, and in
        a script, which tells how it is run.
    run
        The run that it was learned in: a few of its recorded states go into a page.
    force
        Whether a file that exists is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SettingError
        For another form, or a model that cannot be brought into it.
    OutputError
        Where the file exists, or cannot be written.
    """
    path = path.expanduser()
    form = form_of(to, path)
    form.check(trained)
    if path.suffix.lower() != form.suffix:
        path = path.with_name(path.name + form.suffix)
    if path.exists() and not force:
        raise OutputError(
            f"{path} exists already.",
            expected="a new file",
            remedy="choose another name, or add --force (force=True)",
        )
    called = name if name is not None and not form.is_module else path.stem
    write_atomically(path, form.write(trained, called, run))
    return path


def form_of(to: str | None, path: Path | None) -> Form:
    """Return a form by its name; else by the ending of the file that is wanted; else a page.

    Raises
    ------
    SettingError
        Where there is none of this name.

    Examples
    --------
    >>> form_of(None, Path("model.py")).suffix, form_of(None, None).suffix
    ('.py', '.html')
    """
    if to is not None and to not in FORMS:
        raise unknown_name("form", to, FORMS)
    ending = "" if path is None else path.suffix.lower()
    by_ending = next((name for name, form in FORMS.items() if form.suffix == ending), "html")
    return FORMS[to or by_ending]
