"""What the ear is taught with: synthetic and recorded people saying sentences, as sound files and a list of them.

`python -m bench.teaching.persons FOLDER` writes NAME.npy (32-bit floats at LISTENING_RATE) for each sentence, and
persons.jsonl. Sentences that are there already are not made again.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from assistant.files import SHARED, write_whole
from assistant.language.corpus import NOT_MEANT, read_corpus
from assistant.language.spelling import Speller
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples
from assistant.understanding.phonemes import folded
from assistant.understanding.phrases import PhraseBook
from bench.pool import over
from bench.recordings import of_people, recordings
from bench.voices import KOKORO, TEACHING, TEACHING_NATURAL, TEACHING_RECORDED, Speaker, spoken_by

LIST = "persons.jsonl"
"""The file that lists the sentences, in JSON lines."""

PHRASES, CORPUS, OTHERS = 4000, 4000, 1500
"""Sentences by synthetic people: phrases of the book, what people say in their own words, and talk meant for others."""

FLITE_SHARE = 0.28
"""Share of them said by voices made from recordings: there are few of them, and they are nearest to people."""

NATURAL, NATURAL_WORDS = 1200, 7
"""Sentences by Kokoro's voices, which are nearest to people, and the most words in one: they take a hundred times as
long to make as the others."""

RATES = (115, 290)
"""Words a minute; people on a mat are slow, and some hurried."""

NATURAL_RATES = (120, 220)
"""The same for natural voices, which slur and break when driven further."""

ONE_WORD_KEPT = 3
"""One in so many recordings of single words is taken: a thousand people say the same three."""

FEWEST_SECONDS, MOST_SECONDS = 0.3, 17.0

RECORDED = "r_"
"""How the names of recorded people begin."""

MOST_WAYS = 8
"""Pronunciations of a sentence that are compared with what the teacher hears."""


@dataclass(frozen=True)
class Person:
    """Somebody saying something. `ways` are pronunciations of it as folded sounds; none if a word can't be spelled."""

    name: str
    speaker: str
    text: str
    seconds: float
    ways: tuple[tuple[str, ...], ...] = ()

    @property
    def recorded(self) -> bool:
        """Whether it is a real person."""
        return self.name.startswith(RECORDED)

    @property
    def natural(self) -> bool:
        """Whether it is a voice that sounds like a person."""
        return self.speaker.startswith(KOKORO)


@dataclass(frozen=True)
class _Lesson:
    name: str
    speaker: Speaker
    text: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the sound and the list."""
    (folder,) = map(Path, sys.argv[1:] if arguments is None else arguments)
    folder.mkdir(parents=True, exist_ok=True)
    texts = _texts()
    natural = list(natural_lessons_of(texts))
    for first in natural[:1]:
        _say(folder, first)  # by one process alone: it unpacks Kokoro's model, and two would be in each other's way
    lessons = [*lessons_of(texts), *natural]
    lengths = over(lessons, partial(_say, folder), chunk=16)
    people = [
        Person(lesson.name, str(lesson.speaker), lesson.text, seconds)
        for lesson, seconds in zip(lessons, lengths, strict=True)
    ]
    people += recorded(folder)
    kept = [person for person in people if FEWEST_SECONDS <= person.seconds <= MOST_SECONDS]
    lines = [json.dumps(asdict(person) | {"ways": ways_of(person.text)}, ensure_ascii=False) for person in kept]
    write_whole(folder / LIST, "\n".join(lines), mode=SHARED)
    hours = sum(person.seconds for person in kept) / 3600
    print(f"{len(kept)} sentences, {hours:.1f} h, in {folder}")
    return 0


def read_people(folder: Path) -> list[Person]:
    """The people that `main` listed in a folder."""
    rows = (json.loads(line) for line in (folder / LIST).read_text(encoding="utf-8").splitlines())
    return [Person(**{**row, "ways": tuple(map(tuple, row["ways"]))}) for row in rows]


def _texts() -> list[str]:
    from assistant.wiring import language_folder

    chance = random.Random(11)
    corpus = read_corpus(language_folder("en"))
    meant = [said.text for said in corpus if said.intent]
    others = [said.text for said in corpus if not said.intent]
    assert others, NOT_MEANT
    phrases = sorted({phrase.text for phrase in _book().phrases})
    return [
        *chance.sample(phrases, min(PHRASES, len(phrases))),
        *chance.sample(meant, min(CORPUS, len(meant))),
        *chance.sample(others, min(OTHERS, len(others))),
    ]


def lessons_of(texts: Sequence[str]) -> Iterator[_Lesson]:
    """Who says what: each sentence once, by a random voice at a random rate and pitch."""
    chance = random.Random(12)
    for text in texts:
        if chance.random() < FLITE_SHARE:
            speaker = chance.choice(TEACHING_RECORDED)
        else:
            speaker = Speaker(chance.choice(TEACHING).voice, chance.randint(*RATES), chance.randint(20, 80))
        yield _lesson(speaker, text)


def natural_lessons_of(texts: Sequence[str]) -> Iterator[_Lesson]:
    """The same for some of the sentences, by natural voices."""
    chance = random.Random(13)
    short = [text for text in texts if len(text.split()) <= NATURAL_WORDS]
    for text in chance.sample(short, min(NATURAL, len(short))):
        yield _lesson(Speaker(chance.choice(TEACHING_NATURAL).voice, chance.randint(*NATURAL_RATES)), text)


def _lesson(speaker: Speaker, text: str) -> _Lesson:
    # Named by what is said, so that other phrases in the book never put a name to another sound.
    name = hashlib.sha256(f"{speaker}|{text}".encode()).hexdigest()[:16]
    return _Lesson(f"s_{name}", speaker, text)


def _say(folder: Path, lesson: _Lesson) -> float:
    path = folder / f"{lesson.name}.npy"
    if not path.exists():
        _write(path, spoken_by(lesson.speaker, lesson.text))
    return len(np.load(path, mmap_mode="r")) / LISTENING_RATE


def _write(path: Path, sound: Samples) -> None:
    content = io.BytesIO()
    np.save(content, np.asarray(sound, np.float32))
    write_whole(path, content.getvalue(), mode=SHARED)


def recorded(folder: Path) -> list[Person]:
    """The recorded people who teach; their sentences are cut out into the folder."""
    said = of_people(recordings(), "teaching")
    one_word = [each for each in said if " " not in each.text]
    dropped = {id(each) for place, each in enumerate(one_word) if place % ONE_WORD_KEPT}
    people = []
    for each in said:
        if id(each) in dropped:
            continue
        name = f"{RECORDED}{each.path.stem}_{round(each.start * 1000):07}"
        people.append(Person(name, each.speaker, each.text, each.length))
        path = folder / f"{name}.npy"
        if not path.exists() and each.length <= MOST_SECONDS:
            _write(path, each.bare())
    return people


@lru_cache(maxsize=1)
def _book() -> PhraseBook:
    from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine

    folder = language_folder("en")
    return phrase_book(folder, read_routine(folder), phonemizer("en"))


@lru_cache(maxsize=1)
def _speller() -> Speller:
    from assistant.wiring import phonemizer

    return Speller(_book(), phonemizer("en"))


def ways_of(text: str) -> list[list[str]]:
    """Pronunciations of a sentence, the usual one first."""
    ways: list[list[str]] = [[]]
    for word in _speller().words(text):
        known = _book().vocabulary.get(word) or (_speller().phonemes_of([word]),)
        if not known[0]:
            return []
        choices = [list(folded(each)) for each in known]
        ways = [[*before, *each] for each in choices for before in ways][:MOST_WAYS]
    return ways if ways[0] else []


if __name__ == "__main__":
    sys.exit(main())
