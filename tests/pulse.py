"""A private sound server: PulseAudio with two null sinks, one for a loudspeaker and one for a quiet place.

Through ALSA they are devices like any other: `room_speaker` plays into the one sink, `room_heard` is a microphone
beside that loudspeaker, and `quiet_microphone` hears the other sink, into which nobody plays.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import numpy as np

ALSA = """
pcm.!default { type pulse }
ctl.!default { type pulse }
pcm.room_speaker { type pulse device speaker }
pcm.room_heard { type pulse device speaker.monitor }
pcm.quiet_microphone { type pulse device microphone.monitor }
"""

ECHO = "module-loopback source=speaker.monitor sink=microphone latency_msec=40 adjust_time=0"
"""Lets the quiet microphone hear the loudspeaker too."""

MODULES = (
    "module-native-protocol-unix",
    "module-null-sink sink_name=speaker rate=48000",
    "module-null-sink sink_name=microphone rate=44100 channels=1",
)

PLUGIN = "libasound_module_pcm_pulse.so"
FORGOTTEN_SECONDS = 60
"""A server that nobody uses any more exits by itself after this, in case a test has died."""


def missing() -> str | None:
    """What is missing here for a sound server; None if nothing is."""
    if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
        return "needs PulseAudio: sudo apt install pulseaudio pulseaudio-utils"
    if not any(Path("/usr/lib").glob(f"*/alsa-lib/{PLUGIN}")) and not Path("/usr/lib/alsa-lib", PLUGIN).exists():
        return "needs ALSA's PulseAudio plugin: sudo apt install libasound2-plugins"
    return None


def surroundings(home: Path) -> dict[str, str]:
    """The environment of a program whose sound server and ALSA settings are in a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "DBUS_", "ALSA_"))}
    kept.pop("DISPLAY", None)
    return {**kept, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PULSE_RUNTIME_PATH": str(home / "pulse")}


@contextmanager
def sound_server(*modules: str) -> Iterator[dict[str, str]]:
    """Run a server, with more modules if need be; gives the environment of programs that are to use it."""
    # Not pytest's folder, whose path is too long for a socket. A server that is just ending may still write into it.
    with tempfile.TemporaryDirectory(prefix="solemate-pulse-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o700)
        (home / ".asoundrc").write_text(ALSA)
        environment = surroundings(home)
        serve(environment, *modules)
        try:
            with awake("speaker", environment), awake("microphone", environment):
                yield environment
        finally:
            with suppress(OSError, ValueError):  # it is gone already
                freeze(environment, signal.SIGCONT)
            stop(environment)


def serve(environment: dict[str, str], *modules: str) -> None:
    """Start the server: at first, and again where `stop` has ended it."""
    options = ["-n", "--daemonize=yes", "--use-pid-file=yes", "--disable-shm=yes"]
    options += [f"--exit-idle-time={FORGOTTEN_SECONDS}", *(f"--load={module}" for module in (*MODULES, *modules))]
    # It returns once the server is up.
    subprocess.run(
        ["pulseaudio", *options],
        env=environment,
        timeout=30,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def awake(sink: str, environment: dict[str, str]) -> Iterator[None]:
    """Keep a null sink at short blocks by listening to it; by itself it takes 2 s to give or take its first sound."""
    command = ["parec", f"--device={sink}.monitor", "--latency-msec=20", "--raw"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as listener:
        assert listener.stdout is not None
        listener.stdout.read(1)
        drain = threading.Thread(target=_drain, args=(listener.stdout,), daemon=True)
        drain.start()
        try:
            yield
        finally:
            listener.kill()
            drain.join()


def _drain(sound: IO[bytes]) -> None:
    while sound.read(4096):
        pass


NOISE = 0.0005
"""RMS, of full scale, of a quiet room (-66 dB)."""


@contextmanager
def room_noise(environment: dict[str, str]) -> Iterator[None]:
    """Let the quiet microphone hear a room, which is never as silent as a null sink."""
    noise = np.random.default_rng(5).normal(0.0, NOISE * 32767, 44100).astype("<i2").tobytes()
    with playing(environment, noise, "--device=microphone", "--rate=44100"):
        yield


@contextmanager
def playing(environment: dict[str, str], sound: bytes, *options: str) -> Iterator[None]:
    """Have a program play 16-bit sound of one channel, again and again; `options` are pacat's."""
    command = ["pacat", "--playback", "--channels=1", "--format=s16le", *options]
    # Unbuffered: what a killed player never took would else be written once more as the pipe is closed, and fail.
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
    ) as player:
        assert player.stdin is not None
        feeder = threading.Thread(target=_feed, args=(player.stdin, sound), daemon=True)
        feeder.start()
        try:
            yield
        finally:
            player.kill()
            feeder.join()


def _feed(pipe: IO[bytes], sound: bytes) -> None:
    with suppress(OSError, ValueError):  # the player is gone
        while True:
            pipe.write(sound)


def mute(environment: dict[str, str], *, yes: bool, source: str = "microphone.monitor") -> None:
    """Mute the quiet microphone, as its switch does, or no longer."""
    command = ["pactl", "set-source-mute", source, "1" if yes else "0"]
    subprocess.run(command, env=environment, timeout=30, check=True)


def freeze(environment: dict[str, str], signal_number: int = signal.SIGSTOP) -> None:
    """Let the server hang, as if its device were gone; with SIGCONT let it go on."""
    os.kill(int(Path(environment["PULSE_RUNTIME_PATH"], "pid").read_text()), signal_number)


def stop(environment: dict[str, str]) -> None:
    """End the server, if it still runs."""
    subprocess.run(["pulseaudio", "--kill"], env=environment, timeout=30, check=False, stderr=subprocess.DEVNULL)
