"""What an answer is made of: the question as it came, and answers that are no messages."""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.studio.reading import Query


@dataclass(frozen=True)
class Asked:
    """A question: the names in its path, the parameters of its address, its body."""

    path: dict[str, str]
    query: Query
    body: bytes


@dataclass(frozen=True)
class Bytes:
    """An answer that is sent as it is."""

    content: bytes
    media_type: str
