"""The kinds of columns, one file each, and their registry.

To add a kind: write ``kinds/<name>.py`` with a subclass of `Kind` and its encoder, and add one
line to `KINDS`. The contract then proposes it, ``--kind COLUMN=<name>`` chooses it, and the
conformance suite tests it.
"""

from __future__ import annotations

from pellucid.data.kinds.category import CategoryEncoder, CategoryKind
from pellucid.data.kinds.date import DateEncoder, DateKind
from pellucid.data.kinds.image import ImageEncoder, ImageKind
from pellucid.data.kinds.kind import Description, Encoder, Kind, Proposal
from pellucid.data.kinds.number import NumberEncoder, NumberKind
from pellucid.data.kinds.series import SeriesEncoder, SeriesKind
from pellucid.data.kinds.sound import SoundEncoder, SoundKind
from pellucid.data.kinds.subwords import SubwordEncoder, SubwordKind
from pellucid.data.kinds.text import TextEncoder, TextKind
from pellucid.data.kinds.vector import VectorEncoder, VectorKind
from pellucid.data.kinds.word_sequence import WordSequenceEncoder
from pellucid.errors import unknown_name

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        NumberKind(),
        CategoryKind(),
        DateKind(),
        ImageKind(),
        SoundKind(),
        TextKind(),
        SubwordKind(),
        VectorKind(),
        SeriesKind(),
    )
}

__all__ = [
    "KINDS",
    "CategoryEncoder",
    "DateEncoder",
    "Description",
    "Encoder",
    "ImageEncoder",
    "Kind",
    "NumberEncoder",
    "Proposal",
    "SeriesEncoder",
    "SoundEncoder",
    "SubwordEncoder",
    "TextEncoder",
    "VectorEncoder",
    "WordSequenceEncoder",
    "get_kind",
]


def get_kind(name: str) -> Kind:
    """Return the kind with this name; raise SettingError with a suggestion for others."""
    if name not in KINDS:
        raise unknown_name("kind", name, KINDS)
    return KINDS[name]
