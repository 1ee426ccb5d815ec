"""The process in which a picture or a sound that was sent is decoded (`pellucid.studio.decoding`).

A question comes over standard input, as JSON. What was decoded goes into a file, its bytes alone;
the answer says what is wrong with the file that was sent, or nothing.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pellucid.data.media.form import UnreadableError
from pellucid.data.media.image_files import ImageForm
from pellucid.data.media.sound_files import SoundForm
from pellucid.studio.limited import limit

FORMS = {"images": ImageForm, "sounds": SoundForm}
"""What can be decoded, by the name of its medium."""


def main() -> None:
    """Answer one question."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    question = json.load(sys.stdin)
    form = FORMS[question["medium"]](**question["form"])
    limit(question["memory"], question["processor"])
    told = {}
    try:
        decoded = form.read(question["path"])
        Path(question["into"]).write_bytes(decoded.astype(form.dtype).tobytes())
    except UnreadableError as error:
        told = {"message": error.reason}
    with answers:
        json.dump(told, answers)
