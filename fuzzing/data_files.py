"""Readers of data, given the fuzzer's bytes as a file in memory."""

from __future__ import annotations

from fuzzing.scratch import written
from fuzzing.seeds import SOUND_FORMATS
from pellucid.data.media.image_files import ImageForm, probe_image
from pellucid.data.media.sound_files import SoundForm, probe_sound
from pellucid.data.sources.delimited import open_delimited
from pellucid.data.sources.idx import open_idx_file
from pellucid.data.sources.json_objects import open_json, open_json_lines
from pellucid.data.sources.npz import open_npz
from pellucid.data.sources.ts import open_ts

_TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".data")
_SOUND_ENDINGS = tuple(SOUND_FORMATS)


def read_table(content: bytes) -> object:
    """Read a table; its ending depends on its length, so that all rules are met."""
    ending = _TABLE_ENDINGS[len(content) % len(_TABLE_ENDINGS)]
    return open_delimited(written(f"table{ending}", content))


def read_idx(content: bytes) -> object:
    """Read an IDX file of images."""
    return open_idx_file(written("images-idx3-ubyte", content))


def read_image(content: bytes) -> object:
    """Read a picture's header, then its pixels in two forms."""
    path = str(written("picture", content))
    probe_image(path)
    ImageForm(6, 6, 3, pixel_limit=1_000_000).read(path)
    return ImageForm(4, 8, dtype="uint16", pixel_limit=1_000_000).read(path)


def read_sound(content: bytes) -> object:
    """Read a sound's header, then its spectrogram; its first byte names the ending."""
    ending = _SOUND_ENDINGS[content[0] % len(_SOUND_ENDINGS)] if content else ".wav"
    path = str(written(f"sound{ending}", content[1:]))
    probe_sound(path)
    return SoundForm(rate=8_000, n_samples=2_000, n_frames=8, n_bands=8).read(path)


def read_npz(content: bytes) -> object:
    """Read an archive of arrays."""
    return open_npz(written("data.npz", content))


def read_ts(content: bytes) -> object:
    """Read a file of time series."""
    return open_ts(written("data.ts", content))


def read_json_lines(content: bytes) -> object:
    """Read one JSON object a line."""
    return open_json_lines(written("data.jsonl", content))


def read_json(content: bytes) -> object:
    """Read a JSON file."""
    return open_json(written("data.json", content))
