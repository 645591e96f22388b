"""The moment of a page: what a person would see of a state, and what they could press."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from assistant.dialogue.content.events import Heard, Say, Tick
from assistant.dialogue.guide import Guide
from assistant.dialogue.rehearsal import PHASES, rehearse
from assistant.dialogue.state.run import SpanKind
from assistant.entries import Finished, Recognition, Said, SpeechEnded, SpeechStarted
from assistant.entries import Heard as HeardEntry
from assistant.intents import INTENTS
from assistant.language.files import languages
from assistant.language.page_words import FIELDS, PAGE, load_page_words, missing_words
from assistant.page.buttons import PRESSABLE, mistake_in, stoppable
from assistant.page.moment import PageMoment, Ring, page_moment
from assistant.page.now import now_page, regions, ring_text
from assistant.page.watch import WHY, Watch, told_of
from assistant.paths import data_folder
from assistant.phases import Phase
from assistant.understanding import reasons
from assistant.understanding.hypothesis import TOUCH
from tests.stage import ENGLISH, WORDED, Stage

WORDS = load_page_words(ENGLISH)
TEXTS = {"pause": "pause", "next": "next", "how_long": "how long", "ready": "ready", "start_routine": "start"}
ROUTINE = WORDED.routine


def seen(stage: Stage) -> PageMoment:
    return page_moment(stage.state, WORDED, stage.guide.moment(stage.state), WORDS, TEXTS)


def doing(stretch: str = "heel_stretches") -> Stage:
    stage = Stage(WORDED).say("start_stretch", stretch=stretch).wait_for(Phase.GETTING_READY).silence()
    return stage.say("ready").wait_for(Phase.EXERCISING)


def pressable(moment: PageMoment, place: str) -> list[str]:
    return [button.intent for button in moment.buttons if button.place == place]


def test_a_hold_shows_stretch_side_and_what_is_left():
    moment = seen(doing().wait(5.5))
    assert (moment.phase, moment.doing, moment.title) == ("exercising", "doing_hold", "Heel stretches")
    assert (moment.number, moment.total, moment.side, moment.place) == (4, 10, "left", ("Left foot",))
    assert (moment.ring.kind, moment.ring.length, moment.ring.elapsed, moment.ring.runs) == ("left", 30.0, 5.5, True)
    count, unit, share = ring_text(moment.ring, WORDS)
    assert (count, unit, round(share, 3)) == ("25", "seconds left", round(24.5 / 30, 3))
    assert moment.next == "The right foot, then foot massage (with a tennis ball)"
    assert moment.figure is not None
    assert (moment.figure.drawn, moment.figure.side, moment.figure.moving) == ("heel_stretches", "left", True)
    assert "Keep that foot moving, up and down." in moment.figure.steps
    json.dumps(asdict(moment))


def test_the_page_counts_by_itself_as_the_guide_does():
    stage = doing()
    before = seen(stage)
    stage.wait(11.3)
    assert ring_text(before.ring, WORDS, 11.3)[0] == ring_text(seen(stage).ring, WORDS)[0] == "19"


def test_repetitions_are_counted_as_they_are_called_out():
    stage = doing("heel_raises")
    start = seen(stage).ring
    assert (start.kind, ring_text(start, WORDS)[:2]) == ("count", ("0", f"of {start.times}"))
    called = [(at, text) for at, text in _said(stage.wait(13.0)) if text.rstrip(".").lower() in ("one", "two", "three")]
    began = next(at for at, state in stage.states if state.phase is Phase.EXERCISING)
    for number, (at, _text) in enumerate(called[-3:], start=1):
        assert ring_text(start, WORDS, at - began + 0.01)[0] == str(number)


def _said(stage: Stage) -> list[tuple[float, str]]:
    return [(at, effect.text) for at, effect in stage.log if isinstance(effect, Say)]


def test_an_open_hold_counts_up_and_is_ended_by_a_button():
    moment = seen(doing("toe_pressing").wait(7.9))
    assert ring_text(moment.ring, WORDS)[:2] == ("0:07", "so far")
    assert pressable(moment, "main") == ["done", "pause"]


def test_rests_show_what_comes_after_them():
    moment = seen(doing("toe_walking").wait_for(Phase.RESTING).silence())
    assert moment.doing in ("doing_rest", "doing_lead_in")
    assert moment.place == ("Round 2 of 5",)
    assert moment.next.startswith("Round 3 of 5")
    assert moment.figure is not None
    assert not moment.figure.moving


def test_a_pause_stops_the_ring_and_offers_to_go_on():
    stage = doing().wait(10.0).say("pause").wait(20.0)
    moment = seen(stage)
    assert (moment.doing, pressable(moment, "main")) == ("doing_paused", ["resume"])
    assert (moment.ring.runs, ring_text(moment.ring, WORDS, 99.0)[0]) == (False, "20")


def test_a_question_has_no_seconds_left_and_stands_still():
    moment = seen(doing().wait(3.0).say("hurts").wait(0.5))
    assert (moment.doing, moment.ring.kind) == ("doing_asking", "")
    assert moment.figure is not None
    assert not moment.figure.moving


def test_one_second_is_no_seconds():
    assert ring_text(Ring("left", 30.0, 29.5), WORDS)[:2] == ("1", "second left")
    assert ring_text(Ring("left", 30.0, 28.5), WORDS)[:2] == ("2", "seconds left")


def test_pain_is_asked_about_and_can_be_answered_by_touch():
    moment = seen(doing().wait(3.0).say("hurts").wait(0.5))
    assert "try it gently" in moment.question
    assert pressable(moment, "answer") == ["next", "easier", "better"]
    assert pressable(moment, "safety") == ["hurts", "stop"]


def test_after_a_stop_for_pain_it_is_first_offered_to_go_on_and_it_asks_how():
    stage = doing().wait(3.0).say("hurts").silence().say("stop").silence()
    assert stage.state.phase is Phase.FINISHED
    assert pressable(seen(stage), "main") == ["resume", "start_routine", "progress"]
    assert "Gently, as usual, or skip it?" in seen(stage.say("resume")).question


def test_what_comes_next_of_a_single_stretch_is_its_end():
    stage = Stage(WORDED).say("only_stretch", stretch="toe_walking").wait_for(Phase.GETTING_READY).silence()
    stage.say("ready").wait_for(Phase.EXERCISING)
    assert seen(stage).next == "Round 2 of 5, then you're done"
    stage.wait_until(lambda state: state.phase is Phase.EXERCISING and "Round 5" in str(seen(stage).place))
    assert seen(stage).next == "After this you're done"


def test_the_things_are_named_while_one_gets_ready():
    stage = Stage(WORDED).say("start_stretch", stretch="foot_massage").wait_for(Phase.GETTING_READY)
    assert seen(stage).needs == "a tennis ball"


@pytest.mark.parametrize(
    ("stretch", "needs"), [("heel_stretches", "a chair"), ("foot_massage", "a chair and a tennis ball")]
)
def test_the_gentler_way_on_a_chair_needs_a_chair_and_no_mat(stretch, needs):
    memory = {"safety_told": True, f"gentle:{stretch}": True}
    stage = Stage(WORDED, memory).say("start_stretch", stretch=stretch).wait_for(Phase.GETTING_READY)
    assert seen(stage).needs == needs
    stage.silence()
    told = " ".join(text for _, text in _said(stage))
    assert "gentler way: Sit on a chair" in told
    assert " mat" not in told.partition("gentler way")[2]


def test_a_wait_without_an_end_shows_no_ring():
    stage = Stage(WORDED).say("start_stretch", stretch="heel_stretches").wait_for(Phase.GETTING_READY).silence()
    stage.wait_until(lambda state: state.run.span is not None)
    assert stage.state.run.span is not None
    assert stage.state.run.span.kind is SpanKind.READY
    assert seen(stage).ring.kind == ""


@pytest.mark.parametrize("phase", PHASES)
def test_every_button_in_every_phase_does_what_its_intent_does(phase):
    there = rehearse(WORDED, phase)
    fits = there.guide.moment(there.state)
    moment = page_moment(there.state, WORDED, fits, WORDS, TEXTS)
    assert moment.buttons, "there is always something to press"
    for button in moment.buttons:
        assert mistake_in(button.intent, dict(button.slots), WORDED) is None
        assert button.label or WORDS.texts[f"press_{button.word or button.intent}"]
        assert button.intent not in fits.ignored
        heard = Heard(there.state.now, button.intent, dict(button.slots))
        after, effects = there.guide.step(there.state, heard)
        assert effects, f"{button.intent} does nothing in {phase}"
        Guide(WORDED).step(after, Tick(after.now + 60.0))
    assert {"stop"} <= {button.intent for button in moment.buttons}


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_can_be_shown(phase):
    watch = Watch(Guide(WORDED), WORDS, TEXTS)
    there = rehearse(WORDED, phase)
    watch.begin(lambda: there.state)
    news = watch.look()
    markup = now_page(news, WORDS, ROUTINE, news.at)
    assert WORDS.text(news.moment.doing) in markup
    assert set(regions(news, WORDS, ROUTINE)) >= {"title", "buttons", "captions", "next", "figure", "heard"}
    json.dumps(regions(news, WORDS, ROUTINE))


@pytest.mark.parametrize("phase", PHASES)
def test_pain_and_stop_are_in_their_place_in_every_phase(phase):
    there = rehearse(WORDED, phase)
    moment = page_moment(there.state, WORDED, there.guide.moment(there.state), WORDS, TEXTS)
    assert pressable(moment, "safety") == (["hurts", "stop"] if stoppable(there.state) else ["hurts"])


def test_where_stop_was_nothing_closes_the_program():
    stage = doing().wait(3.0)
    assert pressable(seen(stage), "safety") == ["hurts", "stop"]
    assert "stop" not in pressable(seen(stage), "more")
    stage.say("stop").silence()
    moment = seen(stage)
    assert stage.state.phase is Phase.FINISHED
    assert pressable(moment, "safety") == ["hurts"]
    assert pressable(moment, "more")[-1] == "stop"
    watch = Watch(stage.guide, WORDS, TEXTS)
    watch.begin(lambda: stage.state)
    assert 'value="stop"' not in now_page(watch.look(), WORDS, ROUTINE, 0.0)


@pytest.mark.parametrize(
    ("intent", "slots"),
    [
        ("launch", {}),
        ("positions", {"position": "floor"}),
        ("start_stretch", {}),
        ("start_stretch", {"stretch": "../etc"}),
        ("start_stretch", {"stretch": "heel_stretches", "until": "today"}),
        ("choose_routine", {"routine": "nothing"}),
        ("number", {"n": "eleventy"}),
        ("number", {"n": "99"}),
        ("pause", {"x": "y"}),
    ],
)
def test_what_no_button_means_is_refused(intent, slots):
    assert mistake_in(intent, slots, WORDED) is not None


def test_all_that_can_be_pressed_is_an_intent():
    assert set(INTENTS) >= PRESSABLE


PAUSE = Recognition("pause", "", "pause", {}, 1.0, 1.0, True, False, "pause", "pause", "text", False)


def recognition(**changes: Any) -> Recognition:
    return replace(PAUSE, **changes)


def test_it_is_told_what_was_heard_and_why_it_did_not_count():
    assert told_of(recognition(), WORDS) == ("Heard: “pause”", True)
    assert told_of(recognition(recogniser=TOUCH, text="Pause"), WORDS) == ("Pressed: Pause", True)
    doubtful = recognition(intent=None, accepted=False, doubtful=True, phrase="skip it")
    assert told_of(doubtful, WORDS) == ("Not sure: “skip it”?", False)
    ignored = recognition(intent=None, accepted=False, text="yes", ignored_because=reasons.NOTHING_ASKED)
    assert told_of(ignored, WORDS) == ("Heard yes: I had asked nothing", False)
    unsure = recognition(intent=None, accepted=False, ignored_because=reasons.not_sure(0.5, 0.7))
    assert told_of(unsure, WORDS) == ("Heard pause: I am not sure enough what it was", False)
    phonemes = recognition(intent=None, accepted=False, text="p ɔ", phonemes="p ɔ", ignored_because=reasons.NO_COMMAND)
    assert told_of(phonemes, WORDS) == ("Heard something: nothing for me", False)
    assert told_of(ignored, WORDS, stays=True) is None, "what people say in the room is nobody's business"


def test_there_are_plain_words_for_every_reason():
    own = {value for key, value in vars(reasons).items() if key.isupper() and isinstance(value, str)}
    assert set(WHY) == own


def test_captions_come_with_their_first_sound_and_stay():
    stage = doing()
    watch = Watch(stage.guide, WORDS, TEXTS)
    watch.begin(lambda: stage.state)
    watch(Said(1.0, 7, "Breathe out.", 0.5))
    assert watch.look().captions == ()
    watch(SpeechStarted(1.5, 7))
    assert [(each.text, each.sounding) for each in watch.look().captions] == [("Breathe out.", True)]
    watch(SpeechEnded(2.0, 7))
    assert [(each.text, each.sounding) for each in watch.look().captions] == [("Breathe out.", False)]


def test_news_are_the_same_while_a_page_counts_by_itself(monkeypatch):
    stage, now = doing(), [100.0]
    monkeypatch.setattr("assistant.page.watch.time.monotonic", lambda: now[0] + stage.state.now)
    watch = Watch(stage.guide, WORDS, TEXTS)
    watch.begin(lambda: stage.state)
    first = watch.look()
    for _ in range(10):
        stage.wait(0.3)
        assert watch.look() is first
    stage.say("pause")
    assert watch.look().number > first.number
    watch(HeardEntry(0.0, recognition(), 0.0, 0.0))
    assert watch.look().heard == "Heard: “pause”"
    watch(Finished(0.0, "stopped"))
    watch.end()
    assert watch.look().over


@pytest.mark.parametrize("language", languages(data_folder("intents")))
def test_each_language_has_the_words(language):
    folder = data_folder("intents") / language
    assert missing_words(folder) == []
    words = load_page_words(folder)
    for key, fields in FIELDS.items():
        assert words.text(key, **dict.fromkeys(fields, "x"))


def test_a_mistake_in_the_words_is_named_with_its_line(tmp_path):
    from assistant.errors import SolemateError

    text = (ENGLISH / PAGE).read_text(encoding="utf-8")
    (tmp_path / PAGE).write_text(text.replace('"{number} of {total}"', '"{n} of {total}"'), encoding="utf-8")
    with pytest.raises(SolemateError, match=r"page\.yaml:\d+: 'number' uses \{n\}"):
        load_page_words(tmp_path)
    (tmp_path / PAGE).write_text(text.replace("press_pause: Pause\n", ""), encoding="utf-8")
    assert missing_words(tmp_path) == ["press_pause"]
    with pytest.raises(SolemateError, match="no words for press_pause"):
        load_page_words(tmp_path)


def test_a_gentler_way_is_not_drawn_as_the_usual_one():
    drawn = {}
    for stretch in ("heel_stretches", "ankle_circles", "toe_stretching", "foot_massage"):
        moment = seen(doing(stretch).wait(2).say("hurts").say("easier"))
        drawn[stretch] = moment.figure.drawn if moment.figure is not None else "nothing going on"
    assert drawn == {
        "heel_stretches": "heel_stretches_sitting_gently",
        "ankle_circles": "ankle_circles_gently",
        "toe_stretching": "toe_stretching_gently",
        "foot_massage": "foot_massage_sitting",
    }


def test_a_drawing_stands_still_as_it_is_held_and_moves_where_one_moves():
    for stretch, held in (("toe_pressing", True), ("heel_stretches", False), ("heel_raises", False)):
        stage = Stage(WORDED).say("start_stretch", stretch=stretch).wait_for(Phase.GETTING_READY).silence()
        before = seen(stage).figure
        assert before is not None
        assert (before.moving, before.held) == (True, False), stretch
        now = seen(stage.say("ready").wait_for(Phase.EXERCISING).wait(2.0)).figure
        assert now is not None
        assert (now.moving, now.held) == (not held, held), stretch
