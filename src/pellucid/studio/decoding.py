"""A picture or a sound that a person tries, as the network receives it.

It is decoded in a process that may take only so much (`pellucid.studio.limited`), by the same
readers as the files of a training, with their limits on pixels and formats; nothing is kept.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from math import prod
from pathlib import Path

import numpy as np

from pellucid.data.kinds.image import ImageEncoder
from pellucid.data.kinds.sound import SoundEncoder
from pellucid.data.media.image_files import ImageForm
from pellucid.data.media.sound_files import SoundForm
from pellucid.data.media.suffixes import IMAGE_SUFFIXES, SOUND_SUFFIXES
from pellucid.data.table import Array
from pellucid.errors import DataError, quote
from pellucid.studio.limited import Limits, asked_of


def decode(content: bytes, name: str, encoder: ImageEncoder | SoundEncoder) -> Array:
    """Return a picture's pixels or a sound's spectrogram, in the shape that the network sees.

    Parameters
    ----------
    content
        The file.
    name
        What the person calls it; its ending says what it is.
    encoder
        The column's.

    Raises
    ------
    DataError
        For what is no such file, or a damaged one.
    RefusedError
        Where decoding it takes more than it may.
    """
    is_image = isinstance(encoder, ImageEncoder)
    endings = IMAGE_SUFFIXES if is_image else SOUND_SUFFIXES
    ending = next((one for one in endings if name.lower().endswith(one)), None)
    what = "picture" if is_image else "sound"
    if ending is None:
        raise DataError(
            f"{quote(name, 100)} does not end as a {what} does.", expected=", ".join(endings)
        )
    form = _form(encoder, what)
    with tempfile.TemporaryDirectory(prefix="pellucid-try-") as folder:
        path, into = Path(folder, f"sent{ending}"), Path(folder, "decoded")
        path.write_bytes(content)
        question = {
            "path": str(path), "into": str(into), "medium": form.medium, "form": asdict(form),
        }  # fmt: skip
        problem = asked_of("pellucid.studio.decoder", question, name, Limits.usual())
        if problem:
            why = str(problem.get("message", ""))[:200].replace(str(path), name)
            raise DataError(f"The {what} cannot be read: {why}.", where=name[:200])
        decoded = np.fromfile(into, dtype=form.dtype)
    if decoded.size != prod(form.shape):
        raise DataError(f"The {what} cannot be read.", where=name[:200])
    return decoded.reshape(form.shape)


def _form(encoder: ImageEncoder | SoundEncoder, what: str) -> ImageForm | SoundForm:
    try:
        return encoder.form
    except DataError as error:
        raise DataError(
            f"This network learned from arrays of numbers, which no file of a {what} becomes.",
            remedy="draw one, or predict in Python",
        ) from error
