"""Wishes about reminders in people's own words: which times are wanted, which are not, and what sets nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.dialogue.state.state import Reminder
from assistant.understanding.hypothesis import Hypothesis
from bench.people import Row, Typist


@pytest.fixture(scope="module")
def typist() -> Typist:
    return Typist()


def wish(typist: Typist, said: str) -> dict[str, str] | None:
    """What is wished about reminders; None if nothing is."""
    found = typist.outcome(Row("idle", said, (), or_nothing=True)).meant
    slots = [dict(each.slots) for each in found if each.intent == "remind" and not each.doubtful]
    assert len(slots) < 2
    return slots[0] if slots else None


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("remind me at 8:20 pm", {"time": "20:20"}),
        ("remind me at 12 am", {"time": "00:00"}),
        ("set a reminder for 19:00 daily", {"time": "19:00"}),
        ("remind me at quarter to twelve pm", {"time": "23:45"}),
        ("remind me every night at midnight", {"time": "00:00"}),
        ("every night at midnight", {"time": "00:00"}),
        ("remind me at 10:10", {"time": "10:10?"}),
        # two
        ("remind me at 7 am and 7 pm", {"time": "07:00", "other": "19:00"}),
        ("mornings at 6, evenings at 9", {"time": "06:00", "other": "21:00"}),
        ("remind me at seven am and at half past seven pm", {"time": "07:00", "other": "19:30"}),
        ("remind me at 7 and 8 in the morning", {"time": "07:00", "other": "08:00"}),
        ("remind me at eight and nine in the evening", {"time": "08:00", "other": "21:00"}),
        ("remind me at 8 pm, that's 20:00", {"time": "20:00"}),
        # no other one
        ("only remind me at 9 am from now on", {"what": "only_at", "time": "09:00"}),
        ("remind me only at 9 am", {"what": "only_at", "time": "09:00"}),
        ("only one reminder, at 9 am please", {"what": "only_at", "time": "09:00"}),
        ("remind me at 9 am only", {"what": "only_at", "time": "09:00"}),
        ("remind me at 9 am and nothing else", {"what": "only_at", "time": "09:00"}),
        ("remind me at 8 am, I only have ten minutes", {"time": "08:00"}),
        ("I only just got up, remind me at 8 pm", {"time": "20:00"}),
        # all but one
        ("delete all my reminders except the one at 8 pm", {"what": "only_at", "time": "20:00"}),
        ("turn off all reminders but 8 pm", {"what": "only_at", "time": "20:00"}),
        ("I don't want any reminder other than 8 pm", {"what": "only_at", "time": "20:00"}),
        ("no reminders apart from 8 pm", {"what": "only_at", "time": "20:00"}),
        ("cancel all reminders but remind me at 8 pm", {"time": "20:00"}),
        ("no reminder at 7 pm but at 8 pm", {"time": "20:00", "old": "19:00"}),
        # for what the guide is for, and after what somebody tells
        ("remind me to take a break and stretch at 7", {"time": "7:00?"}),
        ("remind me to stand up at 7", {"time": "7:00?"}),
        ("remind me to walk at 7", {"time": "7:00?"}),
        ("remind me to relax my shoulders at 7", {"time": "7:00?"}),
        ("remind me to do these at 7", {"time": "7:00?"}),
        ("set a reminder to stretch at 8", {"time": "8:00?"}),
        ("set a reminder for the morning at 8", {"time": "08:00"}),
        ("set a reminder for tonight at 8", {"day": "tonight", "time": "8:00?"}),
        ("set my reminder to go off at 8 pm", {"time": "20:00"}),
        ("I'm off at 7, remind me at 8", {"time": "8:00?"}),
        ("I stop work at 5, remind me at 6", {"time": "6:00?"}),
        ("make it 9 pm", {"time": "21:00"}),
        ("change it to 9 pm", {"time": "21:00"}),
        # once
        ("remind me tonight at eight", {"day": "tonight", "time": "8:00?"}),
        ("remind me tomorrow evening at eight", {"day": "tomorrow", "time": "20:00"}),
        ("remind me at noon tomorrow", {"day": "tomorrow", "time": "12:00"}),
        ("remind me once at 9 pm", {"day": "once", "time": "21:00"}),
        ("remind me once a day at 9 pm", {"time": "21:00"}),
        ("give me a shout in two hours", {"ahead": "120"}),
        # in place of another one
        ("move my morning reminder to 8", {"time": "08:00"}),
        ("move my reminder from 7 pm to 8 pm", {"time": "20:00", "old": "19:00"}),
        ("change the 7 o'clock reminder to 8", {"time": "8:00?", "old": "7:00?"}),
        ("postpone the reminder until 8 pm", {"time": "20:00"}),
        ("remind me at 8 instead of 7", {"time": "8:00?", "old": "7:00?"}),
        ("I'd rather be reminded at 9 than at 8", {"time": "9:00?", "old": "8:00?"}),
        ("remind me no later than 8", {"time": "8:00?"}),
        ("remind me ten minutes before eight", {"time": "7:50?"}),
        ("remind me twenty minutes after 8 pm", {"time": "20:20"}),
        ("not at seven, remind me at eight", {"time": "8:00?", "old": "7:00?"}),
        ("cancel the 7 pm reminder and set one for 8 pm", {"time": "20:00", "old": "19:00"}),
        ("remind me at 7 pm, no, at 8", {"time": "20:00"}),
        ("switch the reminder to six pm instead", {"time": "18:00"}),
    ],
)
def test_a_wish_for_times_sets_those_that_are_wanted(typist, said, slots):
    assert wish(typist, said) == slots


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("cancel the reminder at 7 pm", {"time": "19:00"}),
        ("delete my 8:20 reminder", {"time": "8:20?"}),
        ("don't remind me at eight", {"time": "8:00?"}),
        ("no reminder at 7 pm please", {"time": "19:00"}),
        ("forget the 8:20 pm one", {"time": "20:20"}),
        ("the reminder at seven, cancel it", {"time": "7:00?"}),
        ("turn the 7 pm reminder off", {"time": "19:00"}),
        ("stop reminding me at 7 pm", {"time": "19:00"}),
        ("can you not remind me at 8", {"time": "8:00?"}),
        ("I don't want you to remind me at 8", {"time": "8:00?"}),
        ("turn off the reminder at 7 am and the one at 9 pm", {"time": "07:00", "other": "21:00"}),
        ("don't remind me in an hour", {"ahead": "60"}),
        ("cancel the reminder at 8 tomorrow", {"time": "8:00?", "day": "tomorrow"}),
    ],
)
def test_who_refuses_a_time_loses_just_that_reminder(typist, said, slots):
    assert wish(typist, said) == {"what": "not_at", **slots}


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("remind me at 7:61 pm", "no_time"),
        ("remind me at 25:00", "no_time"),
        ("remind me at 7 am and 26 pm", "no_time"),
        ("daily at 19:00 am", "no_time"),
        ("remind me at 7, at noon and at 8 pm", "too_many"),
        ("remind me tomorrow morning at 7 and tomorrow evening at 7", "one_once"),
        ("remind me on monday at 8", "weekday"),
        ("will you remind me on saturday as well?", "weekday"),
        ("don't remind me tomorrow", "weekday"),
        ("do I have a reminder at 7 pm?", "when"),
        ("is there a reminder at eight", "when"),
        ("how do I cancel a reminder", "when"),
        ("don't cancel my reminders", "when"),
        ("please don't stop reminding me", "when"),
        ("I don't want to cancel the evening reminder", "when"),
        ("don't drop the 7 pm reminder", "when"),
        ("move the reminder to the morning", "which_time"),
        ("move my evening reminder to 9 am", "which_time"),
        ("remind me at 8 or 9", "which_time"),
        ("no reminders this week", "weekday"),
        ("remind me 10 minutes earlier in the mornings", "which_time"),
        ("move the 8 pm reminder 10 minutes earlier", "which_time"),
        ("remind me half an hour before 8", "which_time"),
        ("remind me at twenty to", "which_time"),
        ("remind me at 8, or if not then at 9", "which_time"),
        ("change both reminders to 9", "which_time"),
        ("make the morning reminder later, 7 is too early", "which_time"),
        ("remind me today, not tomorrow, at 8 pm", "which_time"),
        ("delete all reminders except 8 am and 8 pm", "which_time"),
        # limits
        ("no reminders after 8 pm", "which_time"),
        ("don't remind me before 9", "which_time"),
        ("don't remind me until 9", "which_time"),
        ("pause reminders until 9 pm", "which_time"),
        ("no reminders between 8 and 9", "which_time"),
        ("turn off the reminders from 8 to 9", "which_time"),
        ("not before 8 remind me", "which_time"),
        ("please don't remind me later than 9 pm", "which_time"),
        # of two, the half of the day of one
        ("remind me at 7 and at 8 pm", "which_time"),
        ("remind me at 7 am and 8", "which_time"),
        ("remind me twice a day at 8 and 7 pm", "which_time"),
        # other days
        ("remind me in three days at 8", "weekday"),
        ("remind me the day after tomorrow at 8", "weekday"),
        ("remind me at 7 pm but not tomorrow", "weekday"),
    ],
)
def test_what_is_no_plain_wish_sets_nothing(typist, said, what):
    assert wish(typist, said) == {"what": what}


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("switch off the evening reminder", "no_evening"),
        ("switch the reminder off", "off"),
        ("no more reminders tonight", "today"),
        ("no reminder tonight", "today"),
        ("don't remind me today", "today"),
        ("skip tonight's reminder", "today"),
        ("turn off everything except the evening reminder", "only_evening"),
        ("delete all reminders but the morning one", "only_morning"),
        ("don't give me tonight's reminder", "today"),
        ("cancel today's reminder", "today"),
        ("skip todays reminder", "today"),
        ("cancel tonight's reminder", "today"),
        ("cancel this morning's reminder", "today"),
        ("cancel this afternoon's reminder", "today"),
        ("cancel this evening's reminder", "today"),
    ],
)
def test_only_what_is_named_is_turned_off(typist, said, what):
    assert wish(typist, said) == {"what": what}


@pytest.mark.parametrize(
    "said",
    ["I have to leave at 5 pm", "the film starts at 8", "he reminded me at eight to take my pills",
     "remind me to call jean at four", "remind me at 7 to feed the cat", "mum's coming at half past six tonight",
     "did you remind him at nine", "this reminds me of my gran, she was up at 6 am every day",
     "set a reminder to take my pills at 8", "set a reminder to call jean at 8", "remind me to take this pill at 8",
     "I need a reminder for my tablets at 8", "set a reminder for pills at 8", "remind me to ring jean tonight at 8",
     "I need a reminder for my tablets in the evening at 8", "set an 8 pm reminder to feed the cat",
     "remind me yesterday at 6 pm", "don't remind me it's monday tomorrow", "remind me what the next one is",
     "is it better to stretch at 7 am or 7 pm", "I did it at 7 am and again at 7 pm yesterday"],
)  # fmt: skip
def test_what_is_no_wish_for_a_reminder_sets_none(typist, said):
    assert wish(typist, said) is None


def test_who_asks_to_be_reminded_of_something_is_told_it(typist):
    [told] = typist.outcome(Row("hold", "remind me what the next one is", (), or_nothing=True)).meant
    assert told.intent == "whats_next"


@pytest.mark.parametrize("said", ["one two three four", "one two three four five six", "skip to number four"])
def test_numbers_that_are_said_for_something_else_are_no_times(typist, said):
    assert wish(typist, said) is None


def test_a_time_answers_the_offer_of_reminders(typist):
    scene = typist.scene("finished")
    offered = replace(scene.state, reminder=Reminder(offered_at=scene.state.now))
    moment = scene.guide.moment(offered)
    match = typist.understanding.utterance("at 8:20 pm", moment).match
    assert (moment.meaning_of(match.intent or ""), match.slots, match.accepted) == ("remind", {"time": "20:20"}, True)


def test_words_that_were_heard_are_read_as_typed_ones_are(typist):
    heard = Hypothesis((), "", "vosk", free_text="remind me at twenty two thirty", free_confidence=1.0)
    [match] = typist.understanding.interpreter.interpret(heard)
    assert (match.intent, match.slots, match.accepted) == ("remind", {"time": "22:30"}, True)


@pytest.mark.parametrize(
    "said", ["turn off reminders after 9 pm", "from 8 pm on no reminders", "no reminders except after 8 pm"]
)
def test_what_bounds_others_sets_and_cancels_nothing(typist, said):
    found = wish(typist, said) or {}
    assert found.get("what", "when") in ("when", "which_time")
    assert "time" not in found
