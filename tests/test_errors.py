"""Errors: what they are, what the command line ends with, and how they are worded."""

from __future__ import annotations

import inspect
import re

import pytest

from pellucid import errors
from pellucid.errors import (
    DataError,
    DivergedError,
    InterruptedTrainingError,
    ModelFileError,
    OutputError,
    PellucidError,
    SettingError,
    SourceNotFoundError,
    quote,
    quote_list,
    suggest,
    unknown_name,
)

# Exit statuses as docs/troubleshooting.md promises them; 130 is 128 + SIGINT, a shell's custom.
PROMISED = [
    (PellucidError, Exception, 1),
    (SettingError, ValueError, 2),
    (DataError, ValueError, 3),
    (SourceNotFoundError, FileNotFoundError, 3),
    (ModelFileError, ValueError, 3),
    (OutputError, OSError, 2),
    (DivergedError, FloatingPointError, 4),
    (InterruptedTrainingError, RuntimeError, 130),
]


def all_classes() -> list[type[PellucidError]]:
    return [
        member
        for _, member in inspect.getmembers(errors, inspect.isclass)
        if issubclass(member, PellucidError)
    ]


@pytest.mark.parametrize(("kind", "built_in", "status"), PROMISED)
def test_each_class_is_the_built_in_it_says_and_has_its_exit_status(kind, built_in, status):
    assert issubclass(kind, PellucidError)
    assert issubclass(kind, built_in)
    assert kind.exit_status == status
    with pytest.raises(built_in, match="It broke"):
        raise kind("It broke.")


def test_no_class_is_without_a_promise():
    assert set(all_classes()) == {kind for kind, _, _ in PROMISED}


def test_the_drawing_of_the_tree_names_every_class_with_its_built_in():
    drawn = dict(re.findall(r"[├└]── (\w+) \((\w+)\)", errors.__doc__ or ""))
    assert drawn == {
        kind.__name__: built_in.__name__ for kind, built_in, _ in PROMISED if kind != PellucidError
    }


@pytest.mark.parametrize("kind", all_classes())
def test_a_message_says_what_where_expected_and_remedy_each_on_a_line(kind):
    error = kind("It broke.", where="row 7", expected="a whole row", remedy="mend it")
    assert str(error).splitlines() == [
        "It broke.",
        "  Where: row 7",
        "  Expected: a whole row",
        "  What to do: mend it",
    ]


@pytest.mark.parametrize("kind", all_classes())
def test_parts_that_are_not_given_leave_no_line(kind):
    assert str(kind("It broke.")) == "It broke."
    assert str(kind("It broke.", remedy="mend it")) == "It broke.\n  What to do: mend it"


@pytest.mark.parametrize(
    ("written", "known", "guess"),
    [
        ("survivd", ["age", "survived"], "did you mean 'survived'?"),
        ("SURVIVED", ["age", "Survived"], "did you mean 'Survived'?"),  # spelled as it is known
        ("zzz", ["age", "survived"], None),
        ("age", [], None),
    ],
)
def test_a_guess_is_made_only_where_something_known_is_close(written, known, guess):
    assert suggest(written, known) == guess


def test_an_unknown_name_is_answered_with_the_known_ones_and_a_guess():
    error = unknown_name("optimizer", "adm", iter(["adam", "sgd"]))
    assert isinstance(error, SettingError)
    assert error.what == "There is no optimizer called 'adm'."
    assert error.expected == "one of 'adam', 'sgd'"
    assert error.remedy == "did you mean 'adam'?"


def test_long_lists_are_cut_and_the_rest_is_counted():
    assert quote_list(["a", "b"]) == "'a', 'b'"
    assert quote_list([1, "b"]) == "1, 'b'"
    assert quote_list("abcde", limit=2) == "'a', 'b' … (3 more)"


def test_long_values_are_quoted_by_their_beginning_and_length():
    assert quote("red") == "'red'"
    assert quote(0.5) == "0.5"
    assert quote("a" * 5000, most=3) == "'aaa…' (5,000 characters)"
    assert quote_list(["b", "a" * 101]) == f"'b', '{'a' * 100}…' (101 characters)"
