"""How rows become numbers, and what the network lets out answers, in NumPy alone.

As in `pellucid.sharing.script.layers`, exported scripts hold these functions as they stand here.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray

# Nothing counts as further from the mean, in deviations.
FARTHEST = 100.0
FORMULA = r"(?s)[=+\-@\t\r\n＝＋－＠].+"
PLAIN_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
# Scripts are given these texts of `pellucid.data`: the form of numbers with separated thousands,
# what stands for a missing value, and, in lower case, what does among numbers.
WRITTEN_NUMBER = ""
MISSING: tuple[str, ...] = ()
MISSING_AMONG_NUMBERS: tuple[str, ...] = ()


def is_missing(value: Any) -> bool:
    """Tell whether a value is None, NaN, or a text that stands for nothing."""
    if isinstance(value, str):
        return value.strip() in MISSING
    if isinstance(value, (float, np.floating)):
        return math.isnan(value)
    return value is None or type(value).__name__ in {"NAType", "NaTType"}  # of data frames


def read_number(column: str, value: Any, written: str, decimal: str) -> float:
    """Read a number, or a text that is one; NaN where it is missing."""
    if is_missing(value):
        return math.nan
    if not isinstance(value, str):
        try:
            size = float(value)
        except (TypeError, OverflowError):
            raise ValueError(f"{column}: {value!r} is not a number") from None
    else:
        text = value.strip()
        if text.lower() in MISSING_AMONG_NUMBERS:
            return math.nan
        size = parse_number(column, text, written, decimal)
    if math.isinf(size):
        raise ValueError(f"{column}: {value!r} is infinite; expected a finite number")
    return size


def parse_number(column: str, text: str, written: str, decimal: str) -> float:
    """Read a text in the form in which the training data wrote its numbers."""
    if not written and re.fullmatch(PLAIN_NUMBER, text):
        return float(text)
    found = re.fullmatch(written or WRITTEN_NUMBER, re.sub("[\u00a0\u202f\u2009]", " ", text))
    marks = [] if found is None else [found["sign"], found["inner"], found["open"]]
    if found is None or bool(found["open"]) != bool(found["close"]) or sum(map(bool, marks)) > 1:
        raise ValueError(f"{column}: {text!r} is not a number as the training data wrote them")
    core = re.sub("[ '\u2019]", "", found["core"]).replace("," if decimal == "." else ".", "")
    size = float(core.replace(decimal, "."))
    return -size if any(mark in {"-", "\u2212", "("} for mark in marks) else size


def number(
    column: str,
    values: Sequence[Any],
    mean: float,
    scale: float,
    has_missing: bool = False,
    written: str = "",
    decimal: str = ".",
) -> Array:
    """Standardise numbers by the training rows; missing ones become their mean."""
    read = np.array([read_number(column, one, written, decimal) for one in values], float)
    unit = np.clip(np.nan_to_num((read - mean) / scale), -FARTHEST, FARTHEST)
    return np.column_stack([unit, np.isnan(read)] if has_missing else [unit])


def category_key(value: Any, of: str) -> str:
    """Return the text that equal categories have in common; ``of`` says what they are."""
    if isinstance(value, (bool, np.bool_)):
        text = str(bool(value)).lower() if of in {"boolean", "text"} else str(int(value))
    elif isinstance(value, (float, np.floating)):
        text = number_key(repr(float(value)), of)
    else:
        text = str(value).strip()
        text = number_key(text, of) if of in {"integer", "number"} else text
    if of != "boolean":
        return text
    folded = text.lower()
    return {"1": "true", "0": "false", "1.0": "true", "0.0": "false"}.get(folded, folded)


def number_key(text: str, of: str) -> str:
    """Write a number in one way: a whole one without a point, unless fractions were usual."""
    if of != "number" and re.fullmatch(r"[+-]?[0-9]+", text) and abs(int(text)) < 2**63:
        return str(int(text))
    try:
        size = parse_number("", text, "", ".") + 0.0  # of two zeros, the positive one
    except ValueError:
        return text
    is_whole = of != "number" and size == round(size) and abs(size) < 2**53
    return str(int(size)) if is_whole else repr(size)


def category(
    column: str,
    values: Sequence[Any],
    categories: Sequence[str],
    of: str = "text",
    has_other: bool = False,
    has_missing: bool = False,
) -> Array:
    """Put a 1 in the place of each row's category, of rare ones and of missing ones."""
    places = {category_key(one, of): place for place, one in enumerate(categories)}
    found = np.zeros((len(values), len(categories) + has_other + has_missing))
    for row, value in enumerate(values):
        place = places.get(category_key(value, of), len(categories) if has_other else None)
        if is_missing(value):
            place = len(categories) + has_other if has_missing else None
        if place is not None:
            found[row, place] = 1.0
    return found


def array_of(column: str, values: Any, shape: Sequence[int]) -> Array:
    """Return the numbers of all rows, (rows, *shape)."""
    try:
        block = np.asarray(values, float)
    except TypeError:
        raise ValueError(f"{column}: not an array of numbers") from None
    if not len(block):
        return np.zeros((0, *shape))
    if block.shape[1:] != tuple(shape):
        expected = " x ".join(map(str, shape))
        raise ValueError(f"{column}: {block.shape[1:]} numbers a row; expected {expected}")
    if np.isinf(block).any():
        raise ValueError(f"{column}: infinite numbers; expected finite ones")
    return block


def vector(
    column: str,
    values: Any,
    shape: Sequence[int],
    mean: Sequence[float],
    scale: Sequence[float],
    missing: Sequence[int] = (),
) -> Array:
    """Standardise each number of a block by itself; missing ones become their mean."""
    flat = array_of(column, values, shape).reshape(len(values), math.prod(shape))
    unit = np.clip(np.nan_to_num((flat - mean) / scale), -FARTHEST, FARTHEST)
    return np.hstack([unit, np.isnan(flat[:, list(missing)])])


def image(
    column: str,
    values: Any,
    shape: Sequence[int],
    white: float,
    mean: float,
    scale: float,
    has_missing: bool = False,
) -> Array:
    """Standardise pixels by all pixels of the training images."""
    flat = array_of(column, values, shape).reshape(len(values), math.prod(shape))
    gone = np.isnan(flat).all(axis=1)
    if np.isnan(flat[~gone]).any() or (gone.any() and not has_missing):
        raise ValueError(f"{column}: missing pixels; expected whole images")
    unit = np.nan_to_num((flat / white - mean) / scale)
    kind = np.asarray(values).dtype
    if kind.kind == "f" or kind.itemsize > 2:  # whole pixels cannot be far from all others
        unit = np.clip(unit, -FARTHEST, FARTHEST)
    return np.column_stack([unit, gone] if has_missing else [unit])


def series(
    column: str,
    values: Any,
    shape: Sequence[int],
    mean: Sequence[float],
    scale: Sequence[float],
    further: Sequence[float] = (),
    channels_first: bool = False,
) -> Array:
    """Standardise each step of series that are whole and as long as most in training."""
    given = shape[::-1] if channels_first else shape
    block = array_of(column, values, given)
    flat = (block.swapaxes(1, 2) if channels_first else block).reshape(len(block), math.prod(shape))
    if np.isnan(flat).any():
        raise ValueError(f"{column}: missing steps; expected whole series")
    unit = np.clip((flat - mean) / scale, -FARTHEST, FARTHEST)
    return np.hstack([unit, np.tile(further, (len(flat), 1))])


def encoded(columns: Mapping[str, Any], encoders: Sequence[Any]) -> Array:
    """Return what the network receives, (rows, inputs), of columns by their names."""
    lacking = [name for name, _, _ in encoders if name not in columns]
    if lacking:
        raise ValueError(f"columns are missing: {', '.join(lacking)}")
    sizes = {name: len(columns[name]) for name, _, _ in encoders}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"columns have different numbers of rows: {sizes}")
    return np.hstack([encode(name, columns[name], **how) for name, encode, how in encoders])


def as_classes(outputs: Array, values: Sequence[Any], temperature: float = 1.0) -> dict[str, Any]:
    """Return the likeliest class of each row, and the probability of each."""
    logits = outputs / temperature
    if logits.shape[1] == 1:  # of the second of two classes, beside a 0
        logits = np.hstack([np.zeros_like(logits), logits])
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    best = [values[place] for place in shares.argmax(axis=1)]
    found: dict[str, Any] = {"prediction": best}
    return found | {f"probability_{one}": shares[:, at] for at, one in enumerate(values)}


def as_numbers(
    outputs: Array, mean: float, scale: float, bend: float | None = None, highest: float = math.inf
) -> dict[str, Any]:
    """Return the number of each row in its own unit."""
    plain = outputs[:, 0] * scale + mean
    if bend is not None:  # the network learned ln(1 + number / bend)
        plain = np.expm1(np.clip(plain, 0.0, highest)) * bend
    return {"prediction": plain}


def in_parts(rows: Array, answer: Callable[[Array], Array], size: int = 256) -> Array:
    """Answer some rows at a time, so that memory stays small."""
    parts = [answer(rows[first : first + size]) for first in range(0, len(rows), size)]
    return np.concatenate(parts) if parts else answer(rows)


def read_columns(path: str, names: Sequence[str]) -> dict[str, Any]:
    """Read columns from a delimited text, an .npz, or an .npy that holds the only one."""
    if path.endswith(".npy"):
        return {names[0]: np.atleast_1d(np.load(path))}
    if path.endswith(".npz"):
        arrays: Any = np.load(path)
        if isinstance(arrays, np.ndarray):
            raise ValueError(f"{path} is not an archive of arrays")
        with arrays:
            return dict(arrays)
    csv.field_size_limit(2**31 - 1)
    with Path(path).open(newline="", encoding="utf-8-sig") as text:
        return columns_of(text.read())


def columns_of(text: str) -> dict[str, list[str | None]]:
    """Divide a delimited text into columns by its first line; blank lines are passed over."""
    lines = io.StringIO(text, newline="").readlines()
    head = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t|", key=lambda one: len(next(csv.reader([head], delimiter=one), [])))
    rows = list(csv.reader(lines, delimiter=delimiter))
    first = next((at for at, row in enumerate(rows) if any(map(str.strip, row))), len(rows))
    names = [name.strip() for name in rows[first]] if first < len(rows) else []
    if len(set(names)) < len(names):
        raise ValueError(f"two columns have one name: {', '.join(names)}")
    found: dict[str, list[str | None]] = {name: [] for name in names}
    for number, row in enumerate(rows[first + 1 :], start=1):
        if not row and len(names) > 1:
            continue
        if len(row) > len(names):
            raise ValueError(f"row {number} has {len(row)} values; expected {len(names)}")
        for place, name in enumerate(names):
            found[name].append(row[place] if place < len(row) else None)
    return found


def harmless(value: Any) -> Any:
    """Put a ' before a text that a spreadsheet would run as a formula."""
    if not isinstance(value, str) or re.fullmatch(PLAIN_NUMBER, value):
        return value
    return f"'{value}" if re.fullmatch(FORMULA, value) else value


def write_answers(answers: Mapping[str, Any], stream: Any) -> None:
    """Write a line for each row, delimited by commas."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(map(harmless, answers))
    for row in zip(*answers.values(), strict=True):
        writer.writerow(map(harmless, row))
