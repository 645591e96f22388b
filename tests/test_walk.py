"""Random walks: any words, any waiting, devices that come and go; some invariants hold all the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Stages
from hypothesis import strategies as st

from assistant.dialogue.content.events import DeviceBack, DeviceGone, Event, Finished, Heard, Record, Remember
from assistant.dialogue.content.steps import WORK, Kind, steps_of
from assistant.dialogue.run.resume_point import UNFINISHED, unfinished
from assistant.dialogue.state.preferences import AUTO_START, own, share_of, steps_now
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import State
from assistant.intent import Intent
from assistant.intents import INTENTS
from assistant.phases import RUNNING, Phase
from tests.stage import BOOK, Stage, exercising, states_within

WALKS, STEPS = 300, 150
"""Walks, and the steps in each; with the waiting in between, that makes more than EVENTS events."""

EVENTS = 100_000

TOLERANCE = 0.11
"""Seconds: stored holds are rounded to a tenth."""

STRETCHES = [stretch.id for stretch in BOOK.routine.stretches]

SLOTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "start_stretch": st.fixed_dictionaries({"stretch": st.sampled_from(STRETCHES)}),
    "only_stretch": st.fixed_dictionaries({"stretch": st.sampled_from(STRETCHES)}),
    "no_stretch": st.just({"number": "eleven"}),
    "next": st.sampled_from([{}, {"what": "side"}, {"what": "round"}]),
    "set_hold": st.sampled_from(
        [
            {"seconds": "5"},
            {"seconds": "40"},
            {"seconds": "20", "scope": "always"},
            {"change": "longer"},
            {"change": "shorter"},
        ]
    ),
    "leave_out": st.sampled_from(
        [
            {"thing": "towel", "until": "today"},
            {"thing": "chair"},
            {"position": "floor"},
            {"body": "left_foot"},
            {"body": "right_foot"},
            *({"stretch": stretch, "until": "today"} for stretch in STRETCHES[::3]),
        ]
    ),
    "previous": st.sampled_from([{}, {"count": "2"}]),
    "add_hold": st.sampled_from([{"seconds": "10"}, {"seconds": "60"}]),
    "set_rest": st.sampled_from([{"seconds": "0"}, {"seconds": "20"}, {"seconds": "20", "what": "change"}]),
    "ask_after": st.sampled_from([{"what": "pain"}, {"what": "both"}, {"what": "off"}]),
    "easier": st.sampled_from([{}, {"off": "yes"}]),
    "auto_start": st.sampled_from([{"on": "yes"}, {"on": "no"}]),
    "only_position": st.sampled_from([{"position": "standing"}, {"position": "floor"}]),
    "positions": st.just({"position": "sitting"}),
    "stretches_for": st.just({"body": "sole"}),
    "put_back": st.sampled_from([{}, {"thing": "chair"}, {"stretch": STRETCHES[0]}]),
    "choose_routine": st.sampled_from([{"routine": "five_minutes"}, {"routine": "ten_foot_stretches"}]),
    "beat": st.sampled_from([{"on": "yes"}, {"on": "no"}]),
    "number": st.sampled_from([{"n": "1"}, {"n": "2"}, {"n": "3"}, {"n": "4"}, {"n": "12"}]),
    "pace": st.sampled_from([{"change": "slower"}, {"change": "faster"}]),
    "volume": st.sampled_from([{"level": "1"}, {"level": "10"}]),
    "quiet": st.sampled_from([{"words": "short"}, {"words": "sounds"}]),
    "clock_time": st.just({"time": "18:30"}),
    "remind": st.sampled_from(
        [
            {},
            {"time": "08:00"},
            {"time": "8:15?", "other": "20:00"},
            {"time": "9:00?", "old": "8:00?"},
            {"time": "8:00?", "day": "tonight"},
            *({"what": what} for what in ("usual", "off", "no_time", "which_time", "too_many", "one_once")),
            {"what": "only_at", "time": "08:00"},
            {"what": "not_at", "time": "8:00?"},
            {"what": "not_at", "ahead": "20"},
        ]
    ),
    "progress": st.sampled_from([{}, {"what": "row"}, {"what": "today"}, {"what": "best"}]),
}

MOVING = ("start_routine", "start_stretch", "ready", "done", "next", "resume", "yes", "undo")
"""What is said more often, so that walks reach all phases."""

said = st.one_of(st.sampled_from(sorted(INTENTS)), st.sampled_from(MOVING)).flatmap(
    lambda intent: st.tuples(
        st.just(intent), SLOTS.get(intent, st.just({})), st.sampled_from(["sure", "sure", "unsure", "doubtful"])
    )
)
waited = st.sampled_from([0.0, 0.03, 0.4, 1.0, 2.5, 4.0, 7.0, 11.0, 16.0, 31.0, 65.0, 200.0, 2000.0])
device = st.sampled_from(["microphone gone", "microphone back", "loudspeaker gone", "loudspeaker back"])
speaking, waiting = st.tuples(st.just("say"), said), st.tuples(st.just("wait"), waited)
happenings = st.one_of(*(speaking, waiting) * 4, speaking, st.tuples(st.just("device"), device))


BEFORE: list[dict[str, Any]] = [
    {},
    {"safety_told": True, **{f"hurt:{stretch}": "2025-12-31" for stretch in STRETCHES[::2]}},
    {"safety_told": True, "words": "sounds", "left_out:toe_pressing": "always"},
    {"safety_told": True, "reminders": ["08:05", "08:40"]},
    {
        "safety_told": True,
        UNFINISHED: {"date": "2026-01-01", "stretch": "toe_stretching", "step": 8, "elapsed": 2.5, "done": []},
    },
]
"""What is remembered when a walk begins."""


@dataclass
class Walk(Stage):
    """A stage that looks at every step whether all is well."""

    events: int = 0

    def take(self, kind: str, what: Any) -> None:
        """Let one thing happen."""
        now = self.state.now
        if kind == "wait":
            self.wait(what)
        elif kind == "say":
            intent, slots, how = what
            self._step(Heard(now, intent, slots, how == "sure", how == "doubtful"))
        else:
            name, change = what.split()
            self._step((DeviceGone if change == "gone" else DeviceBack)(now, name == "microphone"))

    def _step(self, event: Event) -> None:
        before, effects = self.state, len(self.log)
        super()._step(event)
        self.events += 1
        look_at(before, self.state)
        self._look_at_effects([effect for _, effect in self.log[effects:]], isinstance(event, Heard), before)

    def _look_at_effects(self, effects: list[Any], by_word: bool, before: State) -> None:
        given_up = any(isinstance(effect, Finished) and effect.why != "complete" for effect in effects)
        for effect in effects:
            if isinstance(effect, Remember):
                json.dumps(effect.value)
            if isinstance(effect, Record) and effect.kind == "hold" and not by_word and not given_up:
                self._is_full(effect.values, before)

    def _is_full(self, hold: Any, before: State) -> None:
        """A hold that no word ended was held in full, on either side, with what was added, as it was wanted then.

        One that goes on after pain is shorter than that, and longer than the same done gently from its beginning.
        """
        routine = BOOK.routine_of(self.state)
        stretch = own(routine.stretches[routine.index(hold["stretch"])], before.memory)
        work = next(step for step in steps_of(stretch) if step.kind in WORK)
        if work.kind is not Kind.OPEN:
            least = most = work.seconds + before.run.plan.added
            if stretch.id in before.run.hurt:
                most /= share_of(before.memory, stretch.id)
            assert least - TOLERANCE < hold["seconds"] < most + TOLERANCE, hold


def look_at(before: State, state: State) -> None:
    """What holds after every event."""
    assert state.now >= before.now
    assert state.halt is None or state.halt.waited >= 0
    for span in (state.run.span, state.run.broken):
        if span is not None:
            assert span.elapsed >= 0
            assert span.remaining >= 0
            if span.kind is not SpanKind.OPEN:
                assert span.elapsed <= span.length + 1e-6
    run = state.run
    assert run.phase not in (Phase.PAUSED, Phase.ASKING)
    if run.phase in RUNNING:
        steps = steps_now(state, BOOK.routine_of(state))
        assert 0 <= run.step < len(steps)
        place, kept = unfinished(state, BOOK.routine_of(state)), state.memory[UNFINISHED]
        assert place is not None
        assert all(place[key] == kept[key] for key in ("stretch", "step", "done", "only")), "the place was lost"
    if state.phase in (Phase.PAUSED, Phase.ASKING):
        assert state.phase is Phase.PAUSED or state.asked is not None
    if state.phase is Phase.EXERCISING:
        assert state.run.span is not None
    if state.before is not before.before:
        # The state, what it halts for and what that was asked over, and the same before the last command.
        assert len(states_within(state)) <= 6, "what can be taken back piles up"


count: list[int] = []


@settings(
    max_examples=WALKS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Stages.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(st.sampled_from(BEFORE), st.lists(happenings, min_size=STEPS, max_size=STEPS))
def walk(memory: dict[str, Any], things: list[tuple[str, Any]]) -> None:
    stage = Walk(memory=memory)
    for kind, what in things:
        if stage.quit:
            break
        stage.take(kind, what)
    if not stage.quit:
        # Every phase can be left: by silence the run comes to its end, and by a word at once. Only who wants to be
        # waited for is waited for without end.
        waits = {Phase.GETTING_READY} if stage.state.memory.get(AUTO_START) is False else set()
        stage.wait_until(lambda s: s.phase in (Phase.FINISHED, Phase.IDLE), 3 * 3600)
        assert stage.state.phase in {Phase.FINISHED, Phase.IDLE} | waits
        stage.take("say", ("start_stretch", {"stretch": "foot_massage"}, "sure"))
        stage.take("say", ("stop", {}, "sure"))
        assert stage.state.phase is Phase.FINISHED
    count.append(stage.events)


def test_random_walks_keep_what_must_hold() -> None:
    count.clear()
    walk()
    assert sum(count) >= EVENTS, f"{sum(count)} events in {len(count)} walks are too few"


FREE = {
    "stretch": "heel_stretches", "thing": "towel", "seconds": "40", "amount": "20", "number": "eleven",
    "routine": "five_minutes", "level": "6", "count": "2", "time": "08:00", "other": "19:00", "n": "4",
    "ahead": "20", "day": "tomorrow",
}  # fmt: skip
"""A value for each slot that may have any."""


def slots_of(intent: Intent) -> Iterator[dict[str, Any]]:
    """All that the sentences of a language may say with an intent."""
    ways = [[(name, value) for value in values or (FREE[name],)] for name, values in intent.slots.items()]
    for chosen in product(*([None, *each] for each in ways)):
        slots = dict(each for each in chosen if each is not None)
        one = not intent.one_of or not intent.one_of.isdisjoint(slots)
        beside = all(other in slots for name, other in intent.beside.items() if name in slots)
        if one and beside and intent.required <= set(slots):
            yield slots


@pytest.mark.parametrize("name", INTENTS)
def test_whatever_slots_a_language_gives_the_guide_goes_on(name):
    for slots in slots_of(INTENTS[name]):
        for stage in (Stage(), exercising("heel_stretches"), exercising("heel_raises")):
            overheard = name in stage.guide.moment(stage.state).overheard
            stage.say(name, **slots).wait(1)
            assert stage.log or overheard
