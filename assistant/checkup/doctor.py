"""Examines each part that Solemate needs: whether it works, and the one thing to do if not.

The facts come from `Probes`, so that tests can provoke each failure; the judgement is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import SolemateError
from assistant.settings.kinds import OFF
from assistant.settings.table import Settings

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

OLDEST_PYTHON = (3, 10)
"""The oldest Python version that works."""

FULL_BYTES, NEARLY_FULL_BYTES = 20_000_000, 200_000_000
"""Free bytes below which stored data is at risk, and below which no speech model could be fetched."""

CLOCK_SLACK = timedelta(days=1)
"""How far the clock may be behind the program's own files, which may come from another time zone."""

NOISE_DB = -38.0
"""Noise level, dB of full scale, from which a room is loud: speech at a usual level hardly stands out."""


class State(str, Enum):
    """The state of a part."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True)
class Check:
    """What was found about a part, and the one thing to do about it (empty for nothing)."""

    part: str
    state: State
    found: str
    todo: str = ""


@dataclass(frozen=True)
class Played:
    """The result of playing a sound: the loudspeaker's name, and its level and delay at the microphone.

    `level_db` is in dB of full scale, `seconds` the echo delay; None if it was not heard. `listened` False: there was
    no microphone to hear it with.
    """

    name: str
    level_db: float | None = None
    seconds: float | None = None
    listened: bool = True


@dataclass(frozen=True)
class Understood:
    """The result of having the recogniser hear a command: its line for the user, the command, and if it was right.

    `complaint` says what is wrong with a model, `vosk` whether a Vosk model is in use, `way` how to get one.
    """

    line: str
    said: str
    right: bool
    vosk: bool
    way: str
    complaint: str | None = None


@dataclass(frozen=True)
class Folder:
    """A folder that is read and written: the free bytes there, and whether both may be done."""

    path: Path
    free: int
    writable: bool


@dataclass(frozen=True)
class Service:
    """The service: why there can be none here (or None), whether it is installed, whether all is well, how it stands,
    and what to do."""

    problem: str | None
    installed: bool = False
    well: bool = False
    told: str = ""
    todo: str = ""


@dataclass(frozen=True)
class Probes:
    """How each part is looked at. Whatever fails raises SolemateError, which names the way out."""

    python: Callable[[], tuple[int, ...]]
    settings: Callable[[], Settings]
    flags: Callable[[], Settings]
    """The settings from the command line alone: what is left if the file has a mistake."""
    portaudio: Callable[[], int]
    """How many devices it finds."""
    espeak: Callable[[], str | None]
    """Where the library is; None if it is missing."""
    voice: Callable[[Settings], tuple[str, Samples]]
    """The voice's name, and something said with it."""
    record: Callable[[Settings], tuple[str, Samples]]
    """The microphone's name, and two seconds of its sound."""
    play: Callable[[Settings], Played]
    recogniser: Callable[[Settings], Understood]
    canceller: Callable[[], str | None]
    """Why there is no echo canceller; None if there is one."""
    folders: Callable[[], Sequence[Folder]]
    history: Callable[[], tuple[Path, int, str | None]]
    """Its file, the number of runs in it, and what is wrong with it."""
    routine: Callable[[Settings], str]
    """The name of the routine that is set."""
    service: Callable[[], Service]
    clock: Callable[[], tuple[datetime, datetime]]
    """The current time, and the time of the program's own files."""
    clock_unset: Callable[[], bool]
    """Whether the machine's clock does not run while it is off, and has not been set since."""


def examine(probes: Probes) -> Iterator[Check]:
    """Check each part, one after the other; some take seconds."""
    yield _python(probes)
    try:
        settings = probes.settings()
        yield Check("settings", State.OK, "the settings file has no mistake")
    except SolemateError as error:
        settings = probes.flags()
        yield _failed("settings", error)
    sound = _guarded("portaudio", lambda: _portaudio(probes))
    yield sound
    yield _espeak(probes)
    yield _guarded("voice", lambda: _voice(probes, settings))
    if sound.state is State.FAILURE:
        for part in ("microphone", "loudspeaker"):
            yield Check(part, State.FAILURE, "could not be looked at without PortAudio", sound.todo)
    else:
        yield _guarded("microphone", lambda: _microphone(probes, settings))
        yield _guarded("loudspeaker", lambda: _loudspeaker(probes, settings))
    yield _guarded("recogniser", lambda: _recogniser(probes, settings))
    yield _canceller(probes, settings)
    yield _guarded(
        "routine", lambda: Check("routine", State.OK, f"{probes.routine(settings)}: there, and without a mistake")
    )
    yield _guarded("history", lambda: _history(probes))
    yield _guarded("disk", lambda: _disk(probes))
    yield _guarded("service", lambda: _service(probes, settings))
    yield _time(probes)


def _guarded(part: str, look: Callable[[], Check]) -> Check:
    """What a look at a part finds; a fault of it, or a folder that can't be read, ends nothing but that look."""
    try:
        return look()
    except SolemateError as error:
        return _failed(part, error)
    except OSError as error:
        path = error.filename if error.filename is not None else "a file"
        todo = _take_over([path]) if isinstance(error, PermissionError) else str(error)
        return Check(part, State.FAILURE, f"{path} can't be read ({error.strerror or error})", todo)


def _take_over(paths: Sequence[object]) -> str:
    return f"give yourself the right to read and write there: sudo chown -R $USER {' '.join(map(str, paths))}"


def _failed(part: str, error: SolemateError) -> Check:
    """Where an error names no way out, what is wrong is to be put right."""
    return Check(part, State.FAILURE, str(error), error.remedy or error.problem)


def _python(probes: Probes) -> Check:
    version = probes.python()
    found = "Python " + ".".join(map(str, version))
    if version[:2] < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return Check("python", State.FAILURE, found, f"install Python {oldest} or newer, and set Solemate up with it")
    return Check("python", State.OK, found)


def _portaudio(probes: Probes) -> Check:
    count = probes.portaudio()
    if not count:
        todo = "plug in a microphone and a loudspeaker, or start the sound server"
        return Check("portaudio", State.WARNING, "PortAudio works, but finds no sound device", todo)
    return Check("portaudio", State.OK, f"PortAudio finds {count} sound devices")


def _espeak(probes: Probes) -> Check:
    found = probes.espeak()
    if found is None:
        return Check("espeak", State.FAILURE, "the library of eSpeak NG is missing", "sudo apt install espeak-ng")
    return Check("espeak", State.OK, f"eSpeak NG: {found}")


def _voice(probes: Probes, settings: Settings) -> Check:
    from assistant.audio.levels import speech_db

    name, samples = probes.voice(settings)
    if speech_db(samples, NO_VOICE_DB) is None:
        return Check("voice", State.FAILURE, f"the voice {name} makes no sound", "install eSpeak NG anew")
    return Check("voice", State.OK, f"the voice {name} speaks")


NO_VOICE_DB = -60.0
"""dB of full scale; a voice that is no louder is silent."""


def _microphone(probes: Probes, settings: Settings) -> Check:
    from assistant.audio.levels import NO_SOUND_DB, clipped, noise_db, peak
    from assistant.checkup.findings import CLIPPED_SHARE

    name, samples = probes.record(settings)
    noise, share, loudest = noise_db(samples), clipped(samples), peak(samples)
    found = f"{name}: the room at {noise:.0f} dB of full scale, peak {loudest:.2f}"
    if noise < NO_SOUND_DB:
        todo = "unmute it in the system's sound settings, or choose another: solemate --devices"
        return Check("microphone", State.FAILURE, f"{name} gives no sound", todo)
    if share >= CLIPPED_SHARE:
        todo = "turn it down in the system's sound settings"
        return Check("microphone", State.WARNING, f"{found}, {share:.1%} of it cut off", todo)
    if noise > NOISE_DB:
        todo = "turn off what makes the noise, or come closer to the microphone, and run: solemate calibrate"
        return Check("microphone", State.WARNING, f"{found}, which is loud", todo)
    return Check("microphone", State.OK, found)


def _loudspeaker(probes: Probes, settings: Settings) -> Check:
    played = probes.play(settings)
    if not played.listened:
        return Check("loudspeaker", State.OK, f"{played.name} plays; there is no microphone to hear it with")
    if played.level_db is None or played.seconds is None:
        todo = "with headphones that is as it should be; if you did not hear it either, turn it up"
        return Check("loudspeaker", State.WARNING, f"{played.name} plays, but the microphone does not hear it", todo)
    heard = f"{played.level_db:.0f} dB of full scale after {played.seconds:.2f} s"
    return Check("loudspeaker", State.OK, f"{played.name} plays, and is heard at {heard}")


def _recogniser(probes: Probes, settings: Settings) -> Check:
    from assistant.hearing.built_in import deaf_to

    heard = probes.recogniser(settings)
    if not heard.right:
        # Perhaps only because a synthetic voice said it.
        other = heard.vosk and deaf_to(settings.text("language")) is None
        todo = "solemate settings set recogniser built-in" if other else "say it yourself: solemate listen"
        return Check("recogniser", State.WARNING, f"{heard.line}, but did not understand {heard.said!r}", todo)
    if heard.complaint:
        return Check("recogniser", State.WARNING, f"{heard.line}; {heard.complaint}", heard.way)
    todo = "" if heard.vosk else f"for quicker reactions: {heard.way}"
    return Check("recogniser", State.OK, f"{heard.line.partition(';')[0]}, and understands {heard.said!r}", todo)


def _canceller(probes: Probes, settings: Settings) -> Check:
    part = "echo_canceller"
    if not settings.switch("echo_cancelling"):
        todo = "solemate settings unset echo_cancelling"
        return Check(part, State.WARNING, "switched off in the settings: let the guide finish, or use headphones", todo)
    problem = probes.canceller()
    if problem is None:
        return Check(part, State.OK, "WebRTC's echo canceller is there")
    todo = "pip install livekit; where it has no wheel (32-bit systems), use headphones"
    return Check(part, State.WARNING, f"the guide can't tell you from its own echo: {problem}", todo)


def _disk(probes: Probes) -> Check:
    folders = probes.folders()
    locked = [folder.path for folder in folders if not folder.writable]
    if locked:
        found = f"{', '.join(map(str, locked))} can't be read or written"
        return Check("disk", State.FAILURE, found, _take_over(locked))
    least = min(folders, key=lambda folder: folder.free)
    found = f"{least.free / 1e6:.0f} MB free in {least.path}"
    if least.free < NEARLY_FULL_BYTES:
        state = State.FAILURE if least.free < FULL_BYTES else State.WARNING
        return Check("disk", state, found, "free some space")
    return Check("disk", State.OK, found)


def _history(probes: Probes) -> Check:
    path, runs, fault = probes.history()
    if fault is not None:
        todo = f"move it away, and a new one is begun: mv {path} {path}.damaged"
        return Check("history", State.FAILURE, f"{path} is damaged ({fault})", todo)
    return Check("history", State.OK, f"{runs} runs are kept, and the file is whole" if runs else "nothing is kept yet")


def _service(probes: Probes, settings: Settings) -> Check:
    service = probes.service()
    reminders = settings.optional("reminders")
    if service.problem is not None:
        return Check("service", State.OK, f"not available: {service.problem}")
    if not service.installed:
        wanted = reminders is not None and reminders != OFF
        todo = "to be reminded while nothing runs: solemate service install" if wanted else ""
        return Check("service", State.WARNING if wanted else State.OK, "not installed", todo)
    if service.well:
        return Check("service", State.OK, service.told)
    return Check("service", State.WARNING, service.told, service.todo)


def _time(probes: Probes) -> Check:
    now, newest = probes.clock()
    found = f"it is {now:%Y-%m-%d %H:%M}"
    if now < newest - CLOCK_SLACK:
        todo = "set the clock: sudo timedatectl set-ntp true"
        return Check("time", State.WARNING, f"{found}, which is before this program was made", todo)
    if probes.clock_unset():
        todo = "connect it to a network for a minute, or set the clock: sudo date -s '2026-01-31 18:00'"
        return Check("time", State.WARNING, f"{found}, but nobody has set this clock since it was switched on", todo)
    return Check("time", State.OK, found)
