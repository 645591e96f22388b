"""The ear: sound in, utterances out. Time is counted in samples, so that it hears a file as it hears a room."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np

from assistant.audio.levels import level_db
from assistant.front_end.vad import CHUNK, SileroActivity, VoiceActivity
from assistant.hearing.endpointing import EndpointConfig, Endpointer
from assistant.intents import COUNTS_AFTER_URGENT
from assistant.ports import LISTENING_RATE, Recogniser
from assistant.understanding.gate import counts_after_urgent
from assistant.understanding.hypothesis import Hypothesis, Match, Samples, Utterance
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.moment import NO_MOMENT, Moment

WHOLE_SCORE = 0.8
"""The score from which an accepted command ends its utterance early even if the match is not sure; above what
beginnings of other sentences reach (see docs/tuning.md)."""

NO_SOUND: Samples = np.zeros(0, np.float32)


@dataclass
class _Saying:
    """What is known of the current utterance."""

    start: int
    """The chunk with which it begins."""
    cut_before: bool = False
    """Whether it continues an utterance that was cut for its length; nothing that begins a command."""
    acted: Match | None = None
    """The urgent command in it that was passed on before its end."""
    more: bool = True
    """Whether anything was said after that."""
    urgent: tuple[Hypothesis, Match] | None = None
    """What the last pause found to be urgent, to be acted on if the pause lasts."""
    hint: str | None = None
    """The urgent intent that the last glance found."""
    earlier: list[Samples] | None = None
    """The chunks before its sound, if it may have begun over the guide's voice: perhaps only the residual echo."""
    sound: list[Samples] = field(default_factory=list)
    """The chunks that the recogniser has of it."""
    noticed: bool = False
    """Whether barge-in was noticed during it. If not, it may be residual echo: hearing that again from earlier on could
    only turn it into a command."""


class Ear:
    """Finds utterances in the sound, has the recogniser hear them, and tells what they mean.

    In a short pause it asks for the hypothesis so far: a complete command ends there, while what may continue gets more
    time. An urgent command is passed on at once, even while speech goes on; of the rest of that utterance only pain
    counts.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        interpreter: Interpreter,
        activity: VoiceActivity | None = None,
        endpoint: EndpointConfig | None = None,
    ) -> None:
        self.recogniser = recogniser
        self._moment = NO_MOMENT
        self._over_guide = self._person_noticed = False
        self._interpreter = interpreter
        self._matched: tuple[Hypothesis, Moment, tuple[Match, ...]] | None = None
        self._activity = activity if activity is not None else SileroActivity()
        self._endpointer = Endpointer(endpoint if endpoint is not None else EndpointConfig())
        config = self._endpointer.config
        self._pre_roll = config.chunks(config.pre_roll) + self._endpointer.shortest
        self._pre_rolls_over = [config.chunks(each) + self._endpointer.shortest for each in config.pre_rolls_over]
        self._tail = config.chunks(config.tail)
        self._pause = config.chunks(config.look)
        # A recording may begin with the first sound of a word, so silence is assumed before it.
        self._recent = self._silence()
        self._withheld: list[Samples] = []
        """Silence that the recogniser gets only if speech continues after it."""
        self._unheard = self._unheard_vad = NO_SOUND
        self._voice: float | None = None
        self._voices = deque[float](maxlen=self._pre_rolls_over[0])
        """The probabilities of speech in the last chunks themselves, whatever the VAD hears of them."""
        self._chunks = 0
        self._saying = _Saying(0)

    def with_endpoint(self, endpoint: EndpointConfig) -> Ear:
        """Another ear with the same recogniser; only one of them may hear at a time."""
        return Ear(self.recogniser, self._interpreter, endpoint=endpoint)

    @property
    def speaking(self) -> bool:
        """Whether someone is in the middle of an utterance; not if they are waiting for an answer to it."""
        waits = self._saying.acted is not None and self._endpointer.trailing >= self._pause
        return self._endpointer.speaking and not waits

    def feed(
        self,
        block: Samples,
        moment: Moment = NO_MOMENT,
        *,
        vad_block: Samples | None = None,
        over_guide: bool = False,
        person_noticed: bool = False,
        voice: float | None = None,
    ) -> list[Utterance]:
        """Take any number of samples (LISTENING_RATE); return the utterances that ended in them, or are urgent.

        moment: which commands fit now. vad_block: as many samples of the same moment for the VAD, if residual echo in
        the sound itself could be taken for a person. over_guide: whether the guide is, or just was, audible in them.
        person_noticed: whether a person is noticed speaking over it. voice: the probability of speech in the last CHUNK
        of the sound itself, by a VAD that has heard all of it; while a person is noticed it counts, as the one that
        hears vad_block has missed their beginning.
        """
        newly_noticed = person_noticed and not self._person_noticed
        self._moment, self._over_guide, self._person_noticed = moment, over_guide, person_noticed
        self._voice = voice
        if newly_noticed and over_guide and not self._endpointer.speaking:
            self._begin_late()
        heard: list[Utterance] = []
        self._unheard = _joined(self._unheard, block)
        self._unheard_vad = _joined(self._unheard_vad, block if vad_block is None else vad_block)
        while self._unheard.size >= CHUNK:
            chunk, self._unheard = self._unheard[:CHUNK], self._unheard[CHUNK:]
            vad_chunk, self._unheard_vad = self._unheard_vad[:CHUNK], self._unheard_vad[CHUNK:]
            heard += self._chunk(chunk, vad_chunk)
        return heard

    def understand(self, samples: Samples) -> Match:
        """What the samples mean, taken as one stretch of speech; nobody may be speaking."""
        return self._heard_in(samples)[1]

    def _heard_in(self, samples: Samples) -> tuple[Hypothesis, Match]:
        self.recogniser.begin()
        self.recogniser.feed(samples)
        hypothesis = self.recogniser.end()
        return hypothesis, self._match(hypothesis)

    def flush(self) -> list[Utterance]:
        """The sound is over: return the current utterance, if any. The next samples come right after."""
        last, last_vad = self._unheard, self._unheard_vad
        self._unheard = self._unheard_vad = NO_SOUND
        heard = self._chunk(_filled(last), _filled(last_vad)) if last.size else []
        if self._endpointer.speaking:
            trailing = self._endpointer.trailing
            self._endpointer.reset()
            heard += self._ended(trailing)
        self._activity.reset()
        self._recent = self._silence()
        self._voices.clear()
        return heard

    def _silence(self) -> list[Samples]:
        """As much silence as an utterance may include before its first chunk of speech."""
        return [np.zeros(CHUNK, np.float32)] * self._pre_roll

    def _chunk(self, chunk: Samples, vad_chunk: Samples) -> list[Utterance]:
        before = self._endpointer.trailing
        # Over the guide's voice the level is that of its echo as well, which says nothing about who is near.
        step = self._endpointer.step(self._probability(vad_chunk), None if self._over_guide else level_db(chunk))
        self._chunks += 1
        if step == "silence":
            self._recent = [*self._recent, chunk][-self._pre_rolls_over[-1] :]
            return []
        if step == "begin":
            self._begin_with(chunk)
            return []
        if step == "nearer":
            self._begin([*[*self._saying.sound, *self._withheld][-self._pre_roll :], chunk])
            return []
        self._hear(chunk, before + 1 if step == "end" else self._endpointer.trailing)
        if step == "speech":
            return self._look()
        heard = self._ended(before + 1 if step == "end" else 0)
        if step == "cut":
            self._begin([], cut_before=True, noticed=self._saying.noticed)
        else:
            self._recent = self._withheld[-self._pre_roll :]
            self._voices.clear()
        return heard

    def _probability(self, vad_chunk: Samples) -> float:
        """The probability of speech in the next chunk: while a person is noticed, by the VAD that has heard them all
        along; the ear's own hears the chunk either way, so that it knows what was before."""
        probability = self._activity(vad_chunk)
        if self._voice is None:
            return probability
        self._voices.append(self._voice)
        return self._voice if self._person_noticed else probability

    def _begin_late(self) -> None:
        """A person has just been noticed over the guide, with whose echo the first moments of them were taken off what
        the VAD hears: begin an utterance with these, if there is speech in them."""
        if any(self._endpointer.step(each) == "begin" for each in self._voices):
            self._begin_with()
            self._saying.noticed = True

    def _begin_with(self, *chunks: Samples) -> None:
        """Begin an utterance with the chunks, and as much as belongs to it of what was before."""
        first = self._pre_rolls_over[0] if self._over_guide else self._pre_roll
        earlier, recent = self._recent[:-first], self._recent[-first:]
        self._begin([*recent, *chunks])
        self._saying.earlier = earlier if self._over_guide else None

    def _hear(self, chunk: Samples, trailing: int) -> None:
        """Take the next chunk of an utterance, the last `trailing` chunks of which are silent."""
        if self._person_noticed and not self._saying.noticed:
            self._begin_at_notice()
        self._withheld.append(chunk)
        if trailing <= self._tail:
            self._feed(self._withheld)
            self._withheld = []

    def _begin_at_notice(self) -> None:
        """A person has just been noticed: while the guide speaks, what was heard long before may be no more than its
        echo, so the utterance begins anew, as if nothing had been found in it yet."""
        saying, first = self._saying, self._pre_rolls_over[0]
        sound = [*saying.sound, *self._withheld]
        if self._over_guide and saying.acted is None:
            if len(sound) > first:
                self._begin(sound[-first:])
                self._saying.earlier = [*(saying.earlier or []), *sound[:-first]]
                self._endpointer.begin_anew(first)
            self._saying.cut_before = False
        self._saying.noticed = True

    def _feed(self, chunks: list[Samples]) -> None:
        self._saying.sound += chunks
        self.recogniser.feed(np.concatenate(chunks))

    def _begin(self, chunks: list[Samples], *, cut_before: bool = False, noticed: bool = False) -> None:
        self._withheld = []
        self._recent = []
        self._saying = _Saying(max(0, self._chunks - min(len(chunks), self._pre_roll + 1)), cut_before, noticed=noticed)
        self.recogniser.begin()
        if chunks:
            self._feed(chunks)

    def _look(self) -> list[Utterance]:
        """Pass on what is urgent and sure; in a pause, see whether the command is complete."""
        config, trailing, saying = self._endpointer.config, self._endpointer.trailing, self._saying
        if not trailing:
            saying.more, saying.urgent = True, None
        length = self._chunks - saying.start
        if saying.cut_before:
            return []
        if trailing == self._pause and saying.more and length <= config.chunks(config.look_until):
            hypothesis = self.recogniser.so_far()
            match = self._match(hypothesis)
            self._endpointer.whole = saying.acted is None and self._whole(match)
            saying.urgent = (hypothesis, match) if self._urgent(match) else None
        if trailing == config.chunks(config.act) and saying.urgent is not None:
            return self._act(*saying.urgent)
        due = not trailing and length % config.chunks(config.glance) == 0
        return self._glance() if due and not saying.acted and length <= config.chunks(config.glance_until) else []

    def _whole(self, match: Match) -> bool:
        """Whether a match is clearly a complete command, which no further words would change; urgent ones never wait.

        Nor does an awaited answer: a person who was asked says no more than that. Free words may always go on.
        """
        if match.accepted and match.intent in self._moment.awaited:
            return True
        clear = match.accepted and match.tier != "meaning" and (match.sure or match.score >= WHOLE_SCORE)
        return clear and (match.intent in self._interpreter.urgent or not self._interpreter.going_on.otherwise(match))

    def _urgent(self, match: Match) -> bool:
        return (
            match.sure and match.intent in self._interpreter.urgent and counts_after_urgent(self._saying.acted, match)
        )

    def _glance(self) -> list[Utterance]:
        """Act on something urgent while speech goes on.

        It must be all that was said so far, and be found twice in a row: "ow my knee" in "how many more" is found only
        once.
        """
        hint = self._interpreter.phrase(self.recogniser.so_far(quick=True), self._moment)
        before, self._saying.hint = self._saying.hint, None
        if not hint.accepted or hint.intent not in self._interpreter.urgent:
            return []
        hypothesis = self.recogniser.so_far()
        match = self._match(hypothesis)
        if not self._urgent(match):
            return []
        self._saying.hint = match.intent
        return self._act(hypothesis, match) if before == match.intent else []

    def _act(self, hypothesis: Hypothesis, match: Match) -> list[Utterance]:
        """Pass on something urgent; after a pause, what follows is heard as an utterance of its own."""
        saying, trailing = self._saying, self._endpointer.trailing
        utterance = self._utterance(trailing, hypothesis, match, early=True)
        saying.acted, saying.urgent, self._endpointer.whole = match, None, False
        if trailing:
            saying.more = False
            saying.start = self._chunks - trailing
            self.recogniser.begin()
        return [utterance]

    def _ended(self, trailing: int) -> list[Utterance]:
        """The utterance that has just ended, with `trailing` chunks of silence at its end."""
        if not self._saying.more:
            self.recogniser.begin()
            return []
        hypothesis = self.recogniser.end()
        match = self._match(hypothesis)
        saying = self._saying
        if saying.cut_before and not self._urgent(match) and match.intent not in COUNTS_AFTER_URGENT:
            # The end of talk that went on for long; nobody begins a command in the middle of it.
            match = replace(match, accepted=False, sure=False, doubtful=False)
        if saying.noticed and saying.earlier and saying.acted is None and not match.sure:
            # Barge-in is noticed late; with more of the sound before it, the utterance may be a command.
            longer = np.concatenate([*saying.earlier, *saying.sound])
            hypothesis, match = max((hypothesis, match), self._heard_in(longer), key=_how_clear)
        return [self._utterance(trailing, hypothesis, match)] if counts_after_urgent(saying.acted, match) else []

    def _utterance(self, trailing: int, hypothesis: Hypothesis, match: Match, *, early: bool = False) -> Utterance:
        first, *also = self._meanings(hypothesis)
        begin, end = _seconds(self._saying.start), _seconds(self._chunks - trailing)
        return Utterance(begin, end, hypothesis, match, early, also=tuple(also) if match == first else ())

    def _match(self, hypothesis: Hypothesis) -> Match:
        """The first thing that a hypothesis means."""
        return self._meanings(hypothesis)[0]

    def _meanings(self, hypothesis: Hypothesis) -> tuple[Match, ...]:
        """What a hypothesis means; the last one is cached, because the end of an utterance mostly repeats it."""
        known = self._matched
        if known is None or known[0] is not hypothesis or known[1] != self._moment:
            known = (hypothesis, self._moment, self._interpreter.interpret(hypothesis, self._moment))
            self._matched = known
        return known[2]


def _how_clear(heard: tuple[Hypothesis, Match]) -> tuple[bool, bool, float]:
    match = heard[1]
    return match.sure, match.accepted, match.score


def _joined(first: Samples, then: Samples) -> Samples:
    return np.concatenate([first, then]) if first.size else np.asarray(then, np.float32)


def _filled(samples: Samples) -> Samples:
    """The samples, padded with silence to a whole chunk."""
    return np.pad(samples, (0, CHUNK - samples.size))


def _seconds(chunks: int) -> float:
    return chunks * CHUNK / LISTENING_RATE
