"""Settings as text: written on one line each, and read back strictly."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pellucid.errors import SettingError
from pellucid.training.settings_text import read_settings, write_value

_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(_PLAIN)
@example("a\nb")
@example("a\u2028b\x85")
@example("word " * 3_000)
@example(list(range(5_000)))
def test_any_plain_value_is_written_on_one_line_and_read_back(value: object) -> None:
    written = write_value(value)
    assert "\n" not in written
    assert read_settings(f"x: {written}\n", "it") == {"x": value}


def test_a_value_that_is_there_twice_is_written_out_twice() -> None:
    same = ["a"]
    assert read_settings(f"x: {write_value([same, same])}", "it") == {"x": [["a"], ["a"]]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("epochs: 3\nseed: 1\nepochs: 4", ["'epochs' is given twice", "mine.yaml, line 3"]),
        ("kinds: {a: number, a: text}", ["'a' is given twice", "line 1"]),
        ("a: &x [1]\nb: *x", ["anchor", "line 1", "within quotes"]),
        ("drop: *all", ["alias", "within quotes"]),
        ("epochs: 20\n<<: {epochs: 5}", ["merges", "line 2"]),
        ("hidden: !!map [1]", ["not valid YAML", "line 1"]),
    ],
)
def test_what_could_mean_something_else_is_refused(text: str, said: list[str]) -> None:
    with pytest.raises(SettingError) as caught:
        read_settings(text, "mine.yaml")
    assert all(part in str(caught.value) for part in said)


def test_a_number_and_a_text_that_looks_like_it_are_two_names() -> None:
    text = "kinds: {1: number, '1': text}"
    assert read_settings(text, "it") == {"kinds": {1: "number", "1": "text"}}


def test_a_short_text_cannot_mean_an_endless_one() -> None:
    """Ten lines, each ten times the one before: written out, 10^10 letters."""
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    for before, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]")
    with pytest.raises(SettingError, match="anchor"):
        read_settings("\n".join(lines), "bomb.yaml")
