"""A session for each satellite: the guide on the wall's clock, saying things where its loudspeaker is.

A satellite says what it is given and never reports back, so the guide reckons how long that takes. What it says to an
answer is handed over in one piece, as far as it would come without a pause; what it says unasked goes another way.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from assistant import entries
from assistant.audio.mixer import Player
from assistant.dialogue.content.events import Say
from assistant.dialogue.content.speech_length import likely_seconds
from assistant.dialogue.guide import Guide
from assistant.dialogue.lookahead import ahead
from assistant.dialogue.state.turn import sentence
from assistant.errors import SolemateError
from assistant.phases import RUNNING, Phase
from assistant.ports import SPEAKING_RATE
from assistant.runtime.keeper import Keeper, Storage
from assistant.runtime.real_time import Clock, keep_time
from assistant.runtime.session import Session
from assistant.speaking.synthesis import Paced

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.dialogue.state.state import State
    from assistant.dialogue.state.turn import Book
    from assistant.entries import Entry
    from assistant.understanding.hypothesis import Samples, Utterance
    from assistant.understanding.moment import Moment

HOME = "home"
"""The satellite of whoever names none: what is typed in Home Assistant's app."""

MOST_SATELLITES = 64
"""Sessions at a time; with more, the one that was silent for longest ends, and keeps its place. Nobody is sent away
who is being led."""

FORSAKEN_SECONDS = 10_800.0
"""Seconds without a word after which a run gives way as well: none takes as long."""

IDLE_SECONDS = 900.0
"""Seconds without a run and without a word after which a session ends, so that the next one knows what is kept since.
The last one stays, because reminders are told there."""

BEFORE_WORDS = 1.0
"""Seconds from handing a sentence over to its first sound: Home Assistant has it spoken, and sends the sound."""

NO_PAUSE = 1.5
"""Seconds of silence up to which what follows is told in the same answer."""

LONGEST_ANSWER, LONGEST_UNASKED = 40.0, 12.0
"""Seconds of speech in one answer, and in one piece that is said unasked. Each piece costs a moment of silence before
it, but a person can't break in on a satellite by talking."""

STALE_SECONDS = 2.0
"""Seconds after which a sentence that could not be said is dropped: in an exercise it would be wrong by then."""

SILENT_BEFORE = 1.0
"""Seconds of silence before a hold begins from which a word says that it does; elsewhere a tone does, which a satellite
does not get."""

HARDLY_ANY = 5.0
"""Seconds that are left of a hold after a pause below which no word says that it goes on: its end comes too soon."""

TOLD_WHOLE = frozenset({"say_again", "how_to"})
"""What asks for all of a sentence again, be it heard or not."""

MOST_COUNTED = 100
"""The highest number that is counted to."""

PATIENCE = 4.0
"""Seconds that the guide waits, beyond what it reckoned, for Home Assistant to say that a sentence was spoken."""

END = 0.2
"""Seconds of a sentence that are left while the guide waits for it to be spoken: two looks at the clock."""

_SENTENCE = re.compile(r"(?<=[.!?…。])\s+")
_ENTITY = re.compile(r"assist_satellite\.[a-z0-9_]{1,200}")


class Spoken(Protocol):
    """A sentence on its way to a satellite."""

    def done(self) -> bool:
        """Whether it was spoken, or could not be."""


SayThere = Callable[[str, str], Spoken]
"""Has a sentence spoken at the satellite with an entity id; returns at once."""


@dataclass(frozen=True)
class Answer:
    """What a satellite is to say; `understood` is whether anything was meant by what was heard."""

    text: str
    understood: bool


class Reckoned(Paced):
    """A voice that gives silence; `seconds` are those before a text's first word, and those of its words."""

    name = "reckoned"

    def __init__(self, seconds: Callable[[str], tuple[float, float]]) -> None:
        self.rate = 160
        self._seconds = seconds

    def render(self, text: str) -> Samples:
        """Silence."""
        before, words = self._seconds(text)
        return np.zeros(round((before + words * 160 / self.rate) * SPEAKING_RATE), np.float32)


class Satellite:
    """One session. All of it is for one thread."""

    def __init__(self, name: str, book: Book, memory: Keeper, wishes: Mapping[str, Any], say: SayThere | None) -> None:
        self.name = name
        self._say = say if _ENTITY.fullmatch(name) else None
        self._clock, self._read_until = Clock(), 0.0
        self.last = time.monotonic()
        """When somebody last said something there, on the monotonic clock."""
        self._said: list[entries.Said] = []
        self._begun = False
        """Whether a hold began just now."""
        self._unheralded = False
        """Whether the word that begins a hold was kept back, to be said when it does."""
        self._speaking = (0, 0.0)
        """The utterance being said, and since when."""
        self._lead = 0.0
        """Seconds from then to its first word."""
        self._unheard: dict[str, str] = {}
        """Of what was broken off, by its words: what was not heard, from the beginning of a sentence."""
        self._numbers = _numbers(book)
        self._starting = tuple(map(sentence, book.replies.texts["starting"])) if self._say else ()
        self._told: deque[str] = deque()
        """What was handed over already and will be said by the guide as time goes by."""
        self._waiting: deque[tuple[float, str]] = deque()
        self._out: Spoken | None = None
        self._awaited = False
        """Whether the guide waits for what is out to be spoken; not once somebody has spoken into it."""
        self._over_at = 0.0
        """When what was handed over last is reckoned to be over."""
        self._troubles: list[str] = []
        self.guide = Guide(book)
        self.keeper = memory
        self.session = Session(
            self.guide,
            Player(),
            Reckoned(self._reckon),
            lambda _: np.zeros(0, np.float32),
            memory,
            watchers=[self._watch],
            wall=datetime.now().isoformat(timespec="seconds"),
            wishes=wishes,
            goes_on=True,
        )
        while not self.session.silent:  # nobody has spoken yet, so nobody is greeted
            self.session.player.read(SPEAKING_RATE * 60)
            self.session.advance(0.0)
        self._said.clear()

    @property
    def state(self) -> State:
        """The guide's."""
        return self.session.state

    @property
    def moment(self) -> Moment:
        """What fits now."""
        return self.session.moment

    @property
    def running(self) -> bool:
        """Whether somebody is being led."""
        return self.state.phase in RUNNING or self.state.halt is not None

    @property
    def idle(self) -> bool:
        """Whether nobody has been there for long."""
        return not self.running and time.monotonic() - self.last > IDLE_SECONDS

    @property
    def forsaken(self) -> bool:
        """Whether nobody has said a word for so long that nobody can be there."""
        return time.monotonic() - self.last > FORSAKEN_SECONDS

    def hear(self, utterance: Utterance) -> Answer:
        """Obey, and tell what to say."""
        self.advance()
        t, self.last = self._clock.t, time.monotonic()
        self._waiting.clear()
        self._told.clear()
        self._awaited = False
        understood = _meant(utterance)
        self._note_heard(t, utterance.match.intent)
        self.session.hear(t, replace(utterance, start=t, end=t, match=_addressed(utterance)))
        text = self._answer()
        if not text and understood and self.state.phase is Phase.PAUSED:
            text = self.guide.book.replies.text("say_resume")
        elif not text and self._begun:
            text = self.guide.book.replies.text("starting")
        self._said.clear()
        self._begun = False
        self._over_at = t + BEFORE_WORDS + likely_seconds(text)
        return Answer(text, understood)

    def advance(self) -> list[str]:
        """Let time pass up to now; returns troubles, each in a line."""
        t = self._clock.t
        self._pull(t)
        keep_time(self.session, self._clock)
        self.session.advance(t)
        for said in self._said:
            self._say_unasked(said, t)
        if self._begun:
            self._say_begun(t)
        self._said.clear()
        self._begun = False
        self._send(t)
        troubles, self._troubles = self._troubles, []
        return troubles

    def close(self) -> str | None:
        """Keep what is to be kept; returns what could not be."""
        problem = self.keeper.close()
        return None if problem is None else str(problem)

    def _watch(self, entry: Entry) -> None:
        if isinstance(entry, entries.Said):
            self._said.append(entry)
        elif isinstance(entry, entries.SpeechStarted):
            self._speaking = (entry.id, entry.t)
        elif isinstance(entry, entries.CueSounded) and entry.name == "start":
            self._begun = True
        elif isinstance(entry, entries.Trouble) and entry.kind != "slept":
            self._troubles.append(entry.message)

    def _answer(self) -> str:
        """What is being said since just now, and all that follows without a pause."""
        speech = self.state.speech
        if speech is None or not any(said.id == speech.id for said in self._said):
            return ""
        follows = list(_without_pause(self.guide, self.state, LONGEST_ANSWER))
        self._told.extend(follows)
        again = [self._unheard.get(each, each) for each in follows]
        # A "ready" is answered, though the word that begins the hold comes only when it does.
        return self._in_one([speech.text, *again]) or self.guide.book.replies.text("start_shortly")

    def _note_heard(self, t: float, intent: str | None) -> None:
        """Note what was not heard of what is about to be broken off, as the guide may say it again."""
        speech = self.state.speech
        if intent in TOLD_WHOLE or (speech is None and self.state.halt is None):
            self._unheard = {}
        if intent in TOLD_WHOLE or speech is None or speech.aside or speech.id != self._speaking[0]:
            return
        sentences = _SENTENCE.split(self._unheard.get(speech.text, speech.text))
        seconds = t - self._speaking[1] - self._lead
        while len(sentences) > 1 and seconds >= likely_seconds(sentences[0]):
            seconds -= likely_seconds(sentences.pop(0))
        self._unheard = {speech.text: " ".join(sentences)}

    def _in_one(self, texts: Iterable[str]) -> str:
        return " ".join(filter(None, map(self._unstarted, texts)))

    def _unstarted(self, text: str) -> str:
        """A text without a word that a hold begins, which is said when it does, and would be said twice."""
        word = next((each for each in self._starting if f"{text} ".startswith(f"{each} ")), "")
        return text[len(word) :].strip()

    def _reckon(self, text: str) -> tuple[float, float]:
        """Seconds to the first word of a text that the guide begins to say, and from there, at the usual rate."""
        told = bool(self._told) and self._told[0] == text
        spoken = self._unstarted(text)
        self._unheralded |= spoken != text
        self._lead = BEFORE_WORDS if spoken and not told else 0.0
        return self._lead, likely_seconds(self._unheard.get(spoken, spoken) if told else spoken)

    def _say_begun(self, t: float) -> None:
        """Say that a hold begins, unless that was said just before, or it is as good as over."""
        due = self._unheralded or (not self._waiting and t > self._over_at + SILENT_BEFORE)
        self._unheralded, span = False, self.state.run.span
        if due and not (span is not None and span.remaining < HARDLY_ANY <= span.length and span.elapsed > END):
            self._waiting.append((t, self.guide.book.replies.text("starting")))

    def _say_unasked(self, said: entries.Said, t: float) -> None:
        if self._told and self._told[0] == said.text:
            self._told.popleft()
            return
        self._told.clear()  # it has come differently
        speech = self.state.speech
        if self._say is None or speech is None or speech.id != said.id or said.text in self._numbers:
            return
        if not speech.timely:
            follows = list(_without_pause(self.guide, self.state, LONGEST_UNASKED))
            self._told.extend(follows)
            text = self._in_one([said.text, *follows])
            if text:
                self._waiting.append((t, text))
        elif not self._waiting and (self._out is None or self._out.done()):
            self._waiting.append((t, said.text))

    def _send(self, t: float) -> None:
        """Hand over the next sentence, unless one is being spoken; what is stale is dropped."""
        while self._waiting and t - self._waiting[0][0] > STALE_SECONDS:
            self._waiting.popleft()
        if self._say is not None and self._waiting and (self._out is None or self._out.done()):
            _, text = self._waiting.popleft()
            self._out, self._awaited = self._say(self.name, text), True
            self._over_at = t + BEFORE_WORDS + likely_seconds(text)

    def _pull(self, t: float) -> None:
        """Let the player go on in step with the clock, but wait at the end of a sentence that is still being spoken."""
        if self._awaited and (self._out is None or self._out.done() or t > self._over_at + PATIENCE):
            self._awaited = False
        until = min(t, self._over_at - END) if self._awaited else t
        behind = max(0, round((until - self._read_until) * SPEAKING_RATE))
        self.session.player.read(behind)
        self._read_until = max(self._read_until, until)


def _numbers(book: Book) -> frozenset[str]:
    """All that is said to count up or down: a number a second is nothing for a satellite."""
    text, number = book.replies.text, book.replies.number
    counting = ("countdown", "counted")
    return frozenset(sentence(text(key, n=number(n))) for key in counting for n in range(MOST_COUNTED + 1))


def _meant(utterance: Utterance) -> bool:
    return utterance.match.intent is not None and (utterance.match.accepted or utterance.match.doubtful)


def _addressed(utterance: Utterance) -> Any:
    """The match: who wakes a satellite speaks to it, whatever the guide is called."""
    return replace(utterance.match, called=True, named=True, addressed=True)


def _without_pause(guide: Guide, state: State, seconds: float) -> Iterable[str]:
    """What the guide will begin to say within `seconds`, in one go after what it is saying, if nobody else speaks."""
    quiet_since: float | None = None
    for after, effects in ahead(guide, state, seconds):
        for effect in effects:
            if not isinstance(effect, Say):
                continue
            late = quiet_since is not None and after.now + effect.after - quiet_since > NO_PAUSE
            if late or effect.timely or effect.after > NO_PAUSE:
                return
            quiet_since = None
            yield effect.text
        if after.speech is None and quiet_since is None:
            quiet_since = after.now


class FullError(SolemateError):
    """No session may end for another one."""


class Satellites:
    """All sessions, by the names of their satellites. All of it is for one thread.

    `storage` gives what is kept for a satellite, `wishes` what the settings say, `say` speaks unasked; None if nobody
    is to be spoken to unasked. `tell` is told of troubles, each in a line; `closed` is called at the end.
    """

    def __init__(
        self,
        book: Book,
        storage: Callable[[str], Storage],
        wishes: Callable[[Mapping[str, Any]], dict[str, Any]],
        say: SayThere | None,
        tell: Callable[[str], None],
        closed: Callable[[], None] = lambda: None,
    ) -> None:
        self._book, self._storage, self._wishes, self._say, self._tell = book, storage, wishes, say, tell
        self._closed = closed
        self._sessions: dict[str, Satellite] = {}

    def moment(self, name: str | None) -> Moment | None:
        """What fits at a satellite; without a name, at the one where somebody is being led, if there is just one."""
        if name is not None:
            return self._sessions[name].moment if name in self._sessions else None
        led = [each for each in self._sessions.values() if each.running]
        return led[0].moment if len(led) == 1 else None

    def hear(self, name: str, utterance: Utterance) -> Answer:
        """Obey what was said at a satellite, and tell what is to be said there."""
        try:
            there = self._session(name)
        except FullError as error:
            self._tell(f"{name}: {error}")
            return Answer("", False)
        answer = there.hear(utterance)
        if there.session.quit:
            self._end(name)
        return answer

    def state(self, name: str) -> State:
        """The guide's state at a satellite, which begins if it is not there yet."""
        return self._session(name).state

    def advance(self) -> None:
        """Let time pass everywhere up to now; to be called several times a second."""
        last = max(self._sessions.values(), key=lambda each: each.last, default=None)
        for name, each in list(self._sessions.items()):
            try:
                for trouble in each.advance():
                    self._tell(f"{name}: {trouble}")
            except Exception as error:  # whatever it is, at one satellite: the others are led on
                self._tell(f"{name}: the guide failed, and begins anew at its place: {error!r}")
                self._end(name)
                continue
            if each.session.quit or (each is not last and each.idle):
                self._end(name)

    def close(self) -> None:
        """End all, and keep their places."""
        for name in list(self._sessions):
            self._end(name)
        self._closed()

    def _session(self, name: str) -> Satellite:
        if name not in self._sessions:
            while len(self._sessions) >= MOST_SATELLITES:
                self._make_room()
            keeper = Keeper(lambda: self._storage(name))
            wishes = self._wishes(keeper.load())
            self._sessions[name] = Satellite(name, self._book, keeper, wishes, self._say)
        return self._sessions[name]

    def _make_room(self) -> None:
        """End the session that is missed least: one without a run, or with one that nobody is at any more."""
        dispensable = [each for each in self._sessions.values() if not each.running or each.forsaken]
        if not dispensable:
            raise FullError(f"somebody is being led at all of {MOST_SATELLITES} satellites")
        self._end(min(dispensable, key=lambda each: (each.running, each.last)).name)

    def _end(self, name: str) -> None:
        try:
            lost = self._sessions.pop(name).close()
        except SolemateError as error:
            lost = str(error)
        if lost is not None:
            self._tell(f"{name}: not all of what was done could be kept: {lost}")
