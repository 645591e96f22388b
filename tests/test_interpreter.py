"""Free words in the phases of a guide: refusals, corrections, repeats, two things at once, distress, and nonsense."""

from __future__ import annotations

import pytest

from assistant.language.understand_text import TextUnderstanding
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.moment import NO_MOMENT
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from bench.people import Row, Typist


@pytest.fixture(scope="module")
def typist() -> Typist:
    return Typist()


def meant(typist: Typist, when: str, said: str) -> list[tuple[str, dict[str, str]]]:
    """What is obeyed of a sentence in a phase."""
    outcome = typist.outcome(Row(when, said, (), or_nothing=True))
    return [(each.intent, dict(each.slots)) for each in outcome.meant if not each.doubtful]


@pytest.mark.parametrize(
    ("when", "said", "never"),
    [
        ("hold", "don't stop", "stop"),
        ("hold", "please don't pause", "pause"),
        ("hold", "don't go to the next one", "next"),
        ("hold", "I'm not finished", "stop"),
        ("open_hold", "I can still hold it", "done"),
        ("open_hold", "I haven't dropped it", "done"),
        ("waiting", "I'm not ready", "ready"),
        ("waiting", "don't start yet", "ready"),
        ("hold", "don't hold it for forty seconds", "set_hold"),
        ("idle", "don't do heel stretches", "start_stretch"),
        ("idle", "I do have a towel", "leave_out"),
        ("hold", "I have no pain", "leave_out"),
        ("hold", "I have no pain", "hurts"),
        ("paused", "don't carry on yet", "resume"),
    ],
)
def test_a_refusal_never_does_what_it_refuses(typist, when, said, never):
    assert never not in dict(meant(typist, when, said))


def test_who_does_not_want_to_be_reminded_gets_no_reminder_then(typist):
    assert meant(typist, "idle", "don't remind me at eight") == [("remind", {"what": "not_at", "time": "8:00?"})]


@pytest.mark.parametrize("said", ["no stop", "no, no, no, stop!", "no stop now", "no wait no stop please"])
def test_stop_after_nothing_but_refusals_is_stop(typist, said):
    assert meant(typist, "hold", said) == [("stop", {})]


@pytest.mark.parametrize("said", ["no don't stop", "no need to stop", "no we go on till you stop"])
def test_what_refuses_to_stop_does_not(typist, said):
    assert "stop" not in dict(meant(typist, "hold", said))


@pytest.mark.parametrize(
    ("said", "stretch"),
    [
        ("start toe no heel stretches", "heel_stretches"),
        ("start the ankle circles, I mean the heel raises", "heel_raises"),
        ("skip to number four no number five", "foot_massage"),
    ],
)
def test_of_a_correction_the_last_word_counts(typist, said, stretch):
    assert meant(typist, "idle", said) == [("start_stretch", {"stretch": stretch})]


@pytest.mark.parametrize(
    ("said", "intent", "slots"),
    [
        ("start upward no heel raises", "start_stretch", {"stretch": "heel_raises"}),
        ("start with toe walking, no, with heel raises", "start_stretch", {"stretch": "heel_raises"}),
        ("volume five no six", "volume", {"level": "6"}),
        ("rest for ten, no, twenty seconds", "set_rest", {"seconds": "20"}),
        ("hold for thirty seconds no forty seconds", "set_hold", {"seconds": "40"}),
        ("remind me at seven no eight", "remind", {"time": "8:00?"}),
        ("start the short one no the long one", "choose_routine", {"routine": "ten_foot_stretches"}),
        ("louder no quieter", "quieter", {}),
        ("repeat no skip", "next", {}),
        ("stop no pause", "pause", {}),
        ("pause no stop", "stop", {}),
        ("next no wait", "pause", {}),
        ("start ankle circles no wait", "pause", {}),
    ],
)
def test_the_last_word_counts_of_whatever_was_said(typist, said, intent, slots):
    [(found, named)] = meant(typist, "hold", said)
    assert (found, slots.items() <= named.items()) == (intent, True)


@pytest.mark.parametrize("said", ["do no heel raises", "start with no heel raises", "stop, no, don't stop"])
def test_what_is_refused_by_a_word_that_may_correct_is_not_done(typist, said):
    assert {name for name, _ in meant(typist, "idle", said)} <= {"leave_out"}


@pytest.mark.parametrize(
    ("said", "intent"),
    [("stop stop stop", "stop"), ("next next", "next"), ("pause pause", "pause"), ("no no stop", "stop")],
)
def test_what_is_said_over_and_over_is_one_command(typist, said, intent):
    assert [name for name, _ in meant(typist, "hold", said)] == [intent]


@pytest.mark.parametrize("said", ["ready ready", "yes yes", "go go go", "I'm ready I'm ready", "done done"])
def test_ready_said_twice_is_ready(typist, said):
    assert [name for name, _ in meant(typist, "waiting", said)] == ["ready"]


@pytest.mark.parametrize(
    "said",
    ["I can't continue", "let's finish, I've had enough", "I'd rather not carry on", "shall we finish",
     "okay, let's finish up", "I won't go on with this"],
)  # fmt: skip
@pytest.mark.parametrize("when", ["hold", "paused", "asked_pain", "waiting"])
def test_who_wants_to_end_is_never_led_on(typist, when, said):
    assert not {name for name, _ in meant(typist, when, said)} & {"resume", "ready", "start_routine", "better", "next"}


@pytest.mark.parametrize(
    "said", ["behind the chair or in front", "lying down or sitting up", "as soon as I'm ready", "not got it yet"]
)
def test_a_question_or_a_condition_begins_nothing(typist, said):
    assert not {name for name, _ in meant(typist, "waiting", said)} & {"ready", "resume", "got_it"}


@pytest.mark.parametrize("said", ["could be better", "so so"])
def test_half_a_word_that_all_is_well_is_not_enough(typist, said):
    assert meant(typist, "asked_all_right", said) == []


@pytest.mark.parametrize("said", ["bye love", "bye bye dear", "see you later honey", "goodbye mum", "right, I'm off"])
def test_a_goodbye_to_somebody_else_ends_no_run_unasked(typist, said):
    assert meant(typist, "hold", said) == []


@pytest.mark.parametrize("said", ["do the other foot now", "do the other side", "let's do the other leg"])
def test_do_may_begin_a_wish(typist, said):
    assert meant(typist, "hold", said) == [("next", {"what": "side"})]


@pytest.mark.parametrize(
    "said", ["is it ready to go", "is dinner ready", "he's ready to go", "are they ready", "my coffee is ready",
             "your taxi's ready", "ready meals are awful", "is everybody ready", "let's go to the shops"],
)  # fmt: skip
@pytest.mark.parametrize("when", ["idle", "waiting", "rest"])
def test_what_is_said_of_others_being_ready_begins_nothing(typist, when, said):
    assert not {name for name, _ in meant(typist, when, said)} & {"ready", "start_routine", "resume", "got_it"}


@pytest.mark.parametrize(
    ("said", "time"),
    [("remind me at half seven", "7:30?"), ("remind me at half 7", "7:30?"), ("remind me at half-past seven", "7:30?"),
     ("remind me at half eight in the evening", "20:30"), ("set a reminder for half nine in the morning", "09:30"),
     ("remind me at half one", "1:30?"), ("remind me at 7:30", "7:30?")],
)  # fmt: skip
def test_half_seven_is_half_past_it(typist, said, time):
    assert meant(typist, "idle", said) == [("remind", {"time": time})]


@pytest.mark.parametrize(
    ("said", "time"),
    [("remind me every morning at eight", "08:00"), ("remind me in the evening at half past six", "18:30")],
)
def test_a_time_of_day_may_come_first(typist, said, time):
    assert meant(typist, "idle", said) == [("remind", {"time": time})]


@pytest.mark.parametrize("said", ["remind me tonight at eight p m", "remind me this evening at 8 pm"])
def test_tonight_may_be_said_with_the_time_of_day(typist, said):
    assert meant(typist, "idle", said) == [("remind", {"day": "tonight", "time": "20:00"})]


def test_two_things_in_one_sentence_are_both_done(typist):
    begun, told = [name for name, _ in meant(typist, "waiting", "I'm ready but how long is it")]
    assert begun == "ready"
    assert told in {"how_long", "dose"}


@pytest.mark.parametrize("when", ["idle", "waiting", "hold", "counting", "rest", "paused", "asked_pain", "finished"])
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("ow ow ow that really hurts", "pain"),
        ("oh no I've got a terrible cramp", "cramp"),
        ("everything is spinning I feel faint", "dizzy"),
        ("help I fell over", "fall"),
        ("I can't breathe properly", "breath"),
    ],
)
def test_distress_wins_in_any_words_in_every_phase(typist, when, said, kind):
    assert meant(typist, when, said) == [("hurts", {"kind": kind})]


@pytest.mark.parametrize(
    "said", ["that doesn't hurt at all", "my back feels better already", "it hurt a bit yesterday"]
)
def test_what_does_not_hurt_now_is_no_distress(typist, said):
    assert "hurts" not in dict(meant(typist, "hold", said))


def test_the_distress_of_somebody_else_leads_to_a_question_at_most(typist):
    assert meant(typist, "hold", "he hurt himself at football") == []


@pytest.mark.parametrize(
    "said", ["", " ", "?!...", "🦶🦶🦶", "Привет как дела", "准备好了", "\x00\ufffd", "ready " * 10_000, "x" * 5_000]
)
def test_what_is_no_sentence_means_nothing(typist, said):
    assert meant(typist, "waiting", said) == []


def test_what_was_surely_said_to_the_guide_and_not_understood_is_known_as_such(typist):
    scene = typist.scene("waiting")
    heard = typist.understanding.utterance("can you do that backwards with the other thing for me please", scene.moment)
    assert not heard.match.accepted
    assert not typist.understanding.utterance("the dog wants his dinner", scene.moment).match.addressed


@pytest.mark.parametrize(
    ("confidence", "accepted", "doubtful"),
    [(1.0, True, False), (0.9, True, False), (0.4, False, True), (0.25, False, False)],
)
def test_words_of_distress_that_were_heard_count_if_they_are_sure(typist, confidence, accepted, doubtful):
    heard = Hypothesis((), recogniser="vosk", free_text="i feel a bit faint", free_confidence=confidence)
    match = typist.understanding.interpreter.match(heard, typist.scene("hold").moment)
    assert (match.accepted, match.doubtful) == (accepted, doubtful)


def test_heard_words_must_be_surer_than_typed_ones(typist):
    scene, said = typist.scene("counting"), "bit faster with the numbers"
    sure = typist.understanding.utterance(said, scene.moment).match
    assert sure.accepted

    def heard(confidence: float) -> Match:
        hypothesis = Hypothesis((), recogniser="vosk", free_text=said, free_confidence=confidence)
        match: Match = typist.understanding.interpreter.match(hypothesis, scene.moment)
        return match

    assert heard(1.0).intent == sure.intent
    assert heard(1.0).accepted
    assert not heard(0.4).accepted
    assert heard(0.8).probability == pytest.approx(0.8 * heard(1.0).probability)


def test_politeness_counts_typed_and_not_by_ear(typist):
    assert meant(typist, "waiting", "thanks a million love") == [("thanks", {})]
    heard = Hypothesis((), recogniser="vosk", free_text="thanks a million love")
    match = typist.understanding.interpreter.match(heard, typist.scene("waiting").moment)
    assert not match.accepted


def test_a_phrase_that_was_heard_for_sure_counts_more_than_free_words(typist):
    speller = typist.understanding.speller
    heard = Hypothesis(speller.phonemes("skip this one"), "skip this one", "vosk", free_text="what is the time left")
    match = typist.understanding.interpreter.match(heard, typist.scene("hold").moment)
    assert (match.intent, match.tier) == ("next", "phrase")


def test_without_the_classifier_a_refused_phrase_is_not_obeyed():
    folder, letters = language_folder("en"), phonemizer("en")
    plain = TextUnderstanding.of(phrase_book(folder, read_routine(folder), letters), letters)
    assert plain.utterance("do heel stretches", NO_MOMENT).match.intent == "start_stretch"
    assert plain.utterance("don't do heel stretches", NO_MOMENT).match.intent != "start_stretch"
