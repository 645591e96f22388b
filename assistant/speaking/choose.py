"""Chooses the voice: a natural one if one is installed and speaks the language, else the system's own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.did_you_mean import did_you_mean
from assistant.errors import SolemateError, UsageError, one_line
from assistant.paths import cache_folder
from assistant.settings.table import AUTO, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from assistant.dialogue.guide import Guide
    from assistant.dialogue.state.state import State
    from assistant.ports import Synthesiser
    from assistant.settings.table import Settings
    from assistant.speaking.cached_voice import CachedVoice
    from assistant.speaking.speech_cache import SpeechCache
    from assistant.speaking.synthesis import VoiceInfo

FOLDER = "speech"
"""The subfolder of the cache folder with the rendered sentences."""

MEGABYTE = 1_000_000
"""Bytes in a megabyte of the setting."""


def speech_folder() -> Path:
    """The folder of rendered sentences. Not created here."""
    return cache_folder() / FOLDER


def cached_megabytes() -> float:
    """Megabytes that rendered sentences take up on disk."""
    from assistant.speaking.speech_cache import SpeechCache

    return SpeechCache(speech_folder(), 0).size() / MEGABYTE


def speech_cache(settings: Settings) -> SpeechCache | None:
    """The rendered sentences on disk, limited as the settings say; None if none are to be kept."""
    from assistant.speaking.speech_cache import SpeechCache

    megabytes = settings.number("voice_cache_mb")
    return SpeechCache(speech_folder(), round(megabytes * MEGABYTE)) if megabytes else None


def voice_for(settings: Settings, *, rate: int | None = None, exactly: bool = False) -> CachedVoice:
    """The guide's voice according to the settings.

    `exactly` is for sound files, which must come out the same whatever is cached: a voice that never sounds exactly the
    same twice then renders everything afresh. Raises UsageError for an unknown voice, SolemateError if there is no
    voice at all.
    """
    from assistant.settings.toml_file import blaming
    from assistant.speaking.cached_voice import CachedVoice
    from assistant.speaking.synthesis import WORDS_PER_MINUTE

    language, wanted = settings.text("language"), settings.text("voice")
    with blaming(settings, "voice"):
        synthesiser = synthesiser_for(language, wanted)
    store = speech_cache(settings) if synthesiser.repeatable or not exactly else None

    def system() -> Synthesiser:
        return synthesiser_for(language, SYSTEM)

    return CachedVoice(synthesiser, store, rate=rate or WORDS_PER_MINUTE, spare=system if wanted == AUTO else None)


def look_ahead(guide: Guide, voice: CachedVoice, live: ExitStack | None) -> Callable[[State], SolemateError | None]:
    """Prefetching for a session, to be called with each state; returns complaints.

    It runs until `live` closes; with None nothing is prefetched.
    """
    from assistant.dialogue.lookahead import upcoming
    from assistant.speaking.prefetch import Prefetcher

    if live is None:
        return lambda _: voice.complaint()
    prefetcher = Prefetcher(voice, partial(upcoming, guide))
    live.callback(prefetcher.close)
    return prefetcher.look


def synthesiser_for(language: str, wanted: str) -> Synthesiser:
    """The synthesiser for a language, by `auto`, `system` or the name of a voice. Raises as `voice_for` does."""
    from assistant.speaking.piper_engine import PiperEngine

    name = natural_for(language, wanted)
    if name is not None:
        return PiperEngine(name)
    from assistant.speaking.pyttsx3_engine import Pyttsx3Engine

    if wanted in (AUTO, SYSTEM):
        return Pyttsx3Engine(voice=language)
    try:
        return Pyttsx3Engine(voice=wanted)
    except UsageError as error:
        nearer = _unknown(wanted)
        if nearer is None:
            raise
        raise nearer from error


def natural_for(language: str, wanted: str) -> str | None:
    """The natural voice that is wanted; None for one of the system's. Raises UsageError if it is not available."""
    from assistant.speaking.piper_engine import INSTALL, natural_missing, natural_voices

    for voice in natural_voices():
        fits, missing = voice.speaks(language.lower()), natural_missing(voice.name)
        if wanted == AUTO and fits and missing is None:
            return voice.name
        if wanted.lower() == voice.name:
            if missing is not None:
                raise UsageError(missing, INSTALL)
            if not fits:
                known = ", ".join(voice.languages)
                problem = f"the voice {voice.name!r} speaks {known}, not {language}"
                raise UsageError(problem, "leave the choice: --voice auto")
            return voice.name
    return None


def _unknown(wanted: str) -> UsageError | None:
    """The error for an unknown voice where a natural one, or another word for the setting, is the nearest."""
    from assistant.speaking.piper_engine import natural_voices

    hint = did_you_mean(wanted, [AUTO, SYSTEM, *(voice.name for voice in natural_voices())])
    return UsageError(f"there is no voice {wanted!r}", one_line(hint, "see: solemate voices --all")) if hint else None


def all_voices() -> list[VoiceInfo]:
    """Every installed voice, the natural ones first. Raises SolemateError if there is none at all."""
    from assistant.speaking.piper_engine import natural_missing, natural_voices
    from assistant.speaking.pyttsx3_engine import system_voices

    natural = [voice for voice in natural_voices() if natural_missing(voice.name) is None]
    try:
        return natural + system_voices()
    except SolemateError:
        if natural:
            return natural
        raise
