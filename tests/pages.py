"""What must hold of every page that is shown in a notebook, and ways to read one."""

from __future__ import annotations

import re
from xml.etree import ElementTree

MOST_BYTES = 60_000
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;\x00\x1b[31m\ud800\u202e"
# Elements that HTML closes by themselves, and shapes of SVG; others closed so would swallow
# what follows them.
_CLOSED = {"br", "col", "hr", "img", "circle", "image", "line", "path", "rect"}


def parsed(page: str) -> ElementTree.Element:
    """Return a page as a tree, having checked that it is safe, whole and of a fair size."""
    assert len(page.encode()) < MOST_BYTES
    tree = tree_of(page)
    assert tree.tag == "div" and tree.get("class") == "pellucid"
    assert set(re.findall(r"<([a-z]+)(?: [^<>]*)?/>", page)) <= _CLOSED
    for element in tree.iter():
        assert element.tag not in {
            "script",
            "link",
            "iframe",
            "object",
            "foreignObject",
            "h1",
            "h2",
        }
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            if name in {"src", "href"}:
                assert value.startswith("data:image/png;base64,")
    assert "://" not in page
    assert "url(" not in page
    assert "@import" not in page
    return tree


def tree_of(markup: str) -> ElementTree.Element:
    """Return any piece of markup as a tree."""
    return ElementTree.fromstring(markup)  # noqa: S314 -- pages that pellucid itself made


def texts(element: ElementTree.Element) -> str:
    """Return everything a person reads in an element, styles left out."""
    if element.tag == "style":
        return ""
    inside = "".join(texts(child) + (child.tail or "") for child in element)
    return (element.text or "") + inside


def rows(element: ElementTree.Element) -> list[list[str]]:
    """Return the cells of all rows of tables in an element, as text."""
    return [[texts(cell).strip() for cell in row] for row in element.iter("tr")]


def with_class(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    """Return the elements that have a class."""
    return [found for found in element.iter() if name in (found.get("class") or "").split()]


def points(path: ElementTree.Element) -> list[list[tuple[float, float]]]:
    """Return the points of a drawn path, one list for each unbroken piece."""
    pieces: list[list[tuple[float, float]]] = []
    for step, x, y in re.findall(r"([ML])([-\d.]+),([-\d.]+)", path.get("d", "")):
        if step == "M":
            pieces.append([])
        pieces[-1].append((float(x), float(y)))
    return pieces


def axis(chart: ElementTree.Element, name: str) -> dict[float, float]:
    """Return where the numbers beside an axis stand: number -> x, or y of the text's middle."""
    (group,) = with_class(chart, name)
    found = {}
    for label in group.iter("text"):
        written = (label.text or "").replace(",", "").removesuffix(" %")
        if re.fullmatch(r"-?[\d.]+(e-?\d+)?", written):
            # Letters stand on a line 4 pixels below the middle of their height.
            place = label.get("x") if name == "x" else str(float(label.get("y", "nan")) - 4)
            found[float(written)] = float(place or "nan")
    return found
