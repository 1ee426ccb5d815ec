"""A file that takes too much ends a process of its own; the server refuses it, and goes on."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pellucid.errors import DataError
from pellucid.studio import uploads
from pellucid.studio.limited import Limits
from pellucid.studio.proof import prove
from pellucid.studio.refusals import RefusedError
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.exchange import Browser

pytestmark = pytest.mark.usefixtures("own_home")

MANY = 10**9
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook of some kB whose sheet is almost a million numbers."""
    path = tmp_path_factory.mktemp("bomb") / "bomb.xlsx"
    row = "<row>" + "<c><v>1</v></c>" * 1_000 + "</row>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, text)
        archive.writestr(
            "xl/worksheets/sheet1.xml", _SHEET + 900 * row + "</sheetData></worksheet>"
        )
    return path


@pytest.mark.parametrize(
    "limits",
    [Limits(8 << 20, 60, 60.0), Limits(MANY, 0, 60.0), Limits(MANY, 60, 0.05)],
    ids=["memory", "processor", "clock"],
)
def test_what_takes_more_than_it_may_is_refused(bomb: Path, limits: Limits) -> None:
    with pytest.raises(RefusedError, match="cannot be read with what it may take") as refused:
        prove(bomb, "mine.xlsx", limits)
    assert "mine.xlsx" in str(refused.value)


def test_what_takes_no_more_than_it_may_is_read(bomb: Path) -> None:
    # It is read to its end: what its reader finds wrong is that all columns are called 1.
    with pytest.raises(DataError, match="Several columns have the same name"):
        prove(bomb, "mine.xlsx", Limits(MANY, 60, 60.0))


def test_the_server_goes_on_and_keeps_nothing(bomb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Limits, "usual", lambda: Limits(8 << 20, 60, 60.0))
    before = uploads.uploaded()
    with Serving(Studio(Shelf(), "data")) as serving:
        browser = Browser(serving)
        reply = browser.post("/api/uploads?name=bomb.xlsx", bomb.read_bytes())
        assert (reply.status, "may take" in reply.json["error"]["message"]) == (422, True)
        assert uploads.uploaded() == before
        assert not list(uploads.data_folder("uploads", "new").iterdir())
        assert browser.get("/api/session").status == 200
