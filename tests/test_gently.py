"""What people say where the guide asks about pain or worse: refusals, questions, half an answer, and what is none."""

from __future__ import annotations

from functools import cache

import pytest

from assistant.dialogue.rehearsal import Outcome, Scene, rehearse
from assistant.dialogue.utterances import events_of
from assistant.language.meaning_file import load_meaning
from assistant.language.understand_text import TextUnderstanding
from assistant.phases import Phase
from assistant.understanding.gate import Gate
from assistant.wiring import phonemizer
from tests.stage import ENGLISH, WORDED
from tests.test_sentences import understanding_of


@cache
def free_words() -> TextUnderstanding:
    """What understands typed English, free words too."""
    return TextUnderstanding.of(understanding_of("en").book, phonemizer("en"), model=load_meaning(ENGLISH))


@cache
def scene(where: str) -> Scene:
    """The guide led to a phase."""
    return rehearse(WORDED, where)


def said(where: str, text: str) -> Outcome:
    """What comes of a text there."""
    there = scene(where)
    utterance = Gate().judge(free_words().utterance(text, there.moment, there.state.now), there.moment)
    return there.hear(events_of(there.state.now, utterance))


CHOICES = ("Skip it, try it gently, or finish?", "Gently, or shall we skip it?", "Gently, or skip it?")


@pytest.mark.parametrize(
    "text",
    [
        *("let me try again", "back to the start", "start heel stretches", "not gently", "no not gently please"),
        *("don't skip it", "don't do it gently", "neither", "both", "banana", "what were the options"),
        *("start this one again", "from the top", "not that one please", "the blue one"),
    ],
)
def test_after_pain_nothing_leads_back_and_nothing_is_passed_over(text):
    outcome = said("asked_pain", text)
    assert outcome.phase is Phase.ASKING
    assert outcome.reply.endswith(CHOICES)


@pytest.mark.parametrize(
    "text", ["stop this one", "can we stop this one", "no skip it", "not this one again", "skip it"]
)
@pytest.mark.parametrize("where", ["asked_pain", "asked_hurt_before"])
def test_what_refuses_the_stretch_skips_it(where, text):
    assert "Number five: foot massage" in said(where, text).reply


@pytest.mark.parametrize(
    "text", ["gently", "carefully", "try it", "half as much", "softly please", "less", "try again but softer"]
)
def test_what_says_gently_tells_the_gentler_way_and_waits(text):
    outcome = said("asked_pain", text)
    assert outcome.phase is Phase.GETTING_READY
    assert outcome.reply.endswith("Thirteen seconds to go. When you're in position, say: I'm ready.")
    assert "floor, both legs" not in outcome.reply


@pytest.mark.parametrize("text", ["other side", "skip this side", "not that leg"])
def test_a_side_is_just_that_side(text):
    assert said("asked_pain", text).reply.startswith("Okay, the right foot then.")


@pytest.mark.parametrize("text", ["not gently", "don't skip", "banana", "not that one please"])
def test_what_hurt_before_is_asked_about_again(text):
    outcome = said("asked_hurt_before", text)
    assert outcome.phase is Phase.ASKING
    assert "skip it" in outcome.reply


@pytest.mark.parametrize(
    "text", ["can I walk on it", "should I put ice on it", "should I see a doctor", "why does it hurt"]
)
def test_a_question_about_the_pain_is_answered_and_begins_nothing(text):
    outcome = said("asked_pain:toe_walking", text)
    assert (outcome.phase, outcome.reply[:13]) == (Phase.ASKING, "I'm no doctor")


@pytest.mark.parametrize("text", ["it's swollen", "it's swelling up", "it's bruised"])
def test_what_got_worse_is_believed(text):
    assert said("asked_pain:toe_walking", text).reply.startswith("Then have a rest.")


@pytest.mark.parametrize("text", ["help", "yes", "call an ambulance", "nine one one", "get my husband", "I'm bleeding"])
def test_who_calls_for_somebody_is_told_to_call(text):
    assert said("asked_emergency", text).reply.startswith("Then call now")


@pytest.mark.parametrize("text", ["I've called them", "they're coming", "no, my husband's here"])
def test_who_has_called_is_stayed_with(text):
    assert said("asked_emergency", text).reply.startswith("Good. Rest until")


@pytest.mark.parametrize("text", ["maybe", "banana", "gently", "skip it", "carry on"])
def test_nothing_else_answers_whether_to_call(text):
    outcome = said("asked_emergency", text)
    assert outcome.phase is Phase.ASKING
    assert "Do you need to call someone?" in outcome.reply


@pytest.mark.parametrize(
    "text", ["I'm bleeding", "my arm's gone numb", "I can't speak properly", "nine one one", "get my husband"]
)
def test_what_is_no_matter_of_a_foot_is_an_emergency(text):
    assert said("hold", text).reply.endswith("Do you need to call someone?")


@pytest.mark.parametrize(
    "text",
    ["I'm off balance", "I can't stand any more", "I see stars", "I'm not feeling great", "I need to sit down"],
)
def test_the_body_is_heard_to_give_notice(text):
    outcome = said("hold:toe_walking", text)
    assert outcome.phase is Phase.ASKING


@pytest.mark.parametrize(
    "text",
    [
        *("aah that's lovely", "it's pulling nicely", "did I hurt the dog", "how much should this hurt"),
        *("this is supposed to hurt, right?", "oh that feels good", "that's a nice stretch"),
    ],
)
def test_what_is_pleasant_or_only_asked_stops_no_hold(text):
    assert said("hold", text).phase is Phase.EXERCISING


@pytest.mark.parametrize("text", ["aah that hurts", "it's pulling horribly", "aah my knee", "lovely but my knee hurts"])
def test_what_hurts_still_does(text):
    assert said("hold", text).phase is Phase.ASKING


@pytest.mark.parametrize("text", ["never mind", "don't worry", "I was just sighing", "it's nothing"])
def test_who_is_all_right_goes_on(text):
    assert said("asked_all_right", text).reply == "On we go."


def test_to_get_ones_breath_back_is_a_pause_and_not_to_get_it_is_none():
    assert said("hold", "let me get my breath back").phase is Phase.PAUSED
    assert said("hold", "I can't get my breath back").phase is Phase.ASKING


def test_after_the_left_leg_hurt_just_the_right_one_is_the_right_one():
    assert said("asked_pain", "just do the right leg").reply.startswith("Okay, we'll leave out your left foot today.")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(
            (text, "pain")
            for text in ("no it hurts", "no, it still hurts", "no I'm hurt", "no that hurt", "no I'm in pain")
        ),
        *((text, "pain") for text in ("no my knee hurts", "no I've hurt myself", "no not really, it hurts")),
        *(("no my chest hurts", "chest"), ("no I can't breathe", "breath"), ("no I fell", "fall")),
    ],
)
@pytest.mark.parametrize("where", ["asked_all_right", "asked_hurt_before", "hold", "paused"])
def test_no_and_what_is_the_matter_is_distress(where, text, kind):
    (meant,) = said(where, text).meant
    assert (meant.intent, meant.slots["kind"], meant.doubtful) == ("hurts", kind, False)


@pytest.mark.parametrize("text", ["no it doesn't hurt", "no I'm not hurt", "no I'm fine", "no it's fine, carry on"])
def test_no_and_that_nothing_is_the_matter_is_none(text):
    assert [meant.intent for meant in said("asked_all_right", text).meant] == ["better"]


@pytest.mark.parametrize("text", ["no it just hurts", "no I'm not okay", "no I'm not all right"])
def test_who_is_not_well_is_asked_again_whether_to_call_somebody(text):
    assert said("asked_emergency", text).reply.startswith("Do you need to call someone?")


@pytest.mark.parametrize(
    "text", ["I can't reach the phone", "my phone is in the kitchen", "I'm alone", "nobody's here", "the phone's dead"]
)
def test_who_has_no_phone_is_told_to_shout(text):
    assert said("asked_emergency", text).reply.startswith("Then shout for help")


@pytest.mark.parametrize("text", ["I've let go of the chair", "my foot slipped", "I let go of the wall"])
@pytest.mark.parametrize("where", ["counting:heel_raises", "hold:toe_walking"])
def test_who_lets_go_of_what_holds_them_up_is_stopped_and_waited_for(where, text):
    outcome = said(where, text)
    assert (outcome.phase, outcome.reply[:20]) == (Phase.GETTING_READY, "Stop. Both feet down")


@pytest.mark.parametrize("text", ["pain down the back of my leg", "the pain goes down to my foot", "nerve pain"])
def test_pain_down_the_leg_is_for_a_doctor_in_any_words(text):
    (meant,) = said("hold:upward_stretches", text).meant
    assert meant.slots == {"kind": "leg"}


@pytest.mark.parametrize(
    ("text", "routine"), [("the seated routine", "seated"), ("no floor routine please", "no_floor")]
)
def test_a_routine_is_chosen_by_its_own_name(text, routine):
    (meant,) = said("idle", text).meant
    assert (meant.intent, meant.slots) == ("choose_routine", {"routine": routine})
