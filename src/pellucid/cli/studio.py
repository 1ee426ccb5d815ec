"""``pellucid studio`` and ``pellucid guide``: the page in which a network is seen through."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pellucid.cli.interrupts import interrupts_held_back

if TYPE_CHECKING:
    from pellucid.studio.studio import View

_Port = Annotated[
    int, typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535)
]
_NoOpen = Annotated[bool, typer.Option("--no-open", help="Only print the address.")]


def studio(
    model: Annotated[
        Path | None,
        typer.Argument(
            help="A .pellucid file or the folder of a finished run; the finished runs in runs are "
            "offered as well."
        ),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(help="Data to learn from, offered beside the built-in sets; repeatable."),
    ] = None,
    port: _Port = 0,
    no_open: _NoOpen = False,
) -> None:
    """Open the page in which a trained network is seen through; Ctrl-C ends it."""
    view: View = "data" if model is None else "inside"
    _serve(model, view, port, no_open=no_open, given=data or [])


def guide(port: _Port = 0, no_open: _NoOpen = False) -> None:
    """Open the guide: how a neural network learns, from its first neuron on; Ctrl-C ends it."""
    _serve(None, "guide", port, no_open=no_open)


def _serve(
    model: Path | None,
    view: View,
    port: int,
    *,
    no_open: bool,
    given: Sequence[str] = (),
) -> None:
    with interrupts_held_back():
        from pellucid.sharing import FORMS
        from pellucid.studio.serving import Serving
        from pellucid.studio.shelf import Shelf
        from pellucid.studio.studio import Studio
    from pellucid.cli.output import errors

    shelf = Shelf()
    if model is not None:
        shelf.warm_up(shelf.put_file(model))  # while the server starts
    shelf.put_runs(Path("runs"), but=model)
    serving = Serving(Studio(shelf, view, given, forms=FORMS), port)

    def ready() -> None:
        typer.echo(serving.url)
        opened = not no_open and serving.open_browser()
        where = "in your browser" if opened else "at this address"
        errors.print(f"The studio is open {where}; Ctrl-C ends it.", markup=False)

    serving.run(ready)
    for run in serving.kept:
        errors.print(f"Go on with the training: pellucid train --resume {run}", markup=False)
    errors.print("The studio is closed.", markup=False)
