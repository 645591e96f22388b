"""Each fact of the ten foot stretches is told, or done, in the first run: tests/facts.yaml has what tells it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.dialogue.content.events import Say
from assistant.dialogue.run.instructions import intro
from assistant.dialogue.state.preferences import steps_now
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Turn, sentence
from assistant.phases import Phase
from tests.stage import WORDED, Stage

FACTS: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "facts.yaml").read_text(encoding="utf-8")
)
STRETCHES = [stretch.id for stretch in WORDED.routine.stretches]

ABOUT = {"needs", "position", "what to do", "dose", "sides", "ends by", "good for"}
"""What there is to know of each stretch."""

CHECKS = {"lines", "nothing", "starts", "works", "rests", "sides"}

IN_PLACE, HELD = 10.0, 12.0
"""Seconds until the person is ready, and of a hold that they end."""


@dataclass
class Told:
    """What was said, and what was done: seconds of work, seconds of rest, and the feet in their order."""

    lines: list[str] = field(default_factory=list)
    works: list[float] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)
    sides: list[str] = field(default_factory=list)


def _waits_for_the_person(state: State) -> bool:
    span = state.run.span if state.speech is None else None
    waits = span is not None and span.kind in (SpanKind.READY, SpanKind.WAIT, SpanKind.OPEN)
    return waits or state.phase is Phase.FINISHED


@cache
def first_run() -> Mapping[str, Told]:
    """The first run ever, by somebody who is ready after a while and lets go after another; by stretch."""
    stage = Stage(book=WORDED, memory={}).silence().say("start_routine")
    while stage.wait_until(_waits_for_the_person).state.phase is not Phase.FINISHED:
        stage.wait(HELD if stage.state.phase is Phase.EXERCISING else IN_PLACE)
        if _waits_for_the_person(stage.state):
            stage.say("done" if stage.state.phase is Phase.EXERCISING else "ready")
    stage.silence()
    told = {place: Told() for place in ("before", *STRETCHES, "after")}
    for (t, state), (end, following) in pairwise([*stage.states, (stage.state.now, stage.state)]):
        here = told[STRETCHES[state.run.stretch]]
        if state.phase is Phase.EXERCISING:
            here.works.append(round(end - t, 1))
            here.sides += [side for side in (_side(state),) if side and side not in here.sides]
        elif state.phase is Phase.RESTING and following.phase is Phase.EXERCISING and _side(state) == _side(following):
            here.rests.append(round(end - t, 1))
    _sort(stage, told)
    return told


def _sentences(line: str) -> list[str]:
    """The sentences of a line: a word of praise, or how many rounds are left, may stand among them."""
    return re.split(r"(?<=[.!?]) ", line)


def _side(state: State) -> str:
    return steps_now(state, WORDED.routine)[state.run.step].side


def _sort(stage: Stage, told: Mapping[str, Told]) -> None:
    """What was said goes to the stretch that the guide was at, and to before the first work or after the last."""
    work = [t for t, state in stage.states if state.phase is Phase.EXERCISING]
    for t, effect in stage.log:
        if not isinstance(effect, Say):
            continue
        if t < work[0]:
            told["before"].lines.append(effect.text)
        if t > work[-1]:
            told["after"].lines.append(effect.text)
        at = [state.run.stretch for moment, state in stage.states if moment <= t]
        if at:
            told[STRETCHES[at[-1]]].lines.append(effect.text)


@pytest.mark.parametrize(
    ("place", "fact"),
    [(place, fact) for place, facts in FACTS.items() for fact in facts],
    ids=[f"{place}: {fact['fact']}" for place, facts in FACTS.items() for fact in facts],
)
def test_each_fact_is_told_or_done_in_the_first_run(place, fact):
    told = first_run()[place]
    said = {each for line in told.lines for each in _sentences(line)}
    assert [line for line in fact.get("lines", ()) if not said.issuperset(_sentences(line))] == []
    assert not [line for line in told.lines if line.startswith(tuple(fact.get("nothing", ("\0",))))]
    assert len(told.works) == fact.get("starts", len(told.works))
    assert set(told.works) == {fact["works"]} if "works" in fact else True
    assert set(told.rests) == {fact["rests"]} if "rests" in fact else True
    assert told.sides == fact.get("sides", told.sides)


def test_every_stretch_has_its_facts_and_every_fact_something_that_tells_it():
    assert list(FACTS) == ["before", *STRETCHES, "after"]
    for stretch in STRETCHES:
        assert {fact["about"] for fact in FACTS[stretch]} == ABOUT, stretch
    for facts in FACTS.values():
        for fact in facts:
            assert CHECKS & set(fact), fact
            assert set(fact) <= {"about", "fact", *CHECKS}, fact
    assert sum(len(facts) for facts in FACTS.values()) >= 100


def test_the_stretches_are_led_in_their_order():
    turn = Turn(WORDED, State())
    intros = {sentence(intro(turn, index)): name for index, name in enumerate(STRETCHES)}
    lines = [line for told in first_run().values() for line in told.lines]
    assert [intros[line] for line in dict.fromkeys(lines) if line in intros] == list(STRETCHES)
