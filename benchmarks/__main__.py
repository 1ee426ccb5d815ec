"""Run the benchmarks: ``python -m benchmarks [PART …]``.

The parts are epochs, cold_start, accuracy, decoding, scale, any_data, tables, calibration,
forecasting, clustering, presets, checkpoints, studio, studio_page and report;
without any, all are run.

Each part's numbers go into results.json, beside the machine, date and command they belong to; the
parts not run keep what they had. RESULTS.md is then written from results.json alone.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.accuracy import SplitsDifferError, measure_accuracy
from benchmarks.any_data.measuring import measure_any_data
from benchmarks.any_data.sets import REPEATS, SETS, TABLES
from benchmarks.bars import ACCURACY_TASKS
from benchmarks.calibration.measuring import measure_calibration
from benchmarks.calibration.sets import NAMES
from benchmarks.checkpoints import NAMES as KEPT
from benchmarks.checkpoints import measure_checkpoints
from benchmarks.clustering import NAMES as CLUSTERED
from benchmarks.clustering import measure_clustering
from benchmarks.cold_start import measure_cold_start
from benchmarks.contestant import ContestantFailedError
from benchmarks.decoding import measure_decoding
from benchmarks.epochs import measure_epochs
from benchmarks.forecasting import NAMES as FORECASTS
from benchmarks.forecasting import measure_forecasting
from benchmarks.images import ImagesMissingError
from benchmarks.machine import (
    OtherWork,
    PeersMissingError,
    describe_machine,
    keep_to_two_cores,
    seconds_of_ended_processes,
)
from benchmarks.presets import NAMES as SEEN
from benchmarks.presets import measure_presets
from benchmarks.report import write_report
from benchmarks.scale import TASKS as SCALE_TASKS
from benchmarks.scale import measure_scale
from benchmarks.studio import NAMES as WATCHED
from benchmarks.studio import measure_studio
from benchmarks.studio_page import NAMES as VISITED
from benchmarks.studio_page import measure_studio_page
from benchmarks.tables import measure_tables

PARTS = (
    "epochs", "cold_start", "accuracy", "decoding", "scale", "any_data", "tables",
    "calibration", "forecasting", "clustering", "presets", "checkpoints",
    "studio", "studio_page",
)  # fmt: skip
EXIT_CANNOT_MEASURE = 2
CANNOT_MEASURE = (ImagesMissingError, PeersMissingError, ContestantFailedError, SplitsDifferError)


def main() -> int:
    """Measure the parts asked for, then write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help="which parts (default: all); report: only write")
    parser.add_argument(
        "--rounds", type=int, default=7, help="undisturbed, at least 5 (default: 7)"
    )
    parser.add_argument("--starts", type=int, default=3, help="cold starts each (default: 3)")
    parser.add_argument(
        "--task",
        action="append",
        default=[],
        help="a set of a part that has several; repeatable",
    )
    parser.add_argument(
        "--repeats",
        type=int,
        default=REPEATS,
        help=f"of the parts from any_data on (default: {REPEATS})",
    )
    parser.add_argument("--peers-only", action="store_true", help="leave pellucid itself out")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parent)
    arguments = parser.parse_args()
    parts = arguments.parts or list(PARTS)
    unknown = sorted(set(parts) - {*PARTS, "report"})
    if unknown:
        parser.error(f"no part called {', '.join(unknown)}; there are {', '.join(PARTS)}, report")
    known = {task.name for task in ACCURACY_TASKS} | {one.name for one in SETS}
    known |= {one.name for one in TABLES} | {
        *SCALE_TASKS,
        *NAMES,
        *FORECASTS,
        *CLUSTERED,
        *SEEN,
        *KEPT,
        *WATCHED,
        *VISITED,
    }
    if strange := sorted(set(arguments.task) - known):
        parser.error(f"no task called {', '.join(strange)}; there are {', '.join(sorted(known))}")
    with_ours = not arguments.peers_only
    arguments.output.mkdir(parents=True, exist_ok=True)
    store = arguments.output / "results.json"
    results = _stored(store)
    measures: dict[str, Callable[[], dict[str, Any]]] = {
        "epochs": lambda: measure_epochs(arguments.rounds, with_ours=with_ours),
        "cold_start": lambda: measure_cold_start(arguments.starts, with_ours=with_ours),
        "accuracy": lambda: measure_accuracy(
            with_ours=with_ours, only=tuple(arguments.task), kept=results.get("accuracy")
        ),
        "calibration": lambda: measure_calibration(
            arguments.repeats,
            only=tuple(arguments.task),
            kept=results.get("calibration"),
        ),
        "any_data": lambda: measure_any_data(
            arguments.repeats,
            with_ours=with_ours,
            only=tuple(arguments.task),
            kept=results.get("any_data"),
        ),
        "forecasting": lambda: measure_forecasting(
            arguments.repeats,
            only=tuple(arguments.task),
            kept=results.get("forecasting"),
        ),
        "tables": lambda: measure_tables(
            arguments.repeats, only=tuple(arguments.task), kept=results.get("tables")
        ),
        "clustering": lambda: measure_clustering(
            arguments.repeats, only=tuple(arguments.task), kept=results.get("clustering")
        ),
        "presets": lambda: measure_presets(
            arguments.repeats, only=tuple(arguments.task), kept=results.get("presets")
        ),
        "checkpoints": lambda: measure_checkpoints(
            arguments.repeats, only=tuple(arguments.task), kept=results.get("checkpoints")
        ),
        "studio": lambda: measure_studio(
            arguments.repeats, only=tuple(arguments.task), kept=results.get("studio")
        ),
        "studio_page": lambda: measure_studio_page(
            arguments.repeats, only=tuple(arguments.task), kept=results.get("studio_page")
        ),
        "decoding": lambda: measure_decoding(arguments.rounds),
        "scale": lambda: measure_scale(
            arguments.starts, only=tuple(arguments.task), kept=results.get("scale")
        ),
    }
    try:
        for part in (name for name in PARTS if name in parts):
            keep_to_two_cores()
            circumstances: dict[str, Any] = {
                "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
                "command": " ".join(["python -m benchmarks", *sys.argv[1:]]),
                "machine": describe_machine(),
            }
            print(f"{part}: NumPy runs {circumstances['machine']['peers']['numpy_kernel']}")
            other_work = OtherWork(seconds_of_ended_processes)
            measured = {**circumstances, **measures[part](), "others": other_work.share()}
            # Written after every part: a long run that is stopped keeps what it has. Read anew
            # before: meanwhile, another run may have measured another part.
            results = {**_stored(store), part: measured}
            store.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    except CANNOT_MEASURE as error:
        print(error, file=sys.stderr)
        return EXIT_CANNOT_MEASURE
    print(f"Written: {write_report(results, arguments.output)}")
    return 0


def _stored(store: Path) -> dict[str, Any]:
    return json.loads(store.read_text(encoding="utf-8")) if store.is_file() else {}


if __name__ == "__main__":
    sys.exit(main())
