"""Chooses the recogniser for a language and this machine, and tells the user about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import SolemateError, UsageError
from assistant.hearing.effort import FULL, Effort
from assistant.hearing.vosk import Spell, VoskRecogniser, vosk_missing
from assistant.ports import Recogniser
from assistant.understanding.phrases import PhraseBook

if TYPE_CHECKING:
    from assistant.hearing.ear import Ear
    from assistant.language.understand_text import TextUnderstanding
    from assistant.understanding.phrases import Phonemes


@dataclass(frozen=True)
class Ears:
    """Makes ears, gives the phonemes of any text, and understands text. Only one of its ears may hear at a time.

    `introduction` tells the user which recogniser listens, how to get the other one, and which words can't be heard.
    `gain` is the factor by which sound is to be amplified before it is heard.
    """

    introduction: str
    new_ear: Callable[[], Ear]
    phonemes: Callable[[str], Phonemes]
    understanding: TextUnderstanding
    gain: float = 1.0


@dataclass(frozen=True)
class ChosenRecogniser:
    """Makes the recogniser; `line` tells the user about it."""

    new_recogniser: Callable[[], Recogniser]
    line: str


def choose_recogniser(
    kind: str, book: PhraseBook, spell: Spell, model: Path | None, effort: Effort = FULL, *, get_vosk: str
) -> ChosenRecogniser:
    """The recogniser for `--recogniser auto|vosk|hama`, with the Vosk model at `model` if there is one.

    Auto means both where both are there, else the one that is. `get_vosk` tells how to get a Vosk model of the
    language. Raises SolemateError with the way out if there is no recogniser, UsageError for any other `kind`.
    """
    from assistant.hearing.hama import LANGUAGES, HamaRecogniser, deaf_to

    if kind not in ("auto", "vosk", "hama"):
        raise UsageError(f"there is no recogniser '{kind}'", "there are auto, vosk and hama")
    no_hama = deaf_to(book.language)
    no_model = SolemateError(f"there is no Vosk model of the language '{book.language}'", get_vosk)
    no_vosk = no_model if model is None else vosk_missing()
    if kind == "hama" and book.language not in LANGUAGES:
        raise UsageError(no_hama or "", "only Vosk can listen, with --recogniser vosk, or auto")
    if kind == "hama" or (kind == "auto" and no_vosk and not no_hama):
        line = "hama listens (phonemes)"
        return ChosenRecogniser(
            partial(HamaRecogniser, effort.speeds),
            line if kind == "hama" else f"{line}; {_lacking(model, no_vosk, get_vosk)}",
        )
    if no_vosk and kind == "vosk":
        raise SolemateError(f"Vosk can't listen: {no_vosk.problem}", no_vosk.remedy)
    if no_vosk:
        raise SolemateError(f"nobody can listen: {no_hama}, and {no_vosk.problem}", no_vosk.remedy)
    assert model is not None
    if kind == "vosk" or no_hama:
        line = f"Vosk listens ({model.name})"
        alone = kind == "vosk" or book.language not in LANGUAGES  # where hama never could, its absence is no news
        return ChosenRecogniser(
            lambda: VoskRecogniser(model, book, spell), line if alone else f"{line}; without hama: {no_hama}"
        )
    how = "listens first, hama where it is unsure" if effort.words_first else "and hama listen together"
    return ChosenRecogniser(lambda: _both(model, book, spell, effort), f"Vosk ({model.name}) {how}")


def _lacking(model: Path | None, reason: SolemateError | None, get_vosk: str) -> str:
    return f"Vosk doesn't: {reason}" if model is not None else f"to have Vosk listen as well: {get_vosk}"


def _both(model: Path, book: PhraseBook, spell: Spell, effort: Effort) -> Recogniser:
    from assistant.hearing.ensemble import BothRecogniser, WordsFirstRecogniser
    from assistant.hearing.hama import HamaRecogniser

    # On a slow machine there is no time to decode once more.
    words = VoskRecogniser(model, book, spell, check=False, free_words=not effort.words_first)
    sounds = HamaRecogniser(effort.speeds)
    return WordsFirstRecogniser(words, sounds, book) if effort.words_first else BothRecogniser(words, sounds)
