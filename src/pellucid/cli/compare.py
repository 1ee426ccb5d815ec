"""``pellucid compare``: the network beside classic machine learning on growing amounts of data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid.cli.interrupts import interrupts_held_back
from pellucid.errors import SettingError

if TYPE_CHECKING:
    from pellucid.comparison.result import ComparisonResult

_PLOTS = (".svg", ".png")


def compare(  # noqa: PLR0913, PLR0917 -- a command's parameters are its flags
    source: Annotated[
        str | None,
        typer.Argument(help="A built-in name (digits, iris, …), a file or a folder."),
    ] = None,
    amounts: Annotated[
        str | None,
        typer.Option(
            help="Learn from so many rows, as 100,1000,all; five growing amounts by default.",
            metavar="N,N,…",
        ),
    ] = None,
    repeats: Annotated[
        int | None,
        typer.Option(help="Draw few rows so often at most; 5 by default.", metavar="N"),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the learning curves into this file: .svg or .png.", metavar="FILE"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write every run: .csv, .parquet …; or .html."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace these files where they exist.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(help="Take the network's settings from a config.yaml; flags overrule it."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    *,
    settings: dict[str, Any],
) -> None:
    """Compare the network with classic machine learning on growing amounts of the same rows."""
    if source is None and config is None:
        raise SettingError(
            "No source was given.",
            expected="a built-in name such as digits, a file or a folder",
            remedy="try: pellucid compare iris",
        )
    from pellucid.cli.comparing import Comparing
    from pellucid.cli.frames import check_output

    if plot is not None:
        check_output(plot, force=force, what="Plots", also=_PLOTS, tables=False)
    if output is not None:
        check_output(output, force=force, what="Comparisons", also=(".html",))
    with interrupts_held_back():
        from pellucid.comparison.compare import compare as compared
    with Comparing(quiet=quiet) as progress:
        result = compared(
            source,
            amounts=amounts,
            repeats=repeats,
            callbacks=[progress.hear],
            config=config,
            **settings,
        )
    _write(result, plot, output)
    _show(result, json=json)
    if result.ended == "interrupted":
        raise typer.Exit(_INTERRUPTED)


_INTERRUPTED = 130
_TITLE = "The network beside classic machine learning"


def _show(result: ComparisonResult, *, json: bool) -> None:
    if json:
        from pellucid.cli.output import print_json

        print_json(result.to_dict())
        return
    from pellucid.cli.pages import can_print, page_width, print_lines
    from pellucid.comparison.drawing import BRAILLE, MARKS
    from pellucid.comparison.page import Detail, result_lines

    detail = Detail(min(page_width(), 120), plot=can_print(BRAILLE + MARKS))
    print_lines(result_lines(result, detail))


def _write(result: ComparisonResult, plot: Path | None, output: Path | None) -> None:
    from pellucid.cli.frames import write_frame
    from pellucid.files import write_atomically

    if plot is not None:
        is_png = plot.suffix.lower() == ".png"
        write_atomically(plot, result.to_png() if is_png else result.to_svg().encode())
    if output is None:
        return
    if output.suffix.lower() == ".html":
        page = f'<!doctype html><meta charset="utf-8"><title>{_TITLE}</title>'
        write_atomically(output, (page + result._repr_html_()).encode())
    else:
        write_frame(result.frame, output)
