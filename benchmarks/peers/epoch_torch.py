"""PyTorch's epochs: eager, by tensor indexing or through a DataLoader, Adam plain or fused."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.machine import CORES
from benchmarks.worker import LEARNING_RATE, SEED, Job, serve_learner


class TorchLearner:
    """A dense network in PyTorch; the variant's words are ``loader`` and ``fused``."""

    def __init__(self, job: Job) -> None:
        torch.set_num_threads(CORES)
        torch.manual_seed(SEED)
        parts: list[torch.nn.Module] = []
        for n_from, n_to in itertools.pairwise(job.layers):
            parts += [torch.nn.Linear(n_from, n_to), torch.nn.ReLU()]
        self._network = torch.nn.Sequential(*parts[:-1])
        self._optimizer = torch.optim.Adam(
            self._network.parameters(),
            lr=LEARNING_RATE,
            # None is PyTorch's own default, which on a CPU is a loop over the parameters.
            fused=True if "fused" in job.variant else None,
        )
        self._loss = torch.nn.CrossEntropyLoss()
        self._batch_size = job.batch_size
        self._X = torch.from_numpy(job.images.X_train)
        self._y = torch.from_numpy(job.images.y_train)
        self._loader: DataLoader[tuple[torch.Tensor, ...]] | None = None
        if "loader" in job.variant:
            rows = TensorDataset(self._X, self._y)
            self._loader = DataLoader(rows, batch_size=job.batch_size, shuffle=True)

    def epoch(self) -> None:
        """Train on all images once, in a fresh order."""
        batches: Iterable[Iterable[torch.Tensor]] = self._loader or self._indexed_batches()
        for X, y in batches:
            self._optimizer.zero_grad(set_to_none=True)
            self._loss(self._network(X), y).backward()
            self._optimizer.step()

    def predict(self, X: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """Return the most probable class of each row."""
        with torch.inference_mode():
            classes: npt.NDArray[np.int64] = self._network(torch.from_numpy(X)).argmax(1).numpy()
        return classes

    def _indexed_batches(self) -> Iterable[tuple[torch.Tensor, torch.Tensor]]:
        for rows in torch.randperm(len(self._X)).split(self._batch_size):
            yield self._X[rows], self._y[rows]


if __name__ == "__main__":
    serve_learner(TorchLearner)
