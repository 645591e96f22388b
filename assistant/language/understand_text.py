"""Understands typed text by its sound, as if a recogniser had heard it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.collecting import nothing_to_collect
from assistant.errors import UsageError
from assistant.understanding.moment import NO_MOMENT, Moment

if TYPE_CHECKING:
    from assistant.language.spelling import Speller
    from assistant.ports import Phonemizer
    from assistant.understanding.hypothesis import Utterance
    from assistant.understanding.interpreter import Interpreter
    from assistant.understanding.matcher import Matcher
    from assistant.understanding.meaning import MeaningModel
    from assistant.understanding.phrases import PhraseBook
    from assistant.understanding.word_model import WordModel

MOST_LETTERS = 300
"""Letters of a text that may be a command; no command is half as long, and spelling takes time for each letter."""

MOST_READ = 4000
"""Letters of a longer text that are looked through for distress."""


class UnusableNameError(UsageError):
    """A wake word that can't be told from a command, or can't be heard."""


def with_wake_word(book: PhraseBook, name: str, letters: Phonemizer) -> PhraseBook:
    """The book with a wake word that may precede each command; its unknown words are spelled by grapheme-to-phoneme.

    Raises UnusableNameError for one that can't be pronounced, is too short, or sounds like a command.
    """
    from assistant.language.spelling import Speller, normalise
    from assistant.understanding.hypothesis import Hypothesis
    from assistant.understanding.matcher import Matcher
    from assistant.understanding.phrases import fillers
    from assistant.understanding.wake_word import LEAST_SOUNDS

    words = normalise(name, book.numbers)
    spell = Speller(book, letters)
    vocabulary = {**{word: (spell.phonemes_of([word]),) for word in words}, **book.vocabulary}
    text = " ".join(words)
    phonemes = spell.phonemes_of(words)
    # For a foreign script grapheme-to-phoneme gives tones and loose marks, which stand for no sound here.
    if not phonemes or not all(sound[0].isalpha() for sound in phonemes):
        raise UnusableNameError(
            f"the name {name!r} can't be pronounced in this language", "choose another one, or write it as it sounds"
        )
    taken = {filler.text for filler in (*book.fillers_before, *book.fillers_after)}
    match = Matcher(book).match(Hypothesis(phonemes, text, "text"))
    if match.accepted or text in taken:
        like = f"is like {match.phrase!r}, which people say" if match.accepted else "is what people say"
        raise UnusableNameError(f"the name {name!r} can't be used: it {like} anyway", "choose another one")
    if len(phonemes) < LEAST_SOUNDS:
        raise UnusableNameError(f"the name {name!r} is too short to be told from a noise", "choose a longer one")
    return replace(book, fillers_before=(*book.fillers_before, *fillers([text], vocabulary)), vocabulary=vocabulary)


def new_matcher(book: PhraseBook, name: str | None = None, strictness: float = 0.0) -> Matcher:
    """The matcher for a book; with a wake word, which the book must contain, it tells what does not follow that."""
    from assistant.understanding.thresholds import Thresholds
    from assistant.understanding.wake_word import NameMatcher

    with nothing_to_collect():
        return NameMatcher(book, name, Thresholds().stricter(strictness))


def new_interpreter(matcher: Matcher, model: MeaningModel | None = None, words: WordModel | None = None) -> Interpreter:
    """What tells meanings by the matcher's phrases and, with a `model`, by free words; `words` are heard by sound."""
    from assistant.understanding.free_words import FreeWords
    from assistant.understanding.interpreter import Interpreter
    from assistant.understanding.slot_filling import SlotFinder
    from assistant.understanding.word_search import WordSearch

    book = matcher.book
    slots = SlotFinder(book.slot_values, book.clauses.instead)
    search = WordSearch(words) if words is not None else None
    return Interpreter(matcher, FreeWords(model, slots, book.clauses, book.distress, search))


@dataclass(frozen=True)
class TextUnderstanding:
    """Understands typed text: by its sound, as if a recogniser had heard it, and by its words.

    `lacking` says in a line what it must do without; None if nothing.
    """

    interpreter: Interpreter
    speller: Speller
    lacking: str | None = None

    @property
    def book(self) -> PhraseBook:
        """The phrases that are understood."""
        return self.interpreter.book

    @classmethod
    def of(
        cls,
        book: PhraseBook,
        phonemizer: Phonemizer,
        name: str | None = None,
        strictness: float = 0.0,
        model: MeaningModel | None = None,
        lacking: str | None = None,
    ) -> TextUnderstanding:
        """For the phrases of a book; `name` is the wake word, if any, `model` understands free words.

        Raises as `with_wake_word` does.
        """
        from assistant.language.spelling import Speller

        if name is not None:
            book = with_wake_word(book, name, phonemizer)
        speller = Speller(book, phonemizer, model.words if model else ())
        return cls(new_interpreter(new_matcher(book, name, strictness), model), speller, lacking)

    def utterance(self, text: str, moment: Moment = NO_MOMENT, t: float = 0.0) -> Utterance:
        """The text as an utterance said at this moment of the guide's, at time `t`, in seconds."""
        from assistant.understanding.hypothesis import Hypothesis, Utterance

        words = self.speller.words(text[:MOST_READ])
        if len(text) > MOST_LETTERS:
            return Utterance(t, t, Hypothesis((), "", "text"), self.interpreter.of_long_talk(words))
        hypothesis = Hypothesis(self.speller.phonemes_of(words), " ".join(words), "text")
        match, *also = self.interpreter.interpret(hypothesis, moment)
        return Utterance(t, t, hypothesis, match, also=tuple(also))
