"""pellucid's network for images in PyTorch, by its tutorial's recipe: ``cnn_torch ARRAYS SEED``.

The same layers as ``pellucid.nn.cnn`` lays over photographs of 32 × 32 (He et al. 2016), trained
as PyTorch's "Training a Classifier" does: pixels from −1 to 1, batches of 4, SGD with a learning
rate of 0.001 and momentum 0.9, nothing changed at random. The tutorial stops after 2 epochs; as
many as pellucid's preset ``fast`` takes are measured besides. Prints a JSON object a line.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import torch
from torch import nn

BATCH_SIZE, LEARNING_RATE, MOMENTUM = 4, 0.001, 0.9
MEASURED_AFTER = (2, 12)
FILTERS = (24, 48, 96)
CORES = 2


class Block(nn.Module):
    """Two convolutions, whose output is added to the input."""

    def __init__(self, before: int, filters: int, stride: int) -> None:
        super().__init__()
        self.path = nn.Sequential(
            nn.Conv2d(before, filters, 3, stride, 1, bias=False),
            nn.BatchNorm2d(filters),
            nn.ReLU(),
            nn.Conv2d(filters, filters, 3, 1, 1, bias=False),
            nn.BatchNorm2d(filters),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or before != filters:
            self.shortcut = nn.Sequential(
                nn.Conv2d(before, filters, 1, stride, bias=False), nn.BatchNorm2d(filters)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the activated sum."""
        return torch.relu(self.path(x) + self.shortcut(x))


def network(n_classes: int) -> nn.Module:
    """Make the network: a stem with stride 2, a block a stage, averages, the output layer."""
    layers: list[nn.Module] = [
        nn.Conv2d(3, FILTERS[0], 4, 2, 1, bias=False),
        nn.BatchNorm2d(FILTERS[0]),
        nn.ReLU(),
    ]
    before = FILTERS[0]
    for number, filters in enumerate(FILTERS):
        layers.append(Block(before, filters, 1 if number == 0 else 2))
        before = filters
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, n_classes)
    )


def main() -> None:
    """Train; print the test accuracy after each number of epochs that is asked for."""
    path, seed = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(CORES)
    torch.manual_seed(seed)
    with np.load(path, allow_pickle=False) as arrays:
        X_train, X_test = (_planes(arrays[name]) for name in ("X_train", "X_test"))
        y_train, y_test = (
            torch.from_numpy(arrays[name].astype(np.int64)) for name in ("y_train", "y_test")
        )
    net = network(int(y_train.max()) + 1)
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM)
    began = time.perf_counter()
    for epoch in range(1, MEASURED_AFTER[-1] + 1):
        net.train()
        for rows in torch.randperm(len(X_train)).split(BATCH_SIZE):
            optimizer.zero_grad()
            loss_of(net(X_train[rows]), y_train[rows]).backward()
            optimizer.step()
        if epoch in MEASURED_AFTER:
            seconds = time.perf_counter() - began
            net.eval()
            with torch.inference_mode():
                right = (net(X_test).argmax(1) == y_test).float().mean()
            line = {"epochs": epoch, "score": float(right), "seconds": seconds}
            print(json.dumps(line), flush=True)


def _planes(pixels: np.ndarray) -> torch.Tensor:
    """Return pixels from 0 to 1, (n, 3072), as PyTorch lays them out, from −1 to 1."""
    images = torch.from_numpy(pixels.reshape(-1, 32, 32, 3)).permute(0, 3, 1, 2)
    return (images * 2 - 1).contiguous()


if __name__ == "__main__":
    main()
