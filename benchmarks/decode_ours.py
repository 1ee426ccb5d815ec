"""pellucid's side of the decoding benchmark: one process, one list of files, an empty cache."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import PIL.Image
import soundfile  # noqa: F401 -- loaded before the clock starts, as on the other side

from pellucid.data.media.decoding import decode
from pellucid.data.media.form import Form
from pellucid.data.media.image_files import ImageForm
from pellucid.data.media.sound_files import SoundForm


def main() -> None:
    """Decode the files named on the command line; print the seconds."""
    medium, listing, *numbers = sys.argv[1:]
    sizes = [int(number) for number in numbers]
    form: Form = ImageForm(*sizes, 3) if medium == "images" else SoundForm(*sizes)
    paths = json.loads(Path(listing).read_text(encoding="utf-8"))
    PIL.Image.preinit()
    np.ones((2, 2)) @ np.ones((2, 2))
    began = time.perf_counter()
    decoded = decode(paths, form)
    seconds = time.perf_counter() - began
    if decoded.problems:
        raise SystemExit(f"unreadable: {decoded.problems}")
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
