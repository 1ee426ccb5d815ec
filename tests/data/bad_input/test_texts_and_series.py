"""Texts in folders and lines, and time series in files: each line is used, or named."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pellucid.training.preparation import Prepared
from tests.data.bad_input.driver import Case, hold

RANDOM = np.random.default_rng(0)
N_GOOD = 20
TARGET = {"target": "label"}


def used(n: int) -> Callable[[Prepared], None]:
    """Return a check that so many rows are learned from or tested on."""

    def look(prepared: Prepared) -> None:
        parts = (prepared.train, prepared.validation, prepared.test)
        assert sum(part.inputs.shape[0] for part in parts if part is not None) == n

    return look


def written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def texts(name: str, files: dict[str, str | bytes], *, good: bool = True, **more: Any) -> Case:
    """Make a case of a folder with good texts of two classes, and these."""

    def write(folder: Path) -> Path:
        for number in range(N_GOOD if good else 0):
            words = ("a good fine day", "a bad sad night")[number % 2]
            file = f"{('pos', 'neg')[number % 2]}/{number:02d}.txt"
            written(folder / file, f"{words}, number {number}")
        for file, content in files.items():
            written(folder / file, content)
        return folder

    return Case(name, write, **more)


def file(name: str, content: str | bytes, called: str, **more: Any) -> Case:
    return Case(name, lambda folder: written(folder / called, content), **more)


LEFT_OUT = "1 text of 21 could not be read and left out: pos/x.txt"

FOLDERS = [
    texts("empty", {"pos/x.txt": ""}, check=used(N_GOOD), said=(LEFT_OUT, "(empty)")),
    texts("null_bytes", {"pos/x.txt": b"a\0b"}, check=used(N_GOOD), said=(LEFT_OUT, "not a text")),
    texts("noise", {"pos/x.txt": RANDOM.bytes(900)}, check=used(N_GOOD), said=(LEFT_OUT,)),
    texts("control_characters", {"pos/x.txt": "a\x01b\x02c good"}, check=used(N_GOOD),
          said=(LEFT_OUT, "not a text")),
    texts("blanks", {"pos/x.txt": " \n "}, check=used(N_GOOD), said=(LEFT_OUT, "blanks")),
    texts("latin1", {"pos/x.txt": "Straße".encode("latin-1")}, check=used(N_GOOD + 1),
          said=("1 text of 21 not in UTF-8", "pos/x.txt")),
    texts("utf16", {"pos/x.txt": "hello there".encode("utf-16")}, check=used(N_GOOD + 1),
          said=("1 text of 21 not in UTF-8",)),
    texts("a_megabyte_of_words", {"pos/x.txt": "word " * 200_000}, check=used(N_GOOD + 1)),
    texts("a_word_of_a_megabyte", {"pos/x.txt": "x" * 10**6}, check=used(N_GOOD + 1)),
    texts("markup", {"pos/x.txt": "<html><b>hi</b></html>"}, check=used(N_GOOD + 1)),
    texts("emoji", {"pos/x.txt": "😀😀"}, check=used(N_GOOD + 1)),
    texts("right_to_left", {"pos/x.txt": "שלום עולם"}, check=used(N_GOOD + 1)),
    texts("no_blanks_between_words", {"pos/x.txt": "今天天气很好"}, check=used(N_GOOD + 1)),
    texts("punctuation_alone", {"pos/x.txt": "!!! ... ???"}, check=used(N_GOOD + 1)),
    texts("digits_alone", {"pos/x.txt": "123 456"}, check=used(N_GOOD + 1)),
    texts("another_ending", {"pos/x.eml": "From: a"}, check=used(N_GOOD),
          said=("1 file among the texts passed over", "'x.eml'")),
    texts("the_same_in_both_classes", {"pos/x.txt": "same same", "neg/x.txt": "same same"},
          said=("2 rows have the inputs of another row and another 'label'",)),
    texts("nothing_in_any", {f"{c}/{n}.txt": "" for c in "ab" for n in range(5)}, good=False,
          refused=("None of the texts can be read", "a/0.txt (empty)")),
    texts("one_class", {f"a/{n}.txt": f"text {n}" for n in range(9)}, good=False,
          refused=("'label' has the same value in every row: 'a'",)),
    texts("packed", {f"{c}/{n}.txt.gz": gzip.compress(b"hello") for c in "ab" for n in range(5)},
          good=False, refused=("sub-folders hold no pictures, sounds or texts",)),
]  # fmt: skip

FASTTEXT = "".join(f"__label__{('spam', 'ham')[n % 2]} text number {n} here\n" for n in range(40))
QUESTIONS = "".join(f"{('DESC:a', 'NUM:b')[n % 2]} what is number {n} ?\n" for n in range(40))

LINES = [
    file("a_line_without_label", FASTTEXT + "no label here at all\n", "t.txt",
         refused=("1 line of it has no label", "line 41", "__label__")),
    file("lines_without_label", FASTTEXT + "none\n" * 9, "t.txt",
         refused=("9 lines of it have no label", "lines 41, 42, 43, 44, 45 … and 4 more")),
    file("a_question_without_label", QUESTIONS + "\nwhat is it?\n", "t.txt",
         refused=("1 line of it has no label", "line 42", "DESC:manner")),
    file("a_label_without_text", FASTTEXT + "__label__spam\n", "t.txt",
         refused=("no label", "line 41")),
    file("windows_line_ends", FASTTEXT.replace("\n", "\r\n"), "t.txt", check=used(40)),
]  # fmt: skip

HEAD = "@problemName p\n@univariate true\n@classLabel true u v\n@data\n"
REGRESSION = HEAD.replace("@classLabel true u v", "@targetLabel true")
TIMED = HEAD.replace("@univariate true", "@timeStamps true\n@univariate true")


def values(number: int, n: int = 12) -> str:
    draw = RANDOM.normal(size=n) + number % 2 * 2
    return ",".join(f"{value:.2f}" for value in draw)


ROWS = "".join(f"{values(n)}:{'uv'[n % 2]}\n" for n in range(40))
NUMBERED = "".join(f"{values(n)}:{n * 1.5}\n" for n in range(40))
STAMPS = "".join(
    ",".join(f"({t},{v})" for t, v in enumerate(values(n).split(","))) + f":{'uv'[n % 2]}\n"
    for n in range(40)
)  # fmt: skip


def ts(name: str, rows: str | bytes, head: str = HEAD, **more: Any) -> Case:
    content = rows if isinstance(rows, bytes) else head + rows
    return file(name, content, "s.ts", **more)


SERIES = [
    ts("missing_values", ROWS + "1,?,3:u\n", said=("lacks numbers within", "row 41 ")),
    ts("missing_at_the_start", ROWS + "NaN,NaN,3:u\n", said=("lacks numbers within", "row 41 ")),
    ts("nothing_but_missing", ROWS + "?,?,?:u\n", said=("holds no series in 1 row: row 41 ",)),
    ts("an_empty_series", ROWS + ":u\n", said=("holds no series in 1 row: row 41 ",)),
    ts("infinite", ROWS + "1,inf,3:u\n", refused=("infinite", "row 41 ")),
    ts("1e308", ROWS + "1e308,-1e308,3:u\n", check=used(41)),
    ts("lengths_that_differ", "".join(f"{values(n, 5 + n % 7)}:{'uv'[n % 2]}\n" for n in range(40)),
       check=used(40)),
    ts("lengths_that_may_not_differ", ROWS + "1,2:u\n", HEAD.replace(
        "@data", "@equalLength true\n@data"), said=("announces series of one length", "2 to 12")),
    ts("more_channels_announced", ROWS, HEAD.replace("@data", "@dimensions 7\n@data"),
       said=("announces 7 channels; its series have 1",)),
    ts("a_class_not_announced", ROWS + "1,2,3:w\n", said=("does not announce: 'w'", "row 41 ")),
    ts("no_class", ROWS + "1,2,3\n", refused=("no class after its last colon", "line 45")),
    ts("another_number_of_channels", ROWS + "1,2:3,4:u\n", refused=("has 2 channels", "line 45")),
    ts("a_word", ROWS + "1,two,3:u\n", refused=("'two', which is no number", "line 45")),
    ts("a_decimal_comma_and_semicolons", ROWS.replace(",", ";"), refused=("no number", "line 5")),
    ts("no_line_of_data", ROWS, HEAD.replace("@data\n", ""), refused=("no line '@data'",)),
    ts("no_word_of_classes", ROWS, HEAD.replace("@classLabel true u v\n", ""),
       refused=("'u', which is no number", "line 4")),
    ts("a_number_to_predict", NUMBERED, REGRESSION, check=used(40)),
    ts("a_word_to_predict", NUMBERED + "1,2,3:x\n", REGRESSION, refused=("'x'", "row 41 ")),
    ts("times", STAMPS, TIMED, said=("The times in it are passed over",), check=used(40)),
    ts("a_bracket_never_closed", STAMPS + "(0,1),(1,2:u\n", TIMED, refused=("line 46",)),
    ts("one_value_a_series", "".join(f"{n}:{'uv'[n % 2]}\n" for n in range(40)), check=used(40)),
    ts("the_same_value_everywhere", "".join(f"1,1,1:{'uv'[n % 2]}\n" for n in range(40)),
       refused=("No column is left", "the same value everywhere (1)")),
    ts("the_same_series_in_every_row", "".join(f"1,2,3:{'uv'[n % 2]}\n" for n in range(40)),
       refused=("No column is left", "the same values in every row")),
    ts("one_series", "1,2,3:u\n", refused=("1 row with a 'label'",)),
    ts("cut_off", ROWS[:-20], refused=("no class after its last colon", "line 44")),
    ts("carriage_returns", (HEAD + ROWS).replace("\n", "\r").encode(), check=used(40)),
    ts("remarks_among_the_series", "# one\n% two\n\n" + ROWS, check=used(40)),
    ts("a_remark_in_latin1", ("# Straße\n" + HEAD + ROWS).encode("latin-1"),
       said=("Windows-1252",)),
    ts("capital_letters", ROWS, HEAD.replace("@data", "@DATA"), check=used(40)),
    ts("series_of_20000_values", "".join(f"{values(n, 20_000)}:{'uv'[n % 2]}\n" for n in range(6)),
       check=used(6)),
]  # fmt: skip

UCR = "".join(
    f"{n % 2 + 1}\t" + "\t".join(values(n, 30).split(",")) + "\n" for n in range(40)
)  # fmt: skip


def ucr(name: str, more_rows: str, **more: Any) -> Case:
    return file(name, UCR + more_rows, "N_TRAIN.tsv", **more)


ARCHIVE = [
    ucr("a_shorter_series", "1\t2\t3\n", said=("Fewer values than columns", "line 41")),
    ucr("nothing_but_nan", "1" + "\tNaN" * 30 + "\n", said=("no series in 1 row: row 41 ",)),
    ucr("infinite_values", "1" + "\tinf" * 30 + "\n", refused=("infinite", "row 41 ")),
    ucr("a_longer_series", "1" + "\t2" * 31 + "\n", refused=("A line has 32 values", "line 41")),
    ucr("words_for_values", "1" + "\tx" * 30 + "\n", refused=("N_TRAIN.tsv",), settings=TARGET),
]  # fmt: skip

LONG = "id,time,value,label\n" + "".join(
    f"{n},{t},{RANDOM.normal():.2f},{'uv'[n % 2]}\n" for n in range(20) for t in range(8)
)  # fmt: skip


def long(name: str, content: str, **more: Any) -> Case:
    return file(name, content, "l.csv", settings=TARGET, **more)


GATHERED = "gathered into 20 time series"
TABLES = [
    long("lines_in_any_order", "id,time,value,label\n" + "\n".join(
        sorted(LONG.split("\n")[1:-1], key=lambda line: line[::-1])) + "\n", said=(GATHERED,)),
    long("a_value_missing", LONG + "3,9,,v\n", said=(GATHERED, "lacks numbers within", "row 4 ")),
    long("an_infinite_value", LONG + "3,9,inf,v\n", refused=("infinite", "row")),
    long("a_time_twice", LONG + "3,4,1.0,v\n", said=("'id'",), check=used(161)),
    long("a_time_missing", LONG + "3,,1.0,v\n", said=("'id'",), check=used(161)),
    long("a_label_that_changes", LONG + "3,9,1.0,u\n", said=("'id'",), check=used(161)),
    long("a_word_for_a_value", LONG + "3,9,oops,v\n", said=("'oops' in row 161 ",)),
]  # fmt: skip

CASES = [*FOLDERS, *LINES, *SERIES, *ARCHIVE, *TABLES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_strange_texts_and_series_are_used_or_named_with_their_line(tmp_path: Path, case: Case):
    hold(case, tmp_path / "data")
