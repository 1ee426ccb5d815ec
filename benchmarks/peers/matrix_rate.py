"""The machine's own speed at float32 matrix products: ``numpy`` or ``xla`` on the command line."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from benchmarks.worker import serve

SIZE = 2048
PRODUCTS = 8

Matrix = npt.NDArray[np.float32]


def numpy_product(left: Matrix, right: Matrix) -> Callable[[], object]:
    """Return a call that multiplies two matrices by NumPy's BLAS."""
    goal = np.empty((SIZE, SIZE), np.float32)
    return lambda: np.matmul(left, right, out=goal)


def xla_product(left: Matrix, right: Matrix) -> Callable[[], object]:
    """Return a call that multiplies two matrices in one compiled XLA call."""
    import jax

    on_device = jax.device_put((left, right))
    product = jax.jit(lambda a, b: a @ b)
    return lambda: product(*on_device).block_until_ready()


def measure(multiply: Callable[[], object]) -> dict[str, float]:
    """Return the rate, in floating-point operations a second: the median over some products."""
    seconds = []
    for _ in range(PRODUCTS):
        start = time.perf_counter()
        multiply()
        seconds.append(time.perf_counter() - start)
    return {"flops_per_second": 2 * SIZE**3 / statistics.median(seconds)}


def main() -> None:
    """Answer every request with a fresh measurement."""
    random = np.random.default_rng(0)
    left, right = random.standard_normal((2, SIZE, SIZE), dtype=np.float32)
    product = {"numpy": numpy_product, "xla": xla_product}[sys.argv[1]](left, right)
    serve(lambda _request: measure(product))


if __name__ == "__main__":
    main()
