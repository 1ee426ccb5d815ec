"""From the counts to verdicts and the section of RESULTS.md."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.summary import Results, Verdict

ERROR_BAR = 0.02
COVERED_AT_LEAST, COVERED_AT_MOST = 0.88, 0.92

HEAD = """## Honest numbers

Default settings; the splits are those of the other parts, the errors and shares are over the
test rows of all splits together. Expected calibration error: 15 bins of equal width (Guo et al.
2017). *By chance* is what perfect probabilities of the same confidence would have on as many rows.
Coverage is asked to be 90 %; sets always hold the predicted class, so that where accuracy is above
90 % coverage must be, too. Widths are in standard deviations of the target."""
HEADER = (
    "", "rows that calibrate", "splits × test rows", "accuracy or R²", "temperature",
    "error before", "error after", "by chance", "covered", "lowest – highest", "classes or width",
    "seconds: training + calibrating",
)  # fmt: skip


def calibration_rows(part: Results) -> list[tuple[str, ...]]:
    """Return a row for each set."""
    return [_row(entry) for entry in part["sets"] if entry["splits"]]


def calibration_verdicts(part: Results) -> list[Verdict]:
    """Judge the calibration error of classes, and the coverage of each set."""
    rows = []
    for entry in part["sets"]:
        name, pooled = entry["set"], entry["pooled"]
        if pooled is not None:
            rows.append(
                Verdict(
                    f"Calibration error, {name}",
                    f"{pooled['error']:.4f} ({pooled['error_before']:.4f} before, "
                    f"{pooled['chance']:.4f} by chance)",
                    f"≤ {ERROR_BAR:g}",
                    # What chance alone makes as large says nothing of the probabilities.
                    None if pooled["chance"] > ERROR_BAR else pooled["error"] <= ERROR_BAR,
                )
            )
        found = _covered(entry)
        if found is not None:
            is_set = "mean_size" in entry["splits"][0]["coverage"]
            bar = f"{COVERED_AT_LEAST:.0%} – {COVERED_AT_MOST:.0%}"
            most = COVERED_AT_MOST
            if is_set:
                score = statistics.fmean(split["score"] for split in entry["splits"])
                most = max(most, score)
                bar += ", or as often as it is right"
            # What is as often right as sets of one class are covered is equal but for rounding.
            reached = COVERED_AT_LEAST <= found <= most + 1e-9
            rows.append(Verdict(f"90 % coverage, {name}", f"{found:.1%}", bar, reached))
    return rows


def _covered(entry: dict[str, Any]) -> float | None:
    """Return the share of all splits' test rows that is covered."""
    splits = [split for split in entry["splits"] if split["coverage"]]
    if not splits:
        return None
    total = sum(split["n_test"] for split in splits)
    share: float = sum(split["coverage"]["covered"] * split["n_test"] for split in splits) / total
    return share


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    splits = entry["splits"]
    pooled = entry["pooled"] or {}
    by = splits[0]["calibrated_by"]
    n_test = round(statistics.fmean(split["n_test"] for split in splits))
    score = statistics.fmean(split["score"] for split in splits)
    temperatures = [split["calibration"].get("temperature") for split in splits]
    coverages = [split["coverage"] for split in splits if split["coverage"]]
    shares = [told["covered"] for told in coverages]
    extents = [
        told["mean_size"] if "mean_size" in told else told["mean_width"] / split["deviation"]
        for split in splits
        if (told := split["coverage"])
    ]
    seconds = {
        key: statistics.median(split["seconds"][key] for split in splits)
        for key in ("train", "calibrate")
    }
    covered = _covered(entry)
    return (
        entry["set"],
        f"{by['n']:,} {by['rows']}",
        f"{len(splits)} × {n_test:,}",
        f"{score:.2%}" if pooled else f"{score:.3f}",
        f"{statistics.fmean(temperatures):.2f}" if pooled else "",
        *(f"{pooled[key]:.4f}" if pooled else "" for key in ("error_before", "error", "chance")),
        "" if covered is None else f"{covered:.1%}",
        f"{min(shares):.1%} – {max(shares):.1%}" if shares else "",
        f"{statistics.fmean(extents):.2f}" if extents else "",
        f"{seconds['train']:.1f} + {seconds['calibrate']:.1f}",
    )
