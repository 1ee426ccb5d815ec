"""The command line. One command a file, none with logic of its own.

Loading this package loads Typer only; JAX, Polars and the rest come when a command runs.
"""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit status."""
    from pellucid.cli.app import run

    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
