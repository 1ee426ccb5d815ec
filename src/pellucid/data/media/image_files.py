"""One picture from a file: its header in a moment, its pixels brought to one size.

Pillow reads it. The header is checked before any pixel is decoded, so that a small file that
says it is enormous costs nothing.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.data.media.form import UnreadableError, is_lasting, reason_of

if TYPE_CHECKING:
    from PIL import Image

    from pellucid.data.table import Array

PIXEL_LIMIT = 64_000_000
LIMIT_VARIABLE = "PELLUCID_PIXEL_LIMIT"
# Only what a person means by a picture: Pillow can open some fifty formats, PostScript among them.
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF")
_ORIENTATION = 0x0112
_DEEP_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
_WHITE = {"uint8": 255, "uint16": 65535}
_ONE_AT_A_TIME = threading.RLock()


@dataclass(frozen=True)
class ImageHeader:
    """What a picture's header says.

    Attributes
    ----------
    width, height
        In pixels, as the picture is to be shown (turned as its EXIF orientation says).
    is_colour
        Whether it may hold colours.
    is_deep
        Whether its grey levels have more than 8 bits.
    """

    width: int
    height: int
    is_colour: bool
    is_deep: bool


def probe_image(path: str) -> ImageHeader:
    """Read a picture's header alone.

    Raises
    ------
    UnreadableError
        Where it is no picture, or one of more pixels than the limit.
    """
    from PIL import Image

    with _quiet():
        try:
            with Image.open(path, formats=FORMATS) as image:
                _refuse_too_large(image, pixel_limit())
                width, height = image.size
                if _orientation(image) >= 5:
                    width, height = height, width
                return ImageHeader(
                    width, height, _is_colour(image), is_deep=image.mode in _DEEP_MODES
                )
        except Exception as error:  # decoders raise whatever they like for damaged files
            raise _unreadable(error) from None


@dataclass(frozen=True)
class ImageForm:
    """The one size and depth that all pictures of a column are brought to.

    The whole picture is shown, its proportions kept; what is left free at two of its edges is
    filled with the mean of the picture's own border, so that no frame appears.

    Attributes
    ----------
    height, width
        In pixels.
    channels
        None for grey without an axis of its own; 1 grey, 3 red, green and blue, 4 with alpha.
    dtype
        ``"uint8"``, or ``"uint16"`` for deep grey levels.
    pixel_limit
        A picture of more pixels is refused.
    """

    height: int
    width: int
    channels: int | None = None
    dtype: str = "uint8"
    pixel_limit: int = PIXEL_LIMIT

    @property
    def medium(self) -> str:
        """The name of the folder in the cache."""
        return "images"

    @property
    def shape(self) -> tuple[int, ...]:
        """``(height, width)`` or ``(height, width, channels)``."""
        size = (self.height, self.width)
        return size if self.channels is None else (*size, self.channels)

    def key(self) -> dict[str, Any]:
        """Return all settings and Pillow's version, whose decoders may change."""
        import PIL

        return {**asdict(self), "pillow": PIL.__version__, "rules": 1}

    def read(self, path: str) -> Array:
        """Read one picture: shape and type as announced."""
        from PIL import Image

        with _quiet():
            try:
                with Image.open(path, formats=FORMATS) as image:
                    _refuse_too_large(image, self.pixel_limit)
                    return self._pixels(image)
            except Exception as error:  # decoders raise whatever they like for damaged files
                raise _unreadable(error) from None

    def _pixels(self, image: Image.Image) -> Array:
        orientation = _orientation(image)
        upright = (self.width, self.height)
        wanted = upright[::-1] if orientation >= 5 else upright
        if image.size != wanted:
            # A JPEG can be decoded at a half, a quarter or an eighth; twice the final size is
            # kept, so that the resampling below still decides what is seen.
            image.draft(None, (2 * wanted[0], 2 * wanted[1]))
        if image.mode in _DEEP_MODES:
            return self._deep_pixels(image, orientation)
        plain = _converted(image, {3: "RGB", 4: "RGBA"}.get(self.channels or 1, "L"))
        plain = _fitted(_upright(plain, orientation), upright)
        pixels = np.asarray(plain)
        if self.dtype != "uint8":
            pixels = pixels.astype(self.dtype) * (_WHITE[self.dtype] // 255)
        return pixels.reshape(self.shape)

    def _deep_pixels(self, image: Image.Image, orientation: int) -> Array:
        """Bring grey levels of 16 bits or fractions to the type wanted."""
        from PIL import Image

        # An int array of Pillow's may have the other byte order; float32 holds 24 bits exactly.
        grey = np.asarray(image).astype(np.float32)
        grey = _levels(grey, image.mode) * np.float32(_WHITE[self.dtype])
        plain = _fitted(_upright(Image.fromarray(grey), orientation), (self.width, self.height))
        levels = np.clip(np.asarray(plain), 0, _WHITE[self.dtype])
        pixels: Array = np.rint(levels).astype(self.dtype)
        if self.channels is None:
            return pixels
        pixels = np.repeat(pixels[:, :, None], self.channels, axis=2)
        if self.channels == 4:
            pixels[:, :, 3] = _WHITE[self.dtype]
        return pixels


def is_grey_throughout(path: str) -> bool:
    """Tell whether a picture that may hold colours holds none that an eye would see."""
    pixels = ImageForm(64, 64, 3, pixel_limit=pixel_limit()).read(path).astype(np.int16)
    spread = pixels.max(axis=2) - pixels.min(axis=2)
    return bool(spread.max() <= 12)  # the chroma of a grey JPEG is off by a few levels


def pixel_limit() -> int:
    """Return the most pixels a picture may have: `PIXEL_LIMIT`, or ``PELLUCID_PIXEL_LIMIT``."""
    text = os.environ.get(LIMIT_VARIABLE, "")
    return int(text) if text.isdecimal() and int(text) else PIXEL_LIMIT


def _levels(grey: Array, mode: str) -> Array:
    """Scale grey levels to 0 … 1."""
    if not np.isfinite(grey).all():
        raise UnreadableError("it holds pixels that are no finite numbers")
    low, high = float(grey.min()), float(grey.max())
    if mode.startswith("I;16"):
        white = 65535.0
    else:
        candidates = (1.0, 255.0, 65535.0) if mode == "F" else (255.0, 65535.0)
        white = next((limit for limit in candidates if high <= limit), 0.0)
    if low < 0 or not white:
        raise UnreadableError(
            f"its pixels go from {low:g} to {high:g}; expected 0 to 1, 255 or 65,535"
        )
    return grey / np.float32(white)


def _converted(image: Image.Image, mode: str) -> Image.Image:
    """Bring palettes, alpha and other colour spaces to grey, colour, or colour with alpha."""
    from PIL import Image

    if image.mode == mode:
        return image
    transparent = "transparency" in image.info or image.mode in ("LA", "PA", "RGBA", "La", "RGBa")
    if not transparent or mode == "RGBA":
        return image.convert(mode)
    # What shines through is taken for paper: drawings and icons are mostly dark on nothing.
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return paper.convert(mode)


def _fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Make the picture fit into the size, and fill what is left free."""
    from PIL import Image

    if image.size == size:
        return image
    scale = min(size[0] / image.width, size[1] / image.height)
    inner = (
        min(size[0], max(1, round(image.width * scale))),
        min(size[1], max(1, round(image.height * scale))),
    )
    resized = image.resize(inner, Image.Resampling.BILINEAR, reducing_gap=2.0)
    if inner == size:
        return resized
    pixels = np.asarray(resized)
    border = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    mean = np.concatenate(border).mean(axis=0)
    canvas = np.empty((size[1], size[0], *pixels.shape[2:]), dtype=pixels.dtype)
    canvas[...] = np.rint(mean) if pixels.dtype == np.uint8 else mean
    top, left = (size[1] - inner[1]) // 2, (size[0] - inner[0]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = pixels
    return Image.fromarray(canvas)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation still to be applied, 1 … 8; 1 where there is none."""
    if "exif" not in image.info or image.format == "TIFF":  # which Pillow turns by itself
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # a picture with damaged EXIF data is still a picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    if orientation == 1:
        return image
    from PIL import Image

    turns = Image.Transpose
    turn = {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_270,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_90,
    }[orientation]
    return image.transpose(turn)


def _is_colour(image: Image.Image) -> bool:
    if image.mode in ("1", "L", "LA", "La", *_DEEP_MODES):
        return False
    if image.mode == "P" and image.palette is not None:
        table = np.frombuffer(image.palette.tobytes(), dtype=np.uint8)
        width = len(image.palette.mode)
        if width >= 3 and not len(table) % width:
            colours = table.reshape(-1, width)[:, :3]
            return bool((colours != colours[:, :1]).any())
    return True


def _refuse_too_large(image: Image.Image, limit: int) -> None:
    width, height = image.size
    if width * height > limit:
        raise UnreadableError(
            f"it says it has {width:,} × {height:,} pixels, more than the limit of "
            f"{limit:,} ({LIMIT_VARIABLE})",
            lasting=False,
        )
    if not width or not height:
        raise UnreadableError("it has no pixels")


def _unreadable(error: Exception) -> UnreadableError:
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, UnreadableError):
        return error
    if isinstance(error, UnidentifiedImageError):
        return UnreadableError(
            "it is no picture of a known format (PNG, JPEG, BMP, GIF, WebP, TIFF), or is damaged"
        )
    if isinstance(error, Image.DecompressionBombError):
        return UnreadableError(
            f"it says it has more pixels than the limit of {pixel_limit():,} ({LIMIT_VARIABLE})",
            lasting=False,
        )
    if isinstance(error, MemoryError):
        return UnreadableError("there is not enough memory for it", lasting=False)
    return UnreadableError(reason_of(error), lasting=is_lasting(error))


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence decoders: what matters of a file is told by its picture, or by an error."""
    # The filters are those of the whole process: two threads would put back each other's.
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
