"""All ways in which a file is damaged, by name, for each kind of file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from reliability.damage.checkpoints import CHECKPOINT_WAYS
from reliability.damage.contents import CONTENT_WAYS
from reliability.damage.plain import PLAIN_WAYS
from reliability.damage.zips import ZIP_WAYS

Way = Callable[[bytes, Random], bytes]

WAYS: Mapping[str, Mapping[str, Way]] = {
    "model": {**PLAIN_WAYS, **ZIP_WAYS, **CONTENT_WAYS},
    "checkpoint": {**PLAIN_WAYS, **CHECKPOINT_WAYS},
}
# Storage and transport damage bytes; the other ways take somebody who means it.
SHARE_PLAIN = 0.6


def damaged(kind: str, content: bytes, seed: str) -> tuple[str, bytes]:
    """Return the name of a way and what it made of a file; the seed alone decides both."""
    draw = Random(seed)  # noqa: S311 -- damage need not be a secret
    ways = WAYS[kind]
    while True:
        plain = draw.random() < SHARE_PLAIN
        name = draw.choice([one for one in ways if (one in PLAIN_WAYS) == plain])
        made = ways[name](content, draw)
        if made != content:  # zeros where zeros were, for instance, are no damage
            return name, made
