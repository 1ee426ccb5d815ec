"""The trainings that are killed: together, all optimizers, schedules and kinds of road."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Setup:
    """A training, and the data that it needs.

    Attributes
    ----------
    name
        What it is called in tables.
    flags
        What follows ``pellucid train`` but the epochs; ``{data}`` is its file.
    epochs
        Of a soak, so that it trains for some seconds.
    few_epochs
        Of the tests, where it trains for a moment.
    write
        Writes its file; None: the source is built in.
    """

    name: str
    flags: str
    epochs: int
    few_epochs: int
    write: Callable[[Path], None] | None = None

    def arguments(self, folder: Path, *, few: bool = False) -> list[str]:
        """Return what follows ``pellucid``, the data's file made if need be."""
        data = folder / f"{self.name}.csv"
        if self.write is not None and not data.exists():
            self.write(data)
        epochs = self.few_epochs if few else self.epochs
        return ["train", *self.flags.format(data=data).split(), "--epochs", str(epochs)]


def _write(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_customers(path: Path) -> None:
    """Numbers, gaps, categories and dates, of which a rare class follows."""
    draw, began = random.Random(1), date(2024, 1, 1)  # noqa: S311 -- data, no secret
    rows = []
    for _ in range(2400):
        income, city = draw.gauss(3, 1), draw.choice(["Bern", "Oslo", "Rome", "Wien"])
        day = began + timedelta(days=draw.randrange(700))
        left = income + (city == "Rome") + draw.gauss(0, 1) < 1.5
        rows.append((f"{income:.3f}" if draw.random() < 0.9 else "", city, day, left))
    _write(path, "income,city,since,left", rows)


def _write_visits(path: Path) -> None:
    """Numbers of each day with a week and a trend, to be forecast."""
    draw, began = random.Random(2), date(2022, 1, 1)  # noqa: S311
    rows = (
        (began + timedelta(days=day), round(90 + day / 9 + 30 * math.sin(day / 7 * math.tau), 2)
         + round(draw.gauss(0, 4), 2), draw.randrange(2))
        for day in range(900)
    )  # fmt: skip
    _write(path, "day,visits,holiday", rows)


def _write_reviews(path: Path) -> None:
    """Texts of made words, some of which tell the class: sparse vectors, sent by the window."""
    draw = random.Random(3)  # noqa: S311
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(900)]
    rows = []
    for _ in range(1500):
        good = draw.random() < 0.5
        telling = draw.sample(words[:60] if good else words[60:120], 3)
        text = [*telling, *draw.sample(words, 12)]
        draw.shuffle(text)
        rows.append((" ".join(text), "good" if good else "bad"))
    _write(path, "text,verdict", rows)


def _write_visitors(path: Path) -> None:
    """Two columns of many categories: encoded, more than a quarter of 200 MB."""
    draw = random.Random(4)  # noqa: S311
    rows = []
    for _ in range(24_000):
        one, other = draw.randrange(350), draw.randrange(350)
        number = one % 7 + other % 5 + draw.gauss(0, 1)
        rows.append((f"place-{one}", f"item-{other}", f"{number:.3f}"))
    _write(path, "place,item,price", rows)


SETUPS = (
    Setup(
        "dense",
        "digits-8x8 --hidden 64,32 --dropout 0.2 --optimizer adam --schedule cosine --warmup 0.1",
        epochs=600, few_epochs=12,
    ),
    Setup(
        "stopping",
        "{data} --target left --hidden 32 --validation-fraction 0.2 --patience 400 --optimizer "
        "nesterov --schedule step --clip-norm 1 --class-weight balanced --learning-rate 0.01",
        epochs=2000, few_epochs=12, write=_write_customers,
    ),
    Setup(
        "pictures",
        "digits-8x8 --network conv --filters 8,16 --augment shift,rotate --optimizer adamw "
        "--weight-decay 0.01 --schedule one_cycle --normalization batch --calibration none",
        epochs=25, few_epochs=1,
    ),
    Setup(
        "forecast",
        "{data} --target visits --window 28 --horizon 7 --known holiday --hidden 16 "
        "--optimizer rmsprop --schedule constant",
        epochs=600, few_epochs=5, write=_write_visits,
    ),
    Setup(
        "texts",
        "{data} --target verdict --hidden 32 --dropout 0.5 --optimizer momentum --l2 0.001",
        epochs=300, few_epochs=2, write=_write_reviews,
    ),
    Setup(
        "larger-than-memory",
        "{data} --target price --memory 200MB --hidden 32,16 --validation-fraction 0.1",
        epochs=45, few_epochs=1, write=_write_visitors,
    ),
    Setup(
        "ensemble",
        "diabetes --preset best --hidden 32,32 --members 4 --calibration out_of_fold",
        epochs=900, few_epochs=3,
    ),
    Setup(
        "clusters",
        "wine --task clustering --clusters 3 --hidden 16",
        epochs=600, few_epochs=3,
    ),
    Setup(
        "plain",
        "iris --hidden 8 --optimizer sgd --learning-rate 0.05 --l1 0.001 --calibration none "
        "--validation-fraction 0.2",
        epochs=2000, few_epochs=20,
    ),
)  # fmt: skip
"""The trainings, in the order in which a soak takes them in turns."""
