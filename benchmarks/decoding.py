"""Decoding folders of images and sounds, beside Pillow and soundfile with two processes.

Every run is a process of its own with an empty cache: what is timed goes from the list of files to
all of them decoded, the start of further processes included. The two sides take turns, and the
files were read once before, so that the disk has no part in it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bars import is_quiet
from benchmarks.machine import ROOT, OtherWork, clean_environment, seconds_of_ended_processes

SHARED = ROOT.parent / "shared" / "data"
IMAGE_PEER = "Pillow, two processes"
SOUND_PEER = "soundfile and scipy, two processes"
MOST_ROUNDS_FACTOR = 3


@dataclass(frozen=True)
class Case:
    """One folder of files.

    Parameters
    ----------
    name
        What the report calls it.
    medium
        ``"images"`` or ``"sounds"``.
    archive
        The archive of real files below the shared data, or None where they are generated.
    form
        What files are brought to: height and width, or rate, samples, frames and bands.
    """

    name: str
    medium: str
    archive: str | None
    form: tuple[int, ...]


CASES = (
    Case("JPEGs of 32×32", "images", "images/cifar10-jpeg-12k/cifar10-12k.tar.gz", (32, 32)),
    Case("JPEGs of 1024×768, made 64×48", "images", None, (48, 64)),
    Case("WAVs of 0.4 s", "sounds", "sound/fsdd/fsdd-recordings.tar.gz", (8000, 8000, 50, 32)),
    Case("stereo FLACs of 5 s at 44,100 Hz", "sounds", None, (16000, 80000, 64, 32)),
)


def measure_decoding(rounds: int) -> dict[str, Any]:
    """Measure every case whose files are there; return what the report needs, raw."""
    cases, missing = [], []
    for case in CASES:
        if case.archive is not None and not (SHARED / case.archive).is_file():
            missing.append(case.name)
            continue
        with tempfile.TemporaryDirectory(prefix="pellucid-decoding-") as folder:
            paths = _make_files(case, Path(folder))
            listing = Path(folder) / "paths.json"
            listing.write_text(json.dumps([str(path) for path in paths]))
            for path in paths:
                path.read_bytes()
            cases.append(
                {"name": case.name, "n_files": len(paths), **_measure(case, listing, rounds)}
            )
    return {"rounds": rounds, "cases": cases, "missing": missing}


def peer_of(case_medium: str) -> str:
    """Name the other side."""
    return IMAGE_PEER if case_medium == "images" else SOUND_PEER


def _measure(case: Case, listing: Path, rounds: int) -> dict[str, Any]:
    sides = {"pellucid": "benchmarks.decode_ours", peer_of(case.medium): "benchmarks.peers.decode"}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    others: list[float | None] = []
    quiet = 0
    for number in range(1, MOST_ROUNDS_FACTOR * rounds + 1):
        other_work = OtherWork(seconds_of_ended_processes)
        for name, module in sides.items():
            with tempfile.TemporaryDirectory(prefix="pellucid-home-") as home:
                seconds[name].append(_run(module, case, listing, home))
        others.append(other_work.share())
        quiet += is_quiet(others[-1])
        medians = "; ".join(f"{k} {statistics.median(v):.2f} s" for k, v in seconds.items())
        print(
            f"{case.name}: round {number} ({quiet} of {rounds} quiet), {medians}", file=sys.stderr
        )
        if quiet == rounds:
            break
    return {"medium": case.medium, "seconds": seconds, "others": others}


def _run(module: str, case: Case, listing: Path, home: str) -> float:
    command = [sys.executable, "-m", module, case.medium, listing, *map(str, case.form)]
    done = subprocess.run(
        command,
        env=clean_environment(PELLUCID_HOME=home),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(json.loads(done.stdout)["seconds"])


def _make_files(case: Case, folder: Path) -> list[Path]:
    if case.archive is not None:
        with tarfile.open(SHARED / case.archive) as archive:
            archive.extractall(folder, filter="data")
        return sorted(path for path in folder.rglob("*") if path.suffix in (".jpg", ".wav"))
    return _photographs(folder) if case.medium == "images" else _music(folder)


def _photographs(folder: Path) -> list[Path]:
    """Make JPEGs as large as a camera's small ones: smooth colours with some grain."""
    from PIL import Image

    random = np.random.default_rng(0)
    paths = []
    for number in range(400):
        coarse = Image.fromarray(random.integers(0, 256, (12, 16, 3), dtype=np.uint8))
        smooth = np.asarray(coarse.resize((1024, 768), Image.Resampling.BICUBIC), np.int16)
        grain = random.integers(-12, 13, smooth.shape, dtype=np.int16)
        paths.append(folder / f"{number}.jpg")
        Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8)).save(paths[-1])
    return paths


def _music(folder: Path) -> list[Path]:
    """Make chords with noise, in stereo."""
    import soundfile

    random = np.random.default_rng(0)
    times = np.arange(5 * 44_100) / 44_100
    paths = []
    for number in range(150):
        tones = [np.sin(2 * np.pi * pitch * times) for pitch in random.uniform(80, 4000, 4)]
        chord = 0.15 * np.sum(tones, axis=0)
        noise = random.normal(scale=0.02, size=(len(times), 2))
        paths.append(folder / f"{number}.flac")
        soundfile.write(paths[-1], chord[:, None] + noise, 44_100)
    return paths
