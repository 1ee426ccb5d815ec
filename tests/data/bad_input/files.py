"""Files that people and strangers hand over as tables, and what each is to be opened as or says."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from typing import Any

import numpy as np
import polars as pl

ROWS = {"a": [1, 2, 3], "b": ["x", "y", "z"]}
FRAME = pl.DataFrame(ROWS)
# A picture's first bytes are enough: only its name is looked at by a source.
PNG = b"\x89PNG\r\n\x1a\n"


def as_bytes(write: Callable[[io.BytesIO], Any]) -> bytes:
    stream = io.BytesIO()
    write(stream)
    return stream.getvalue()


def workbook(**sheets: list[list[Any]]) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for position, row in enumerate(rows):
                sheet.write_row(position, 0, row)
    return stream.getvalue()


def database(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return bytes(connection.serialize())


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def zip_bomb(name: str) -> bytes:
    """Return a small archive whose directory announces a member of four gigabytes."""
    content = bytearray(zipped({name: bytes(1_234_567)}))
    position = content.rfind(struct.pack("<I", 1_234_567))
    content[position : position + 4] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(content)


def lying_zip(members: dict[str, bytes]) -> bytes:
    """Return an archive whose directory says a member is smaller than it is."""
    content = bytearray(zipped(members))
    size = struct.pack("<I", len(next(iter(members.values()))))
    position = content.rfind(size)
    content[position : position + 4] = struct.pack("<I", 10)
    return bytes(content)


def gzip_bomb() -> bytes:
    """Return 300 kB that unpack to 300 MB of zeros."""
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(bytes(1 << 20)) for _ in range(300)]
    return b"".join([*parts, packer.flush()])


def array_with_header(shape: tuple[int, ...], content: bytes = b"") -> bytes:
    stream = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + content


def parquet() -> bytes:
    return as_bytes(FRAME.write_parquet)


def arrow() -> bytes:
    return as_bytes(FRAME.write_ipc)


def arrow_stream() -> bytes:
    return as_bytes(FRAME.write_ipc_stream)


XLSX = workbook(Data=[["a", "b"], [1, "x"], [2, "y"], [3, "z"]])
SQLITE = database("CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1,'x'), (2,'y'), (3,'z')")
NPZ = as_bytes(lambda stream: np.savez(stream, X=np.zeros((50, 4)), y=np.zeros(50)))
# Blocks of one byte that is repeated 131,072 times (RFC 8878, "RLE_Block").
ZSTD_BOMB = b"\x28\xb5\x2f\xfd\0\0" + b"\x02\0\x10a" * 5000 + b"\x03\0\x10a"
TS = "@problemName p\n@classLabel true u v\n@data\n"
ALL = {"a": [1, 2, 3], "b": ["x", "y", "z"]}

# Name of the file, its content, and what it opens as: columns with their values.
OPENED: list[tuple[str, bytes | str, dict[str, list[Any]]]] = [
    ("utf8_mark.csv", "\ufeffa,b\n1,x\n2,y\n3,z\n", ALL),
    ("utf16.csv", "a,b\n1,x\n2,y\n3,z\n".encode("utf-16"), ALL),
    ("utf16_be.csv", b"\xfe\xff" + "a,b\n1,x\n2,y\n3,z\n".encode("utf-16-be"), ALL),
    ("utf16_unmarked.csv", "a,b\n1,x\n2,y\n3,z\n".encode("utf-16-le"), ALL),
    ("utf16_be_unmarked.csv", "a,b\n1,x\n2,y\n3,z\n".encode("utf-16-be"), ALL),
    ("utf32.csv", "a,b\n1,x\n2,y\n3,z\n".encode("utf-32"), ALL),
    ("latin1.csv", "a,b\n1,Straße\n".encode("latin-1"), {"a": [1], "b": ["Straße"]}),
    ("windows.csv", "a,b\n1,“5 €”\n".encode("cp1252"), {"a": [1], "b": ["“5 €”"]}),
    ("latin1.jsonl", '{"a": "é"}\n'.encode("latin-1"), {"a": ["é"]}),
    ("utf16.jsonl", '{"a": 1}\n'.encode("utf-16"), {"a": [1]}),
    ("utf16.json", '[{"a": 1}]'.encode("utf-16"), {"a": [1]}),
    ("cr.csv", "a,b\r1,x\r2,y\r3,z\r", ALL),
    ("crlf.csv", "a,b\r\n1,x\r\n2,y\r\n3,z", ALL),
    ("blank_lines.csv", "\n\na,b\n\n1,x\n2,y\n\n3,z\n\n", ALL),
    ("spaces.csv", " a , b \n 1 , x \n2,y \n 3,z\n", ALL),
    ("semicolons.csv", "a;b\n1;x\n2;y\n3;z\n", ALL),
    ("bars.txt", "a|b\n1|x\n2|y\n3|z\n", ALL),
    ("tabs.csv", "a\tb\n1\tx\n2\ty\n3\tz\n", ALL),
    ("UPPER.CSV", "a,b\n1,x\n2,y\n3,z\n", ALL),
    ("blanks.txt", "a   b\n 1   2\n 10 20\n", {"a": [1, 10], "b": [2, 20]}),
    ("quoted.csv", 'a,b\n1,"x, ""y"""\n', {"a": [1], "b": ['x, "y"']}),
    ("inner_quote.csv", 'a,b\n1,5" pipe\n2,y\n', {"a": [1, 2], "b": ['5" pipe', "y"]}),
    ("lines_in_value.csv", 'a,b\n1,"x\ny"\n', {"a": [1], "b": ["x\ny"]}),
    ("no_name.csv", "a,\n1,x\n2,y\n3,z\n", {"a": [1, 2, 3], "unnamed_2": ["x", "y", "z"]}),
    ("short_lines.csv", "a,b\n1,x\n2\n3,z\n", {"a": [1, 2, 3], "b": ["x", None, "z"]}),
    ("huge.csv", "a\n1e308\n-1e308\n1.5\n", {"a": [1e308, -1e308, 1.5]}),
    ("overflow.csv", "a,b\n1,x\n99999999999999999999,y\n", {"a": [1.0, 1e20], "b": ["x", "y"]}),
    ("minus.csv", "a,b\n-0.0,x\n1e-320,y\n", {"a": [-0.0, 1e-320], "b": ["x", "y"]}),
    (
        "missing.csv",
        "a,b\n1,N/A\n2,NA\n3,n/a\n4,\n5,null\n6,#N/A\n7,?\n8,x\n",
        {"a": [1, 2, 3, 4, 5, 6, 7, 8], "b": [None] * 7 + ["x"]},
    ),
    ("codes.csv", "zip,b\n00501,x\n10001,y\n", {"zip": ["00501", "10001"], "b": ["x", "y"]}),
    (
        "no_header.csv",
        "5.1,3.5,setosa\n4.9,3.0,setosa\n6.1,3.1,other\n",
        {
            "column_1": [5.1, 4.9, 6.1],
            "column_2": [3.5, 3.0, 3.1],
            "column_3": ["setosa", "setosa", "other"],
        },
    ),
    ("no_header_twice.csv", "7,7,1\n5,3,1\n", {
        "column_1": [7, 5], "column_2": [7, 3], "column_3": [1, 1]}),
    ("one_line.csv", "5.1,3.5,1.4\n", {"column_1": [5.1], "column_2": [3.5], "column_3": [1.4]}),
    ("years.csv", "2019,2020\n5,7\n6,8\n", {"2019": [5, 6], "2020": [7, 8]}),
    ("indices.csv", "0,1,2\n5,7,7\n6,8,7\n", {"0": [5, 6], "1": [7, 8], "2": [7, 7]}),
    ("remarks.data", "|a remark\n2.5,1,u\n1.5,2,u\n", {
        "column_1": [2.5, 1.5], "column_2": [1, 2], "column_3": ["u", "u"]}),
    ("stops.test", "2.5,1,u.\n1.5,2,u.\n", {
        "column_1": [2.5, 1.5], "column_2": [1, 2], "column_3": ["u", "u"]}),
    ("packed.csv.gz", gzip.compress(b"a,b\n1,x\n2,y\n3,z\n"), ALL),
    ("packed_twice.csv.gz", gzip.compress(b"a,b\n1,x\n") + gzip.compress(b"2,y\n3,z\n"), ALL),
    ("gzip_without_ending.csv", gzip.compress(b"a,b\n1,x\n2,y\n3,z\n"), ALL),
    ("packed.csv.zip", zipped({"t.csv": b"a,b\n1,x\n2,y\n3,z\n"}), ALL),
    ("mac.csv.zip", zipped({"t.csv": b"a,b\n1,x\n2,y\n3,z\n", "__MACOSX/._t.csv": b"\0"}), ALL),
    ("rows.json", '[{"a": 1, "b": "x"}, {"b": "y", "a": 2}, {"a": 3, "b": "z"}]', ALL),
    ("columns.json", '{"a": [1, 2, 3], "b": ["x", "y", "z"]}', ALL),
    ("pandas.json", '{"a": {"0": 1, "1": 2, "2": 3}, "b": {"0": "x", "1": "y", "2": "z"}}', ALL),
    ("wrapped.json", '{"data": [{"a": 1}, {"a": 2}], "page": 1}', {"a": [1, 2]}),
    ("lines.json", '{"a": 1}\n{"a": 2}\n', {"a": [1, 2]}),
    ("list.jsonl", '[{"a": 1}, {"a": 2}]', {"a": [1, 2]}),
    ("gaps.json", '[{"a": 1}, {"b": "y"}]', {"a": [1, None], "b": [None, "y"]}),
    ("mixed.json", '[{"a": 1}, {"a": "x"}]', {"a": ["1", "x"]}),
    ("fractions.json", '[{"a": 1}, {"a": 2.5}]', {"a": [1.0, 2.5]}),
    ("large_number.json", '[{"a": 1}, {"a": 99999999999999999999}]', {"a": [1.0, 1e20]}),
    ("book.xlsx", XLSX, ALL),
    ("lower_rows.xlsx", workbook(S=[[], [], ["a", "b"], [1, "x"], [2, "y"], [3, "z"]]), ALL),
    ("gap.xlsx", workbook(S=[["a"], [1], [None], [2]]), {"a": [1, 2]}),
    ("two.xlsx", workbook(First=[["a"], [1]], Other=[["c"], [2]]), {"a": [1]}),
    ("empty_first.xlsx", workbook(First=[], Other=[["c"], [2]]), {"c": [2]}),
    ("unnamed.xlsx", workbook(S=[["a", None], [1, "x"]]), {"a": [1], "unnamed_2": ["x"]}),
    ("mixed.xlsx", workbook(S=[["a"], [1], ["x"]]), {"a": ["1", "x"]}),
    ("base.sqlite", SQLITE, ALL),
    ("base.db", SQLITE, ALL),
    ("mixed.db", database("CREATE TABLE t (a)", "INSERT INTO t VALUES (1), ('x'), (NULL)"), {
        "a": ["1", "x", None]}),
    ('odd.db', database('CREATE TABLE "a ""b; --" (a)', 'INSERT INTO "a ""b; --" VALUES (1)'), {
        "a": [1]}),
    ("whole.parquet", parquet(), ALL),
    ("whole.arrow", arrow(), ALL),
    ("whole.feather", arrow(), ALL),
    ("stream.arrow", arrow_stream(), ALL),
    ("prose.txt", "It was a dark night, and the rain fell.\nNobody came, or so it seemed.\n", {
        "text": ["It was a dark night, and the rain fell.\nNobody came, or so it seemed."]}),
    ("labels.txt", "__label__spam Free entry now\n__label__ham See you there\n", {
        "text": ["Free entry now", "See you there"], "label": ["spam", "ham"]}),
    ("s.ts", TS + "1,2:u\n3,4:v\n", {"series": [[1, 2], [3, 4]], "label": ["u", "v"]}),
    ("unequal.ts", TS + "1,2:u\n3:v\n", {"series": [[1, 2], [3]], "label": ["u", "v"]}),
    ("two_channels.ts", TS + "1,2:3,4:u\n5,6:7,8:v\n", {
        "series": [[[1, 3], [2, 4]], [[5, 7], [6, 8]]], "label": ["u", "v"]}),
    ("n_TRAIN.tsv", "1\t.5\t.1\t.2\t.3\t.9\n2\t.5\t.1\t.2\t.3\tNaN\n", {
        "series": [[0.5, 0.1, 0.2, 0.3, 0.9], [0.5, 0.1, 0.2, 0.3]], "label": [1, 2]}),
]  # fmt: skip

# Name of the file, its content, and what the message says beside the file's name.
REFUSED: list[tuple[str, bytes | str, str]] = [
    ("t", "a,b\n1,2\n", "no ending"),
    ("t.docx", "a,b\n1,2\n", "'.docx' are not known"),
    ("t.exe", b"MZ\0", "not known"),
    ("empty.csv", "", "is empty"),
    ("blank.csv", " \n\n\t\n", "is empty"),
    ("mark_only.csv", b"\xef\xbb\xbf", "is empty"),
    ("header.csv", "a,b\n", "header but no rows"),
    ("header.tsv", "a\tb\n", "header but no rows"),
    ("twice.csv", "a,b,a\n1,2,3\n", "same name: 'a'"),
    ("long_line.csv", "a,b\n1,2\n1,2,3\n", "line 3"),
    ("longer_lines.tsv", "a\tb\n1\t2\n1\t2\t3\n1\t2\t3\t4\n", "line 3"),
    ("quote.csv", 'a,b\n1,"x\n2,y\n', "quotation mark"),
    ("quoted_header.csv", '"a,b\n1,x\n2,y\n', "quotation mark"),
    ("zeros.csv", bytes(1000), "not a text"),
    ("zero.csv", b"a,b\n1,\0\n", "not a text"),
    ("late_zero.csv", b"a,b\n" + b"1,2\n" * 100_000 + b"1,\0\n", "not a text"),
    ("noise.csv", np.random.default_rng(5).bytes(3000), "not a text"),
    ("program.csv", b"\x7fELF\1\2\3" * 50, "not a text"),
    ("mixed_encodings.csv", b"a,b\n\xc3\xa9,x\n\xdf,y\n", "line 3"),
    ("cut_utf16.csv", b"\xff\xfea", "not text in UTF-16"),
    ("zeros_utf16.csv", b"\xfe\xff" + bytes(100), "not a text"),
    ("png.csv", PNG + bytes(range(256)), "not a text"),
    ("xlsx.csv", XLSX, "not a text"),
    ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n" * 99)[:-9], "damaged"),
    ("false.csv.gz", b"\x1f\x8b" + bytes(50), "damaged"),
    ("tail.csv.gz", gzip.compress(b"a,b\n1,2\n") + b"tail", "damaged"),
    ("nothing.csv.gz", gzip.compress(b""), "is empty"),
    ("bomb.csv.gz", gzip_bomb(), "fill the memory"),
    ("cut.csv.zst", b"\x28\xb5\x2f\xfd", "damaged"),
    ("false.csv.zst", b"\x28\xb5\x2f\xfd" + bytes(range(200)), "damaged"),
    (
        "bomb.csv.zst",
        ZSTD_BOMB,
        "fill the memory",
    ),
    ("bomb.csv.zip", zip_bomb("t.csv"), "fill the memory"),
    ("cut.csv.zip", zipped({"t.csv": b"a,b\n1,2\n" * 50})[:-30], "damaged"),
    ("several.csv.zip", zipped({"a.csv": b"a\n1\n", "b.csv": b"a\n1\n"}), "unzip"),
    ("nothing.csv.zip", zipped({}), "archive is empty"),
    ("pictures.zip", zipped({"a.png": PNG}), "unzip"),
    ("data.tar", b"ustar", "tar -xf"),
    ("data.tar.gz", gzip.compress(b"x"), "tar -xf"),
    ("data.tar.xz", b"\xfd7zXZ", "tar -xf"),
    ("data.tgz", b"x", "tar -xf"),
    ("data.7z", b"x", "7z x"),
    ("data.rar", b"x", "unrar"),
    ("empty.json", "", "is empty"),
    ("nothing.json", "null", "no table"),
    ("number.json", "3.5", "no table"),
    ("text.json", '"hello"', "no table"),
    ("list.json", "[]", "no rows"),
    ("object.json", "{}", "no table"),
    ("numbers.json", "[1, 2, 3]", "entry 1"),
    ("lists.json", "[[1, 2], [3, 4]]", "entry 1"),
    ("one_row.json", '{"a": 1, "b": 2}', "no table"),
    ("stray.json", '[{"a": 1}, 5]', "entry 2"),
    ("cut.json", '[{"a": 1}, {"a": ', "line 1"),
    ("comma.json", '[{"a": 1},\n {"a": 2},]', "line 2"),
    ("single_quotes.json", "[{'a': 1}]", "not JSON"),
    ("deep.json", "[" * 200_000, "nested too deeply"),
    ("deep_object.json", '{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
    ("lengths.json", '{"a": [1, 2], "b": [1]}', "different lengths"),
    ("twice.json", '[{"a": 1, "a": 2}]', "several entries called 'a'"),
    ("nested.json", '[{"a": {"b": 1}}]', "objects within objects"),
    ("nested_list.json", '[{"a": [{"b": 1}]}]', "objects within objects"),
    ("digits.json", '[{"a": ' + "9" * 5000 + "}]", "cannot be used"),
    ("html.json", "<html><body>404</body></html>", "not JSON"),
    ("binary.json", b"\0\1\2", "not a text"),
    ("stray.jsonl", '{"a": 1}\n[1]\n', "line 2"),
    ("cut.jsonl", '{"a": 1}\n{"a": \n', "line 2"),
    ("empty.jsonl", "", "is empty"),
    ("nested.jsonl", '{"a": {"b": 1}}\n', "objects within objects"),
    ("deep.jsonl", '{"a": 1}\n' + '{"a":' * 100_000 + "\n", "line 2"),
    ("magic.parquet", "PAR1 and no more", "damaged"),
    ("empty.parquet", "", "damaged"),
    ("half.parquet", parquet()[: len(parquet()) // 2], "damaged"),
    ("end.parquet", parquet()[:-5], "damaged"),
    ("csv.parquet", "a,b\n1,2\n", "not a Parquet file but text"),
    ("no_rows.parquet", as_bytes(FRAME.clear().write_parquet), "no rows"),
    ("struct.parquet", as_bytes(pl.DataFrame({"a": [{"b": 1}]}).write_parquet), "objects"),
    ("empty.arrow", "", "damaged"),
    ("magic.arrow", "ARROW1", "damaged"),
    ("half.arrow", arrow()[: len(arrow()) // 2], "damaged"),
    ("end.arrow", arrow()[:-7], "damaged"),
    ("half_stream.arrow", arrow_stream()[:50], "damaged"),
    ("csv.feather", "a,b\n1,2\n", "not an Arrow IPC file but text"),
    ("old.feather", b"FEA1" + bytes(30), "first version of Feather"),
    ("no_rows.ipc", as_bytes(FRAME.clear().write_ipc), "no rows"),
    ("empty.xlsx", "", "is empty"),
    ("csv.xlsx", "a,b\n1,2\n", "not a workbook but text"),
    ("cut.xlsx", XLSX[:-40], "damaged"),
    ("half.xlsx", XLSX[: len(XLSX) // 2], "damaged"),
    ("other.xlsx", zipped({"a.txt": b"hello"}), "not a workbook"),
    ("hollow.xlsx", zipped({"[Content_Types].xml": b"<Types/>"}), "damaged"),
    ("bomb.xlsx", zip_bomb("xl/worksheets/sheet1.xml"), "fill the memory"),
    ("lying.xlsx", lying_zip({"[Content_Types].xml": bytes(5000)}), "damaged"),
    ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
    ("damaged.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
    ("no_sheet_rows.xlsx", workbook(S=[]), "no rows"),
    ("header.xlsx", workbook(S=[["a", "b"]]), "no rows"),
    ("twice.xlsx", workbook(S=[["a", "a"], [1, 2]]), "same name: 'a'"),
    ("empty.ods", "", "is empty"),
    ("cut.ods", zipped({"content.xml": b"<x>"})[:-5], "damaged"),
    ("hollow.ods", zipped({"content.xml": b"<x"}), "damaged"),
    ("empty.db", "", "is empty"),
    ("text.db", "hello, world", "not a SQLite database"),
    ("cut.sqlite", SQLITE[:100], "damaged"),
    ("half.sqlite", SQLITE[: len(SQLITE) // 2], "damaged"),
    ("noise.sqlite3", SQLITE[:100] + np.random.default_rng(1).bytes(4000), "damaged"),
    ("no_tables.db", database("CREATE TABLE t (a)", "DROP TABLE t"), "no tables"),
    ("no_rows.db", database("CREATE TABLE t (a, b)"), "no rows"),
    ("several.db", database("CREATE TABLE t (a)", "CREATE TABLE u (a)"), "'t', 'u'"),
    ("view.db", database("CREATE VIEW v AS SELECT 1"), "name a view"),
    ("empty.npz", "", "damaged"),
    ("magic.npz", "PK and no more", "damaged"),
    ("half.npz", NPZ[: len(NPZ) // 2], "damaged"),
    ("csv.npz", "a,b\n1,2\n", "not an .npz archive but text"),
    ("bomb.npz", zip_bomb("X.npy"), "fill the memory"),
    ("header_bomb.npz", zipped({"X.npy": array_with_header((1 << 40, 8))}), "damaged"),
    ("objects.npz", as_bytes(lambda s: np.savez(s, X=np.array([{}, 1], dtype=object))), "run code"),
    ("names.npz", as_bytes(lambda s: np.savez(s, first=np.eye(2))), "no array of training inputs"),
    ("lengths.npz", as_bytes(lambda s: np.savez(s, X=np.eye(3), y=[1, 2])), "3 rows"),
    ("scalar.npz", as_bytes(lambda s: np.savez(s, X=5.0, y=1)), "dimension"),
    ("a.idx1-ubyte", b"\0\0\x08\x01\0\0\0\x09abc", "damaged"),
    ("empty.ts", "", "is empty"),
    ("no_data.ts", "@problemName p\n", "@data"),
    ("program.ts", "export const a: number = 1;\n", "@data"),
    ("no_series.ts", TS, "no series below @data"),
    ("channels.ts", TS + "1,2:3,4:u\n1,2:v\n", "line 5"),
    ("word.ts", TS + "1,two:u\n", "line 4"),
    ("no_class.ts", TS + "1,2\n", "line 4"),
    ("empty_class.ts", TS + "1,2:\n", "line 4"),
]
