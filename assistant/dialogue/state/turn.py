"""One turn of the guide: the state as it changes, and the effects as they accumulate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from assistant.dialogue.content.bounds import READY_SECONDS
from assistant.dialogue.content.coaching import Coaching
from assistant.dialogue.content.events import (
    Cue,
    Effect,
    Finished,
    Quit,
    Record,
    Remember,
    Say,
    SetRate,
    SetVolume,
    StopSpeaking,
    TakeBack,
)
from assistant.dialogue.content.replies import Replies
from assistant.dialogue.content.routine import Routine, Stretch
from assistant.dialogue.content.routine_names import Names, stretch_names
from assistant.dialogue.content.speech_length import most_seconds
from assistant.dialogue.content.steps import Step
from assistant.dialogue.state.preferences import own, steps_now
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.state import Speech, State

AFTER_TONE = {"rest": 0.5, "change": 0.5, "end": 0.5, "finish": 1.0}
"""Seconds from the beginning of a cue to the first word, because neither is understood if they overlap. Not after
"heard": it is short, and a person who said something wants the answer."""

RATE, VOLUME, WORDS = "rate", "volume", "words"
"""The keys under which words a minute, volume and verbosity are remembered."""

DEFAULT_RATE, DEFAULT_VOLUME, DEFAULT_WORDS = 160, 7, "full"

SOUNDS = "sounds"
"""The least verbosity: cues lead, and the guide speaks only to ask, answer or warn."""


@dataclass(frozen=True)
class Book:
    """The guide's fixed content in a language.

    The first routine, the wordings, what is the same in every language, how long the guide waits for "ready" where
    something has to be put on or found (seconds), the other routines, and the word for the last stretch of any. A guide
    that `stays` is on standby all day: it begins without a word, and is not ended by one. usual_safety: the language's
    safety sentences; if empty, those of the first routine. rooms: whether other rooms offer to go on with a run.
    """

    routine: Routine
    replies: Replies
    coaching: Coaching
    ready_seconds: float = READY_SECONDS
    others: tuple[Routine, ...] = ()
    stays: bool = False
    last: str = ""
    usual_safety: tuple[str, ...] = ()
    rooms: bool = False

    @property
    def routines(self) -> tuple[Routine, ...]:
        """All routines that can be chosen, the first one first."""
        return (self.routine, *self.others)

    @property
    def stretch_names(self) -> Names:
        """The names of the stretches of all routines."""
        return stretch_names(self.routines)

    def routine_of(self, state: State) -> Routine:
        """The current routine."""
        return next((each for each in self.routines if each.id == state.run.routine), self.routine)


def sentence(text: str) -> str:
    """The text with its first letter capitalised."""
    return text[:1].upper() + text[1:]


class Turn:
    """Mutable only while one event is handled; the guide returns its frozen state and its effects."""

    def __init__(self, book: Book, state: State) -> None:
        self.book = book
        self.state = state
        self.effects: list[Effect] = []
        self.silence = 0.0
        """Seconds of silence before what is said at this moment."""
        self.earlier_effects = 0
        """The number of effects from earlier moments."""

    # Lookups

    @property
    def replies(self) -> Replies:
        """The wordings."""
        return self.book.replies

    @property
    def routine(self) -> Routine:
        """The current routine."""
        return self.book.routine_of(self.state)

    @property
    def stretch(self) -> Stretch:
        """The current stretch, with the person's own dose."""
        return own(self.routine.stretches[self.state.run.stretch], self.state.memory)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the current stretch."""
        return steps_now(self.state, self.routine)

    @property
    def step(self) -> Step:
        """The current step."""
        return self.steps[self.state.run.step]

    @property
    def words(self) -> str:
        """How much the guide says: full, short or sounds."""
        return str(self.state.memory.get(WORDS, DEFAULT_WORDS))

    def varied(self, reply: str, /, **fields: object) -> str:
        """One of the wordings of a reply; it varies with the place in the run and the day."""
        state = self.state
        turn = len(state.history.days) + state.run.stretch + state.run.step
        return self.replies.text(reply, turn, **fields)

    def sided(self, text: str, side: str) -> str:
        """A sentence of the routine, for a side."""
        return self.replies.sided(text, side)

    # Changes

    def set(self, **changes: Any) -> None:
        """Change fields of the state."""
        self.state = replace(self.state, **changes)

    def set_run(self, **changes: Any) -> None:
        """Change fields of the run."""
        self.set(run=replace(self.state.run, **changes))

    def set_plan(self, **changes: Any) -> None:
        """Change what is otherwise in this run."""
        self.set_run(plan=replace(self.state.run.plan, **changes))

    def set_talk(self, **changes: Any) -> None:
        """Change fields of the talk."""
        self.set(talk=replace(self.state.talk, **changes))

    def set_back(self, state: State, effects: list[Effect]) -> None:
        """Take back what was done in this turn since that state, and since there were those effects."""
        self.state, self.effects = state, effects

    def cue(self, name: str) -> None:
        """Play a cue."""
        self.effects.append(Cue(name))
        self.silence = max(self.silence, AFTER_TONE.get(name, 0.0))

    def remember(self, key: str, value: Any) -> None:
        """Keep a value beyond the session; None forgets it."""
        memory = {**self.state.memory, key: value}
        if value is None:
            memory.pop(key, None)
        # What the person says holds beyond the session, and ends the session's own value.
        wishes = {each: kept for each, kept in self.state.wishes.items() if each != key}
        self.set(memory=memory, wishes=wishes)
        self.effects.append(Remember(key, value))

    def wish_again(self, key: str, wish: Any, kept: Any) -> None:
        """Restore a session's own value, which hides the value kept beyond the session; that is restored too."""
        self.remember(key, kept)
        self.set(memory={**self.state.memory, key: wish}, wishes={**self.state.wishes, key: kept})

    def record(self, kind: str, **values: Any) -> None:
        """Add an event to the history."""
        moment = self.state.time_of_day
        at = moment.isoformat(timespec="seconds") if moment else ""
        self.effects.append(Record(self.state.records, kind, at, values))
        self.set(records=self.state.records + 1)

    def take_back(self, number: int) -> None:
        """Delete the records from this number on."""
        self.effects.append(TakeBack(number))

    def set_rate(self, words_per_minute: int) -> None:
        """Speak at this rate."""
        self.effects.append(SetRate(words_per_minute))

    def set_volume(self, level: int) -> None:
        """Set the volume."""
        self.effects.append(SetVolume(level))

    def finished(self, why: str) -> None:
        """Report that the run is over."""
        self.effects.append(Finished(why))

    def quit(self) -> None:
        """Ask the program to end."""
        self.effects.append(Quit())

    # Speech: one utterance at a time

    def say(self, *texts: str) -> None:
        """Speak these, one after the other, after what is being said; a confirmation question gives way."""
        self.break_off_question()
        self.set_talk(queue=(*self.state.talk.queue, *map(sentence, texts)))
        if self.state.speech is None:
            self.speak_next()

    def lead(self, *texts: str) -> None:
        """Speak these, unless only cues are to lead."""
        if self.words != SOUNDS:
            self.say(*texts)

    def lead_then(self, then: Then, *texts: str) -> None:
        """As `say_then`; if only cues lead, continue at once."""
        self.say_then(then, *(() if self.words == SOUNDS else texts))

    def say_then(self, then: Then, *texts: str) -> None:
        """Drop what is being said, say these, and continue with `then`."""
        self.set_run(then=then)
        self.say_instead(*texts)

    def say_instead(self, *texts: str) -> None:
        """Drop what is being said, and say these."""
        self.hush()
        self.say(*texts)

    def remark(self, text: str) -> None:
        """Speak this if nothing else is being said, else leave it out: it is for this moment only.

        A confirmation question gives way.
        """
        self.break_off_question()
        if self.state.speech is None:
            self._in_between(text, timely=True)

    def interpose(self, text: str) -> int:
        """Speak this now, and return its id; what it interrupts is repeated later, unless only for the moment."""
        speech = self.state.speech
        if speech is not None:
            self._fall_silent(speech)
            again = () if speech.timely or self.state.questioning else (speech.text,)
            self.set_talk(speech=None, queue=(*again, *self.state.talk.queue))
        self._in_between(text)
        return self.state.talk.next_id - 1

    def _in_between(self, text: str, *, timely: bool = False) -> None:
        last = self.state.talk.last_said
        self.set_talk(queue=(sentence(text), *self.state.talk.queue))
        self.speak_next(timely=timely)
        # A person who asks "what?" wants the instruction, not the number.
        self.set_talk(last_said=last)

    def say_softly(self, text: str) -> None:
        """Speak this unasked, more softly than the rest; nothing else may be being said."""
        self.set_talk(queue=(sentence(text), *self.state.talk.queue))
        self.speak_next(soft=True)

    def break_off_question(self) -> None:
        """Fall silent if a confirmation question is being said."""
        if self.state.speech is not None and self.state.questioning:
            self._fall_silent(self.state.speech)
            self.set_talk(speech=None)

    def answer(self, text: str, *steps: str, hold_clock: bool = False) -> None:
        """Answer at once; what the clock was waiting for is repeated afterwards, the rest of the talk is dropped.

        The `steps` follow the answer one by one. What was waited for and is in the answer is not said twice.
        """
        state = self.state
        saying = (state.speech.text,) if state.speech and not (state.questioning or state.speech.aside) else ()
        waited_for = (*saying, *state.talk.queue) if state.then is not Then.NOTHING else ()
        told = {sentence(each) for each in (text, *steps)}
        self.hush()
        self.set_talk(held=hold_clock)
        self.say(text, *steps, *(each for each in waited_for if each not in told))
        # What the person wants repeated is what was said to them, not the talk that follows the answer.
        self.set_talk(last_said=sentence(text))
        if self.state.speech is not None and sentence(text) not in waited_for:
            self.set_talk(speech=replace(self.state.speech, aside=True))

    def hush(self) -> None:
        """Fall silent and forget what was still to be said."""
        if self.state.speech is not None:
            self._fall_silent(self.state.speech)
        self.set_talk(speech=None, queue=(), held=False)

    def _fall_silent(self, speech: Speech) -> None:
        """Stop an utterance; one of this very moment was never begun, and leaves no trace."""
        now = self.effects[self.earlier_effects :]
        kept = [effect for effect in now if not (isinstance(effect, Say) and effect.id == speech.id)]
        self.effects[self.earlier_effects :] = kept if len(kept) < len(now) else [*now, StopSpeaking()]

    def speak_next(self, *, timely: bool = False, soft: bool = False) -> None:
        """Say the first of what is queued; with nothing queued, the clock continues."""
        if not self.state.talk.queue:
            self.set_talk(speech=None, held=False)
            return
        text, *later = self.state.talk.queue
        number = self.state.talk.next_id
        deadline = self.state.now + self.silence + most_seconds(text)
        pending = self.silence > 0
        speech = Speech(number, text, deadline, timely, pending=pending)
        self.set_talk(speech=speech, queue=tuple(later), next_id=number + 1)
        if not pending:
            self.set_talk(last_said=text)
        self.effects.append(Say(number, text, timely, soft, self.silence))
