"""Model files taken apart, and put together again with hashes that fit.

Whoever damages a file on purpose makes the hashes fit, so what lies behind them must be as careful.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from pellucid.model.archive import write_archive

MODEL, WEIGHTS, CARD, EXAMPLES = "model.json", "weights.safetensors", "card.md", "examples.json"
Members = dict[str, bytes]


def opened(content: bytes) -> tuple[Members, bytes]:
    """Return a model file's members and its comment."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, archive.comment


def described(members: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what ``model.json`` holds."""
    plain: dict[str, Any] = json.loads(members[MODEL])
    return plain


def signed(members: Mapping[str, bytes]) -> bytes:
    """Return the model file of these members; its comment fits ``model.json``, as it stands."""
    comment = f"pellucid model, sha256 of model.json: {sha256(members[MODEL])}".encode()
    stream = io.BytesIO()
    write_archive(stream, members, comment)
    return stream.getvalue()


def signed_with(members: Mapping[str, bytes], name: str, content: bytes) -> bytes:
    """Return the model file with another content of one member, not ``model.json``; all fits."""
    description = described(members)
    description["sha256"][name] = sha256(content)
    return signed({**members, name: content, MODEL: json.dumps(description).encode()})


def sha256(content: bytes) -> str:
    """Return the hash in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
