"""Puts a guide together from a language's data: the routine, the replies, the phrases and what understands text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.turn import READY_SECONDS, Book
from assistant.data import cache_folder, data_folder
from assistant.errors import SolemateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.core.hypothesis import Utterance
    from assistant.core.matching import Matcher
    from assistant.core.phrases import Phonemes, PhraseBook
    from assistant.core.routine import Routine
    from assistant.hearing.ear import Ear
    from assistant.language.text import Speller
    from assistant.ports import Phonemizer

MOST_LETTERS = 300
"""Letters of a text that may be a command; no command is half as long, and spelling takes time for each letter."""

ROUTINE = "ten_foot_stretches"
"""The routine that is led through where none is named, and whose stretches others use."""


def language_folder(language: str) -> Path:
    """The folder of a language; raises UsageError naming the languages there are."""
    from assistant.language.files import languages

    root = data_folder("intents")
    there = languages(root)
    if language not in there:
        raise UsageError(f"there is no language '{language}'; there is: {', '.join(there)}")
    return root / language


def routine_names(folder: Path) -> list[str]:
    """The routines of a language that are installed."""
    from assistant.language.spoken import ROUTINES

    return sorted(path.stem for path in (folder / ROUTINES).glob("*.yaml"))


def read_routine(folder: Path, name: str = ROUTINE) -> Routine:
    """A routine of a language by its name, or one's own by its file.

    Raises UsageError if there is neither, or the routine is in another language; SolemateError for a mistake in it.
    """
    from assistant.language.spoken import ROUTINES, load_routine

    installed = folder / ROUTINES / f"{name}.yaml"
    if name not in routine_names(folder) and not Path(name).is_file():
        names = ", ".join(routine_names(folder))
        raise UsageError(f"there is no routine '{name}': name a file, or one of {names}")
    path = installed if name in routine_names(folder) else Path(name)
    routine = load_routine(path, folder / ROUTINES / f"{ROUTINE}.yaml")
    if routine.language != folder.name:
        raise UsageError(f"the routine {path} is in '{routine.language}': choose it with --language {routine.language}")
    return routine


def guide_book(folder: Path, ready_seconds: float = READY_SECONDS, routine: str = ROUTINE) -> Book:
    """What the guide goes by in a language."""
    from assistant.language.spoken import load_replies

    return Book(read_routine(folder, routine), load_replies(folder), ready_seconds)


def phonemizer() -> Phonemizer:
    """hama's grapheme-to-phoneme, or letters where hama has no library."""
    from assistant.hearing.hama import HamaPhonemizer, hama_available
    from assistant.language.text import LetterPhonemizer

    return LetterPhonemizer() if hama_available() else HamaPhonemizer()


def phrase_book(folder: Path, routine: Routine, speller: Phonemizer) -> PhraseBook:
    """All phrases of a language for a routine, from the cache where they are there."""
    from assistant.language.compile import compile_language

    return compile_language(folder, routine.names, speller, cache_folder())


@dataclass(frozen=True)
class Understanding:
    """Takes text for what it means, by its sound, as a recogniser's hypothesis would be."""

    matcher: Matcher
    speller: Speller

    @classmethod
    def of(cls, book: PhraseBook, phonemizer: Phonemizer) -> Understanding:
        """For the phrases of a book."""
        from assistant.core.matching import Matcher
        from assistant.language.text import Speller

        return cls(Matcher(book), Speller(book, phonemizer))

    def utterance(self, text: str, expected: frozenset[str] = frozenset(), t: float = 0.0) -> Utterance:
        """The text as if it had been said at `t`, in seconds."""
        from assistant.core.hypothesis import Hypothesis, Utterance
        from assistant.core.numbers import by_written_number

        words = self.speller.words(text) if len(text) <= MOST_LETTERS else []
        hypothesis = Hypothesis(self.speller.phonemes_of(words), " ".join(words), "text")
        match = by_written_number(self.matcher.match(hypothesis, expected), words, self.speller.numbers)
        return Utterance(t, t, hypothesis, match)


@dataclass(frozen=True)
class Listener:
    """Who listens: makes ears, of which one at a time may hear, and tells the phonemes of any text.

    `introduction` says to the user who listens, how to get the other, and which words can't be heard.
    """

    introduction: str
    new_ear: Callable[[], Ear]
    phonemes: Callable[[str], Phonemes]


def listener(folder: Path, routine: Routine, kind: str) -> Listener:
    """The recogniser for a language (kind auto, vosk or hama).

    Raises SolemateError naming the way out where there is none.
    """
    from assistant.core.matching import Matcher
    from assistant.hearing.ear import Ear, choose_recogniser
    from assistant.hearing.hama import hama_available
    from assistant.language.text import Speller
    from assistant.model_store import open_store

    letters = phonemizer()
    book = phrase_book(folder, routine, letters)
    speller = Speller(book, letters)
    matcher = Matcher(book)
    store = open_store()
    model = None if kind == "hama" else store.find(book.language)
    complaint = None if kind == "hama" or model else store.complaint(book.language)
    if complaint and (kind == "vosk" or hama_available()):
        raise SolemateError(f"Vosk can't listen: {complaint}")
    hearing = choose_recogniser(kind, book, speller.phonemes, model)
    recogniser = hearing.new_recogniser()
    lines = [hearing.line, *([complaint] if complaint else [])]
    if recogniser.missing_words:
        lines.append(f"{recogniser.name} does not know: {', '.join(recogniser.missing_words)}")
    return Listener("\n".join(lines), lambda: Ear(recogniser, matcher), speller.phonemes)
