"""Fit and encode a million rows of twenty columns; print the seconds as JSON."""

from __future__ import annotations

import json
import time

from benchmarks.scale import ROWS_TO_ENCODE, example_rows
from pellucid.data import Dataset, InputEncoding, Table, infer_contract


def main() -> None:
    """Print the seconds of the contract, of fitting and of encoding."""
    frame = example_rows(0, ROWS_TO_ENCODE)
    table = Table({series.name: series for series in frame.get_columns()})
    times = [time.perf_counter()]
    contract = infer_contract(Dataset("table", "memory", table), target="bought")
    times.append(time.perf_counter())
    encoding = InputEncoding.fit(table, contract)
    times.append(time.perf_counter())
    matrix = encoding.transform(table)
    times.append(time.perf_counter())
    names = ("contract", "fit", "transform")
    seconds = {name: times[i + 1] - times[i] for i, name in enumerate(names)}
    print(json.dumps({**seconds, "rows": len(matrix), "features": matrix.shape[1]}))


if __name__ == "__main__":
    main()
