"""Elements are escaped by construction, whatever is put into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.markup.elements import Markup, element, join, text
from tests.pages import HOSTILE, tree_of

# XML knows these characters and no others (XML 1.0, section 2.2), and HTML takes them as well.
WRITABLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
)


@given(WRITABLE, WRITABLE)
def test_text_and_attributes_come_back_as_they_were(inside, attribute):
    made = element("p", inside, title=attribute.replace("\n", " "))
    tree = tree_of(made)
    assert (tree.text or "") == inside
    assert tree.get("title") == attribute.replace("\n", " ")


@given(st.text())
def test_any_text_at_all_makes_a_page_that_can_be_parsed_and_written(anything):
    made = element("p", anything, element("b", anything), title=anything)
    assert tree_of(made).tag == "p"
    made.encode()


def test_what_is_hostile_is_only_text():
    tree = tree_of(element("td", HOSTILE))
    assert len(tree) == 0
    assert (tree.text or "").startswith("<script>alert('x')</script>")


def test_only_markup_is_put_in_as_it_is():
    assert join(["<b>", element("b", "<")]) == "&lt;b&gt;<b>&lt;</b>"
    assert text(Markup("<b>")) == "<b>"
    assert element("p", "a" + element("b", "x")) == "<p>a&lt;b&gt;x&lt;/b&gt;</p>"


def test_attributes_that_are_none_or_false_are_left_out():
    assert element("p", class_=None, hidden=False) == "<p></p>"
    assert (
        element("details", open=True, aria_label="x")
        == '<details open="open" aria-label="x"></details>'
    )


@pytest.mark.parametrize("name", ["div", "td", "p", "table"])
def test_empty_elements_of_html_are_closed_by_a_tag_of_their_own(name):
    """A browser takes <div/> for an opening tag, which swallows all that follows."""
    assert element(name) == f"<{name}></{name}>"
