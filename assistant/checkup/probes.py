"""The real probes of `solemate doctor`: they examine this machine."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.checkup.doctor import Folder, Played, Probes, Service, Understood
from assistant.errors import SolemateError
from assistant.settings.table import Settings

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

RECORDED_SECONDS = 2.0
"""Seconds for which the microphone is recorded."""

ECHO_SECONDS = 1.5
"""Seconds after the sound within which its echo must have come."""

SILENCE_SECONDS = 0.5
"""Seconds of silence around the command that the recogniser hears."""


BOARD, CLOCKS = Path("/proc/device-tree/model"), Path("/sys/class/rtc")
"""Where Linux says that this is a single-board computer, and which battery-backed clocks there are."""

TIMEX_BYTES, TIME_ERROR = 1024, 5
"""More than the size of any `struct timex`, and what `adjtimex` returns if the clock was never set."""


def real_probes(settings: Callable[[], Settings], flags: Callable[[], Settings] = Settings.of) -> Probes:
    """The probes of this machine; `settings` reads all settings, `flags` gives those of the command line alone."""
    return Probes(
        python=lambda: tuple(sys.version_info[:3]),
        settings=settings,
        flags=flags,
        portaudio=_portaudio,
        espeak=_espeak,
        voice=_voice,
        record=_record,
        play=_play,
        recogniser=_recogniser,
        canceller=_canceller,
        folders=_folders,
        history=_history,
        routine=_routine,
        service=_service,
        clock=_clock,
        clock_unset=_clock_unset,
    )


def _portaudio() -> int:
    from assistant.audio.devices import list_devices

    return len(list_devices())


def _espeak() -> str | None:
    if sys.platform in ("darwin", "win32"):
        return "not needed here, the system has voices of its own"
    return ctypes.util.find_library("espeak-ng") or ctypes.util.find_library("espeak")


def _voice(settings: Settings) -> tuple[str, Samples]:
    from assistant.speaking.choose import cached_megabytes, voice_for

    voice = voice_for(settings)
    voice.store = None  # a cached sentence would not prove that it speaks
    samples = voice.render(_command(settings))
    complaint = voice.complaint()
    if complaint is not None:
        raise complaint
    name = f"{voice.name} ({voice.synthesiser.engine}, {cached_megabytes():.1f} MB of sentences kept)"
    return name, samples


def _command(settings: Settings) -> str:
    """A command to be said that must be understood."""
    from assistant.wiring import guide_book, language_folder

    replies = guide_book(language_folder(settings.text("language"))).replies
    return replies.text("calibrate_commands").partition(";")[0].strip()


def _record(settings: Settings) -> tuple[str, Samples]:
    import numpy as np

    from assistant.audio.streams import LiveMicrophone
    from assistant.ports import BLOCK, LISTENING_RATE

    microphone = LiveMicrophone(settings.optional("microphone"))
    blocks: list[Samples] = []
    try:
        for block in microphone:
            blocks.append(block)
            if len(blocks) * BLOCK >= RECORDED_SECONDS * LISTENING_RATE:
                break
    finally:
        microphone.close()
    return microphone.name, np.concatenate(blocks)


def _play(settings: Settings) -> Played:
    from assistant.checkup.audio_rig import LiveRig, hear_oneself

    _, samples = _voice(settings)
    with ExitStack() as closing:
        try:
            rig = LiveRig(settings.optional("microphone"), settings.optional("speaker"), closing)
        except SolemateError:
            closing.close()  # the loudspeaker may be open already, and some can be opened only once
            return _play_unheard(settings, samples)
        # Three times, because finding the echo delay takes more than one word.
        level, seconds = hear_oneself(rig, [samples, samples, samples], ECHO_SECONDS)
        return Played(rig.speaker.name, level, seconds)


def _play_unheard(settings: Settings, samples: Samples) -> Played:
    """Play a sound without a microphone to hear it. Raises SolemateError if no loudspeaker can be opened either."""
    from assistant.audio.mixer import Player
    from assistant.audio.streams import LiveSpeaker

    player = Player()
    speaker = LiveSpeaker(settings.optional("speaker"), player)
    try:
        player.say(1, samples)
        if not speaker.wait_until_silent(ECHO_SECONDS + RECORDED_SECONDS):
            raise SolemateError(f"the loudspeaker {speaker.name!r} takes no sound", "restart the sound server")
    finally:
        speaker.close()
    return Played(speaker.name, listened=False)


def _recogniser(settings: Settings) -> Understood:
    import numpy as np

    from assistant.models.store import open_store
    from assistant.ports import LISTENING_RATE
    from assistant.wiring import language_folder, make_ears, read_routine, understanding_for

    language = settings.text("language")
    folder = language_folder(language)
    understanding_for(settings, folder, read_routine(folder))  # raises if the wake word can't be used
    ears = make_ears(folder, read_routine(folder), settings.text("recogniser"))
    said = _command(settings)
    _, samples = _voice(settings)
    ear = ears.new_ear()
    heard = [*ear.feed(np.pad(samples, round(SILENCE_SECONDS * LISTENING_RATE))), *ear.flush()]
    wanted = ears.understanding.utterance(said).match.intent
    right = [each.match.intent for each in heard if each.match.accepted] == [wanted]
    uses_vosk = "vosk" in ear.recogniser.name
    store = open_store()
    complaint = None if uses_vosk or settings.text("recogniser") == "built-in" else store.complaint(language)
    way = store.way_to_get(language).replace("`", "")
    line = ears.introduction.splitlines()[0]
    return Understood(line, said, right, uses_vosk, way, None if complaint is None else str(complaint))


def _canceller() -> str | None:
    from assistant.front_end.echo_canceller import canceller_missing

    return canceller_missing()


def _folders() -> list[Folder]:
    from assistant.paths import cache_folder, config_folder, user_folder

    ours = (user_folder(), cache_folder(), config_folder())
    return [_folder(each) for path in ours for each in (path, *_folders_in(path))]


def _folders_in(path: Path) -> list[Path]:
    """The folders in a folder of ours, such as models/: one of them may be another user's, as after a run as root."""
    try:
        return sorted(each for each in path.iterdir() if each.is_dir() and not each.is_symlink())
    except OSError:
        return []  # it isn't there yet, or can't be read: what is wrong with it is told of itself


def _folder(path: Path) -> Folder:
    """If the folder does not exist yet, the one it would be created in is examined."""
    there = path
    while not _is_there(there) and there != there.parent:
        there = there.parent
    may = os.access(there, os.R_OK | os.W_OK | os.X_OK)
    return Folder(path, shutil.disk_usage(there).free, may)


def _is_there(path: Path) -> bool:
    """Whether a path can be seen; `Path.exists` alone raises where one may not look."""
    try:
        return path.exists()
    except PermissionError:
        return False


def _history() -> tuple[Path, int, str | None]:
    from assistant.paths import user_folder
    from assistant.runtime.database import DATABASE, DatabaseReader

    folder = user_folder()
    try:
        kept = DatabaseReader(folder)
    except SolemateError as error:
        return folder / DATABASE, 0, str(error)
    try:
        fault = kept.fault()
        return kept.path, 0 if fault else len(kept.rows("SELECT id FROM runs")), fault
    finally:
        kept.close()


def _routine(settings: Settings) -> str:
    from assistant.wiring import language_folder, routine_for

    return routine_for(settings, language_folder(settings.text("language"))).name


def _service() -> Service:
    from assistant.runtime import service

    obstacle = service.obstacle()
    if obstacle is not None:
        return Service(obstacle.problem)
    status = service.status(service.unit_of_here())
    return Service(None, status.installed, status.well and status.current, *service.told(status))


def _clock() -> tuple[datetime, datetime]:
    made = Path(__file__).stat().st_mtime
    return datetime.now(), datetime.fromtimestamp(made)


def _clock_unset() -> bool:
    """Only single-board computers have no running clock while off; the kernel knows if it was set since."""
    if not BOARD.exists() or any(CLOCKS.glob("*")):
        return False
    told = ctypes.create_string_buffer(TIMEX_BYTES)  # all zeros: only reads
    return bool(ctypes.CDLL(None).adjtimex(told) == TIME_ERROR)
