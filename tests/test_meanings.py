"""What each intent means in each phase and situation, as one table: meanings.txt, to be read as a whole.

`python -m tests.test_meanings` writes it anew.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.dialogue.content.events import Heard
from assistant.dialogue.requests.asked import take_as_answer
from assistant.dialogue.requests.expectations import meanings
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn
from assistant.intents import INTENTS
from assistant.phases import Phase
from tests.stage import BOOK, BY_ITSELF, Stage, begun, exercising
from tests.test_answers import PHASES, SLOTS

ITSELF = "itself"

TABLE = Path(__file__).parent / "meanings.txt"

PLACES: dict[str, Callable[[], Stage]] = {
    "idle": PHASES["idle"],
    "telling": PHASES["announcing"],
    "getting ready": PHASES["getting ready"],
    "lead-in": PHASES["leading in"],
    "hold": PHASES["holding"],
    "counting": PHASES["counting"],
    "open hold": PHASES["open"],
    "rest": PHASES["resting"],
    "change": PHASES["changing"],
    "picking up": PHASES["picking up"],
    "paused": PHASES["paused"],
    "unwell": lambda: exercising("heel_stretches").say("hurts", doubtful=True).wait_for(Phase.PAUSED),
    "asked: pain": PHASES["asking pain"],
    "asked: call": lambda: exercising("heel_stretches").say("hurts", kind="fall"),
    "asked: well": PHASES["asking all right"],
    "asked: go on": PHASES["asking to go on"],
    "asked: number": PHASES["asking for a number"],
    "asked: holding": PHASES["asking still holding"],
    "doubt asked": lambda: begun("heel_stretches").say("start_stretch", doubtful=True, stretch="toe_walking").silence(),
    "reminded": PHASES["reminded"],
    "finished": PHASES["finished"],
    "offered reminders": lambda: (
        Stage(memory=dict(BY_ITSELF)).say("start_stretch", stretch="foot_massage").wait_for(Phase.FINISHED).silence()
    ),
}
"""Everywhere that what is meant depends on."""


def meant(stage: Stage, intent: str) -> str:
    """What an intent means to the guide now: itself, another, an answer to its question, or nothing."""
    name = meanings(stage.state).get(intent, intent)
    if intent in stage.guide.moment(stage.state).ignored:
        return "-"
    if take_as_answer(Turn(BOOK, stage.state), Heard(stage.state.now, name, SLOTS.get(name, {}))):
        return "an answer" if name == intent else f"an answer: {name}"
    if stage.state.asked is Asked.EMERGENCY and not INTENTS[name].aside:
        return "not now: the question again"
    return ITSELF if name == intent else name


def written() -> str:
    """The table: a paragraph for each intent, a line for each meaning, with the places where it has it."""
    stages = {place: made().wait(0.01) for place, made in PLACES.items()}
    blocks, same = [], []
    for intent in INTENTS:
        places: dict[str, list[str]] = {}
        for place, stage in stages.items():
            places.setdefault(meant(stage, intent), []).append(place)
        if set(places) == {ITSELF}:
            same.append(intent)
            continue
        often = max(places, key=lambda meaning: len(places[meaning]))
        lines = [f"  {meaning:<28}{', '.join(at)}" for meaning, at in sorted(places.items()) if meaning != often]
        blocks.append("\n".join([f"{intent}: {often}{', but' if lines else ''}", *lines]))
    heading = "What is meant by what, and where; - is nothing. Written by tests/test_meanings.py, and to be read."
    whole = textwrap.fill(f"Itself everywhere: {', '.join(same)}.", 110)
    return "\n\n".join([heading, f"Places: {', '.join(PLACES)}.", *blocks, whole]) + "\n"


def test_the_table_of_meanings_is_true():
    assert TABLE.read_text(encoding="utf-8") == written(), "python -m tests.test_meanings writes it anew; then read it"


@pytest.mark.parametrize(
    ("place", "intents", "meaning"),
    [
        ("getting ready", "yes resume start_routine done got_it ready", "ready"),
        ("getting ready", "no wait", "wait"),
        ("rest", "resume start_routine ready", "ready"),
        ("rest", "no wait", "wait"),
        ("change", "no wait", "wait"),
        ("paused", "start_routine resume", "resume"),
        ("unwell", "better resume", "resume"),
        ("idle", "ready start_routine", "start_routine"),
        ("hold", "wait pause", "pause"),
        ("reminded", "yes ready", "start_routine"),
    ],
)
def test_what_is_waited_for_decides(place, intents, meaning):
    now = meanings(PLACES[place]().state)
    assert {now.get(intent, intent) for intent in intents.split()} == {meaning}


@pytest.mark.parametrize("place", ["hold", "counting", "open hold"])
def test_in_a_hold_what_begins_or_answers_means_nothing(place):
    stage = PLACES[place]()
    run, effects = stage.state.run, len(stage.log)
    silent = [intent for intent in INTENTS if meant(stage, intent) == "-"]
    assert {"ready", "resume", "start_routine", "no", "keep_going", "better", "greeting", "thanks"} < set(silent)
    for intent in silent:
        stage.say(intent)
    assert (stage.state.run, stage.log[effects:]) == (run, [])


def test_a_question_in_between_is_answered_by_yes_and_no_themselves():
    stage = PLACES["doubt asked"]().say("no")
    assert stage.state.doubt is None
    assert stage.state.phase is Phase.GETTING_READY
    assert PLACES["doubt asked"]().say("yes").state.run.stretch == 0


if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")
