"""The composition root: builds guide, recogniser and text understanding from a language's data and the settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.collecting import nothing_to_collect
from assistant.dialogue.content.bounds import READY_SECONDS
from assistant.dialogue.state.turn import Book
from assistant.errors import NameClashError, SolemateError, UsageError
from assistant.language.files import MEANING, ROUTINE
from assistant.language.routine_files import (
    clash_in,
    installed,
    other_routines,
    own_files,
    refuse_taken,
    routines_beside,
)
from assistant.language.routine_files import read_routine as read_routine
from assistant.language.understand_text import (
    TextUnderstanding,
    UnusableNameError,
    new_interpreter,
    new_matcher,
    with_wake_word,
)
from assistant.paths import cache_folder, data_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.dialogue.content.routine import Routine
    from assistant.hearing.choose import Ears
    from assistant.hearing.ear import Ear
    from assistant.ports import Phonemizer, Recogniser
    from assistant.settings.table import Settings
    from assistant.understanding.gate import Gate
    from assistant.understanding.meaning import MeaningModel
    from assistant.understanding.phrases import Phonemes, PhraseBook


def language_folder(language: str) -> Path:
    """The folder of a language. Raises UsageError listing the languages there are."""
    from assistant.language.files import languages

    root = data_folder("intents")
    there = languages(root)
    if language not in there:
        raise UsageError(f"there is no language '{language}'", f"there is: {', '.join(there)}")
    return root / language


def guide_book(
    folder: Path, ready_seconds: float = READY_SECONDS, routine: str = ROUTINE, *, stays: bool = False
) -> Book:
    """The guide's content in a language: its routine, replies and settings that don't change in a session."""
    from assistant.language.wordings import load_coaching, load_last, load_replies, load_safety

    first = read_routine(folder, routine)
    others = other_routines(folder, first)
    return Book(
        routine=first,
        replies=load_replies(folder),
        coaching=load_coaching(data_folder("intents")),
        ready_seconds=ready_seconds,
        others=others,
        stays=stays,
        last=load_last(folder),
        usual_safety=load_safety(folder),
    )


def routine_for(settings: Settings, folder: Path) -> Routine:
    """The routine named in the settings. Raises UsageError or SolemateError as `read_routine` does."""
    from assistant.settings.toml_file import blaming

    with blaming(settings, "routine"):
        return read_routine(folder, settings.text("routine"))


def phonemizer(language: str) -> Phonemizer:
    """The language's grapheme-to-phoneme; the letters themselves where it has none."""
    from assistant.language.grapheme_to_phoneme import LANGUAGES, GraphemeToPhoneme
    from assistant.language.spelling import LetterPhonemizer

    return GraphemeToPhoneme(data_folder("intents") / language) if language in LANGUAGES else LetterPhonemizer()


def checked_routine(folder: Path, name: str) -> tuple[Path, Routine]:
    """The file of a routine, by its own or the routine's name, and the routine, with all of it checked.

    What a person can say with it is among that: two stretches with one name are only found there. Raises UsageError if
    there is none, SolemateError with file and line for a mistake in it.
    """
    file = installed(folder).get(name, Path(name))
    if not file.is_file():
        raise UsageError(f"there is no file {name}, and no routine of that name")
    routine = read_routine(folder, str(file))
    refuse_taken(folder, file, routine, routines_beside(folder, file))
    try:
        phrase_book(folder, routine, phonemizer(folder.name))
    except NameClashError as clash:
        raise clash_in([file], clash) from clash
    return file, routine


def phrase_book(
    folder: Path, routine: Routine, speller: Phonemizer, others: Sequence[Routine] | None = None
) -> PhraseBook:
    """All phrases of a language, for a routine and for switching to another; compiled once, then cached.

    `others`: those that can be switched to, if not all there are.
    """
    from assistant.dialogue.content.routine_names import routine_names, stretch_names
    from assistant.language.compile import compile_language

    routines = (routine, *(other_routines(folder, routine) if others is None else others))
    with nothing_to_collect():
        try:
            return compile_language(folder, stretch_names(routines), speller, cache_folder(), routine_names(routines))
        except NameClashError as clash:
            raise clash_in(own_files(), clash) from clash


def make_ears(
    folder: Path,
    routine: Routine,
    kind: str,
    *,
    name: str | None = None,
    strictness: float = 0.0,
    gain_db: float = 0.0,
) -> Ears:
    """The recogniser for a language (kind: auto, vosk or built-in).

    Raises SolemateError with the way out if there is no such recogniser, or if it can't hear the wake word `name`.
    """
    from assistant.hearing.built_in import NAME, deaf_to
    from assistant.hearing.choose import Ears, choose_recogniser
    from assistant.hearing.ear import Ear
    from assistant.language.spelling import Speller
    from assistant.language.word_model_file import word_model
    from assistant.models.store import open_store

    letters = phonemizer(folder.name)
    book = phrase_book(folder, routine, letters)
    if name is not None:
        book = with_wake_word(book, name, letters)
    speller = Speller(book, letters)
    meaning, lacking = usable_meaning(folder)
    # Vosk alone gives words, and no posteriors to find any in.
    alone = kind == "vosk" or deaf_to(book.language) is not None
    words = None if alone or meaning is None else word_model(folder, book, cache_folder())
    interpreter = new_interpreter(new_matcher(book, name, strictness), meaning, words)
    store = open_store()
    model = None if kind == NAME else store.find(book.language)
    complaint = None if kind == NAME or model else store.complaint(book.language)
    if complaint and (kind == "vosk" or deaf_to(book.language)):
        raise SolemateError(f"Vosk can't listen: {complaint.problem}", complaint.remedy)
    hearing = choose_recogniser(kind, book, speller.phonemes, model, get_vosk=store.way_to_get(book.language))
    recogniser = hearing.new_recogniser()
    lines = [
        hearing.line,
        *([str(complaint)] if complaint else []),
        *([lacking] if lacking else []),
    ]
    if recogniser.missing_words:
        lines.append(f"{recogniser.name} does not know: {', '.join(recogniser.missing_words)}")
    if name is not None:
        lines.append(_called(name, recogniser))
    gain = 10 ** (gain_db / 20)
    if gain_db or strictness:
        lines.append(f"Set for this room: {gain_db:+g} dB, strictness {strictness:+g}")

    def new_ear() -> Ear:
        return Ear(recogniser, interpreter)

    def another_ear() -> Ear:
        return Ear(hearing.new_recogniser(), interpreter)

    understanding = TextUnderstanding(interpreter, speller)
    several = recogniser.name == NAME
    return Ears("\n".join(lines), new_ear, speller.phonemes, understanding, another_ear, gain, several=several)


def _called(name: str, recogniser: Recogniser) -> str:
    """The line of the introduction about the wake word. Raises UnusableNameError if the recogniser can't hear it."""
    missing = [word for word in name.split() if word in recogniser.missing_words]
    if missing and recogniser.name == "vosk":
        raise UnusableNameError(
            f"Vosk's model does not know the name {name!r}",
            "choose another one, or have the built-in ear listen: --recogniser built-in",
        )
    return f'Only what begins with "{name}" is a command, except pause, stop, pain, and answers'


def ears_for(settings: Settings, folder: Path, routine: Routine) -> Ears:
    """The recogniser according to the settings. Raises SolemateError as `make_ears` does."""
    from assistant.settings.toml_file import blaming

    with blaming(settings, "name", UnusableNameError):
        return make_ears(
            folder,
            routine,
            settings.text("recogniser"),
            name=settings.optional("name"),
            strictness=settings.number("strictness"),
            gain_db=settings.number("gain_db"),
        )


def usable_meaning(folder: Path) -> tuple[MeaningModel | None, str | None]:
    """The classifier of a language's free words, and if there is none, the line that says so and what helps."""
    from assistant.language.meaning_file import load_meaning

    try:
        model = load_meaning(folder)
    except SolemateError as error:
        return None, f"Only the phrases are understood, not free words: {error}"
    if model is None:
        return None, f"Only the phrases are understood, not free words: there is no {folder / MEANING}"
    return model, None


def understanding_for(settings: Settings, folder: Path, routine: Routine) -> TextUnderstanding:
    """The understanding of typed text according to the settings. Raises UsageError for an unusable wake word."""
    from assistant.settings.toml_file import blaming

    letters = phonemizer(folder.name)
    book = phrase_book(folder, routine, letters)
    free_words = usable_meaning(folder)
    with blaming(settings, "name", UnusableNameError):
        return TextUnderstanding.of(
            book, letters, settings.optional("name"), settings.number("strictness"), *free_words
        )


def gate_for(settings: Settings, phonemes: Callable[[str], Phonemes] | None = None) -> Gate:
    """The gate according to the settings; `phonemes` spells what the guide says, if its own voice may be heard."""
    from assistant.understanding.gate import Gate

    return Gate(settings.optional("name"), phonemes)
