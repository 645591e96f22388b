"""Sound devices: which there are, finding the one that is wanted, and opening it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from assistant.audio.portaudio import close_stream, load_portaudio, quiet
from assistant.errors import SolemateError

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK_SECONDS = 0.03
"""Seconds of sound that a device gives or takes at a time."""

MOST_CHANNELS = 8
"""A device with more channels is a sound server that takes any number; it is asked for mono or stereo first."""

OTHER_RATES = (48_000, 44_100, 16_000)
"""Sample rates in Hz, tried in this order if a device refuses its own default."""

Kind = Literal["input", "output"]

_NAMES: dict[Kind, str] = {"input": "microphone", "output": "loudspeaker"}

_INVALID_CHANNELS, _INVALID_RATE, _INVALID_DEVICE, _UNAVAILABLE, _HOST = -9998, -9997, -9996, -9985, -9999
"""PortAudio's error codes (paInvalidChannelCount and so on, portaudio.h)."""


class NoSoundDevice(SolemateError):  # noqa: N818 - it says what is the matter
    """There is no microphone or no loudspeaker."""


class DeviceLost(SolemateError):  # noqa: N818
    """A device that worked has died: it was unplugged, or its driver or sound server is gone."""


@dataclass(frozen=True)
class Device:
    """A sound device as PortAudio lists it: channels in and out (0: none), default sample rate in Hz."""

    name: str
    index: int
    inputs: int
    outputs: int
    rate: int

    def channels(self, kind: Kind) -> int:
        """The number of channels in a direction."""
        return self.inputs if kind == "input" else self.outputs


def list_devices() -> list[Device]:
    """All sound devices, as of the last time PortAudio looked. Raises SolemateError if PortAudio is missing."""
    return [
        Device(
            name=str(found["name"]),
            index=int(found["index"]),
            inputs=int(found["max_input_channels"]),
            outputs=int(found["max_output_channels"]),
            rate=int(found["default_samplerate"]),
        )
        for found in load_portaudio().query_devices()
    ]


def find_device(wanted: str | int | None, kind: Kind) -> Device:
    """The device with a number, or a name or part of a name (ignoring case); the default device for None.

    Raises NoSoundDevice if there is none at all, SolemateError if no device, or more than one, has that name.
    """
    devices = [device for device in list_devices() if device.channels(kind)]
    if not devices:
        raise _no_device(kind)
    if wanted is None:
        index = load_portaudio().default.device[0 if kind == "input" else 1]
        return next((device for device in devices if device.index == index), devices[0])
    found = _matching(str(wanted).strip().casefold(), devices)
    if len(found) == 1:
        return found[0]
    listing = ", ".join(f"{device.index}: {device.name}" for device in found or devices)
    if found:
        raise SolemateError(
            f"more than one {_NAMES[kind]} is called {wanted!r}", f"say more, or give a number ({listing})"
        )
    raise SolemateError(f"there is no {_NAMES[kind]} {wanted!r}", f"there are {listing}")


def sound_problem() -> SolemateError | None:
    """Why live sound cannot work here, with the way out; None if there are devices for it."""
    try:
        find_device(None, "input")
        find_device(None, "output")
    except SolemateError as error:
        return error
    return None


def _matching(wanted: str, devices: list[Device]) -> list[Device]:
    if wanted.isdecimal():
        return [device for device in devices if device.index == int(wanted)]
    exact = [device for device in devices if device.name.casefold() == wanted]
    return exact or [device for device in devices if wanted and wanted in device.name.casefold()]


def open_stream(
    device: Device, kind: Kind, latency: str | float, callback: Callable[..., None], finished: Callable[[], None]
) -> Any:
    """A stream of the device, at the first sample rate and channel count that it accepts; it isn't started yet.

    `latency` is in seconds, or "low" or "high" for what the device itself considers so. `callback` is called with each
    block of sound, `finished` once the stream has ended, both on PortAudio's thread. Raises SolemateError if the device
    does not open.
    """
    audio = load_portaudio()
    make = audio.InputStream if kind == "input" else audio.OutputStream
    refused: Exception | None = None
    for rate in dict.fromkeys([device.rate, *OTHER_RATES]):
        for channels in _channels(device, kind):
            try:
                with quiet():
                    return make(
                        device=device.index,
                        samplerate=rate,
                        channels=channels,
                        blocksize=round(rate * BLOCK_SECONDS),
                        latency=latency,
                        dtype="float32",
                        callback=callback,
                        finished_callback=finished,
                    )
            except audio.PortAudioError as error:
                if _code(error) not in (_INVALID_CHANNELS, _INVALID_RATE):
                    raise _refusal(device, kind, error) from error
                refused = error
    raise _refusal(device, kind, refused) from refused


def _channels(device: Device, kind: Kind) -> list[int]:
    """Channel counts to try: the device's own, unless it takes any number; then the usual ones."""
    most = device.channels(kind)
    usual = [1, 2] if kind == "input" else [2, 1]
    own = [most] if most <= MOST_CHANNELS and (kind == "input" or most <= 2) else []
    return list(dict.fromkeys([*own, *(count for count in usual if count <= most), most]))


def start_stream(stream: Any, device: Device, kind: Kind) -> None:
    """Start a stream of the device. Closes it and raises SolemateError if it can't be started."""
    audio = load_portaudio()
    try:
        with quiet():
            stream.start()
    except audio.PortAudioError as error:
        close_stream(stream)
        raise _refusal(device, kind, error) from error


def _code(error: Exception) -> int:
    return int(error.args[1]) if len(error.args) > 1 else 0


def _refusal(device: Device, kind: Kind, error: Exception | None) -> SolemateError:
    """Why a device does not open, and the way out."""
    code = 0 if error is None else _code(error)
    name = f"the {_NAMES[kind]} {device.name!r}"
    if code == _UNAVAILABLE:
        remedy = f"close that program, or choose another {_NAMES[kind]}"
        return SolemateError(f"{name} is in use by another program, or gone", remedy)
    if code == _INVALID_DEVICE:
        return SolemateError(f"{name} is gone", "plug it in and start again")
    if code in (_INVALID_CHANNELS, _INVALID_RATE):
        problem = f"{name} refuses every sample rate and channel count that was tried"
        return SolemateError(problem, f"choose another {_NAMES[kind]}")
    reason = " ".join(str(error.args[0] if error and error.args else error).split())
    if code == _HOST and error is not None and len(error.args) > 2:
        reason = " ".join(str(error.args[2][2]).split()) or reason
    remedy = f"check that the sound server runs, or choose another {_NAMES[kind]}"
    return SolemateError(f"{name} does not open ({reason})", remedy)


def _no_device(kind: Kind) -> NoSoundDevice:
    other = "--microphone FILE.wav" if kind == "input" else "--speaker FILE.wav"
    return NoSoundDevice(f"there is no {_NAMES[kind]}", f"plug one in and start again, or use --typed, or {other}")


def lost(device: Device, kind: Kind) -> DeviceLost:
    """The error to raise for a device that is lost."""
    return DeviceLost(f"the {_NAMES[kind]} {device.name!r} fell silent", "check its plug")
