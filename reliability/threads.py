"""What the number of threads does to the bits: ``python -m reliability.threads``.

Small networks of several families learn for some steps, each time in a new process, under several
numbers of threads, and on one core and on all. Printed are the beginnings of the hashes of their
weights. The exit status is 1 where the promise is broken: that with ``NPROC`` fixed the bits are
the same, on however many cores, in every process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pellucid import nn

_ROWS, _EPOCHS = 512, 2


@dataclass(frozen=True)
class Setting:
    """What a process is given: a number of threads, and whether it may use one core alone.

    Attributes
    ----------
    threads
        ``NPROC``; None: not set.
    one_core
        Whether all threads share one core.
    """

    threads: int | None
    one_core: bool = False

    def __str__(self) -> str:
        told = "not set" if self.threads is None else f"NPROC={self.threads}"
        return told + (", on one core" if self.one_core else "")


SETTINGS = (
    Setting(None), Setting(None, one_core=True), Setting(1), Setting(1, one_core=True), Setting(2),
    Setting(2, one_core=True), Setting(2), Setting(4), Setting(4, one_core=True),
)  # fmt: skip


def networks() -> dict[str, tuple[nn.Network, int]]:
    """Return the networks by name, with their number of inputs."""
    from pellucid import nn

    def of_series(*layers: nn.Layer) -> nn.Network:
        return nn.Network([nn.Reshape((32, 8)), *layers, nn.Dense(4, name="output")])

    return {
        "dense": (nn.mlp([256, 128], 4, dropout=0.1), 256),
        "convolution": (nn.convolutional((16, 16, 1), 4, filters=(8, 16)), 256),
        "recurrent": (of_series(nn.GRU(32)), 256),
        "attention": (of_series(nn.SelfAttention(4), nn.GlobalPooling("average")), 256),
    }


def hashes(names: list[str]) -> dict[str, str]:
    """Train each network in this process; return the hashes of their weights."""
    import polars as pl

    from pellucid.data import CategoryTarget
    from pellucid.optimizers import OptimizerSettings
    from pellucid.tasks import Classification
    from pellucid.training.step import Examples, Objective
    from pellucid.training.trainer import Plan, Trainer
    from pellucid.training.weights import weights_hash

    task = Classification(CategoryTarget.fit(pl.Series(list("abcd"))))
    optimizer = OptimizerSettings("adam", 0.01, schedule="constant", warmup=0.0)
    found = {}
    for name in names:
        network, in_features = networks()[name]
        draw = np.random.default_rng(0)
        inputs = draw.normal(size=(_ROWS, in_features)).astype(np.float32)
        labels = draw.integers(0, 4, _ROWS).astype(np.int32)
        plan = Plan(optimizer, batch_size=64, epochs=_EPOCHS)
        trainer = Trainer(Objective(network, task), plan, Examples(inputs, labels))
        trainer.run()
        found[name] = weights_hash(trainer.params)
    return found


def hashes_under(setting: Setting, names: list[str]) -> dict[str, str]:
    """Train each network in a new process under a setting."""
    environment = {name: value for name, value in os.environ.items() if name != "NPROC"}
    if setting.threads is not None:
        environment["NPROC"] = str(setting.threads)
    words = [sys.executable, "-m", "reliability.threads", "--child", *names]
    core = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))] if setting.one_core else []
    done = subprocess.run(
        [*core, *words], env=environment, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def broken(found: dict[Setting, dict[str, str]]) -> list[str]:
    """Name the networks whose bits differ between processes with the same ``NPROC``."""
    problems = []
    for setting, hashes_of in found.items():
        for other, others in found.items():
            if setting.threads is not None and setting.threads == other.threads:
                problems += [
                    f"{name}: {setting} and {other}"
                    for name in hashes_of
                    if hashes_of[name] != others[name]
                ]
    return problems


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m reliability.threads", description=__doc__)
    parser.add_argument("--child", nargs="+", help="train these in this process (for itself)")
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(hashes(arguments.child)))
        return 0
    names = list(networks())
    print(f"{'':<24}" + "".join(f"{name:<14}" for name in names))
    found: dict[Setting, dict[str, str]] = {}
    repeated = []
    for setting in SETTINGS:
        measured = hashes_under(setting, names)
        if setting in found:
            repeated += [name for name in names if measured[name] != found[setting][name]]
        found[setting] = measured
        line = "".join(f"{measured[name][:8]:<14}" for name in names)
        print(f"{setting!s:<24}{line}", flush=True)
    problems = broken(found) + [f"{name}: twice the same setting" for name in repeated]
    for problem in problems:
        print(f"BROKEN: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
