"""A model as one script that needs NumPy alone."""

from __future__ import annotations

import base64
import keyword
import math
import re
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid._version import __version__
from pellucid.data.kinds.category import CategoryEncoder
from pellucid.data.kinds.number import NumberEncoder
from pellucid.data.numerals import PLAIN_FORMAT, written_pattern
from pellucid.data.parsing import MISSING_TEXTS, WEAK_MISSING_TEXTS
from pellucid.errors import SettingError, quote_list
from pellucid.model import TrainedModel
from pellucid.nn import Params
from pellucid.sharing.script import layers as layer_functions
from pellucid.sharing.script import rows as row_functions
from pellucid.sharing.script.columns import answer_of, settings_of
from pellucid.sharing.script.definitions import definitions_of
from pellucid.sharing.script.literals import WIDTH, Name, written
from pellucid.sharing.script.network import functions_of, written_layers
from pellucid.sharing.supported import check, described_layers

_GIVEN = {
    "WRITTEN_NUMBER": written_pattern(PLAIN_FORMAT),
    "MISSING": MISSING_TEXTS,
    "MISSING_AMONG_NUMBERS": WEAK_MISSING_TEXTS,
}


def check_script(trained: TrainedModel) -> None:
    """Refuse a model that a script could not read rows or answer for.

    Raises
    ------
    SettingError
        For a layer, a task, or a column that it cannot.
    """
    check(trained)
    unread = [
        f"{column} ({encoder.kind})"
        for column, encoder in trained.encoding.encoders
        if settings_of(encoder) is None
    ]
    if unread:
        raise SettingError(
            "NumPy alone cannot read these columns.",
            where=quote_list(unread, limit=5),
            expected="numbers, categories, and arrays of numbers, pixels or steps",
            remedy="export a page with --to html, or give the model file",
        )


def script(trained: TrainedModel, name: str) -> str:
    """Return the text of a script.

    Parameters
    ----------
    trained
        The model.
    name
        What it is called.

    Raises
    ------
    SettingError
        As `check_script`.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(4,), epochs=1)
    >>> "as_classes(outputs(encoded(columns, COLUMNS)), **ANSWERS)" in script(model.trained, "m")
    True
    """
    check_script(trained)
    network = written_layers(described_layers(trained.network))
    encoders = [
        (column, Name(encoder.kind), settings_of(encoder))
        for column, encoder in trained.encoding.encoders
    ]
    answer, settings = answer_of(trained.task)
    used = {*functions_of(network), *(str(encode) for _, encode, _ in encoders), answer}
    needed = {"follow", "encoded", "in_parts", "read_columns", "write_answers", *used}
    found = definitions_of([layer_functions, row_functions], needed)
    imports = {*found.imports, *(f"import {name}" for name in ("base64", "sys", "zipfile"))}
    parts = [_constant(part) for part in found.parts]
    told = {"NETWORK": network, "COLUMNS": encoders, "ANSWERS": settings}
    return "\n\n\n".join(
        [
            f"{_head(trained, name)}\n\n{_imports(imports)}",
            *_spaced(parts),
            "\n".join(_assigned(*pair) for pair in told.items()),
            _PREDICT.format(answer=answer),
            _ARRAYS + _packed(trained.params),
            _MAIN,
        ]
    )


def _head(trained: TrainedModel, name: str) -> str:
    columns = [column for column, _ in trained.encoding.encoders]
    report = trained.made.get("report", {})
    target = ", ".join(trained.contract.targets) or "clusters"
    scores = ", ".join(
        f"{key} {value:.4g}"
        for key, value in report.get("metrics", {}).items()
        if isinstance(value, int | float) and math.isfinite(value)
    )
    is_text = all(
        isinstance(encoder, NumberEncoder | CategoryEncoder)
        for _, encoder in trained.encoding.encoders
    )
    file = "rows.csv" if is_text else "rows.npy" if len(columns) == 1 else "rows.npz"
    module = _module_name(name)
    lines = [
        f"{name}: a neural network that answers with NumPy alone (Python 3.10 or newer).",
        "",
        f"Written by pellucid {__version__}.",
        *textwrap.wrap(f"It predicts {target} from {quote_list(columns, limit=12)}.", WIDTH),
        *([f"On held-out rows: {scores}."] if scores else []),
        "",
        f"    $ python {name}.py {file} > answers.csv",
        "",
        f"    from {module} import predict",
        f"    predict({{{', '.join(f'{column!r}: [...]' for column in columns[:3])}"
        f"{', ...' if len(columns) > 3 else ''}}})",
    ]
    text = "\n".join(map(_shown, lines))
    return f'"""{text}\n"""'


def _shown(line: str) -> str:
    """Make a line harmless within a docstring, whatever a model file calls things."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
    return plain.replace("\\", "\\\\").replace('"', "'")


def _module_name(name: str) -> str:
    found = re.sub(r"\W", "_", name)
    return found if found.isidentifier() and not keyword.iskeyword(found) else f"model_{found}"


def _imports(statements: set[str]) -> str:
    """Lay out imports: the standard library first, then NumPy."""
    own = sorted(
        (one for one in statements if "numpy" not in one),
        key=lambda one: (one.startswith("from"), one),
    )
    merged: dict[str, list[str]] = {}
    lines = ["from __future__ import annotations", ""]
    for one in own:
        if one.startswith("from"):
            module, names = one.removeprefix("from ").split(" import ")
            merged.setdefault(module, []).append(names)
        else:
            lines.append(one)
    lines += [f"from {module} import {', '.join(names)}" for module, names in merged.items()]
    return "\n".join(lines) + "\n\nimport numpy as np"


def _constant(part: str) -> str:
    """Fill in what a constant of the functions is given."""
    name = part.partition(" = ")[0].partition(":")[0]
    return _assigned(name, _GIVEN[name]) if name in _GIVEN else part


def _assigned(name: str, value: Any) -> str:
    text = written(value, len(name) + 3)
    if "\n" in text:
        text = written(value)
    return f"{name} = {text}"


def _spaced(parts: Sequence[str]) -> list[str]:
    """Let constants that follow each other stand together."""
    found: list[str] = []
    for part in parts:
        if found and not part.startswith("def ") and not found[-1].lstrip().startswith("def "):
            found[-1] += f"\n{part}"
        else:
            found.append(part)
    return found


def _packed(params: Params) -> str:
    """Write all arrays: their shapes, and their numbers in 32 bits as base64."""
    found = ["ARRAYS = {\n"]
    for layer, own in params.items():
        for path, array in own.items():
            numbers = np.ascontiguousarray(np.asarray(array), "<f4")
            text = base64.b64encode(numbers.tobytes()).decode()
            rows = "\n".join(text[at : at + WIDTH] for at in range(0, len(text), WIDTH))
            shape = list(numbers.shape)
            name = written(f"{layer}.{path}")
            found.append(f'    {name}: unpacked({shape}, """\n{rows}"""),\n')
    return "".join(found) + "}"


_PREDICT = '''def outputs(rows: Array) -> Array:
    """Return what the network lets out of encoded rows, (rows, inputs)."""
    return in_parts(rows, lambda part: follow(NETWORK, ARRAYS, part))


def predict(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Answer rows.

    Parameters
    ----------
    columns
        The values of each column in COLUMNS by its name, as many in each; others are passed over.

    Raises
    ------
    ValueError
        Where a column is missing, or a value in it cannot be read.
    """
    return {answer}(outputs(encoded(columns, COLUMNS)), **ANSWERS)'''

_ARRAYS = '''def unpacked(shape: Sequence[int], text: str) -> Array:
    """Return an array from its numbers in 32 bits, little-endian, as base64."""
    return np.frombuffer(base64.b64decode(text), "<f4").astype(float).reshape(shape)


'''

_MAIN = """if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: python {sys.argv[0]} ROWS (.csv, .npy or .npz)")
    try:
        given = read_columns(sys.argv[1], [name for name, _, _ in COLUMNS])
        write_answers(predict(given), sys.stdout)
    except (OSError, EOFError, ValueError, csv.Error, zipfile.BadZipFile) as error:
        sys.exit(f"{sys.argv[0]}: {error}")
"""
