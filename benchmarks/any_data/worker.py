"""One side on one set: ``python -m benchmarks.any_data.worker SIDE SPLITS``.

SIDE is ours, best (pellucid with ``preset="best"``), peers or boosting.

SPLITS is the JSON file that names the set and its splits. One JSON object a result is printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.any_data.preparing import Split
from benchmarks.any_data.sets import AnySet, set_called


def _results_of(side: str) -> Callable[[AnySet, Split], Iterator[dict[str, Any]]]:
    """Return what runs a side; each loads its own libraries only."""
    if side in {"ours", "best"}:
        from benchmarks.any_data import ours

        return partial(ours.results, preset="fast" if side == "ours" else "best")
    if side == "boosting":
        from benchmarks.any_data import boosting

        return boosting.results
    from benchmarks.any_data import peers

    return peers.results


def main() -> None:
    """Run the side on every split."""
    side, path = sys.argv[1], Path(sys.argv[2])
    results = _results_of(side)
    told = json.loads(path.read_text(encoding="utf-8"))
    one = set_called(told["set"])
    for seed, source, test in told["splits"]:
        split = Split(seed, Path(source), None if test is None else Path(test))
        for result in results(one, split):
            print(json.dumps({"seed": seed, **result}), flush=True)


if __name__ == "__main__":
    main()
