"""Which names of files are pictures and which are sounds."""

from __future__ import annotations

import polars as pl

IMAGE_SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp", ".tif", ".tiff",
)  # fmt: skip
SOUND_SUFFIXES = (".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff")


def share_with_suffix(texts: pl.Series, suffixes: tuple[str, ...]) -> float:
    """Return the share of texts that end in one of the suffixes, in either case; 0 for none.

    Examples
    --------
    >>> share_with_suffix(pl.Series(["a.png", "b.JPG", "c"]), IMAGE_SUFFIXES)
    0.6666666666666666
    """
    if not len(texts):
        return 0.0
    endings = "|".join(suffix.removeprefix(".") for suffix in suffixes)
    matches = texts.str.contains(rf"(?i)\.({endings})$").sum()
    return float(matches or 0) / len(texts)
