"""One side on one set: ``python -m benchmarks.any_data.worker ours|peers SPLITS``.

SPLITS is the JSON file that names the set and its splits. One JSON object a result is printed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.any_data.preparing import Split
from benchmarks.any_data.sets import set_called


def main() -> None:
    """Run the side on every split."""
    side, path = sys.argv[1], Path(sys.argv[2])
    if side == "ours":
        from benchmarks.any_data.ours import results
    else:
        from benchmarks.any_data.peers import results
    told = json.loads(path.read_text(encoding="utf-8"))
    one = set_called(told["set"])
    for seed, source, test in told["splits"]:
        split = Split(seed, Path(source), None if test is None else Path(test))
        for result in results(one, split):
            print(json.dumps({"seed": seed, **result}), flush=True)


if __name__ == "__main__":
    main()
