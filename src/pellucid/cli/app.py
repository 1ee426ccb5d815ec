"""The commands put together, and how errors leave the program.

Exit status: 0 done; 2 a flag, a setting or a place to write to cannot be used; 3 the data or a
model file cannot be used; 4 training failed; 130 interrupted.
"""

from __future__ import annotations

import errno
import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer
from typer.exceptions import TyperException

from pellucid.cli import (
    branch,
    compare,
    data,
    doctor,
    evaluate,
    explain,
    export,
    predict,
    replay,
    runs,
    studio,
    train,
    tune,
)
from pellucid.cli.interrupts import interrupts_held_back_until_begun
from pellucid.cli.options import as_command
from pellucid.comparison.options import flags
from pellucid.errors import PellucidError, SettingError
from pellucid.training.config import CHANGED_BY_BRANCHES
from pellucid.tuning import options as tuning_options

USAGE, INTERRUPTED = 2, 130
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


# What each command does in a line of 80 places, and how it is written.
_COMMANDS: dict[str, tuple[Callable[..., None], str, tuple[str, ...]]] = {
    "train": (
        as_command(train.train),
        "Train a network and test it.",
        (
            "pellucid train digits",
            "pellucid train titanic.csv --target survived",
            "pellucid train sales.csv --target visits --window 28 --horizon 7",
        ),
    ),
    "predict": (
        predict.predict,
        "Predict the target of new rows.",
        ("pellucid predict runs/titanic-1 new.csv -o answers.csv",),
    ),
    "evaluate": (
        evaluate.evaluate,
        "Measure a model on rows whose target is known.",
        ("pellucid evaluate runs/titanic-1 more.csv",),
    ),
    "explain": (
        explain.explain,
        "Say what each column contributed to a prediction.",
        ("pellucid explain runs/titanic-1 titanic.csv --row 6",),
    ),
    "compare": (
        as_command(compare.compare, flags()),
        "Compare the network with classic machine learning.",
        (
            "pellucid compare digits",
            "pellucid compare titanic.csv --target survived --plot curves.svg",
            "pellucid compare photos --amounts 100,1000,all --time-limit 10m",
        ),
    ),
    "tune": (
        as_command(tune.tune, tuning_options.flags()),
        "Search the settings that suit your data best.",
        (
            "pellucid tune digits",
            "pellucid tune titanic.csv --target survived --trials 50 --hidden 64,64",
            "pellucid tune housing.csv --target price --time-limit 20m",
            "pellucid tune --resume runs/titanic-1",
        ),
    ),
    "runs": (
        runs.runs,
        "List runs as a tree, or show in what two differ.",
        ("pellucid runs", "pellucid runs diff runs/titanic-1 runs/titanic-2"),
    ),
    "replay": (
        replay.replay,
        "Repeat a run, to see whether the same weights come out.",
        ("pellucid replay runs/titanic-1",),
    ),
    "branch": (
        as_command(branch.branch, CHANGED_BY_BRANCHES),
        "Go on from any step of a run with other settings.",
        ("pellucid branch runs/titanic-1 --at 400 --learning-rate 0.0005",),
    ),
    "export": (
        export.export,
        "Write a model as one file that works without pellucid.",
        ("pellucid export runs/titanic-1 --to html", "pellucid export m.pellucid -o script.py"),
    ),
    "studio": (
        studio.studio,
        "Open the page in which a network is seen through.",
        ("pellucid studio", "pellucid studio runs/titanic-1"),
    ),
    "guide": (
        studio.guide,
        "Open the guide: how a neural network learns.",
        ("pellucid guide",),
    ),
    "data": (
        data.data,
        "Show what is assumed about data, and what looks wrong.",
        (
            "pellucid data titanic.csv --target survived",
            "pellucid data titanic.csv --target survived --row 3",
            "pellucid data --list",
        ),
    ),
    "doctor": (
        doctor.doctor,
        "Check whether this machine is fit, and how fast it is.",
        ("pellucid doctor",),
    ),
}
_FIRST = (
    "pellucid data titanic.csv",
    "pellucid train titanic.csv --target survived",
    "pellucid predict runs/titanic-1 new.csv -o answers.csv",
)


def make_app() -> typer.Typer:
    """Put the commands together."""
    app = typer.Typer(
        name="pellucid",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        epilog=_examples(_FIRST),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_root)
    for name, (command, summary, examples) in _COMMANDS.items():
        app.command(name, short_help=summary, epilog=_examples(examples))(command)
    return app


def _examples(lines: Iterable[str]) -> str:
    # "\b" keeps the lines of help as they are.
    return "\b\nExamples:\n" + "\n".join(f"  $ {line}" for line in lines)


def run(arguments: list[str]) -> int:
    """Run one command line; return its exit status. Expected errors give no traceback."""
    try:
        with interrupts_held_back_until_begun():
            return _answer(arguments)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except PellucidError as error:
        refusal: PellucidError = error
    except TyperException as error:
        refusal = _as_ours(error)
    except OSError as error:
        if error.errno not in _CANNOT_PRINT or error.filename is not None:
            raise
        from pellucid.cli.output import close_results
        from pellucid.files import cannot_write

        close_results()
        refusal = cannot_write(Path("standard output"), error)
    from pellucid.cli.output import show_error

    show_error(refusal)
    return refusal.exit_status


def _answer(arguments: list[str]) -> int:
    # Without a command, help is shown, and nothing was done.
    asked = arguments or ["--help"]
    status = _command()(args=asked, prog_name="pellucid", standalone_mode=False)
    if not arguments:
        return USAGE
    return status if isinstance(status, int) else 0


@functools.cache
def _command() -> Callable[..., Any]:
    """Return what Typer makes of the commands: once, as a process may run many of them."""
    return typer.main.get_command(make_app())


def _as_ours(error: TyperException) -> SettingError:
    """Make a refusal of the command line look like every other."""
    words = str(getattr(error, "format_message", lambda: error)()).strip()
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "pellucid"
    return SettingError(
        words if words.endswith((".", "?", ")")) else f"{words}.",
        remedy=f"{command} --help shows what there is",
    )
