"""`solemate voices`: which voices there are, how they sound, and how much of their speech is cached."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.options import add_json, add_settings, columns, settings_of, teach
from assistant.errors import SolemateError, UsageError

if TYPE_CHECKING:
    from assistant.settings.table import Settings
    from assistant.speaking.synthesis import VoiceInfo
    from assistant.understanding.hypothesis import Samples

SPARE_SECONDS = 5.0
"""Seconds beyond the sound's length after which a loudspeaker counts as stuck."""


def register(subparsers: Any) -> None:
    """Add `voices` with its subcommands to what `ArgumentParser.add_subparsers` returned."""
    voices = subparsers.add_parser(
        "voices",
        help="list the voices, and hear one",
        **teach(
            "Who can speak: lists the voices that are installed, plays one, and tells what is kept of what they said. "
            "The setting `voice` chooses one: solemate settings set voice joe",
            "solemate voices",
            "solemate voices play joe",
            "solemate voices --all    # those in other languages too",
        ),
    )
    add_json(voices)
    voices.add_argument("--all", action="store_true", help="those in other languages too (--json has them all)")
    add_settings(voices, "language", "voice")
    voices.set_defaults(run=_list)
    commands = voices.add_subparsers(metavar="COMMAND")

    play = commands.add_parser(
        "play",
        help="let a voice say something",
        **teach(
            "Lets a voice say something, through the loudspeaker or into a sound file.",
            "solemate voices play joe",
            'solemate voices play en-gb+f3 "Shoulders down." --rate 140',
            "solemate voices play joe --out joe.wav",
        ),
    )
    play.add_argument("name", metavar="NAME", help="its name in the list; auto for the one in use")
    play.add_argument("text", metavar="TEXT", nargs="?", help="what it says (default: the greeting)")
    play.add_argument("--out", type=Path, metavar="FILE.wav", help="write it into a sound file instead of playing it")
    play.add_argument("--rate", type=int, metavar="160", help="words a minute (default: as in the guide)")
    add_settings(play, "language", "speaker")
    play.set_defaults(run=_play)

    clear = commands.add_parser(
        "clear-cache",
        help="forget the rendered sentences that are kept on the disk",
        **teach(
            "Forgets the rendered sentences that are kept on the disk; they are made again as they are needed.",
            "solemate voices clear-cache",
        ),
    )
    clear.set_defaults(run=_clear)


def _list(args: argparse.Namespace) -> int:
    from assistant.settings.toml_file import blaming
    from assistant.speaking.choose import all_voices, synthesiser_for
    from assistant.speaking.piper_engine import INSTALL, natural_missing, natural_voices

    settings = settings_of(args)
    language = settings.text("language").lower()
    with blaming(settings, "voice"):
        used = synthesiser_for(language, settings.text("voice"))
    voices = all_voices()
    if args.json:
        _print_json(settings, voices, (used.engine, used.name))
        return 0
    rows = [("", "NAME", "ENGINE", "LANGUAGE")]
    shown = [voice for voice in voices if args.all or voice.speaks(language) or voice.name == used.name]
    rows += [_row(voice, used.engine == voice.engine and used.name == voice.name) for voice in shown]
    if used.name not in [voice.name for voice in shown]:  # a variant of one of them
        rows.append(("*", used.name, used.engine, language))
    print("\n".join(columns(rows)))
    print(f"\n* is in use for '{language}'.", end="")
    hidden = len(voices) - len(shown)
    print(f" {hidden} more in other languages: solemate voices --all" if hidden else "")
    for voice in natural_voices():
        if voice.speaks(language) and natural_missing(voice.name):
            print(f"A natural voice, {voice.name}, comes with: {INSTALL} (piper-tts, which is GPL-3.0)")
    print(_kept_line(settings))
    return 0


def _row(voice: VoiceInfo, used: bool) -> tuple[str, str, str, str]:
    titled = f"{voice.name} ({voice.title})" if voice.title and voice.title != voice.name else voice.name
    return ("*" if used else "", titled, voice.engine, " ".join(voice.languages))


def _print_json(settings: Settings, voices: list[VoiceInfo], used: tuple[str, str]) -> None:
    from assistant.speaking.choose import MEGABYTE, cached_megabytes, speech_folder

    plain: list[dict[str, Any]] = [
        {
            "name": voice.name,
            "title": voice.title,
            "engine": voice.engine,
            "languages": list(voice.languages),
            "in_use": (voice.engine, voice.name) == used,
        }
        for voice in voices
    ]
    if not any(each["in_use"] for each in plain):
        plain.append(
            {"name": used[1], "title": "", "engine": used[0], "languages": [settings.text("language")], "in_use": True}
        )
    cache = {
        "folder": str(speech_folder()),
        "bytes": round(cached_megabytes() * MEGABYTE),
        "limit_bytes": round(settings.number("voice_cache_mb") * MEGABYTE),
    }
    print(json.dumps({"voices": plain, "cache": cache}, indent=2, ensure_ascii=False))


def _kept_line(settings: Settings) -> str:
    from assistant.speaking.choose import cached_megabytes, speech_folder

    size = f"{cached_megabytes():.1f} MB of at most {settings.number('voice_cache_mb'):g}"
    return f"Rendered sentences take {size} in {speech_folder()}; forget them with: solemate voices clear-cache"


def _play(args: argparse.Namespace) -> int:
    from assistant.ports import SPEAKING_RATE
    from assistant.speaking.cached_voice import CachedVoice
    from assistant.speaking.choose import synthesiser_for
    from assistant.speaking.synthesis import WORDS_PER_MINUTE
    from assistant.view.progress_bar import spinner
    from assistant.wiring import guide_book, language_folder

    settings = settings_of(args)
    language = settings.text("language")
    text = args.text
    if text is None:
        text = guide_book(language_folder(language)).replies.text("greeting")
    chosen = args.name if args.name != "auto" else settings.text("voice")
    voice = CachedVoice(synthesiser_for(language, chosen))
    if args.rate is not None:
        voice.rate = _rate(args.rate)
    with spinner("Loading the voice"):
        samples = voice.render(text)
    if not len(samples):
        raise UsageError(f"there is nothing to say in {text!r}")
    seconds = len(samples) / SPEAKING_RATE
    rate = f"{voice.rate} words a minute" if voice.rate != WORDS_PER_MINUTE else "the usual rate"
    told = f"{voice.name} ({voice.synthesiser.engine}), {seconds:.1f} s at {rate}"
    if args.out is not None:
        _write(args.out, samples)
        print(f"{told}: in {args.out}")
        return 0
    print(f"{told}: {text}", flush=True)
    _sound(samples, settings.optional("speaker"), seconds)
    return 0


def _rate(rate: int) -> int:
    from assistant.speaking.synthesis import checked_rate

    try:
        return checked_rate(rate)
    except SolemateError as error:
        raise UsageError(f"--rate: {error.problem}", error.remedy) from error


def _write(path: Path, samples: Samples) -> None:
    from assistant.audio.sound_files import FileSpeaker

    speaker = FileSpeaker(path)
    try:
        speaker.write(samples)
    finally:
        speaker.close()


def _sound(samples: Samples, name: str | None, seconds: float) -> None:
    """Play it to its end. Raises SolemateError if it can't be played."""
    from assistant.audio.mixer import Player
    from assistant.audio.streams import LiveSpeaker

    player = Player()
    try:
        speaker = LiveSpeaker(name, player)
    except SolemateError as error:
        raise SolemateError(error.problem, "see solemate doctor, or have it in a file: --out FILE.wav") from error
    try:
        player.say(1, samples)
        if not speaker.wait_until_silent(seconds + SPARE_SECONDS):
            raise SolemateError(f"the loudspeaker {speaker.name!r} takes no sound", "restart the sound server")
    finally:
        speaker.close()


def _clear(_: argparse.Namespace) -> int:
    from assistant.speaking.choose import MEGABYTE, speech_folder
    from assistant.speaking.speech_cache import SpeechCache

    store = SpeechCache(speech_folder(), 0)
    try:
        freed = store.clear()
    except OSError as error:
        raise SolemateError(f"{store.folder} can't be cleared: {error.strerror or error}") from error
    print(f"{freed / MEGABYTE:.1f} MB of rendered sentences are gone from {store.folder}.")
    return 0
