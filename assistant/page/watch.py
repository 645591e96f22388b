"""Watches a session for the pages: what is said, what was heard, and the moment, ready to be sent.

The guide calls it with each entry, on its own thread, and never waits for it: here values are only replaced. Pages are
served by another thread, which reads frozen values.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.dialogue.guide import Guide
from assistant.dialogue.state.state import State
from assistant.entries import (
    DeviceBack,
    DeviceGone,
    Entry,
    Finished,
    Heard,
    Recognition,
    Said,
    SpeechEnded,
    SpeechStarted,
    SpeechStopped,
    Trouble,
)
from assistant.page.moment import PageMoment, page_moment
from assistant.understanding import reasons
from assistant.understanding.hypothesis import TOUCH

if TYPE_CHECKING:
    from assistant.language.page_words import PageWords

CAPTIONS = 3
"""Captions that are shown: the last of them is being said, or was said last."""

DRIFT = 0.06
"""Seconds by which what a page counts by itself may differ from the guide before it is told anew."""

REFRESH = 5.0
"""Seconds after which a page is told all anew in any case: estimates change, and it learns that we are there."""

LAGS = 40
"""Looks at the state from which it is taken how far the guide's clock is behind: the least of them."""

WHY: Mapping[str, str] = {
    reasons.OWN_WORDS: "why_own_words",
    reasons.NO_NAME: "why_no_name",
    reasons.NAME_ALONE: "why_name_alone",
    reasons.NO_COMMAND: "why_no_command",
    reasons.TO_ANOTHER: "why_to_another",
    reasons.NOT_CLEAR: "why_not_clear",
    reasons.STANDING_BY: "why_standing_by",
    reasons.NOTHING_ASKED: "why_nothing_asked",
}
"""The key of the plain words for each reason not to count; any other is that it was not sure."""


@dataclass(frozen=True)
class Caption:
    """Something that the guide says; `sounding` from its first sound to its last, `heard` once it has begun to."""

    id: int
    text: str
    sounding: bool = False
    begun: bool = False


@dataclass(frozen=True)
class News:
    """All that a page shows. `at` is when the ring is as it says, in seconds of this machine's monotonic clock."""

    number: int
    at: float
    moment: PageMoment
    captions: tuple[Caption, ...]
    heard: str
    counted: bool
    notice: str
    over: bool


class Watch:
    """Takes the entries of a session, and tells pages what there is to show."""

    def __init__(
        self, guide: Guide, words: PageWords, texts: Mapping[str, str], *, name: str | None = None, stays: bool = False
    ) -> None:
        """`texts`: the wordings of intents. `name`: the wake word. `stays`: what is said around it is nobody's."""
        self.guide, self.words = guide, words
        self.boot = secrets.token_hex(4)
        """Tells a page that the program was started anew, and counts its clock from elsewhere."""
        self.wake: Callable[[], None] = lambda: None
        """Called, on the guide's thread, when something has happened; must not wait."""
        self.heard = 0
        """How many things were heard, pressed ones among them."""
        self._texts, self._name, self._stays = texts, name, stays
        # Replaced, never mutated, because the other thread reads them.
        self._captions: tuple[Caption, ...] = ()
        self._heard, self._counted, self._notice, self._over = "", True, "", False
        self._state: Callable[[], State] | None = None
        self._lags: deque[float] = deque(maxlen=LAGS)
        self._shown: tuple[Any, ...] = ()
        self._news: News | None = None

    # The guide's thread

    def __call__(self, entry: Entry) -> None:
        """Take in what happens."""
        if isinstance(entry, Said):
            self._captions = (*self._captions, Caption(entry.id, entry.text))[-CAPTIONS - 1 :]
        elif isinstance(entry, SpeechStarted):
            self._mark(entry.id, sounding=True, begun=True)
        elif isinstance(entry, SpeechEnded | SpeechStopped):
            self._mark(entry.id, sounding=False)
        elif isinstance(entry, Heard):
            self.heard += 1
            self._take(entry.recognition)
        elif isinstance(entry, DeviceGone | Trouble):
            self._notice = entry.message
        elif isinstance(entry, DeviceBack | Finished):
            self._notice = ""
        self.wake()

    def begin(self, state: Callable[[], State]) -> None:
        """Show this state from now on."""
        self._state = state
        self.wake()

    def end(self) -> None:
        """The program ends."""
        self._over = True
        self.wake()

    def _mark(self, number: int, **changes: Any) -> None:
        self._captions = tuple(replace(each, **changes) if each.id == number else each for each in self._captions)

    def _take(self, heard: Recognition) -> None:
        told = told_of(heard, self.words, stays=self._stays)
        if told is not None:
            self._heard, self._counted = told

    # The thread that serves pages

    @property
    def ready(self) -> bool:
        """Whether there is a session to be shown."""
        return self._state is not None

    @property
    def state(self) -> State:
        """The current state of the guide."""
        assert self._state is not None
        return self._state()

    def look(self) -> News:
        """The news; the same as before where a page that counts by itself would show the same."""
        state, now = self.state, time.monotonic()
        self._lags.append(now - state.now)
        at = state.now + min(self._lags)
        captions = tuple(each for each in self._captions if each.begun)[-CAPTIONS:]
        told = (captions, self._heard, self._counted, self._notice, self._over)
        shown = (*told_apart(state), *told)
        news = self._news
        fresh = news is not None and at - news.at < REFRESH
        if news is None or not fresh or shown != self._shown or _drifted(news, state, at):
            fits = self.guide.moment(state)
            moment = page_moment(state, self.guide.book, fits, self.words, self._texts, self._name)
            news = News(news.number + 1 if news else 1, at, moment, *told)
            self._shown, self._news = shown, news
        return news


def told_apart(state: State) -> tuple[Any, ...]:
    """What of a state changes what is shown, but for the time that passes."""
    run, span = state.run, state.run.span
    return (
        state.phase, run.routine, run.stretch, run.step, run.only, run.plan, run.then, run.clock_waits,
        None if span is None else (span.kind, span.length, span.until),
        run.broken is None, state.clock_runs, None if state.halt is None else (state.halt.asked, state.halt.question),
        state.doubt is None or state.doubt.speech, state.memory, len(run.done), int(state.now - state.reminder.told_at)
        if state.reminder.told_at > 0 else 0,
    )  # fmt: skip


def _drifted(news: News, state: State, at: float) -> bool:
    ring, span = news.moment.ring, state.run.span or state.run.broken
    if not ring.kind or span is None:
        return False
    counted = ring.elapsed + (at - news.at if ring.runs else 0.0)
    return abs(counted - span.elapsed) > DRIFT


def told_of(heard: Recognition, words: PageWords, *, stays: bool = False) -> tuple[str, bool] | None:
    """What a page tells of something that was heard, and whether it counted; None for nothing.

    Where the guide `stays`, what people say in the room is not repeated unless it counted.
    """
    text = heard.text or heard.phrase or words.text("a_sound")
    if heard.ignored_because is None and heard.intent:
        return words.text("heard_touch" if heard.recogniser == TOUCH else "heard_command", text=text), True
    if heard.ignored_because is None and heard.doubtful:
        return words.text("heard_doubtful", text=heard.phrase), False
    if stays:
        return None
    why = words.text(WHY.get(heard.ignored_because or reasons.NO_COMMAND, "why_not_sure"))
    if not heard.text or heard.text == heard.phonemes:
        text = words.text("a_sound")
    return words.text("heard_rejected", text=text, why=why), False
