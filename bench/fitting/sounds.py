"""What limits are chosen on: commands in quiet, noise and rooms, and talk that is meant for others.

Nothing that figures are reported on: choosing voices, development rooms, the first half of the kitchen, and of real
people those that are for choosing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import signal

from assistant.audio.sound_files import read_sound
from assistant.language.corpus import Said
from assistant.understanding.hypothesis import Samples
from assistant.understanding.phrases import Phrase
from bench.fitting.talk import SINGLE_WORDS, SMALL_TALK
from bench.kitchen import RECORDING, Noise, in_noise
from bench.noise import SNRS
from bench.recognition import COMMAND_WORDS, is_command, reported_half
from bench.recordings import Recorded, of_people, recordings
from bench.room_simulation import DEVELOPMENT_SEEDS, impulse_response, setting_of, to_level
from bench.sentences import COMMANDS
from bench.teaching.over_guide import over_guide
from bench.teaching.speakers import Part
from bench.voices import CHOOSING, CHOOSING_NATURAL, FLITE, Speaker, Theatre, in_quiet_room, kokoro_missing

VOICES = (*CHOOSING, Speaker(f"{FLITE}awb", 0, 0))
"""Who gives the commands."""

QUIET, NATURAL, BY_TEMPLATES, IN_KITCHEN, IN_ROOMS, OVER_GUIDE, DISTRESS = 500, 130, 250, 150, 240, 80, 80
"""Commands in quiet, such by natural voices (if they are installed), sentences of the phrase book, commands at each
ratio in the kitchen, in all rooms together and over the guide's voice, and sentences of distress that are no
phrases."""

MANY_WORDS = 7
"""Words from which a sentence of the corpus is never a phrase of the book."""

OWN_WORDS = Path(__file__).with_name("own_words.tsv")
"""What people say in their own words: an intent, or "-" for what they say to others in the same room, and a sentence.
Whoever wrote them had seen neither templates nor corpus."""

NOBODY = "-"

OWN_KIND, NEAR_KIND, DISTRESS_KIND = "own words", "near talk", "distress"
"""What is said in people's own words to the guide, and to others, and what they say in distress."""

NATURALLY = 3
"""One in so many of these is said by a natural voice, if they are installed."""

TALK, WORDS, RECORDED_WORDS = 300, 300, 120
"""Synthetic sentences and single words that mean nothing, and recorded single words."""

READERS: dict[str, Part] = {"read by people": "choosing", "read by teachers": "teaching"}
"""Whose sentences are talk for others. There are too few to choose on without those who taught the ear, and how they
speak says little of which phrases their sentences are like."""

BETWEEN = 1.0
"""Seconds of silence after each sentence of talk, which count towards the hour."""


@dataclass(frozen=True)
class Sound:
    """Something that is heard, and what it must be understood as.

    `kind` names the row of the table that it belongs to. `intent` None means nothing. `slots` None: whatever they are,
    but for the stretch. `group` tells apart the voices, for what is fitted on some and tried on others.
    """

    kind: str
    group: str
    text: str
    intent: str | None = None
    slots: tuple[tuple[str, str], ...] | None = None
    speaker: Speaker | None = None
    recorded: Recorded | None = None
    path: Path | None = None
    noise: Noise | None = None
    room: int | None = None
    over_guide: int | None = None
    """The seed of a room (one to teach in) where the guide speaks at the same time."""

    @property
    def name(self) -> str:
        """What the sound is, in one line; different for different sounds."""
        where = self.recorded and f"{self.recorded.path.name}@{self.recorded.start:g}"
        where = self.path.name if self.path is not None else where
        around = self.noise and f"{self.noise.snr:g} dB {self.noise.seed}"
        return " | ".join(
            str(part)
            for part in (self.kind, self.speaker or where, self.text, around, self.room, self.over_guide)
            if part
        )

    def samples(self) -> Samples:
        """What a microphone hears (LISTENING_RATE)."""
        if self.recorded is not None:
            return self.recorded.samples()
        if self.path is not None:
            return read_sound(self.path)
        assert self.speaker is not None
        said = Theatre().says(self.speaker, self.text)
        if self.noise is not None:
            return in_noise(said, self.noise)
        if self.over_guide is not None:
            return over_guide(in_quiet_room(said), self.over_guide)
        return in_quiet_room(said if self.room is None else _in_room(said, self.room))


def _in_room(said: Samples, seed: int) -> Samples:
    """What is left of it in a simulated room, the guide being silent."""
    return np.asarray(signal.fftconvolve(to_level(said), _response(seed)), np.float32)


@lru_cache(maxsize=len(DEVELOPMENT_SEEDS))
def _response(seed: int) -> Samples:
    """From the person to the microphone in the room of a seed, as `Room` has it."""
    place = setting_of(seed)
    return impulse_response(place.size, place.ring, place.person, np.random.default_rng([seed, 2]))


def commands(speech: Path, phrases: Sequence[Phrase]) -> list[Sound]:
    """The commands, by voices in quiet, in the kitchen and in rooms; `phrases` are those of the book."""
    draw = random.Random(11)
    pairs = [(speaker, said) for speaker in VOICES for said in COMMANDS]

    def drawn(kind: str, count: int) -> Iterator[Sound]:
        for speaker, said in draw.sample(pairs, count):
            assert said.intent is not None
            slots = (("stretch", said.stretch),) if said.stretch else None
            yield Sound(kind, str(speaker), said.text, said.intent, slots, speaker)

    found = list(drawn("quiet", QUIET))
    if not kokoro_missing():
        found += _naturally()
    found += _by_templates(phrases, draw)
    kitchen = speech / RECORDING
    if kitchen.is_file():
        for snr in SNRS:
            for seed, sound in enumerate(drawn(f"kitchen, {snr:.0f} dB", IN_KITCHEN)):
                found.append(replace(sound, noise=Noise(kitchen, "first", snr, seed)))
    for number, sound in enumerate(drawn("rooms", IN_ROOMS)):
        found.append(replace(sound, room=DEVELOPMENT_SEEDS[number % len(DEVELOPMENT_SEEDS)]))
    if (recordings() / RECORDING).is_file():  # some of it is with noise, from there
        found += [replace(sound, over_guide=seed) for seed, sound in enumerate(drawn("over the guide", OVER_GUIDE))]
    return found


def _naturally() -> Iterator[Sound]:
    draw = random.Random(15)
    pairs = [(speaker, said) for speaker in CHOOSING_NATURAL for said in COMMANDS]
    for speaker, said in draw.sample(pairs, min(NATURAL, len(pairs))):
        slots = (("stretch", said.stretch),) if said.stretch else None
        yield Sound("quiet, natural voices", str(speaker), said.text, said.intent, slots, speaker)


def _by_templates(phrases: Sequence[Phrase], draw: random.Random) -> Iterator[Sound]:
    """Sentences of the phrase book, each intent as often as any other."""
    by_intent: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        if phrase.intent is not None:
            by_intent.setdefault(phrase.intent, []).append(phrase)
    for number in range(BY_TEMPLATES):
        intent = sorted(by_intent)[number % len(by_intent)]
        phrase, speaker = draw.choice(by_intent[intent]), draw.choice(VOICES)
        yield Sound("quiet, by templates", str(speaker), phrase.text, intent, phrase.slots, speaker)


def own_words() -> list[Sound]:
    """What people say in their own words to the guide, and in words like those to others."""
    found = []
    for line in OWN_WORDS.read_text(encoding="utf-8").splitlines():
        intent, text = line.split("\t")
        draw = random.Random(text)  # so that other sentences beside it don't change who says it
        natural = draw.randrange(NATURALLY) == 0 and not kokoro_missing()
        speaker = draw.choice(CHOOSING_NATURAL if natural else VOICES)
        meant = None if intent == NOBODY else intent
        found.append(Sound(OWN_KIND if meant else NEAR_KIND, str(speaker), text, meant, speaker=speaker))
    return found


def distress(corpus: Sequence[Said]) -> list[Sound]:
    """Sentences of distress in which nothing but some words tells of it."""
    draw = random.Random(14)
    texts = [said.text for said in corpus if said.intent == "hurts" and len(said.text.split()) >= MANY_WORDS]
    found = []
    for text in draw.sample(texts, min(DISTRESS, len(texts))):
        speaker = draw.choice(VOICES)
        found.append(Sound(DISTRESS_KIND, str(speaker), text, "hurts", speaker=speaker))
    return found


def talk(speech: Path) -> list[Sound]:
    """What is meant for others: synthetic chatter, and what real people read and say."""
    draw = random.Random(12)
    pairs = [(speaker, text) for speaker in VOICES for text in SMALL_TALK]
    found = [
        Sound("chatter", str(speaker), text, speaker=speaker)
        for speaker, text in draw.sample(pairs, min(TALK, len(pairs)))
    ]
    for kind, part in READERS.items():
        read = [each for each in of_people(speech, part) if " " in each.text]
        found += [Sound(kind, each.speaker, each.text, recorded=each) for each in read]
    found += [
        Sound("orders", path.stem, path.stem, path=path)
        for path in sorted((speech / "out_of_domain").glob("*.flac"))
        if not reported_half(path)
    ]
    return found


def single_words(speech: Path) -> list[Sound]:
    """Single words: those that mean something anywhere, and those that don't."""
    draw = random.Random(13)
    pairs = [(speaker, word) for speaker in VOICES for word in SINGLE_WORDS]
    found = [Sound("words", str(speaker), word, speaker=speaker) for speaker, word in draw.sample(pairs, WORDS)]
    there = [each for each in of_people(speech, "choosing") if " " not in each.text]
    found += [
        Sound("words of people", each.speaker, each.text, recorded=each)
        for each in draw.sample(there, min(RECORDED_WORDS, len(there)))
    ]
    for path in sorted((speech / "words").glob("*.flac")):
        word = path.stem.split("_")[0]
        if not reported_half(path):
            kind = "commands of people" if word in COMMAND_WORDS else "words of people"
            found.append(Sound(kind, path.stem.split("_")[1], word, COMMAND_WORDS.get(word), path=path))
    return found


def everything(speech: Path, phrases: Sequence[Phrase], corpus: Sequence[Said]) -> list[Sound]:
    """All that limits are chosen on, each sound once. What is a command by its text is no talk for others."""
    others = (each for each in (*talk(speech), *single_words(speech)) if each.intent or not is_command(each.text))
    sounds = (*commands(speech, phrases), *own_words(), *distress(corpus), *others)
    return list({each.name: each for each in sounds}.values())
