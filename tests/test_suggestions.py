"""The three commands that are shown: each has an effect in its phase, and the language has words for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.dialogue.requests.suggestions import fitting, worded, wordings
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import Asked
from assistant.language.files import languages
from assistant.paths import data_folder
from assistant.phases import Phase
from assistant.understanding.phrases import Phrase, PhraseBook
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from tests.stage import BOOK, Stage
from tests.test_answers import asked_for_a_number
from tests.test_waking import sleep

FIELDLESS = {key: text for key, ways in BOOK.replies.texts.items() for text in ways if "{" not in text}
UNFIT = {
    FIELDLESS[key]
    for key in (
        "nothing_running",
        "nothing_paused",
        "already_going",
        "already_paused",
        "nothing_done",
        "resting_already",
        "nothing_said",
    )
}
"""What the guide answers to a command that does not fit."""

UNFINISHED = {
    "safety_told": True,
    "unfinished": {"date": "2026-01-01", "stretch": "heel_stretches", "step": 0, "elapsed": 12.0, "done": []},
}


def exercising(stretch: str = "heel_stretches") -> Stage:
    place = BOOK.routine.index(stretch)
    stage = Stage().say("start_stretch", stretch=stretch).wait_for(Phase.GETTING_READY).silence()
    return stage.say("ready").wait_for(Phase.EXERCISING, stretch=place)


def asked_about_a_hold() -> Stage:
    return exercising("toe_pressing").wait_until(lambda s: s.asked is Asked.STILL_HOLDING)


def asked_to_stop() -> Stage:
    stage = Stage()
    for stretch in BOOK.routine.stretches[:7]:
        stage.say("start_stretch", stretch=stretch.id).silence().say("ready")
        stage.wait_until(lambda s, this=stretch.id: this in s.run.done)
    return stage.wait(1.0).say("stop", sure=False)


def finished() -> Stage:
    stage = Stage().say("only_stretch", stretch="heel_stretches").wait_for(Phase.GETTING_READY).silence()
    return stage.say("ready").wait_for(Phase.FINISHED).silence()


SITUATIONS: dict[str, tuple[Callable[[], Stage], tuple[str, str, str]]] = {
    "idle": (lambda: Stage().silence(), ("start_routine", "list", "needs")),
    "idle, with a run to go on with": (
        lambda: Stage(memory=UNFINISHED).silence(),
        ("resume", "start_routine", "needs"),
    ),
    "getting ready": (
        lambda: Stage().say("start_routine").wait_for(Phase.GETTING_READY).silence(),
        ("ready", "next", "how_to"),
    ),
    "leading in": (
        lambda: (
            Stage()
            .say("start_routine")
            .silence()
            .say("ready")
            .wait_until(lambda s: s.run.span is not None and s.run.span.kind is SpanKind.LEAD_IN)
        ),
        ("pause", "next", "how_to"),
    ),
    "after a sleep of the machine": (lambda: sleep(exercising()), ("yes", "no", "pause")),
    "a hold": (exercising, ("pause", "next", "how_long")),
    "an open-ended hold": (lambda: exercising("toe_pressing").wait(3.0), ("done", "pause", "how_long")),
    "a count": (lambda: exercising("heel_raises").wait(3.0), ("pause", "next", "how_long")),
    "resting": (lambda: exercising("toe_walking").wait_for(Phase.RESTING), ("ready", "pause", "next")),
    "paused": (lambda: exercising().wait(5.0).say("pause"), ("resume", "next", "stop")),
    "paused in the countdown": (
        lambda: (
            exercising("heel_stretches")
            .say("restart")
            .silence()
            .say("ready")
            .wait_until(lambda s: s.run.span is not None and s.run.span.kind is SpanKind.LEAD_IN)
            .say("pause")
        ),
        ("resume", "next", "stop"),
    ),
    "asked about pain": (lambda: exercising().say("hurts"), ("next", "easier", "stop")),
    "asked whether to call somebody": (lambda: exercising().say("hurts", kind="fall"), ("yes", "better", "stop")),
    "asked whether they are well": (lambda: exercising().say("hurts", doubtful=True), ("yes", "no", "pause")),
    "asked whether to stop": (asked_to_stop, ("yes", "no", "pause")),
    "asked about a long hold": (asked_about_a_hold, ("yes", "done", "pause")),
    "asked whether to go on": (
        lambda: Stage(memory=UNFINISHED).silence().say("start_routine").silence(),
        ("yes", "no", "stop"),
    ),
    "asked about what hurt before": (
        lambda: (
            Stage(memory={"safety_told": True, "hurt:toe_walking": "2025-12-31"})
            .say("start_routine")
            .wait_until(lambda s: s.asked is Asked.HURT_BEFORE, 60)
        ),
        ("easier", "next", "stop"),
    ),
    "asked for a number": (lambda: asked_for_a_number("pain"), ("no", "next", "pause")),
    "asked whether that was meant": (
        lambda: exercising().wait(3.0).say("next", sure=False, doubtful=True).wait(1.0),
        ("yes", "no", "pause"),
    ),
    "broken off": (lambda: exercising().say("stop").silence(), ("resume", "start_routine", "progress")),
    "broken off because it hurt": (
        lambda: exercising().say("hurts").silence().say("stop").silence(),
        ("resume", "start_routine", "progress"),
    ),
    "finished": (finished, ("progress", "start_routine", "stop")),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_three_fit_the_moment_and_each_does_something(situation):
    reach, expected = SITUATIONS[situation]
    assert fitting(reach().state, BOOK.routine) == expected
    for intent in expected:
        stage = reach()
        before, said = stage.state, len(stage.said)
        stage.say(intent).wait(0.5)
        assert stage.state.phase is not before.phase or stage.said[said:] or stage.state.run.span != before.run.span
        assert UNFIT.isdisjoint(stage.said[said:]), intent


def test_every_phase_and_question_is_among_the_situations():
    states = [reach().state for reach, _ in SITUATIONS.values()]
    assert {state.phase for state in states} == set(Phase)
    assert {state.asked for state in states} >= set(Asked)


@pytest.mark.parametrize("language", languages(data_folder("intents")))
def test_a_language_has_words_for_each_and_they_mean_it(language):
    folder = language_folder(language)
    book = phrase_book(folder, read_routine(folder), phonemizer("en"))
    texts = wordings(book)
    for intent in {intent for _, three in SITUATIONS.values() for intent in three}:
        assert {phrase.intent for phrase in book.phrases if phrase.text == texts[intent]} == {intent}


def test_the_shortest_wording_is_shown_and_of_those_the_first():
    phrases = (
        ("pause it", "pause", ()),
        ("pause", "pause", ()),
        ("wait", "pause", ()),
        ("next round", "next", (("what", "round"),)),
        ("nonsense", None, ()),
    )
    book = PhraseBook("en", tuple(Phrase(text, intent, slots, ("a",)) for text, intent, slots in phrases))
    assert wordings(book) == {"pause": "pause"}


def test_the_name_is_shown_where_it_is_needed_and_what_has_no_words_is_left_out():
    texts = {"ready": "ready", "next": "next", "stop": "stop"}
    three = ("ready", "next", "stop")
    assert worded(three, texts) == ("ready", "next", "stop")
    assert worded(three, texts, "coach", frozenset({"ready"})) == ("ready", "coach, next", "stop")
    assert worded(("ready", "list", "stop"), texts) == ("ready", "stop")
