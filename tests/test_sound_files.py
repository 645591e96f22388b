"""Sound files of every kind, made here byte by byte."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.audio.conditioning import Conditioner
from assistant.audio.sound_files import FileMicrophone, FileSpeaker, read_sound
from assistant.errors import SolemateError
from assistant.ports import BLOCK, LISTENING_RATE, SPEAKING_RATE

PITCH = 440.0
SECONDS = 0.5
PCM, FLOAT, MULAW, EXTENSIBLE = 1, 3, 7, 0xFFFE


def tone(rate: int = LISTENING_RATE, seconds: float = SECONDS) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * PITCH * np.arange(round(rate * seconds)) / rate)


def encoded(samples: np.ndarray, kind: int, bits: int) -> bytes:
    if kind == FLOAT:
        return bytes(samples.astype(f"<f{bits // 8}"))
    if bits == 8:
        return bytes(np.rint(samples * 127 + 128).astype("u1"))
    whole = np.rint(samples * (2 ** (bits - 1) - 1)).astype("<i8")
    return b"".join(int(sample).to_bytes(bits // 8, "little", signed=True) for sample in whole)


def chunk(name: bytes, content: bytes, size: int | None = None) -> bytes:
    padding = b"\0" * (len(content) % 2)
    return name + struct.pack("<I", len(content) if size is None else size) + content + padding


def riff(*chunks: bytes, size: int | None = None) -> bytes:
    content = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content) if size is None else size) + content


def header(kind: int = PCM, channels: int = 1, rate: int = LISTENING_RATE, bits: int = 16) -> bytes:
    frame = channels * bits // 8
    return struct.pack("<HHIIHH", kind, channels, rate, rate * frame, frame, bits)


def extended(kind: int, bits: int) -> bytes:
    guid = struct.pack("<H", kind) + bytes.fromhex("000000001000800000aa00389b71")
    return header(EXTENSIBLE, bits=bits) + struct.pack("<HHI", 22, bits, 4) + guid


def wav(kind: int = PCM, channels: int = 1, rate: int = LISTENING_RATE, bits: int = 16) -> bytes:
    """A tone in every channel."""
    samples = np.repeat(tone(rate), channels)
    return riff(chunk(b"fmt ", header(kind, channels, rate, bits)), chunk(b"data", encoded(samples, kind, bits)))


def with_length(size: int, whole: int | None = None) -> bytes:
    return riff(chunk(b"fmt ", header()), chunk(b"data", encoded(tone(), PCM, 16), size), size=whole)


@pytest.fixture
def make(tmp_path: Path):
    def make(content: bytes, name: str = "made.wav") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


def pitch_of(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * LISTENING_RATE / len(samples))


FORMATS = {
    "8 bit": wav(bits=8),
    "16 bit": wav(),
    "24 bit": wav(bits=24),
    "32 bit": wav(bits=32),
    "float 32": wav(FLOAT, bits=32),
    "float 64": wav(FLOAT, bits=64),
    "stereo": wav(channels=2),
    "stereo 24 bit 48 kHz": wav(channels=2, bits=24, rate=48_000),
    "six channels": wav(channels=6),
    "8 kHz": wav(rate=8_000),
    "22.05 kHz": wav(rate=22_050),
    "44.1 kHz": wav(rate=44_100),
    "48 kHz": wav(rate=48_000),
    "96 kHz float": wav(FLOAT, rate=96_000, bits=32),
    "extensible": riff(chunk(b"fmt ", extended(PCM, 16)), chunk(b"data", encoded(tone(), PCM, 16))),
    "extensible float": riff(chunk(b"fmt ", extended(FLOAT, 32)), chunk(b"data", encoded(tone(), FLOAT, 32))),
    "odd chunks": riff(
        chunk(b"JUNK", b"abc"),
        chunk(b"fmt ", header()),
        chunk(b"LIST", b"INFOISFT\x05\0\0\0abcde\0"),
        chunk(b"data", encoded(tone(), PCM, 16)),
        chunk(b"id3 ", b"xyz"),
    ),
    "length 0": with_length(0, 0),
    "length 0, as a killed recorder leaves it": with_length(0, 36),
    "length 0xFFFFFFFF": with_length(0xFFFFFFFF, 0xFFFFFFFF),
    "length 0x7FFFFFFF": with_length(0x7FFFFFFF, 0x7FFFFFFF),
    "24 bit, length 0": riff(chunk(b"fmt ", header(bits=24)), chunk(b"data", encoded(tone(), PCM, 24), 0), size=0),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_wav_is_the_same_sound(name: str, make) -> None:
    samples = read_sound(make(FORMATS[name]))
    assert samples.dtype == np.float32
    assert samples.shape == (round(SECONDS * LISTENING_RATE),)
    assert pitch_of(samples) == pytest.approx(PITCH, abs=2)
    assert np.abs(samples[1000:-1000]).max() == pytest.approx(0.5, abs=0.01)


def test_a_dead_channel_is_left_out(make) -> None:
    stereo = np.column_stack([tone(), np.zeros_like(tone())]).ravel()
    samples = read_sound(make(riff(chunk(b"fmt ", header(channels=2)), chunk(b"data", encoded(stereo, PCM, 16)))))
    assert np.abs(samples[4000:]).max() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("name", "content", "left"),
    [
        ("in the middle", wav()[: 44 + 4001], 2000),
        ("right behind the header", wav()[:44], 0),
        ("within a stereo frame", wav(channels=2)[: 44 + 4 * 100 + 3], 100),
    ],
)
def test_what_is_left_of_a_file_that_was_cut_off_is_used(name: str, content: bytes, left: int, make) -> None:
    assert len(read_sound(make(content))) == left, name


@pytest.mark.parametrize(("channels", "left"), [(1, 1), (2, 3)])
def test_less_than_a_sample_behind_the_header_is_nothing_and_says_nothing(
    channels: int, left: int, make, capfd, monkeypatch
) -> None:
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)  # pytest's would keep it from the terminal
    assert len(read_sound(make(wav(channels=channels)[: 44 + left]))) == 0
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("tail", [b"", chunk(b"LIST", b"INFOISFT\x06\0\0\0abcdef")])
def test_no_samples_are_a_valid_silence(tail: bytes, make) -> None:
    path = make(riff(chunk(b"fmt ", header()), chunk(b"data", b""), tail))
    assert read_sound(path).shape == (0,)
    assert list(FileMicrophone(path)) == []


def test_what_is_no_number_is_silence_and_does_not_spread(make) -> None:
    samples = tone(48_000)
    samples[4800:4810] = [np.nan, np.inf, -np.inf, *[np.nan] * 7]
    content = riff(chunk(b"fmt ", header(FLOAT, rate=48_000, bits=32)), chunk(b"data", encoded(samples, FLOAT, 32)))
    read = read_sound(make(content))
    assert np.isfinite(read).all()
    assert np.abs(read[4000:]).max() == pytest.approx(0.5, abs=0.01)


WRONG = {
    "text": (b"this is not a sound at all " * 20, "not a WAV"),
    "no bytes": (b"", "empty"),
    "header cut off": (wav()[:30], "cut off"),
    "no data chunk": (riff(chunk(b"fmt ", header())), "cut off"),
    "no channels": (riff(chunk(b"fmt ", header(channels=0)), chunk(b"data", b"\0\0")), "damaged"),
    "rate 0": (riff(chunk(b"fmt ", header(rate=0)), chunk(b"data", b"\0\0")), "damaged"),
    "rate 3": (riff(chunk(b"fmt ", header(rate=3)), chunk(b"data", b"\0\0")), "damaged"),
    "rate of 4 GHz": (riff(chunk(b"fmt ", header(rate=2_000_000_000)), chunk(b"data", b"\0\0")), "damaged"),
    "an MP3 tag without an MP3": (riff(chunk(b"fmt ", header(0x55)), chunk(b"data", b"\0\0" * 400)), "damaged"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("reader", [read_sound, FileMicrophone])
def test_what_is_no_sound_is_named(name: str, reader, make) -> None:
    content, why = WRONG[name]
    path = make(content)
    handles = os.listdir("/proc/self/fd") if sys.platform == "linux" else []
    with pytest.raises(SolemateError, match=why) as error:
        reader(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    assert len(handles) == (len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(SolemateError, match=r"nothing\.wav: there is no such file"):
        FileMicrophone(tmp_path / "nothing.wav")
    with pytest.raises(SolemateError, match="it is a folder"):
        read_sound(tmp_path)


def test_a_file_without_permission_is_named(make) -> None:
    path = make(wav())
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file (root), so nothing refuses")
    with pytest.raises(SolemateError, match="no permission"):
        read_sound(path)


def test_the_microphone_gives_blocks_and_fills_the_last_one_up(make) -> None:
    path = make(wav())
    blocks = list(FileMicrophone(path))
    assert {block.shape for block in blocks} == {(BLOCK,)}
    whole = read_sound(path)
    together = np.concatenate(blocks)
    assert len(together) == -(-len(whole) // BLOCK) * BLOCK
    assert np.array_equal(together[: len(whole)], whole)
    assert not together[len(whole) :].any()


def test_a_file_longer_than_what_is_read_at_a_time_has_no_seams(make) -> None:
    rate = 44_100
    content = riff(chunk(b"fmt ", header(rate=rate)), chunk(b"data", encoded(tone(rate, 3.3), PCM, 16)))
    samples = np.concatenate(list(FileMicrophone(make(content))))[: round(3.3 * LISTENING_RATE)]
    at_once = Conditioner(LISTENING_RATE).feed(tone(seconds=3.3).astype(np.float32)[:, None])
    assert np.abs(samples - at_once)[500:-500].max() < 0.01


def test_the_microphone_starts_anew_and_ends_when_closed(make) -> None:
    microphone = FileMicrophone(make(wav()))
    assert len(list(microphone)) == len(list(microphone))
    blocks = iter(microphone)
    next(blocks)
    microphone.close()
    assert list(blocks) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_a_microphone_too(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(with_length(0xFFFFFFFF, 0xFFFFFFFF),))
    writer.start()
    assert len(read_sound(pipe)) == round(SECONDS * LISTENING_RATE)
    writer.join()
    writer = threading.Thread(target=pipe.write_bytes, args=(with_length(0, 0),))
    writer.start()
    with pytest.raises(SolemateError, match="save it to a file first"):
        read_sound(pipe)
    writer.join()


def test_a_flac_is_read_as_well(tmp_path: Path) -> None:
    import soundfile

    soundfile.write(tmp_path / "made.flac", tone(48_000), 48_000)
    assert pitch_of(read_sound(tmp_path / "made.flac")) == pytest.approx(PITCH, abs=2)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    speaker = FileSpeaker(tmp_path / "out.wav")
    sound = tone(seconds=2.5).astype(np.float32)
    for start in range(0, len(sound), BLOCK):
        speaker.write(sound[start : start + BLOCK])
    assert speaker.samples == len(sound)
    speaker.close()
    speaker.close()
    assert np.abs(soundfile.read(tmp_path / "out.wav")[0] - sound).max() < 1e-4


def test_too_loud_is_clipped_and_what_is_no_number_is_silence(tmp_path: Path) -> None:
    speaker = FileSpeaker(tmp_path / "out.wav")
    speaker.write(np.array([2.0, -2.0, 0.5, np.nan, 1.0, -1.0], np.float32))
    speaker.close()
    assert soundfile.read(tmp_path / "out.wav")[0] == pytest.approx([1, -1, 0.5, 0, 1, -1], abs=1e-4)


def test_a_speaker_that_said_nothing_leaves_a_valid_file(tmp_path: Path) -> None:
    FileSpeaker(tmp_path / "out.wav").close()
    assert read_sound(tmp_path / "out.wav").shape == (0,)


def test_a_recording_can_be_read_while_it_goes_on(tmp_path: Path) -> None:
    speaker = FileSpeaker(tmp_path / "out.wav")
    for seconds in range(1, 4):
        speaker.write(np.full(SPEAKING_RATE, 0.25, np.float32))
        assert len(read_sound(tmp_path / "out.wav")) == seconds * SPEAKING_RATE
    speaker.close()


DIES = """
import os, signal, sys
import numpy as np
from assistant.audio.sound_files import FileSpeaker
speaker = FileSpeaker(sys.argv[1])
for _ in range(100):
    speaker.write(np.full(480, 0.25, np.float32))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_recording_survives_the_death_of_its_process(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    done = subprocess.run([sys.executable, "-c", DIES, path], cwd=Path(__file__).parent.parent, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(read_sound(path)) >= 100 * BLOCK - SPEAKING_RATE
    assert soundfile.read(path)[0].min() == pytest.approx(0.25, abs=1e-3)


def test_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SolemateError, match="there is no folder"):
        FileSpeaker(tmp_path / "nowhere" / "out.wav")
    with pytest.raises(SolemateError, match="it is a folder"):
        FileSpeaker(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_named_once() -> None:
    with pytest.raises(SolemateError, match="cannot write /dev/full: the disk is full"):
        FileSpeaker("/dev/full")


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of a file the POSIX way")
def test_a_disk_that_fills_up_on_the_way_is_named_once(tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    speaker = FileSpeaker(tmp_path / "out.wav")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        for _ in range(3):
            speaker.write(np.full(SPEAKING_RATE, 0.25, np.float32))
        with pytest.raises(SolemateError, match=r"out\.wav"):
            speaker.write(np.full(SPEAKING_RATE, 0.25, np.float32))
        speaker.close()
        with pytest.raises(SolemateError, match="closed"):
            speaker.write(np.zeros(1, np.float32))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert len(read_sound(tmp_path / "out.wav")) >= SPEAKING_RATE
