"""What fuzzing found stays mended, and its targets read what they should."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from fuzzing.descriptions import patched
from fuzzing.expected import EXPECTED
from fuzzing.seeds import archives
from fuzzing.targets import TARGETS
from reliability.damage.signing import described, opened

from pellucid.errors import DataError


def encrypted(n_headers: int) -> bytes:
    """Return an archive whose first member's last headers say that it is encrypted."""
    content = bytearray(archives()[0])
    for place in (content.index(b"PK\1\2") + 8, 6)[:n_headers]:
        content[place] |= 1
    return bytes(content)


# Target -> inputs that once made it raise something else than its own errors, or nothing at all.
FOUND = {
    # No values at all, but sizes whose product no array has; more dimensions than NumPy has.
    "idx": [
        bytes.fromhex("00000d06 00000002 00fffc02 00000000 3f800000 40000000 40400000"),
        bytes([0, 0, 8, 65]) + bytes(4 * 65),
    ],
    # It begins with what Polars takes for a compressed stream.
    "json_lines": [b'x^"lx": ""}'],
    # A member says it is encrypted, in one of its two headers or both.
    "npz": [encrypted(1), encrypted(2)],
    # What says that it is a date, a number or a truth value, and is not; and nested too deeply.
    "settings": [
        b"epochs: 2001-13-45",
        b"epochs: !!int ''",
        b"epochs: !!timestamp x",
        b"normalize: !!bool maybe",
        b"epochs: " + b"9" * 5_000,
        b"[" * 20_000,
    ],
}


@pytest.mark.parametrize(
    ("target", "content"), [(name, content) for name, found in FOUND.items() for content in found]
)
def test_what_fuzzing_found_is_refused_in_words(target, content):
    with pytest.raises(EXPECTED):
        TARGETS[target].read()(content)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_reads_most_of_what_it_begins_with(name):
    """Otherwise mutations would begin with what is refused at once."""
    read, seeds = TARGETS[name].read(), TARGETS[name].seeds()
    done = 0
    for seed in seeds:
        assert len(seed) <= TARGETS[name].most_bytes
        with suppress(*EXPECTED):
            read(seed)
            done += 1
    assert done >= len(seeds) / 2


@pytest.mark.parametrize("name", TARGETS)
def test_changed_files_raise_nothing_but_words(name):
    """A first handful, without looking at what they reach; `make fuzz` tries a million."""
    read, seeds = TARGETS[name].read(), TARGETS[name].seeds()
    draw = Random(0)  # noqa: S311 -- any bytes will do
    for _ in range(60):
        content = bytearray(draw.choice(seeds))
        for _ in range(draw.randint(1, 4)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        with suppress(*EXPECTED):
            read(bytes(content))


def test_a_description_is_changed_where_the_bytes_say():
    """By hand: two bytes choose the first place, ``format_version``, the third takes it away."""
    with pytest.raises(EXPECTED, match="format_version"):
        TARGETS["description"].read()(bytes(3))


def test_an_odd_value_is_never_put_into_itself():
    """Bytes once put an empty object into itself, which no JSON can say."""
    members, _ = opened(patched(bytes.fromhex("31319d31329d24cf6b3131")))
    assert described(members)["format_version"] >= 1


def test_words_are_those_of_the_reader():
    with pytest.raises(DataError, match="header announces"):
        TARGETS["idx"].read()(FOUND["idx"][0])
