"""Chooses the recogniser for a language and this machine, and tells the user about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import SolemateError, UsageError
from assistant.hearing.vosk import Spell, VoskRecogniser, vosk_missing
from assistant.ports import Recogniser
from assistant.understanding.phrases import PhraseBook

if TYPE_CHECKING:
    from assistant.hearing.ear import Ear
    from assistant.language.understand_text import TextUnderstanding
    from assistant.understanding.phrases import Phonemes


ALONE = "The built-in ear listens (phonemes)"


@dataclass(frozen=True)
class Ears:
    """Makes ears, gives the phonemes of any text, and understands text. Only one of its ears may hear at a time.

    `introduction` tells the user which recogniser listens, how to get the other one, and which words can't be heard.
    `gain` is the factor by which sound is to be amplified before it is heard. `another_ear` makes one with a recogniser
    of its own, which may hear beside others; `several` says that this costs next to nothing, as the network is shared.
    """

    introduction: str
    new_ear: Callable[[], Ear]
    phonemes: Callable[[str], Phonemes]
    understanding: TextUnderstanding
    another_ear: Callable[[], Ear]
    gain: float = 1.0
    several: bool = False


@dataclass(frozen=True)
class ChosenRecogniser:
    """Makes the recogniser; `line` tells the user about it."""

    new_recogniser: Callable[[], Recogniser]
    line: str


def choose_recogniser(
    kind: str, book: PhraseBook, spell: Spell, model: Path | None, *, get_vosk: str
) -> ChosenRecogniser:
    """The recogniser for `--recogniser auto|vosk|built-in`, with the Vosk model at `model` if there is one.

    Auto means both where both are there, else the one that is. `get_vosk` tells how to get a Vosk model of the
    language. Raises SolemateError with the way out if there is no recogniser, UsageError for any other `kind`.
    """
    from assistant.hearing.built_in import LANGUAGES, NAME, BuiltInRecogniser, deaf_to

    language = book.language
    if kind not in ("auto", "vosk", NAME):
        raise UsageError(f"there is no recogniser '{kind}'", f"there are auto, vosk and {NAME}")
    if kind == NAME and language not in LANGUAGES:
        raise UsageError(deaf_to(language) or "", "only Vosk can listen, with --recogniser vosk, or auto")
    if kind == NAME:
        return ChosenRecogniser(partial(BuiltInRecogniser, language), ALONE)
    no_model = SolemateError(f"there is no Vosk model of the language '{language}'", get_vosk)
    no_vosk = no_model if model is None else vosk_missing()
    if no_vosk and kind == "vosk":
        raise SolemateError(f"Vosk can't listen: {no_vosk.problem}", no_vosk.remedy)
    deaf = None if kind == "vosk" else deaf_to(language)
    if no_vosk and deaf:
        raise SolemateError(f"nobody can listen: {deaf}, and {no_vosk.problem}", no_vosk.remedy)
    if no_vosk:
        line = f"{ALONE}; {_lacking(model, no_vosk, get_vosk)}"
        return ChosenRecogniser(partial(BuiltInRecogniser, language), line)
    assert model is not None
    if kind == "vosk" or deaf:
        line = f"Vosk listens ({model.name})"
        # Where the built-in ear never could hear the language, its absence is no news.
        told = f"{line}; without the built-in ear: {deaf}" if deaf and language in LANGUAGES else line
        return ChosenRecogniser(lambda: VoskRecogniser(model, book, spell), told)
    return ChosenRecogniser(
        lambda: _both(model, book, spell), f"Vosk ({model.name}) and the built-in ear listen together"
    )


def _lacking(model: Path | None, reason: SolemateError | None, get_vosk: str) -> str:
    return f"Vosk doesn't: {reason}" if model is not None else f"to have Vosk listen as well: {get_vosk}"


def _both(model: Path, book: PhraseBook, spell: Spell) -> Recogniser:
    from assistant.hearing.built_in import BuiltInRecogniser
    from assistant.hearing.ensemble import BothRecogniser

    return BothRecogniser(VoskRecogniser(model, book, spell, check=False), BuiltInRecogniser(book.language))
