"""Make golden model files of every task: ``python tests/model/golden/make.py VERSION``.

Run once for each version that is released; files that are there are never written anew, since
what they keep is how things were. Each file is a few kilobytes; beside them lies what the version
answered, as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import pellucid

HERE = Path(__file__).parent
DRAW = np.random.default_rng(0)


def customers() -> pl.DataFrame:
    """Numbers, categories and dates, with one cell missing."""
    n = 120
    age, city = DRAW.integers(18, 80, n), DRAW.choice(["Bern", "Köln", "Wien"], n)
    months, days = DRAW.integers(1, 13, n), DRAW.integers(1, 29, n)
    paid = [None, *np.round(DRAW.gamma(2, 20, n - 1), 2).tolist()]
    since = [f"2024-{month:02d}-{day:02d}" for month, day in zip(months, days, strict=True)]
    stays = np.where(age + 20 * (city == "Bern") + DRAW.normal(0, 8, n) > 55, "yes", "no")
    return pl.DataFrame({"age": age, "city": city, "paid": paid, "since": since, "stays": stays})


def lines() -> tuple[np.ndarray, np.ndarray]:
    """Images of one bright row or column."""
    images = DRAW.integers(0, 5, (120, 6, 6), dtype=np.uint8)
    is_row = np.arange(len(images)) % 2
    for image, along in zip(images, is_row, strict=True):
        (image if along else image.T)[DRAW.integers(6)] = 220
    return images, np.where(is_row, "row", "column")


def remarks() -> pl.DataFrame:
    """Texts with a word that tells what they say."""
    words = {"good": ("fine", "lovely", "warm"), "bad": ("dull", "cold", "broken")}
    said = DRAW.choice(list(words), 120)
    texts = [
        f"{DRAW.choice(['the', 'a'])} {DRAW.choice(words[one])} {DRAW.choice(['day', 'tool'])}"
        for one in said
    ]
    return pl.DataFrame({"text": texts, "said": said})


def sales() -> pl.DataFrame:
    """Ten years of months with a trend and a season."""
    month = np.arange(120)
    values = 50 + 0.3 * month + 10 * np.sin(2 * np.pi * month / 12) + DRAW.normal(0, 1, 120)
    names = [f"{2014 + i // 12}-{i % 12 + 1:02d}-01" for i in month]
    return pl.DataFrame({"month": names, "sales": np.round(values, 2)})


def points() -> pl.DataFrame:
    """Three groups of points in space."""
    centres = ((0, 0, 0), (3, 3, 0), (0, 3, 3))
    points = np.concatenate([DRAW.normal(centre, 0.4, (40, 3)) for centre in centres])
    return pl.DataFrame(np.round(points, 3), schema=["x", "y", "z"])


def tasks() -> dict[str, tuple[pellucid.Model, Any, dict[str, Any]]]:
    """Return for each name a model, inputs in JSON's form, and how it is asked."""
    settings: dict[str, Any] = {"seed": 1, "examples": False}
    people, (images, labels), texts = customers(), lines(), remarks()
    months, space = sales(), points()
    few = people.drop("stays")[:4]
    classes = pellucid.train(people, target="stays", hidden=(6,), epochs=12, **settings)
    numbers = pellucid.train(
        people.drop("stays").drop_nulls(), target="paid", hidden=(6,), epochs=12, **settings
    )
    both = pellucid.train(
        people.drop_nulls(), target=["stays", "paid"], hidden=(4,), epochs=6, **settings
    )
    many = pellucid.train(
        people, target="stays", hidden=(3,), members=2, embedding="periodic", epochs=4, **settings
    )
    pictures = pellucid.train(
        (images, labels), network="conv", filters=(3,), epochs=5, seed=1, examples=True
    )
    words = pellucid.train(texts, target="said", hidden=(4,), epochs=6, **settings)
    ahead = pellucid.train(
        months, target="sales", time="month", window=12, horizon=3, epochs=8, **settings
    )
    groups = pellucid.train(space, task="clustering", clusters=3, hidden=(8,), epochs=6, **settings)
    return {
        "classes": (classes, _plain(few), {"coverage": 0.9}),
        "numbers": (numbers, _plain(few.drop("paid")), {"coverage": 0.9}),
        "both": (both, _plain(few.drop("paid")), {}),
        "many": (many, _plain(few), {}),
        "pictures": (pictures, images[:3].tolist(), {}),
        "words": (words, _plain(texts.drop("said")[:4]), {}),
        "ahead": (ahead, _plain(months[-24:]), {"coverage": 0.9}),
        "groups": (groups, _plain(space[::30]), {}),
    }


def main(version: str) -> None:
    """Write the files and the answers; raise FileExistsError rather than replace one."""
    answers = {}
    for name, (model, inputs, how) in tasks().items():
        path = HERE / f"{name}-{version}.pellucid"
        if path.exists():
            raise FileExistsError(path)
        model.save(path, examples=name == "pictures")
        given = pl.DataFrame(inputs) if isinstance(inputs, dict) else np.array(inputs, np.uint8)
        told = pellucid.load(path).predict(given, **how)
        answers[name] = {"inputs": inputs, "how": how, "answers": _plain(told)}
    store = HERE / f"answers-{version}.json"
    store.write_text(json.dumps(answers, indent=1, default=str) + "\n", encoding="utf-8")


def _plain(frame: pl.DataFrame) -> dict[str, list[Any]]:
    return frame.to_dict(as_series=False)


if __name__ == "__main__":
    main(sys.argv[1])
