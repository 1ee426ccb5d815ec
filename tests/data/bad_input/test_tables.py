"""Text files as programs and people leave them: each is read as meant, or refused with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pellucid.training.preparation import Prepared
from tests.data.bad_input.driver import Case, N, hold, labels, numbers

A, B, Y = [str(v) for v in numbers(0)], [str(v) for v in numbers(1)], labels()
ROWS = list(zip(A, B, Y, strict=True))
BODY = "".join(f"{a},{b},{y}\n" for a, b, y in ROWS)
GOOD = "a,b,y\n" + BODY
TARGET = {"target": "y"}
REMARKS = "# made by a program\n# on a Monday\n"


def with_line(row: int, line: str) -> str:
    """Return the good file with one of its rows, counted from 1, written otherwise."""
    lines = GOOD.split("\n")
    return "\n".join([*lines[:row], line, *lines[row + 1 :]])


def rows_as(write: Callable[[str, str, str], str], header: str = "a,b,y\n") -> str:
    return header + "".join(write(a, b, y) + "\n" for a, b, y in ROWS)


def text(name: str, content: str | bytes, file: str = "t.csv", **more: Any) -> Case:
    def write(folder: Path) -> Path:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    settings = {**TARGET, **more.pop("settings", {})}
    return Case(name, write, settings=settings, **more)


def same(**columns: list[Any]) -> Callable[[Prepared], None]:
    """Return a check that the file's columns hold these values."""

    def look(prepared: Prepared) -> None:
        for name, expected in columns.items():
            values = prepared.dataset.train[name]
            assert isinstance(values, pl.Series)
            assert values.to_list() == expected

    return look


def without(row: int, values: list[Any]) -> list[Any]:
    """Return values without those of one row, counted from 1."""
    return [*values[: row - 1], *values[row:]]


def missing(row: int, values: list[Any]) -> list[Any]:
    return [*values[: row - 1], None, *values[row:]]


WHOLE = same(a=numbers(0), b=numbers(1), y=Y)
WITHOUT_7 = same(a=without(7, numbers(0)), b=without(7, numbers(1)), y=without(7, Y))
QUOTATION = ("cannot be divided into lines and values", "line 8", "quotation mark")
NOT_TEXT = ("The file is not a text", "line 8", "null byte")

BYTES = [
    text("mark_in_the_middle", with_line(7, "\ufeff" + ",".join(ROWS[6])), check=WHOLE),
    text("mark_twice", "\ufeff\ufeff" + GOOD, check=WHOLE),
    text("null_byte", with_line(7, "1,\0,u"), refused=NOT_TEXT),
    text("null_bytes_at_the_end", GOOD + "\0" * 4096, check=WHOLE, said=("4,096 null bytes",)),
    text("end_of_file_mark", GOOD + "\x1a", check=WHOLE),
    text("control_character", with_line(7, "\x01,1.5,u"), said=("'\\x01' in row 7 ",)),
    text("carriage_returns", GOOD.replace("\n", "\r"), check=WHOLE),
    text("both_line_ends", "".join(line + ("\r\n", "\n")[n % 2]
                                   for n, line in enumerate(GOOD.splitlines())), check=WHOLE),
    text("three_line_ends", "".join(line + ("\n", "\r\n", "\r")[n % 3]
                                    for n, line in enumerate(GOOD.splitlines())), check=WHOLE),
    text("line_separators", GOOD.replace("\n", "\u2028"), refused=("a header but no rows",)),
    text("vertical_tabs", GOOD.replace("\n", "\v"), refused=("a header but no rows",)),
    text("form_feed", with_line(7, "\f" + ",".join(ROWS[6])), check=WHOLE),
    text("utf16", GOOD.encode("utf-16"), check=WHOLE, said=("UTF-16",)),
    text("utf32", GOOD.encode("utf-32"), check=WHOLE, said=("UTF-32",)),
    text("utf16_cut", GOOD.encode("utf-16")[:-1], refused=("not text in UTF-16", "line 61")),
    text("latin1", GOOD.replace("u", "ü").encode("latin-1"), said=("Windows-1252", "line 2 has")),
    text("two_encodings", (GOOD + "1,2,ü\n").encode() + "1,2,ü\n".encode("latin-1"),
         refused=("not text in UTF-8", "line 63", "iconv")),
    text("cut_within_a_letter", (GOOD + "1,2,ü").encode()[:-1], said=("line 62 has 'Ã'",)),
    text("code_page_437", GOOD.replace("u", "ü").encode("cp437"), refused=("not a text",)),
    text("shift_jis", GOOD.replace("u", "日本").encode("shift-jis"), said=("true encoding",)),
    text("gbk", GOOD.replace("u", "中文").encode("gbk"), said=("true encoding",)),
    text("koi8", GOOD.replace("u", "привет").encode("koi8-r"), said=("true encoding",)),
    text("ebcdic", GOOD.encode("cp500"), refused=("not a text",)),
    text("surrogates", GOOD.encode().replace(b"u", b"\xed\xa0\x80"), said=("true encoding",)),
    text("decomposed_letters", "e\u0301,b,y\n" + BODY, settings={"target": "\u00e9"}),
]  # fmt: skip

QUOTES = [
    text("quote_never_closed", with_line(7, f'"{ROWS[6][0]},1,u'), refused=QUOTATION),
    text("quote_never_closed_at_the_end", with_line(7, '1,2,"u'), refused=QUOTATION),
    text("quote_within", with_line(7, '1,2,u"x'), said=("'u\"x' in row 7 ",)),
    text("quoted_line_break_in_a_name", '"a\nx",b,y\n' + BODY,
         check=same(**{"a\nx": numbers(0)})),
    text("a_million_quotes", 'a,b,y\n' + '"' * 10**6, refused=("t.csv",)),
    text("a_megabyte_in_a_cell", with_line(7, f"1,{'x' * 10**6},u"),
         said=("(1,000,000 characters)", "row 7 ")),
    text("100000_lines_in_a_cell", with_line(7, '1,"' + "\n" * 10**5 + '",u'),
         check=same(b=missing(7, numbers(1)))),
]  # fmt: skip

LINES = [
    text("short_line", with_line(7, A[6]), said=("Fewer values than columns in 1 line", "line 8"),
         check=same(b=missing(7, numbers(1)), y=missing(7, Y))),
    text("long_line", with_line(7, "1,2,u,9"), refused=("A line has 4 values", "line 8")),
    text("a_separator_at_every_end", rows_as(lambda a, b, y: f"{a},{b},{y},"), check=WHOLE,
         said=("end in a separator",)),
    text("a_separator_at_some_ends", with_line(7, ",".join(ROWS[6]) + ",,"), check=WHOLE,
         said=("end in a separator", "1 line")),
    text("a_separator_at_the_header_too", rows_as(lambda a, b, y: f"{a},{b},{y},", "a,b,y,\n"),
         check=WHOLE, said=("'unnamed_4' is left out",)),
    text("names_of_rows_without_a_name", "a,b,y\n" + "".join(
        f"r{n},{a},{b},{y}\n" for n, (a, b, y) in enumerate(ROWS)), check=WHOLE,
         said=("one value more than", "the names of the rows", "'unnamed_1' is left out")),
    text("numbers_of_rows_without_a_name", "a,b,y\n" + "".join(
        f'"{n}",{a},{b},"{y}"\n' for n, (a, b, y) in enumerate(ROWS, start=1)), check=WHOLE,
         said=("one value more than", "'unnamed_1' is left out")),
    text("numbers_of_rows", ",a,b,y\n" + "".join(
        f"{n},{a},{b},{y}\n" for n, (a, b, y) in enumerate(ROWS)), check=WHOLE,
         said=("'unnamed_1' is left out: it numbers the rows",)),
    text("a_line_of_a_million_values", "a,b,y\n" + "1," * 10**6 + "\n",
         refused=("A line has 1,000,00", "line 2")),
    text("a_header_of_a_million_blanks", "," * 10**6 + "\n" + "," * 10**6 + "\n",
         refused=("holds no names", "1,000,000 separators")),
    text("blank_lines_above", "\n\n\n" + GOOD, check=WHOLE),
    text("line_of_blanks", with_line(7, "   "), check=WITHOUT_7, said=("1 blank line",)),
    text("line_of_separators", with_line(7, ",,"), check=WITHOUT_7, said=("1 blank line",)),
    text("remarks_above", REMARKS + GOOD, check=WHOLE, said=("2 lines of remarks (#",)),
    text("header_behind_a_mark", "# a,b,y\n" + BODY, check=WHOLE),
    text("name_of_a_column_with_a_mark", "#,b,y\n" + BODY, check=same(**{"#": numbers(0)})),
    text("title_above", "Report 2024,,\n,,\n" + GOOD,
         refused=("no column called 'y'", "'Report 2024'")),
    text("units_below_the_names", "a,b,y\nkg,m,u\n" + BODY,
         said=("'kg' in row 1 ", "'m' in row 1 ")),
    text("sum_at_the_end", GOOD + "Total,,\n", said=("have no 'y'", "'Total' in row 61 ")),
    text("remark_at_the_end", GOOD + "Source: a survey\n", said=("'Source: a survey' in row 61 ",)),
    text("header_again", GOOD + GOOD, said=("come again once, first after row 60",),
         check=same(a=numbers(0) * 2)),
    text("separator_named", "sep=;\n" + GOOD.replace(",", ";"), check=WHOLE),
    text("one_row", "a,b,y\n1,2,u\n", refused=("1 row with a 'y'", "at least two rows")),
    text("two_rows", "a,b,y\n1,2,u\n2,3,v\n", said=("No class has rows enough",)),
    text("header_only", "a,b,y\n", refused=("a header but no rows", "'a', 'b', 'y'")),
    text("nothing_in_any_row", "a,b,y\n" + ",,\n" * N, refused=("a header but no rows",)),
    text("missing_in_every_row", "a,b,y\n" + "NA,NA,NA\n" * N, refused=("0 rows with a 'y'",)),
    text("a_column_without_values", rows_as(lambda a, b, y: f"{a},,{y}"),
         said=("'b' is left out: all its values are missing",)),
    text("a_target_without_values", rows_as(lambda a, b, y: f"{a},{b},"),
         refused=("0 rows with a 'y'",)),
    text("the_target_alone", "y\n" + "".join(f"{y}\n" for y in Y),
         refused=("No column is left to learn from", "beside the target")),
    text("one_column", "a\n" + "".join(f"{a}\n" for a in A), refused=("no column called 'y'",)),
    text("the_same_row_again_and_again", "a,b,y\n" + "1,2,u\n1,2,v\n" * 30,
         refused=("No column is left", "'a': it has the same value in every row")),
    text("the_target_twice", rows_as(lambda a, b, y: f"{y},{b},{y}"),
         said=("'a' tells 'y' exactly",)),
]  # fmt: skip

NAMES = [
    text("the_same_name", "a,a,y\n" + BODY, refused=("Several columns have the same name: 'a'",)),
    text("the_same_but_for_blanks", "a, a,y\n" + BODY, refused=("the same name: 'a'",)),
    text("the_same_but_for_case", "A,a,y\n" + BODY, check=same(A=numbers(0), a=numbers(1))),
    text("no_names", ",,y\n" + BODY, check=same(unnamed_1=numbers(0), unnamed_2=numbers(1))),
    text("a_name_as_ours", "unnamed_2,,y\n" + BODY, refused=("the same name: 'unnamed_2'",)),
    text("blanks_around", " a , b , y \n" + BODY, check=WHOLE),
    text("hard_blanks_around", "\u00a0a,b,y\u00a0\n" + BODY, check=WHOLE),
    text("numbers", "1,2,y\n" + BODY, said=("looks like data",)),
    text("5000_letters", "x" * 5000 + ",b,y\n" + BODY, refused=("5,000 characters", "short")),
    text("a_pattern", "^a.*$,b,y\n" + BODY, refused=("A column is called '^a.*$'", "rename")),
    text("patterns_of_other_sorts", "*,a?[0-9],y\n" + BODY, check=same(**{"*": numbers(0)})),
    text("emoji", "😀,👩‍👧,y\n" + BODY, check=same(**{"😀": numbers(0)})),
    text("markup", "[bold]a[/],<b>,y\n" + BODY, check=same(**{"<b>": numbers(1)})),
    text("600_columns_of_which_two_unnamed",
         ",".join([*(f"c{n}" for n in range(600)), "", "", "y"]) + "\n" + "".join(
             ",".join([a] * 602 + [y]) + "\n" for a, _, y in ROWS),
         check=same(unnamed_601=numbers(0), unnamed_602=numbers(0))),
]  # fmt: skip

SEPARATORS = [
    text("semicolons_and_decimal_commas", rows_as(
        lambda a, b, y: f"{a};{b};{y}".replace(".", ","), "a;b;y\n"), check=WHOLE),
    text("decimal_commas_in_quotes", rows_as(
        lambda a, b, y: f'"{a.replace(".", ",")}",{b},{y}'), said=()),
    text("decimal_commas_not_in_quotes", rows_as(
        lambda a, b, y: f"{a.replace('.', ',')},{b},{y}"), refused=("line 2", "double quotes")),
    text("another_in_the_header", "a;b;y\n" + BODY,
         refused=("the header names 1 column", "line 2")),
    text("blanks_in_columns", rows_as(lambda a, b, y: f"{a}   {b} {y}", "a  b  y\n"), check=WHOLE),
    text("fixed_width", rows_as(lambda a, b, y: f"{a:<8}{b:<8}{y}", f"{'a':<8}{'b':<8}y\n"),
         "t.txt", check=WHOLE),
    text("tildes", GOOD.replace(",", "~"), refused=("no column called 'y'", "'a~b~y'")),
    text("two_colons", GOOD.replace(",", "::"), refused=("no column called 'y'", "'a::b::y'")),
    text("control_characters", GOOD.replace(",", "\x01"), refused=("not a text",)),
    text("commas_in_a_file_of_tabs", GOOD, "t.tsv", refused=("no column called 'y'", "'a,b,y'")),
]  # fmt: skip

PLACES = [
    text("blanks_in_its_name", GOOD, "my good data.csv", check=WHOLE),
    text("letters_of_all_sorts", GOOD, "Ünï/çødé 日本/😀.csv", check=WHOLE),
    text("a_line_break_in_its_name", GOOD, "a\nb.csv", check=WHOLE),
    text("a_star_in_its_name", GOOD, "a*b[1].csv", check=WHOLE),
    text("a_percent_sign_in_its_name", GOOD, "100%20.csv", check=WHOLE),
    text("a_hash_in_its_name", GOOD, "a#b?.csv", check=WHOLE),
    text("quotes_in_its_name", GOOD, "a'b\"c.csv", check=WHOLE),
    text("a_minus_first", GOOD, "-t.csv", check=WHOLE),
    text("250_letters", GOOD, "x" * 246 + ".csv", check=WHOLE),
    text("two_endings", GOOD, "t.tar.csv", check=WHOLE),
    text("a_date_in_its_name", GOOD, "2024.01.31.csv", check=WHOLE),
]

CASES = [*BYTES, *QUOTES, *LINES, *NAMES, *SEPARATORS, *PLACES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_strange_text_file_is_read_as_meant_or_refused_with_its_line(tmp_path: Path, case: Case):
    hold(case, tmp_path / "data")
