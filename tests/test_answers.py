"""Every command in every phase: how the guide answers, and that there is a way on.

The answers are in answers.yaml, to be read from end to end; `python -m tests.test_answers` writes it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.dialogue.content.events import Cue, Effect, Finished, Quit, Say, Tick
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import Asked
from assistant.intents import INTENTS
from assistant.phases import Phase
from tests.stage import AT_A_WORD, BOOK, Stage, begun, exercising, place_of, prepared

TABLE = Path(__file__).parent / "answers.yaml"

PHASES: dict[str, Callable[[], Stage]] = {
    phase: prepared(make)
    for phase, make in {
        "idle": lambda: Stage().silence(),
        "greeting": Stage,
        "announcing": lambda: Stage().say("start_stretch", stretch="heel_stretches").wait(1),
        "getting ready": lambda: begun("heel_stretches").wait(1),
        "leading in": lambda: (
            begun("heel_stretches")
            .say("ready")
            .wait_until(lambda s: s.run.span is not None and s.run.span.kind is SpanKind.LEAD_IN)
        ),
        "holding": lambda: exercising("heel_stretches").wait(3),
        "counting": lambda: exercising("heel_raises").wait(3),
        "open": lambda: exercising("toe_pressing").wait(3),
        "resting": lambda: exercising("toe_walking").wait_for(Phase.RESTING).wait(1),
        "changing": lambda: exercising("heel_stretches").wait_for(Phase.RESTING).silence().wait(1),
        "between stretches": lambda: exercising("heel_stretches").say("done").wait(0.5),
        "picking up": lambda: exercising("toe_pencil_pickups").say("done").wait(1),
        "paused": lambda: exercising("heel_stretches").say("pause").wait(5),
        "paused explanation": lambda: Stage().say("start_routine").wait(4).say("pause"),
        "asking pain": lambda: exercising("heel_stretches").say("hurts"),
        "asking all right": lambda: exercising("heel_stretches").wait(3).say("hurts", doubtful=True),
        "asking to go on": lambda: exercising("heel_stretches").say("stop").say("start_routine"),
        "asking for a number": lambda: asked_for_a_number("pain"),
        "asking still holding": lambda: exercising("toe_pressing").wait_for(Phase.ASKING),
        "finished": lambda: exercising("heel_stretches").say("stop").silence(),
        "reminded": lambda: waiting().wait(2),
        "waiting all day": lambda: waiting().say("remind", what="off").silence().wait(600),
    }.items()
}


def asked_for_a_number(what: str) -> Stage:
    """A guide that asks for a number, or both, after a stretch."""
    stage = exercising("heel_stretches").say("ask_after", what=what)
    return stage.wait_until(lambda s: s.asked is Asked.NUMBER).silence()


def waiting() -> Stage:
    """A guide that stays, at the moment of a reminder."""
    memory = {**AT_A_WORD, "reminders": ["08:00"]}
    return Stage(replace(BOOK, stays=True), memory, "2026-01-01T08:00:00").wait(0.01)


SLOTS: dict[str, dict[str, Any]] = {
    "choose_routine": {"routine": "five_minutes"},
    "start_stretch": {"stretch": "ankle_circles"},
    "only_stretch": {"stretch": "ankle_circles"},
    "no_stretch": {"number": "eleven"},
    "needs": {"thing": "towel"},
    "set_hold": {"seconds": "40"},
    "leave_out": {"thing": "towel"},
    "add_hold": {"seconds": "10"},
    "set_rest": {"seconds": "20"},
    "auto_start": {"on": "yes"},
    "ask_after": {"what": "both"},
    "number": {"n": "4"},
    "clock_time": {"time": "18:30"},
    "only_position": {"position": "standing"},
    "positions": {"position": "floor"},
    "stretches_for": {"body": "toes"},
    "pace": {"change": "slower"},
    "beat": {"on": "yes"},
    "volume": {"level": "6"},
    "remind": {"time": "19:00"},
}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("intent", INTENTS)
def test_every_command_in_every_phase_is_answered_and_leaves_a_way_on(phase, intent):
    stage = PHASES[phase]()
    stage.wait(0.01)  # what was due at this very moment has happened
    before, effects = stage.state, len(stage.log)
    stage.say(intent, **SLOTS.get(intent, {}))
    if intent in stage.guide.moment(before).ignored:
        assert stage.log[effects:] == []
        if stage.state.halt and before.halt:
            before = replace(before, halt=replace(before.halt, waited=stage.state.halt.waited))
        assert stage.state == before
        return
    follows = [effect for _, effect in stage.log[effects:]]
    if intent in stage.guide.moment(before).overheard:
        assert not any(isinstance(effect, Say | Cue) for effect in follows)  # who counts aloud is not disturbed
    else:
        assert follows  # never silence
    stage.wait(3)
    if stage.quit:
        return
    # Whatever was said, the way on is open: nobody says another word, and the run comes to an end.
    stage.forget("auto_start").wait_until(lambda s: s.phase in (Phase.FINISHED, Phase.IDLE), 2 * 3600)
    assert stage.state.phase in (Phase.FINISHED, Phase.IDLE)


@pytest.mark.parametrize("phase", PHASES)
def test_the_size_of_the_time_steps_does_not_matter(phase):
    assert_the_same_in_small_steps(PHASES[phase]())


def assert_the_same_in_small_steps(stage: Stage) -> None:
    """A guide that is woken every 25 ms does just what one does that is woken only when something happens."""
    coarse, effects = stage.guide.step(stage.state, Tick(stage.state.now + 40))
    said: list[Effect] = []
    state = stage.state
    for n in range(1, 1601):
        state, more = stage.guide.step(state, Tick(stage.state.now + n * 0.025))
        said += more
    assert said == list(effects)
    assert place_of(state) == place_of(coarse)


def cell(stage: Stage, intent: str) -> str:
    """What a command does at once: the sounds, the words, how a run ends; and the phase it leads to.

    "Nothing" is for what means nothing then, and for talk around a guide that waits: it is not meant.
    """
    effects = len(stage.log)
    stage.say(intent, **SLOTS.get(intent, {}))
    happened = [effect for _, effect in stage.log[effects:]]
    shown = [text for effect in happened if (text := seen(effect))]
    return " ".join([*(shown or ["(heard)" if happened else "nothing"]), "->", stage.state.phase.value])


def seen(effect: Effect) -> str:
    """An effect as a person perceives it."""
    if isinstance(effect, Say):
        return effect.text
    if isinstance(effect, Cue):
        return f"({effect.name})" if effect.name != "heard" else ""
    if isinstance(effect, Finished):
        return f"[over: {effect.why}]"
    return "[the program ends]" if isinstance(effect, Quit) else ""


def table() -> dict[str, dict[str, str]]:
    """Every cell: intent by phase."""
    return {intent: {phase: cell(made().wait(0.01), intent) for phase, made in PHASES.items()} for intent in INTENTS}


def test_the_table_of_answers_is_whole_and_true() -> None:
    """A change of an answer shows in the table, where it can be read beside the others."""
    written = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    now = table()
    assert {intent: set(row) for intent, row in written.items()} == {intent: set(PHASES) for intent in INTENTS}
    unanswered = {(i, phase) for i, row in written.items() for phase, a in row.items() if a.startswith("nothing ->")}
    for phase, made in PHASES.items():
        stage = made().wait(0.01)
        moment = stage.guide.moment(stage.state)
        silent = {i for i, at in unanswered if at == phase}
        assert moment.ignored <= silent <= moment.ignored | moment.overheard
    assert written == now, "python -m tests.test_answers writes the table anew; then read what has changed"


if __name__ == "__main__":
    heading = "# What each command is answered with in each phase; written by tests/test_answers.py, and to be read.\n"
    text = yaml.safe_dump(table(), sort_keys=False, allow_unicode=True, width=1000)
    TABLE.write_text(heading + text, encoding="utf-8")
