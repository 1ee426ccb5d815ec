"""PyTorch on images, until the validation accuracy reaches a bar: FOLDER BAR SEED."""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import torch


def read(prefix: str, header: int) -> torch.Tensor:
    """Read an IDX file's bytes after its header."""
    path = next(Path(sys.argv[1]).glob(prefix + "*"))
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return torch.from_numpy(np.frombuffer(content, np.uint8, offset=header).copy())


def accuracy(X: torch.Tensor, y: torch.Tensor) -> float:
    """Return the share of rows whose class is right."""
    with torch.inference_mode():
        return float((network(X).argmax(1) == y).float().mean())


torch.manual_seed(int(sys.argv[3]))
X, X_test = (read(name, 16).view(-1, 784) / 255 for name in ("train-images", "t10k-images"))
y, y_test = (read(name, 8).long() for name in ("train-labels", "t10k-labels"))
valid, train = torch.randperm(len(X)).split([5000, len(X) - 5000])
X, X_valid, y, y_valid = X[train], X[valid], y[train], y[valid]
network = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
loss = torch.nn.CrossEntropyLoss()
epochs, score = 0, 0.0
while score < float(sys.argv[2]) and epochs < 50:
    for rows in torch.randperm(len(X)).split(128):
        optimizer.zero_grad(set_to_none=True)
        loss(network(X[rows]), y[rows]).backward()
        optimizer.step()
    epochs, score = epochs + 1, accuracy(X_valid, y_valid)
print(json.dumps({"epochs": epochs, "validation": score, "test": accuracy(X_test, y_test)}))
