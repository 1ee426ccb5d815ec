"""Values that a flag cannot have: each is refused by the flag's name, with what it may be.

The table of settings says which kinds of values there are; every setting of a kind is given what
is wrong for that kind, so that a new one is tested by being there.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pellucid.training.config import Config
from pellucid.training.settings import settings_of
from tests.cli.bad_files import GOOD, QUICK, Call

WORDS = ["", "many", "0x10"]
NUMBERS = [*WORDS, "nan", "-1", "1e999", "1,5"]
BAD_VALUES: dict[str, list[str]] = {
    "number": NUMBERS,
    "whole": [*NUMBERS, "1.5"],
    "seconds": [*WORDS, "nan", "-1", "0", "5 apples", "1h30"],
    "size": [*WORDS, "nan", "-1", "1", "1e30", "5 apples"],
    "sizes": [*WORDS, "nan", "-1", "1e3", "1.5", "0", "8,0", "8,,8", ",8", "8,many"],
    "text": ["", "everything", "-1"],
    "layers": ["", "hidden_1,,hidden_2", ","],
    "ways": [*WORDS, "everything", "shift,everything", "shift,,flip"],
    "pairs": ["", "many", "=", "b=", "=number", "=="],
}
SETTINGS = settings_of(Config)
# Other settings are names of columns and sources, which only the data can refuse.
CHECKED = {
    name: setting
    for name, setting in SETTINGS.items()
    if setting.kind in BAD_VALUES and (setting.kind != "text" or setting.choices)
}
CASES = [
    (f"--{(setting.flag or name).replace('_', '-')}", value)
    for name, setting in CHECKED.items()
    for value in BAD_VALUES[setting.kind]
    if value.strip().lower() not in (*setting.choices, "none", "auto")
]


@pytest.mark.parametrize(("flag", "value"), CASES, ids=lambda text: repr(text)[1:-1] or "nothing")
def test_a_value_that_a_flag_cannot_have_is_refused_by_its_name(
    refused: Callable[..., None], flag: str, value: str
) -> None:
    refused(2, (flag, "Expected:"), "train", "good.csv", "--target", "y", flag, value)


# What the data has to say of a value; and values that are far too large.
OF_THE_DATA: dict[tuple[str, ...], tuple[int, tuple[str, ...]]] = {
    ("--target", ""): (3, ("no column called ''", "good.csv", "'a', 'b', 'y'")),
    ("--target", "Y"): (3, ("no column called 'Y'", "did you mean 'y'?")),
    ("--target", "y", "--target", "y"): (2, ("--target", "each once")),
    ("--target", "a", "--target", "b", "--target", "y"): (3, ("All columns are targets",)),
    ("--target", "y", "--drop", ""): (3, ("no column called ''",)),
    ("--target", "y", "--drop", "y"): (3, ("'y' is the target", "good.csv")),
    ("--target", "y", "--drop", "a", "--drop", "b"): (3, ("No column is left", "good.csv")),
    ("--target", "y", "--kind", "b=zzz"): (2, ("no kind called 'zzz'", "'number'")),
    ("--target", "y", "--kind", "z=number"): (3, ("no column called 'z'", "good.csv")),
    ("--target", "y", "--kind", "b=image"): (3, ("'b' cannot be read as image", "good.csv")),
    ("--target", "y", "--kind", "y=image"): (3, ("'y' cannot be read as image", "good.csv")),
    ("--target", "y", "--kind", "y=number"): (3, ("'y'", "no numbers: 'u', 'v'", "rows 1, 2")),
    ("--target", "y", "--task", "regression"): (3, ("'y'", "no numbers: 'u', 'v'", "good.csv")),
    ("--target", "y", "--task", "multilabel"): (3, ("No cell of the target 'y'", "good.csv")),
    ("--target", "a", "--task", "classification"): (3, ("'a' has a different value", "good.csv")),
    ("--target", "a", "--target-scale", "log"): (3, ("below 0", "row", "leave --target-scale")),
    ("--target", "y", "--target-scale", "log"): (2, ("target_scale log needs a number",)),
    ("--target", "a", "--class-weight", "balanced"): (2, ("class_weight needs classes",)),
    ("--target", "y", "--class-weight", "w=2"): (2, ("'w', which is not a class", "u, v")),
    ("--target", "y", "--class-weight", "u=-1"): (2, ("class weights", "numbers ≥ 0")),
    ("--target", "y", "--class-weight", "u=nan"): (2, ("class weights", "numbers ≥ 0")),
    ("--target", "y", "--sample-weight", "z"): (2, ("sample_weight", "'z'", "a, b, y")),
    ("--target", "y", "--sample-weight", "y"): (2, ("sample_weight names 'y'", "is the target")),
    ("--target", "y", "--sample-weight", "a"): (3, ("not be negative", "'a'")),
    ("--target", "y", "--loss", "huber"): (2, ("huber", "classification")),
    ("--target", "y", "--window", "61"): (3, ("No window fits", "60 rows", "good.csv")),
    ("--target", "y", "--window", "9" * 20): (3, ("No window fits", "good.csv")),
    ("--target", "y", "--window", "5", "--horizon", "9" * 20): (3, ("No window fits",)),
    ("--target", "y", "--window", "5", "--time", "z"): (3, ("'z'",)),
    ("--target", "y", "--horizon", "3"): (2, ("needs a window",)),
    ("--target", "y", "--epochs", "9" * 20): (2, ("steps", "fewer --epochs")),
    ("--target", "y", "--seed", "9" * 20): (2, ("--seed", "≤ 4,294,967,295")),
    ("--target", "y", "--hidden", "9" * 20): (2, ("--hidden",)),
    ("--target", "y", "--test", ""): (3, ("The source is an empty text",)),
    ("--target", "y", "--test", "nowhere.csv"): (3, ("'nowhere.csv'",)),
    ("--target", "y", "--test", "empty.csv"): (3, ("The file is empty", "empty.csv")),
    ("--target", "y", "--test", "header_only.csv"): (3, ("no rows", "header_only.csv")),
    ("--target", "y", "--test", "infinite.csv"): (3, ("'b'", "row 7", "infinite.csv")),
    ("--target", "y", "--test", "target_nan.csv"): (3, ("'y'", "60 rows", "target_nan.csv")),
    ("--target", "y", "--test", "binary.csv"): (3, ("not a text", "binary.csv")),
    ("--target", "y", "--run", ""): (2, ("is not empty; nothing is overwritten",)),
}  # fmt: skip


@pytest.mark.parametrize("flags", OF_THE_DATA, ids=" ".join)
def test_a_value_that_does_not_fit_the_data_is_refused_in_words(
    refused: Callable[..., None], flags: tuple[str, ...]
) -> None:
    status, words = OF_THE_DATA[flags]
    quick = [] if {"--hidden", "--epochs"} & {*flags} else QUICK
    refused(status, words, "train", "good.csv", *flags, *quick)


def test_numbers_are_read_as_people_write_them(call: Call) -> None:
    for value in ("1e-3", " 0.001 ", "+0.001", ".001"):
        ended = call("train", "good.csv", "--target", "y", "--learning-rate", value, *QUICK)
        assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("predict",), ("Missing argument",)),
        (("predict", "nowhere.pellucid"), ("Missing argument",)),
        (("predict", "nowhere.pellucid", "good.csv"), ("no model file nowhere.pellucid",)),
        (("predict", "", "good.csv"), ("model",)),
        (("explain", "nowhere", "good.csv", "--row", "0"), ("nowhere",)),
        (("evaluate", "good.csv", "good.csv"), ("not a pellucid model file",)),
        (("data",), ("No source was given", "What to do")),
        (("data", ""), ("The source is an empty text",)),
        (("data", "nothing"), ("The folder is empty",)),
        (("data", "good.csv", "--target", "zz"), ("no column called 'zz'", "good.csv")),
        (("data", "good.csv", "--kind", "a=zz"), ("no kind called 'zz'",)),
        (("data", "ragged.csv"), ("A line has 5 values", "ragged.csv, line 62")),
        (("doctor", "good.csv"), ("good.csv",)),
        (("",), ("No such command",)),
        (("--", "train"), ("rror",)),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else None,
)
def test_other_commands_refuse_in_words(
    call: Call, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    ended = call(*arguments)
    assert ended.status in (2, 3), ended.err
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err


@pytest.mark.parametrize("row", ["0", "-1", "61", "many", "1.5", "9" * 20])
def test_a_row_that_there_is_not_is_refused(
    refused: Callable[..., None], model: object, row: str
) -> None:
    refused(2, ("ow",), "explain", model, "good.csv", "--row", row)


def test_the_person_s_file_is_as_it_was(here: object, call: Call) -> None:
    assert call("data", "good.csv", "--target", "y").status == 0
    assert (here / "good.csv").read_text() == GOOD  # type: ignore[operator]
