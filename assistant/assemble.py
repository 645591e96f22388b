"""Puts a guide together from a language's data: the routine, the replies, the phrases and what understands text."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.bounds import READY_SECONDS
from assistant.core.turn import Book
from assistant.data import cache_folder, data_folder
from assistant.errors import NameClashError, SolemateError, UsageError
from assistant.language.files import ROUTINE
from assistant.routines import clash_in, other_routines, own_files
from assistant.routines import read_routine as read_routine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.core.adapter import Adapter
    from assistant.core.calling import Attention
    from assistant.core.hypothesis import Utterance
    from assistant.core.matching import Matcher
    from assistant.core.phrases import Phonemes, PhraseBook
    from assistant.core.routine import Routine
    from assistant.hearing.activity import VoiceActivity
    from assistant.hearing.ear import Ear
    from assistant.language.text import Speller
    from assistant.ports import Phonemizer, Recogniser
    from assistant.settings import Settings

MOST_LETTERS = 300
"""Letters of a text that may be a command; no command is half as long, and spelling takes time for each letter."""


class UnusableNameError(UsageError):
    """A name for the guide that can't be told from a command, or can't be heard."""


def language_folder(language: str) -> Path:
    """The folder of a language; raises UsageError naming the languages there are."""
    from assistant.language.files import languages

    root = data_folder("intents")
    there = languages(root)
    if language not in there:
        raise UsageError(f"there is no language '{language}'; there is: {', '.join(there)}")
    return root / language


def guide_book(
    folder: Path, ready_seconds: float = READY_SECONDS, routine: str = ROUTINE, *, stays: bool = False
) -> Book:
    """What the guide goes by in a language."""
    from assistant.language.spoken import load_last, load_replies

    first = read_routine(folder, routine)
    others = other_routines(folder, first)
    usual = next((each.safety for each in (first, *others) if each.id == ROUTINE), first.safety)
    return Book(first, load_replies(folder), ready_seconds, others, stays, load_last(folder), usual)


def routine_for(settings: Settings, folder: Path) -> Routine:
    """The routine as the settings have it. Raises as `read_routine`."""
    from assistant.settings_file import blaming

    with blaming(settings, "routine"):
        return read_routine(folder, settings.text("routine"))


def phonemizer(language: str) -> Phonemizer:
    """hama's grapheme-to-phoneme, or letters where hama has no library, or does not know the language."""
    from assistant.hearing.hama import LANGUAGES, HamaPhonemizer, hama_missing
    from assistant.language.text import LetterPhonemizer

    return LetterPhonemizer() if language not in LANGUAGES or hama_missing() else HamaPhonemizer()


@contextmanager
def nothing_to_collect() -> Iterator[None]:
    """Keep Python from looking, again and again, for garbage among things that are all to stay."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def phrase_book(folder: Path, routine: Routine, speller: Phonemizer) -> PhraseBook:
    """All phrases of a language for a routine, and for choosing another one, from the cache where they are there."""
    from assistant.core.installed import routine_names, stretch_names
    from assistant.language.compile import compile_language

    routines = (routine, *other_routines(folder, routine))
    with nothing_to_collect():
        try:
            return compile_language(folder, stretch_names(routines), speller, cache_folder(), routine_names(routines))
        except NameClashError as clash:
            raise clash_in(own_files(), clash) from clash


def named(book: PhraseBook, name: str, letters: Phonemizer) -> PhraseBook:
    """The book with a name that may stand before each command, spelled by grapheme-to-phoneme where it lacks the words.

    Raises UnusableNameError for one that could not be told from a command, or from nothing at all.
    """
    from assistant.core.calling import LEAST_SOUNDS
    from assistant.core.hypothesis import Hypothesis
    from assistant.core.matching import Matcher
    from assistant.core.phrases import fillers
    from assistant.language.text import Speller, normalise

    words = normalise(name, book.numbers)
    spell = Speller(book, letters)
    vocabulary = {**{word: (spell.phonemes_of([word]),) for word in words}, **book.vocabulary}
    text = " ".join(words)
    phonemes = spell.phonemes_of(words)
    # From a foreign script grapheme-to-phoneme makes tones and loose marks, which stand for no sound here.
    if not phonemes or not all(sound[0].isalpha() for sound in phonemes):
        raise UnusableNameError(
            f"the name {name!r} can't be pronounced in this language; choose another one, or write it as it sounds"
        )
    taken = {filler.text for filler in (*book.fillers_before, *book.fillers_after)}
    match = Matcher(book).match(Hypothesis(phonemes, text, "text"))
    if match.accepted or text in taken:
        like = f"is like {match.phrase!r}, which people say" if match.accepted else "is what people say"
        raise UnusableNameError(f"the name {name!r} can't be used: it {like} anyway; choose another one")
    if len(phonemes) < LEAST_SOUNDS:
        raise UnusableNameError(f"the name {name!r} is too short to be told from a noise; choose a longer one")
    return replace(book, fillers_before=(*book.fillers_before, *fillers([text], vocabulary)), vocabulary=vocabulary)


def new_matcher(
    book: PhraseBook, name: str | None = None, strictness: float = 0.0, adapter: Adapter | None = None
) -> Matcher:
    """What tells which phrase of a book was heard; with a name that is in the book, after that alone."""
    from assistant.core.calling import CalledMatcher
    from assistant.core.limits import Limits
    from assistant.core.matching import Matcher

    limits = Limits().stricter(strictness)
    if name is None:
        with nothing_to_collect():
            return Matcher(book, limits, adapter)
    return CalledMatcher(book, [filler for filler in book.fillers_before if filler.text == name], limits, adapter)


@dataclass(frozen=True)
class Understanding:
    """Takes text for what it means, by its sound, as a recogniser's hypothesis would be."""

    matcher: Matcher
    speller: Speller

    @property
    def book(self) -> PhraseBook:
        """The phrases that are understood."""
        return self.matcher.book

    @classmethod
    def of(
        cls, book: PhraseBook, phonemizer: Phonemizer, name: str | None = None, strictness: float = 0.0
    ) -> Understanding:
        """For the phrases of a book; `name` is what must stand before each command. Raises as `named`."""
        from assistant.language.text import Speller

        if name is not None:
            book = named(book, name, phonemizer)
        return cls(new_matcher(book, name, strictness), Speller(book, phonemizer))

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
    """Who listens: makes ears, of which one at a time may hear, tells the phonemes of any text, and what that means.

    `introduction` says to the user who listens, how to get the other, and which words can't be heard. `gain` is the
    factor by which sound is to be made louder before it is heard. Ears are made with nothing, or with what tells them
    when somebody speaks (a VoiceActivity).
    """

    introduction: str
    new_ear: Callable[..., Ear]
    phonemes: Callable[[str], Phonemes]
    understanding: Understanding
    gain: float = 1.0


def listener(
    folder: Path,
    routine: Routine,
    kind: str,
    *,
    name: str | None = None,
    strictness: float = 0.0,
    gain_db: float = 0.0,
    power: str = "full",
) -> Listener:
    """The recogniser for a language (kind auto, vosk or hama; power auto, low or full).

    Raises SolemateError naming the way out where there is none, or where it can't hear the `name`.
    """
    from assistant.hearing.ear import Ear, choose_recogniser
    from assistant.hearing.hama import deaf_to
    from assistant.hearing.power import FULL, power_for
    from assistant.language.adapter import load_adapter
    from assistant.language.text import Speller
    from assistant.model_store import open_store

    letters = phonemizer(folder.name)
    book = phrase_book(folder, routine, letters)
    if name is not None:
        book = named(book, name, letters)
    speller = Speller(book, letters)
    matcher = new_matcher(book, name, strictness, load_adapter(folder))
    store = open_store()
    model = None if kind == "hama" else store.find(book.language)
    complaint = None if kind == "hama" or model else store.complaint(book.language)
    if complaint and (kind == "vosk" or deaf_to(book.language)):
        raise SolemateError(f"Vosk can't listen: {complaint}")
    # Vosk alone does the same work at any power.
    alone = kind == "vosk" or deaf_to(book.language) is not None
    chosen, slow = (FULL, None) if alone else power_for(power, cache_folder())
    way = store.way_to_get(book.language)
    hearing = choose_recogniser(kind, book, speller.phonemes, model, chosen, get_vosk=way)
    recogniser = hearing.new_recogniser()
    lines = [hearing.line, *([complaint] if complaint else []), *([slow] if slow else [])]
    if recogniser.missing_words:
        lines.append(f"{recogniser.name} does not know: {', '.join(recogniser.missing_words)}")
    if name is not None:
        lines.append(_called(name, recogniser))
    gain = 10 ** (gain_db / 20)
    if gain_db or strictness:
        lines.append(f"Set for this room: {gain_db:+g} dB, strictness {strictness:+g}")

    def new_ear(activity: VoiceActivity | None = None) -> Ear:
        return Ear(recogniser, matcher, activity, chosen.endpoint)

    return Listener("\n".join(lines), new_ear, speller.phonemes, Understanding(matcher, speller), gain)


def _called(name: str, recogniser: Recogniser) -> str:
    """A line about the name; raises UnusableNameError where nobody can hear it."""
    missing = [word for word in name.split() if word in recogniser.missing_words]
    if missing and recogniser.name == "vosk":
        raise UnusableNameError(
            f"Vosk's model does not know the name {name!r}; choose another one, or have hama listen: --recogniser hama"
        )
    return f'Only what begins with "{name}" is a command, except pause, stop, pain, and answers'


def listener_for(settings: Settings, folder: Path, routine: Routine) -> Listener:
    """The recogniser as the settings have it. Raises as `listener`."""
    from assistant.settings_file import blaming

    with blaming(settings, "name", UnusableNameError):
        return listener(
            folder,
            routine,
            settings.text("recogniser"),
            name=settings.optional("name"),
            strictness=settings.number("strictness"),
            gain_db=settings.number("gain_db"),
            power=settings.text("power"),
        )


def understanding_for(settings: Settings, folder: Path, routine: Routine) -> Understanding:
    """What takes text for what it means, as the settings have it. Raises as `named`."""
    from assistant.settings_file import blaming

    letters = phonemizer(folder.name)
    book = phrase_book(folder, routine, letters)
    with blaming(settings, "name", UnusableNameError):
        return Understanding.of(book, letters, settings.optional("name"), settings.number("strictness"))


def attention_for(settings: Settings) -> Attention | None:
    """What lets pass all that lacks the name, where one is set."""
    from assistant.core.calling import Attention
    from assistant.core.intents import URGENT

    name = settings.optional("name")
    return None if name is None else Attention(name, URGENT)
