"""One sound from a file: its header in a moment, its log-mel spectrogram of one fixed length.

libsndfile reads it, by way of soundfile. Only the part that is kept is read, so that an hour of
music costs no more memory than a second.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.data.media.form import UnreadableError, is_lasting, reason_of
from pellucid.data.media.mel import log_mel
from pellucid.data.media.polyphase import resample
from pellucid.data.standard_error import held_back

if TYPE_CHECKING:
    import soundfile

    from pellucid.data.table import Array

LONGEST_SECONDS = 4 * 3600
LOWEST_RATE, HIGHEST_RATE = 1_000, 768_000
# A block of all channels stays in the processor's caches, and is not held beside the whole sound.
_SAMPLES_AT_ONCE = 1 << 14
# What libsndfile says of files that are none of its formats; the last of what is called .mp3.
_NO_SOUND = ("ormat not recogni", "unknown format", "not a regular file")
# What a WAV file says of its length while it is still being recorded.
_LENGTH_UNKNOWN = (0, 0xFFFFFFFF, 0x7FFFFFFF)


@dataclass(frozen=True)
class SoundHeader:
    """What a sound's header says.

    Attributes
    ----------
    rate
        Samples a second.
    n_samples
        Samples in each channel.
    channels
        How many channels.
    """

    rate: int
    n_samples: int
    channels: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.n_samples / self.rate


def probe_sound(path: str) -> SoundHeader:
    """Read a sound's header alone.

    Raises
    ------
    UnreadableError
        Where it is no sound, holds no samples, ends before its header says, or is longer than
        the limit.
    """
    import soundfile

    try:
        with _quietly(path), soundfile.SoundFile(path) as sound:
            return _header(sound, path)
    except Exception as error:  # libsndfile's own classes, and the system's
        raise _unreadable(error) from None


@dataclass(frozen=True)
class SoundForm:
    """The one form that all sounds of a column are brought to: a log-mel spectrogram.

    All channels are averaged, the rate is made one, and the length as well: longer sounds lose
    their end, shorter ones are followed by silence.

    Attributes
    ----------
    rate
        Samples a second.
    n_samples
        The length kept, in samples at this rate.
    n_frames, n_bands
        The shape of the spectrogram: time by pitch.
    """

    rate: int
    n_samples: int
    n_frames: int
    n_bands: int

    @property
    def medium(self) -> str:
        """The name of the folder in the cache."""
        return "sounds"

    @property
    def shape(self) -> tuple[int, ...]:
        """``(n_frames, n_bands)``."""
        return (self.n_frames, self.n_bands)

    @property
    def dtype(self) -> str:
        """Logarithms of power, float32."""
        return "float32"

    def key(self) -> dict[str, Any]:
        """Return all settings and the version of these rules."""
        import soundfile

        return {**asdict(self), "libsndfile": soundfile.__libsndfile_version__, "rules": 2}

    def read(self, path: str) -> Array:
        """Read one sound as its log-mel spectrogram."""
        return log_mel(self.samples(path), self.rate, self.n_frames, self.n_bands)

    def samples(self, path: str) -> Array:
        """Read one sound: one channel from -1 to 1, float32, shape ``(n_samples,)``."""
        import soundfile

        try:
            with _quietly(path), soundfile.SoundFile(path) as sound:
                header = _header(sound, path)
                wanted = -(-self.n_samples * header.rate // self.rate)
                wanted = min(header.n_samples, wanted)
                mono = _mono(sound, wanted)
        except Exception as error:  # libsndfile's own classes, and the system's
            raise _unreadable(error) from None
        if len(mono) < wanted:
            raise UnreadableError(
                f"it is cut off after {len(mono):,} of {header.n_samples:,} samples"
            )
        if not np.isfinite(mono).all():
            raise UnreadableError("it holds samples that are no finite numbers")
        # Fractions beyond full scale are louder than anything that can be played.
        mono = np.clip(resample(mono, header.rate, self.rate), -1.0, 1.0)[: self.n_samples]
        return np.pad(mono, (0, self.n_samples - len(mono))).astype(np.float32, copy=False)


def _quietly(path: str) -> AbstractContextManager[None]:
    """Hold back what the decoder of MP3 files prints of damaged ones."""
    return held_back() if path.lower().endswith(".mp3") else nullcontext()


def _mono(sound: soundfile.SoundFile, n: int) -> Array:
    """Read the next samples as the mean of all channels, float32; fewer where the file ends."""
    mono = np.empty(n, dtype=np.float32)
    block = np.empty((min(n, _SAMPLES_AT_ONCE), sound.channels), dtype=np.float32)
    done = 0
    while done < n and len(read := sound.read(out=block[: n - done])):
        # Channel by channel: a mean along rows of two numbers takes twenty times as long.
        total = mono[done : done + len(read)]
        total[...] = read[:, 0]
        for channel in range(1, sound.channels):
            total += read[:, channel]
        done += len(read)
    # What follows was never read, and may be anything.
    found = mono[:done]
    found /= sound.channels
    return found


def _header(sound: soundfile.SoundFile, path: str) -> SoundHeader:
    header = SoundHeader(int(sound.samplerate), int(sound.frames), int(sound.channels))
    if not LOWEST_RATE <= header.rate <= HIGHEST_RATE:
        raise UnreadableError(
            f"it says it has {header.rate:,} samples a second; expected "
            f"{LOWEST_RATE:,} to {HIGHEST_RATE:,}"
        )
    if header.n_samples <= 0:
        raise UnreadableError("it holds no samples")
    if header.seconds > LONGEST_SECONDS:
        raise UnreadableError(
            f"it says it lasts {header.seconds / 3600:,.1f} hours, more than the limit of "
            f"{LONGEST_SECONDS // 3600}"
        )
    if sound.format in ("WAV", "WAVEX", "OGG", "AIFF"):
        _refuse_truncated(path, sound.format)
    return header


def _refuse_truncated(path: str, kind: str) -> None:
    """Notice what libsndfile passes over: a file that ends before its header says."""
    with Path(path).open("rb") as stream:
        size = stream.seek(0, 2)
        if kind == "OGG":
            stream.seek(max(0, size - 65_536 - 512))  # the largest page there is
            if not _ends_with_last_page(stream.read()):
                raise UnreadableError("it is cut off: its last page is not whole")
            return
        stream.seek(12)
        name = b"SSND" if kind == "AIFF" else b"data"
        while len(head := stream.read(8)) == 8:
            length = int.from_bytes(head[4:], "big" if kind == "AIFF" else "little")
            left = size - stream.tell()
            if head[:4] == name:
                if length > left and length not in _LENGTH_UNKNOWN:
                    raise UnreadableError(
                        f"it is cut off: {left:,} of {length:,} bytes of sound are there"
                    )
                return
            stream.seek(length + length % 2, 1)


def _ends_with_last_page(end: bytes) -> bool:
    """Tell whether the last Ogg page (RFC 3533, section 6) says it is the last, and is whole."""
    start = end.rfind(b"OggS")
    page = end[max(start, 0) :]
    if start < 0 or len(page) < 27 or not page[5] & 4:
        return False
    n_lacing = page[26]
    return len(page) >= 27 + n_lacing + sum(page[27 : 27 + n_lacing])


def _unreadable(error: Exception) -> UnreadableError:
    if isinstance(error, UnreadableError):
        return error
    text = reason_of(error)
    if any(words in text for words in _NO_SOUND):
        text = "it is no sound of a known format (WAV, FLAC, OGG, MP3), or is damaged"
        return UnreadableError(text)
    text = text.rsplit(": ", 1)[-1] if "opening" in text else text
    if "SF_INFO" in text:
        text = "its header contradicts itself"
    return UnreadableError(reason_of(ValueError(text)), lasting=is_lasting(error))
