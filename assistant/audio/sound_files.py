"""Sound files as microphone and loudspeaker.

Reading is done by libsndfile (the package soundfile): it takes every PCM and float WAV, WAVE_FORMAT_EXTENSIBLE, odd
chunks in any order, RF64, truncated data, lengths of 0xFFFFFFFF, and FLAC, Ogg and MP3 besides; the standard library's
`wave` reads no float files. It does believe a length of 0, as left by a recorder that was killed or wrote to a pipe;
that is repaired here.

Writing is done with `wave`, because it can update the header in the middle of a recording, which soundfile can't.
"""

from __future__ import annotations

import errno
import mmap
import os
import stat
import struct
import wave
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.audio.conditioning import Conditioner
from assistant.errors import SolemateError, UsageError
from assistant.ports import BLOCK, SPEAKING_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.understanding.hypothesis import Samples

READ_SECONDS = 1.0
"""Seconds of a file that are in memory at a time."""

RATES = range(2_000, 384_001)
"""Credible sample rates, Hz; outside of them the header is damaged."""

SAVE_SECONDS = 1.0
"""Seconds of a recording that are lost at most if the process is killed."""

RIFF = b"RIFF"
"""How a WAV file begins."""

FULL_SCALE = 32_767
"""The largest 16-bit sample."""

MOST_BYTES = 0xFFFFFFFF
"""The largest length a WAV header can hold; libsndfile takes it to mean "up to the end"."""


def read_sound(path: str | Path) -> Samples:
    """The whole sound of a file, made one usable channel at LISTENING_RATE; shape (0,) if it holds no samples.

    Raises SolemateError if there is no such file, or no sound in it that can be read.
    """
    return np.concatenate([np.zeros(0, np.float32), *_pieces(Path(path))])


class FileMicrophone:
    """A sound file as a microphone: blocks of BLOCK samples at LISTENING_RATE, the last one padded with silence.

    The file is opened at once, so SolemateError for one that can't be read is raised here; each iteration starts at the
    beginning. Only a second of it is in memory at a time.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._closed = False
        self._opened: Any = _open(self.path)

    def __iter__(self) -> Iterator[Samples]:
        opened, self._opened = self._opened, None
        pending = np.zeros(0, np.float32)
        for piece in _pieces(self.path, opened):
            pending = np.concatenate([pending, piece])
            whole = len(pending) // BLOCK * BLOCK
            for start in range(0, whole, BLOCK):
                if self._closed:
                    return
                yield pending[start : start + BLOCK]
            pending = pending[whole:]
        if len(pending) and not self._closed:
            yield np.pad(pending, (0, BLOCK - len(pending)))

    def close(self) -> None:
        """End the iteration."""
        self._closed = True
        if self._opened is not None:
            self._opened.close()
            self._opened = None


class FileSpeaker:
    """A WAV file as a loudspeaker: one channel of 16 bits at SPEAKING_RATE.

    It is written as the sound comes, and the header updated every SAVE_SECONDS, so that the file is readable even if
    the process dies. Raises UsageError, and leaves the file alone, if it holds anything other than a WAV; SolemateError
    if it can't be created or written.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.samples = 0
        """Samples written so far."""
        self._unsaved = 0
        self._wave: wave.Wave_write | None = None
        try:
            if self.path.is_file() and self.path.stat().st_size and not _is_wav(self.path):
                raise UsageError(f"{self.path} is no WAV file, and would be overwritten", "choose another name")
            self._file = self.path.open("wb")
        except OSError as error:
            raise _unwritable(self.path, error) from error
        if not self._file.seekable():
            self._file.close()
            raise SolemateError(f"cannot write a WAV into {self.path}, which is a pipe", "give the name of a file")
        self._wave = wave.open(self._file)  # noqa: SIM115 - closed in close()
        self._wave.setnchannels(1)
        self._wave.setsampwidth(2)
        self._wave.setframerate(SPEAKING_RATE)
        self._save(b"")

    def write(self, samples: Samples) -> None:
        """Append samples at SPEAKING_RATE; beyond -1 to 1 they are clipped, NaN becomes silence."""
        loud = np.clip(np.nan_to_num(samples), -1.0, 1.0)
        pcm = np.rint(loud * FULL_SCALE).astype("<i2").tobytes()
        self.samples += len(samples)
        self._unsaved += len(samples)
        if self._unsaved >= SAVE_SECONDS * SPEAKING_RATE:
            self._save(pcm)
        else:
            self._guarded(pcm, save=False)

    def close(self) -> None:
        """Finish the file. Raises SolemateError if the rest could not be written; a second call does nothing."""
        if self._wave is not None:
            self._save(b"")
            self._abandon()

    def _save(self, pcm: bytes) -> None:
        self._guarded(pcm, save=True)
        self._unsaved = 0

    def _guarded(self, pcm: bytes, save: bool) -> None:
        if self._wave is None:
            raise SolemateError(f"cannot write {self.path}: it is closed")
        try:
            if save:
                self._wave.writeframes(pcm)
                self._file.flush()
            else:
                self._wave.writeframesraw(pcm)
        except OSError as error:
            self._abandon()
            raise _unwritable(self.path, error) from error
        except (struct.error, OverflowError) as error:
            self._abandon()
            raise SolemateError(f"cannot write {self.path}: a WAV file ends at 4 GB") from error

    def _abandon(self) -> None:
        """Close the file, ignoring errors: they occurred before, and were reported then."""
        recording, self._wave = self._wave, None
        with suppress(OSError):
            if recording is not None:
                recording.close()
        with suppress(OSError):
            self._file.close()


def _is_wav(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(RIFF)) == RIFF


def _pieces(path: Path, opened: Any = None) -> Iterator[Samples]:
    """The sound of a file, READ_SECONDS at a time, one channel, at LISTENING_RATE."""
    with opened or _open(path) as sound:
        rate = sound.samplerate
        conditioner = Conditioner(rate)
        while True:
            frames = sound.read(int(rate * READ_SECONDS), dtype="float32", always_2d=True)
            piece = conditioner.feed(frames, last=not len(frames))
            if len(piece):
                yield piece
            if not len(frames):
                return


def _open(path: Path) -> Any:
    """The file as an open soundfile.SoundFile. Raises SolemateError."""
    import soundfile  # here, because it loads libsndfile and numpy, and `--help` does not need them

    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise _unreadable(path, error) from error
    kind = os.fstat(handle)
    problem = None
    if stat.S_ISDIR(kind.st_mode):
        problem = SolemateError(f"cannot read {path}: it is a folder", "give the name of a sound file")
    elif stat.S_ISREG(kind.st_mode) and not kind.st_size:
        problem = SolemateError(f"cannot read {path}: it is empty, not even a header", "record it again")
    if problem:
        os.close(handle)
        raise problem
    try:
        sound = soundfile.SoundFile(handle, closefd=True)
    except soundfile.SoundFileError as error:
        raise _no_sound(path, error) from error
    if not sound.frames and sound.format in ("WAV", "WAVEX"):
        sound = _without_length(path, sound)
    if sound.samplerate not in RATES:
        sound.close()
        raise SolemateError(
            f"cannot read {path}: it is damaged, its header says {sound.samplerate} samples a second", "record it again"
        )
    return sound


def _without_length(path: Path, sound: Any) -> Any:
    """The file opened again up to its real end, if its header says 0 samples but some follow; else `sound`."""
    import soundfile

    if not sound.seekable():
        sound.close()
        raise SolemateError(f"cannot read {path}: its header says that it is empty", "save it to a file first")
    with path.open("rb") as file:
        # Copy-on-write: the file itself is not changed.
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    data, form = _chunk(content, b"data"), _chunk(content, b"fmt ")
    if data is None or form is None or len(content) - data - 8 < max(1, _block_bytes(content, form)):
        return sound  # not even one whole sample follows; libsndfile would seek beyond the end
    if struct.unpack_from("<I", content, 4)[0] + 8 == len(content):
        return sound  # the RIFF length agrees with the size of the file, so the data really is empty
    sound.close()
    struct.pack_into("<I", content, data + 4, min(len(content) - data - 8, MOST_BYTES))
    struct.pack_into("<I", content, 4, min(len(content) - 8, MOST_BYTES))
    return soundfile.SoundFile(content)


def _block_bytes(content: mmap.mmap, form: int) -> int:
    """Bytes of one sample of all channels together, according to the format chunk at offset `form`."""
    if form + 22 > len(content):
        return 0
    size: int = struct.unpack_from("<H", content, form + 20)[0]
    return size


def _chunk(content: mmap.mmap, name: bytes) -> int | None:
    """The offset in bytes at which a RIFF file's chunk of this name begins."""
    at = 12  # after RIFF, its size, and WAVE
    while at + 8 <= len(content):
        if content[at : at + 4] == name:
            return at
        size: int = struct.unpack_from("<I", content, at + 4)[0]
        at += 8 + size + size % 2
    return None


def _unreadable(path: Path, error: OSError) -> SolemateError:
    if isinstance(error, FileNotFoundError):
        return SolemateError(f"cannot read {path}: there is no such file")
    if isinstance(error, PermissionError):
        return SolemateError(f"cannot read {path}: no permission", "make it readable with chmod, or copy it")
    return SolemateError(f"cannot read {path}: {(error.strerror or str(error)).lower()}")


def _unwritable(path: Path, error: OSError) -> SolemateError:
    if isinstance(error, IsADirectoryError):
        return SolemateError(f"cannot write {path}: it is a folder", "give the name of a file")
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return SolemateError(f"cannot write {path}: there is no folder {path.parent}", "make it first")
    if isinstance(error, PermissionError):
        return SolemateError(f"cannot write {path}: no permission", "choose another folder")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SolemateError(f"cannot write {path}: the disk is full", "free some space, or choose another one")
    return SolemateError(f"cannot write {path}: {(error.strerror or str(error)).lower()}")


def _no_sound(path: Path, error: Exception) -> SolemateError:
    """libsndfile's complaint about a file, in words that help."""
    reason = str(getattr(error, "error_string", error)).rstrip(".")
    if "No 'data' chunk" in reason:
        return SolemateError(f"cannot read {path}: it is cut off before its sound begins", "record it again")
    if "not recognised" in reason:
        return SolemateError(
            f"cannot read {path}: it is not a WAV, FLAC, Ogg or MP3 file",
            "if it is sound of another kind, convert it with ffmpeg or sox",
        )
    return SolemateError(
        f"cannot read {path}: it is damaged or of an unknown kind ({reason})", "convert it with ffmpeg or sox"
    )
