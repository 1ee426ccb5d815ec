"""The commands put together, and how errors leave the program.

Exit status: 0 done; 2 a flag, a setting or a place to write to cannot be used; 3 the data or a
model file cannot be used; 4 training failed; 130 interrupted.
"""

from __future__ import annotations

import errno
from pathlib import Path

import typer

from pellucid.cli import data, doctor, evaluate, predict, train
from pellucid.cli.options import as_command
from pellucid.errors import PellucidError

INTERRUPTED = 130
# Refusals of standard output itself: a full disk, a quota, a broken device. Files have names.
_CANNOT_PRINT = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def _show_version(wanted: bool) -> None:
    if wanted:
        from pellucid._version import __version__

        typer.echo(f"pellucid {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Neural networks you can see through: train on your own data, then look inside."""


def make_app() -> typer.Typer:
    """Put the commands together."""
    app = typer.Typer(
        name="pellucid",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_root)
    app.command("train")(as_command(train.train))
    app.command("predict")(predict.predict)
    app.command("evaluate")(evaluate.evaluate)
    app.command("data")(data.data)
    app.command("doctor")(doctor.doctor)
    return app


def run(arguments: list[str]) -> int:
    """Run one command line; return its exit status. Expected errors give no traceback."""
    from pellucid.cli.output import show_error

    try:
        make_app()(args=arguments, prog_name="pellucid")
    except PellucidError as error:
        show_error(error)
        return error.exit_status
    except OSError as error:
        if error.errno not in _CANNOT_PRINT or error.filename is not None:
            raise
        from pellucid.cli.output import close_results
        from pellucid.files import cannot_write

        close_results()
        refusal = cannot_write(Path("standard output"), error)
        show_error(refusal)
        return refusal.exit_status
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0
