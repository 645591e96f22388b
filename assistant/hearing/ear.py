"""The ear: sound in, utterances out. Time is counted in samples, so it hears files as it hears a room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.core.hypothesis import Hypothesis, Samples, Utterance
from assistant.core.matching import Matcher
from assistant.core.phrases import PhraseBook
from assistant.errors import SolemateError, UsageError
from assistant.hearing.activity import CHUNK, SileroActivity, VoiceActivity
from assistant.hearing.endpoint import EndpointConfig, Endpointer
from assistant.hearing.vosk import Spell, VoskRecogniser, vosk_available
from assistant.ports import LISTENING_RATE, Recogniser

NO_SOUND: Samples = np.zeros(0, np.float32)


class Ear:
    """Finds where someone speaks, lets a recogniser hear it, and tells what it means.

    `expected` are intents that fit the moment; whoever owns the ear keeps them up to date.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        matcher: Matcher,
        activity: VoiceActivity | None = None,
        endpoint: EndpointConfig | None = None,
    ) -> None:
        self.recogniser = recogniser
        self.expected: frozenset[str] = frozenset()
        self.partial: Hypothesis | None = None
        """What the recogniser makes of the speech that still goes on, if it says."""
        self._matcher = matcher
        self._activity = activity if activity is not None else SileroActivity()
        self._endpointer = Endpointer(endpoint if endpoint is not None else EndpointConfig())
        self._pre_roll = self._endpointer.config.chunks(self._endpointer.config.pre_roll)
        self._tail = self._endpointer.config.chunks(self._endpointer.config.tail)
        self._recent: list[Samples] = []
        self._withheld: list[Samples] = []
        """Silence that the recogniser gets only if speech goes on after it."""
        self._rest = NO_SOUND
        self._chunks = 0
        self._start = 0

    @property
    def speaking(self) -> bool:
        """Whether someone is in the middle of an utterance."""
        return self._endpointer.speaking

    def feed(self, block: Samples) -> list[Utterance]:
        """Take the next samples (LISTENING_RATE, any number); give the utterances that ended in them."""
        heard: list[Utterance] = []
        self._rest = np.concatenate([self._rest, block]) if self._rest.size else np.asarray(block, np.float32)
        while self._rest.size >= CHUNK:
            chunk, self._rest = self._rest[:CHUNK], self._rest[CHUNK:]
            heard += self._chunk(chunk)
        return heard

    def flush(self) -> list[Utterance]:
        """The sound is over: give the utterance that was going on, if any. The next samples come after this."""
        rest, self._rest = self._rest, NO_SOUND
        heard = self._chunk(np.pad(rest, (0, CHUNK - rest.size))) if rest.size else []
        if self.speaking:
            trailing = self._endpointer.trailing
            self._endpointer.reset()
            heard.append(self._utterance(trailing))
        self._activity.reset()
        self._recent = []
        return heard

    def _chunk(self, chunk: Samples) -> list[Utterance]:
        before = self._endpointer.trailing
        step = self._endpointer.step(self._activity(chunk))
        self._chunks += 1
        if step == "silence":
            self._recent = [*self._recent, chunk][-self._pre_roll - self._endpointer.shortest :]
            return []
        if step == "begin":
            self._begin([*self._recent, chunk])
            return []
        self._hear(chunk, before + 1 if step == "end" else self._endpointer.trailing)
        if step == "speech":
            return []
        heard = [self._utterance(before + 1 if step == "end" else 0)]
        self._recent = []
        if step == "cut":
            self._begin([])
        return heard

    def _hear(self, chunk: Samples, trailing: int) -> None:
        """Take the next chunk of an utterance, the last `trailing` of them silent."""
        self._withheld.append(chunk)
        if trailing <= self._tail:
            self.partial = self.recogniser.feed(np.concatenate(self._withheld)) or self.partial
            self._withheld = []

    def _begin(self, chunks: list[Samples]) -> None:
        self.partial = None
        self._withheld = []
        self._recent = []
        self._start = self._chunks - len(chunks)
        self.recogniser.begin()
        if chunks:
            self.partial = self.recogniser.feed(np.concatenate(chunks))

    def _utterance(self, trailing: int) -> Utterance:
        """What was said since the utterance began; it was silent in the last `trailing` chunks."""
        self.partial = None
        hypothesis = self.recogniser.end()
        match = self._matcher.match(hypothesis, self.expected)
        return Utterance(_seconds(self._start), _seconds(self._chunks - trailing), hypothesis, match)


def _seconds(chunks: int) -> float:
    return chunks * CHUNK / LISTENING_RATE


@dataclass(frozen=True)
class Hearing:
    """Who listens: makes a recogniser, and a line for the user about it."""

    new_recogniser: Callable[[], Recogniser]
    line: str


GET_VOSK = "solemate models get vosk-model-small-en-us-0.15"
"""How to get the English Vosk model."""


def choose_recogniser(kind: str, book: PhraseBook, spell: Spell, model: Path | None) -> Hearing:
    """The recogniser for `--recogniser auto|vosk|hama`, with the Vosk model at `model` if there is one.

    Auto is both where both are there, else the one that is. Raises SolemateError naming the way out where there is
    none, UsageError for another kind.
    """
    from assistant.hearing.hama import HamaRecogniser, hama_available

    if kind not in ("auto", "vosk", "hama"):
        raise UsageError(f"there is no recogniser '{kind}'; there are auto, vosk and hama")
    no_hama = hama_available()
    no_vosk = f"there is no Vosk model (`{GET_VOSK}`)" if model is None else vosk_available()
    if kind == "hama" or (kind == "auto" and no_vosk and not no_hama):
        line = "hama listens (phonemes)"
        return Hearing(HamaRecogniser, line if kind == "hama" else f"{line}; {_how_to_get_vosk(model, no_vosk)}")
    if no_vosk and kind == "vosk":
        raise SolemateError(f"Vosk can't listen: {no_vosk}")
    if no_vosk:
        raise SolemateError(f"nobody can listen: {no_hama}, and {no_vosk}")
    assert model is not None
    if kind == "vosk" or no_hama:
        line = f"Vosk listens ({model.name})"
        return Hearing(
            lambda: VoskRecogniser(model, book, spell), line if kind == "vosk" else f"{line}; without hama: {no_hama}"
        )
    return Hearing(lambda: _both(model, book, spell), f"Vosk ({model.name}) and hama listen together")


def _how_to_get_vosk(model: Path | None, reason: str | None) -> str:
    if model is None:
        return f"to have Vosk listen as well: `{GET_VOSK}`"
    return f"Vosk doesn't: {reason}"


def _both(model: Path, book: PhraseBook, spell: Spell) -> Recogniser:
    from assistant.hearing.both import BothRecogniser
    from assistant.hearing.hama import HamaRecogniser

    return BothRecogniser(VoskRecogniser(model, book, spell, check=False), HamaRecogniser())


def make_ear(
    kind: str, book: PhraseBook, spell: Spell, model: Path | None = None, matcher: Matcher | None = None
) -> tuple[Ear, str]:
    """An ear for a book, and a line that says who listens and how to get the other. Raises as `choose_recogniser`."""
    hearing = choose_recogniser(kind, book, spell, model)
    return Ear(hearing.new_recogniser(), matcher if matcher is not None else Matcher(book)), hearing.line
