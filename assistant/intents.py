"""Everything a person can ask of the guide: one row for each intent, with all that is decided about it.

What an intent does is in `HANDLERS` (dialogue/requests/commands.py); what it does as an answer to the guide's question
is in dialogue/requests/asked.py. No other module lists intents: whatever it needs to know about them is a column here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from assistant.intent import ANY, IfDoubtful, InStandby, Intent, Lookahead
from assistant.intent_places import (
    IN_A_RUN,
    IN_DISTRESS,
    MORE_TIME,
    NOWHERE,
    PACE,
    POLITE,
    SOFTLY,
    TO_BEGIN,
    TO_GO_ON,
    YES_OR_NO,
)
from assistant.phases import RUNNING, Phase, Situation

_STRETCH: Mapping[str, tuple[str, ...]] = MappingProxyType({"stretch": ANY})
_THINGS: Mapping[str, tuple[str, ...]] = MappingProxyType({"stretch": ANY, "thing": ANY})
_NEEDS_STRETCH = frozenset({"stretch"})
_POSITION: Mapping[str, tuple[str, ...]] = MappingProxyType({"position": ("floor", "sitting", "standing")})
_BODY: Mapping[str, tuple[str, ...]] = MappingProxyType({"body": ("toes", "heel", "ankle", "sole")})
_DISTRESS = ("pain", "cramp", "dizzy", "numb", "leg", "weak", "fall", "chest", "breath", "help")
_FEET = ("left_foot", "right_foot")
_SECONDS: Mapping[str, tuple[str, ...]] = MappingProxyType({"seconds": ANY})

_CHANGES = ("longer", "shorter", "double", "half")

_HALVES_OF_DAY = tuple(f"{wanted}{half}" for wanted in ("", "only_", "no_") for half in ("morning", "evening"))
_ROUTINE: Mapping[str, tuple[str, ...]] = MappingProxyType({"routine": ANY})
_PAUSES: Mapping[str, tuple[str, ...]] = MappingProxyType({"what": ("change",), "scope": ("always",)})
"""A changeover in place of a rest, and in all stretches in place of the current one."""

_while_leading = partial(Intent, in_standby=InStandby.IGNORE)
"""What is only said to a guide that leads: on standby it means nothing."""

_in_run = partial(_while_leading, lookahead=Lookahead.NOTHING)
"""What is said during a run, and seldom: its answer is not prefetched either."""

_ALL = (
    # Moving on and answering
    _while_leading(
        "ready",
        expected_in=frozenset({Phase.GETTING_READY, Phase.RESTING}),
        answers_in=frozenset({Phase.GETTING_READY, Situation.REMINDED}),
        if_doubtful=IfDoubtful.ASK,
        means=MappingProxyType(
            {Situation.REMINDED: "start_routine", Phase.IDLE: "start_routine", Phase.EXERCISING: ""}
        ),
        aside=False,
        lookahead=Lookahead.ONWARD,
        opposes=("wait",),
        goes_on=True,
    ),
    _while_leading(
        "next",
        MappingProxyType({"what": ("side", "round")}),
        expected_in=RUNNING | {Phase.PAUSED, Situation.PAIN, Situation.PAIN_BEFORE, Situation.NUMBER},
        answers_in=frozenset({Situation.PAIN}),
        if_doubtful=IfDoubtful.ASK,
        aside=False,
        leaves=True,
        lookahead=Lookahead.ONWARD,
        opposes=("previous", "restart"),
    ),
    Intent(
        "resume",
        expected_in=frozenset({Phase.PAUSED, Phase.ASKING}),
        answers_in=frozenset({Phase.ASKING}),
        if_doubtful=IfDoubtful.ASK,
        in_standby=InStandby.IF_UNFINISHED,
        means=MappingProxyType({Situation.TELLING: "skip_talk", Situation.REMINDED: "start_routine", **TO_GO_ON}),
        aside=False,
        lookahead=Lookahead.ONWARD,
        opposes=("pause",),
        goes_on=True,
    ),
    _while_leading(
        "done",
        expected_in=frozenset({Situation.OPEN_HOLD}),
        answers_in=frozenset({Situation.OPEN_HOLD, Situation.REMINDED}),
        if_doubtful=IfDoubtful.ASK,
        means=MappingProxyType({Situation.REMINDED: "no", Phase.GETTING_READY: "ready"}),
        aside=False,
        lookahead=Lookahead.ONWARD,
    ),
    # In an open-ended hold it is done; elsewhere a hold is broken off, and what comes after it is not.
    _while_leading(
        "let_go",
        expected_in=frozenset({Situation.OPEN_HOLD}),
        answers_in=frozenset({Situation.OPEN_HOLD}),
        means=MappingProxyType(
            {
                **NOWHERE,
                Situation.OPEN_HOLD: "done",
                Phase.EXERCISING: "let_go",
                Phase.RESTING: "let_go",
                Phase.GETTING_READY: "wait",
                Phase.ASKING: "done",
            }
        ),
        aside=False,
        lookahead=Lookahead.ONWARD,
    ),
    _while_leading(
        "yes",
        expected_in=YES_OR_NO | {Situation.DOUBT, Phase.GETTING_READY},
        answers_in=YES_OR_NO | {Situation.DOUBT_ASKED},
        means=MappingProxyType(
            {
                Situation.DOUBT_ASKED: "yes",
                Situation.REMINDED: "start_routine",
                Situation.TELLING: "",  # as people say while they listen
                Phase.GETTING_READY: "ready",
            }
        ),
        only_as_answer=True,
        lookahead=Lookahead.ONWARD,
        opposes=("no",),
        goes_on=True,
    ),
    _while_leading(
        "no",
        expected_in=YES_OR_NO | {Situation.DOUBT},
        answers_in=YES_OR_NO | {Situation.DOUBT_ASKED},
        means=MappingProxyType({Situation.DOUBT_ASKED: "no", Phase.GETTING_READY: "wait", Phase.RESTING: "wait"}),
        only_as_answer=True,
        lookahead=Lookahead.ONWARD,
        opposes=("yes",),
    ),
    _while_leading(
        "wait",
        expected_in=frozenset({Phase.GETTING_READY, Phase.RESTING, Phase.ASKING}),
        answers_in=frozenset({Phase.GETTING_READY, Phase.ASKING}),
        means=MappingProxyType({Phase.EXERCISING: "pause", Phase.IDLE: "", Phase.FINISHED: ""}),
        opposes=("ready",),
    ),
    _while_leading(
        "better",
        expected_in=IN_DISTRESS | {Situation.PAIN_BEFORE, Situation.NUMBER},
        answers_in=IN_DISTRESS | {Situation.PAIN_BEFORE, Situation.NUMBER},
        means=MappingProxyType({Situation.UNWELL: "resume"}),
        only_as_answer=True,
        lookahead=Lookahead.ONWARD,
    ),
    _while_leading(
        "keep_going",
        expected_in=frozenset({Phase.ASKING, Phase.PAUSED}),
        answers_in=frozenset({Phase.ASKING, Situation.DOUBT_ASKED}),
        means=MappingProxyType({Situation.DOUBT_ASKED: "no", Phase.PAUSED: ""}),
        only_as_answer=True,
        lookahead=Lookahead.ONWARD,
        opposes=("stop", "pause"),
        goes_on=True,
    ),
    _while_leading(
        "never_mind",
        expected_in=YES_OR_NO | {Situation.DOUBT},
        answers_in=YES_OR_NO | {Situation.DOUBT_ASKED},
        means=MappingProxyType(
            {
                Situation.ALL_RIGHT: "better",
                Situation.EMERGENCY: "better",
                Situation.DOUBT_ASKED: "no",
                Situation.REMINDED: "no",
                Phase.ASKING: "no",
                Phase.GETTING_READY: "wait",
                Phase.RESTING: "wait",
            }
        ),
        only_as_answer=True,
        lookahead=Lookahead.NOTHING,
    ),
    _while_leading(
        "not_that",
        expected_in=frozenset({Situation.PAIN, Situation.PAIN_BEFORE}),
        answers_in=frozenset({Situation.PAIN, Situation.PAIN_BEFORE}),
        only_as_answer=True,
        lookahead=Lookahead.NOTHING,
    ),
    _while_leading(
        "called",
        expected_in=frozenset({Situation.EMERGENCY}),
        answers_in=frozenset({Situation.EMERGENCY}),
        only_as_answer=True,
        lookahead=Lookahead.NOTHING,
    ),
    _while_leading(
        "no_phone",
        expected_in=frozenset({Situation.EMERGENCY}),
        answers_in=frozenset({Situation.EMERGENCY}),
        means=MappingProxyType({**NOWHERE, Situation.EMERGENCY: "no_phone"}),
        only_as_answer=True,
        lookahead=Lookahead.NOTHING,
    ),
    _while_leading(
        "number",
        MappingProxyType({"n": tuple(map(str, range(31)))}),
        frozenset({"n"}),
        # Asked for, or counted along with the guide. In a hold that a word ends, one number alone is too short to be
        # told from that word.
        expected_in=frozenset({Situation.NUMBER, Situation.COUNTING, Situation.TIMED_HOLD}),
        answers_in=frozenset({Situation.NUMBER, Situation.COUNTING}),
        overheard_in=frozenset({Phase.EXERCISING}),
        means=MappingProxyType({**NOWHERE, Situation.NUMBER: "number", Phase.EXERCISING: "number"}),
        elsewhere_a_decoy=True,
        lookahead=Lookahead.NOTHING,
    ),
    _while_leading(
        "no_number",
        MappingProxyType({"what": ("off",)}),
        expected_in=frozenset({Situation.NUMBER, Situation.PAIN}),
        answers_in=frozenset({Situation.NUMBER}),
        means=MappingProxyType({**NOWHERE, Situation.NUMBER: "no_number", Situation.PAIN: "no"}),
        elsewhere_a_decoy=True,
        lookahead=Lookahead.NOTHING,
    ),
    _while_leading(
        "got_it",
        expected_in=frozenset({Phase.GETTING_READY, Situation.PICKING_UP}),
        answers_in=frozenset({Phase.GETTING_READY, Situation.PICKING_UP}),
        means=MappingProxyType(
            {
                **NOWHERE,
                Situation.PICKING_UP: "got_it",
                Situation.TELLING: "",
                Phase.GETTING_READY: "ready",
                Phase.PAUSED: "ready",
            }
        ),
        lookahead=Lookahead.NOTHING,
        goes_on=True,
    ),
    _while_leading(
        "skip_talk",
        expected_in=frozenset({Phase.GETTING_READY}),
        answers_in=frozenset({Phase.GETTING_READY}),
        means=MappingProxyType({**NOWHERE, Phase.GETTING_READY: "skip_talk"}),
        lookahead=Lookahead.ONWARD,
    ),
    Intent(
        "start_routine",
        MappingProxyType({"from": ("beginning",)}),
        expected_in=TO_BEGIN,
        answers_in=frozenset({Situation.REMINDED}),
        said_in_parts=True,
        if_doubtful=IfDoubtful.ASK,
        means=MappingProxyType({**TO_GO_ON, Phase.PAUSED: "resume"}),
        aside=False,
        lookahead=Lookahead.ONWARD,
        opposes=("stop",),
        goes_on=True,
    ),
    Intent(
        "start_stretch",
        _STRETCH,
        _NEEDS_STRETCH,
        expected_in=TO_BEGIN,
        if_doubtful=IfDoubtful.ASK_ANYWHERE,
        aside=False,
        lookahead=Lookahead.ONWARD,
        opposes=("stop", "leave_out"),
        refusable=True,
    ),
    Intent(
        "only_stretch",
        _STRETCH,
        _NEEDS_STRETCH,
        expected_in=TO_BEGIN,
        if_doubtful=IfDoubtful.ASK_ANYWHERE,
        aside=False,
        lookahead=Lookahead.NOTHING,
        opposes=("leave_out",),
        refusable=True,
    ),
    Intent(
        "choose_routine",
        _ROUTINE,
        frozenset({"routine"}),
        expected_in=TO_BEGIN,
        means=MappingProxyType({Situation.NUMBER: ""}),  # "five minutes" is no number from nought to ten
        aside=False,
        lookahead=Lookahead.NOTHING,
        refusable=True,
    ),
    # Asking
    Intent("how_long", expected_in=RUNNING, in_standby=InStandby.IGNORE, lookahead=Lookahead.ANSWER_OVER_TIME),
    Intent("whats_next", expected_in=RUNNING),
    Intent("where_am_i", expected_in=RUNNING, in_standby=InStandby.IGNORE, lookahead=Lookahead.ANSWER_OVER_TIME),
    Intent("how_to", _STRETCH, expected_in=RUNNING),
    Intent("why", _STRETCH, expected_in=RUNNING),
    Intent(
        "needs",
        MappingProxyType({**_THINGS, "what": ("shoes",)}),
        expected_in=frozenset({Phase.IDLE, Phase.GETTING_READY}),
    ),
    Intent(
        "dose",
        MappingProxyType({**_STRETCH, "what": ("day",)}),
        expected_in=RUNNING,
        in_standby=InStandby.IGNORE,
    ),
    Intent(
        "which_side",
        MappingProxyType({"what": ("next", "stand")}),
        expected_in=RUNNING,
        in_standby=InStandby.IGNORE,
    ),
    Intent("total_time", _ROUTINE, expected_in=frozenset({Phase.IDLE})),
    Intent("help", expected_in=IN_A_RUN | {Phase.IDLE}),
    Intent("say_again", expected_in=IN_A_RUN),
    Intent("breathing", expected_in=frozenset({Phase.EXERCISING})),
    Intent("safety", lookahead=Lookahead.NOTHING),
    _in_run("advice", expected_in=frozenset({Situation.PAIN})),
    Intent("who_are_you", in_standby=InStandby.IGNORE, lookahead=Lookahead.NOTHING),
    # Being polite, and being tired
    Intent("greeting", in_standby=InStandby.IGNORE, means=POLITE, lookahead=Lookahead.NOTHING),
    Intent("thanks", in_standby=InStandby.IGNORE, means=POLITE, lookahead=Lookahead.NOTHING),
    Intent("tired", in_standby=InStandby.IGNORE),
    # Going back, ending, pausing
    _while_leading(
        "previous",
        MappingProxyType({"count": ANY}),
        expected_in=RUNNING | {Phase.PAUSED},
        if_doubtful=IfDoubtful.ASK,
        aside=False,
        leaves=True,
        lookahead=Lookahead.ONWARD,
        opposes=("next",),
    ),
    _while_leading(
        "restart",
        expected_in=RUNNING | {Phase.PAUSED},
        if_doubtful=IfDoubtful.ASK,
        aside=False,
        leaves=True,
        lookahead=Lookahead.ONWARD,
        opposes=("next",),
    ),
    _in_run("restart_routine", if_doubtful=IfDoubtful.ASK_ANYWHERE, aside=False, leaves=True),
    _in_run("skip_next", expected_in=RUNNING),
    _in_run("last_round", expected_in=frozenset({Phase.EXERCISING, Phase.RESTING})),
    _in_run("other_side_first", expected_in=frozenset({Phase.GETTING_READY})),
    _in_run("same_side_again", expected_in=frozenset({Phase.EXERCISING, Phase.RESTING})),
    Intent(
        "stop",
        MappingProxyType({"said": ("enough",)}),
        expected_in=frozenset(Phase),
        urgent=True,
        if_doubtful=IfDoubtful.ASK_ANYWHERE,
        means=MappingProxyType({Situation.REMINDED: "no"}),
        aside=False,
        leaves=True,
        opposes=("start_routine", "start_stretch", "pause", "undo", "keep_going"),
    ),
    # To go on in pain does more harm than a stop that nobody asked for, and what it does is to ask how to go on.
    Intent(
        "hurts",
        MappingProxyType({"kind": _DISTRESS}),
        expected_in=IN_A_RUN,
        urgent=True,
        counts_after_urgent=True,
        if_doubtful=IfDoubtful.ASK_SOFTLY,
    ),
    # Not obeyed if doubtful: the run would stand still, maybe unnoticed, for any word on television that is like it.
    _while_leading(
        "pause",
        expected_in=IN_A_RUN,
        urgent=True,
        aside=False,
        opposes=("resume", "stop", "keep_going"),
    ),
    _in_run("other_room", aside=False),
    # What there is
    Intent("list", expected_in=frozenset({Phase.IDLE})),
    Intent("positions", _POSITION, frozenset({"position"}), lookahead=Lookahead.NOTHING),
    Intent("stretches_for", _BODY, frozenset({"body"}), lookahead=Lookahead.NOTHING),
    _in_run("instead", MappingProxyType({"thing": ANY, "where": ("bed",)})),
    Intent("routines", lookahead=Lookahead.NOTHING),
    Intent("no_stretch", MappingProxyType({"number": ANY}), frozenset({"number"}), in_standby=InStandby.IGNORE),
    Intent(
        "progress",
        MappingProxyType({"what": ("row", "today", "best"), "stretch": ANY}),
        lookahead=Lookahead.NOTHING,
    ),
    # How the guide speaks
    Intent("slower", means=PACE, gives=MappingProxyType({"change": "slower"}), opposes=("faster", "louder")),
    Intent("faster", means=PACE, gives=MappingProxyType({"change": "faster"}), opposes=("slower", "louder")),
    Intent("louder", opposes=("quieter", "slower", "faster")),
    Intent("quieter", means=SOFTLY, opposes=("louder",)),
    Intent("volume", MappingProxyType({"level": ANY}), frozenset({"level"}), refusable=True),
    Intent("talk", opposes=("quiet",)),
    Intent(
        "quiet",
        MappingProxyType({"words": ("short", "sounds")}),
        means=SOFTLY,
        lookahead=Lookahead.NOTHING,
        opposes=("talk",),
    ),
    # Taking back, and changing what is done
    Intent("undo", opposes=("stop",)),
    Intent(
        "set_hold",
        MappingProxyType({"seconds": ANY, "amount": ANY, "change": _CHANGES, "scope": ("always",)}),
        one_of=frozenset({"seconds", "amount", "change"}),
        beside=MappingProxyType({"scope": "seconds"}),
        means=MappingProxyType({Situation.NUMBER: ""}),  # "half" of what is no longer held
        refusable=True,
    ),
    _in_run(
        "add_hold",
        MappingProxyType({**_SECONDS, "change": ("shorter",)}),
        frozenset({"seconds"}),
        expected_in=frozenset({Phase.EXERCISING}),
        means=MORE_TIME,
    ),
    Intent(
        "set_rest",
        MappingProxyType({**_SECONDS, **_PAUSES}),
        frozenset({"seconds"}),
        refusable=True,
        lookahead=Lookahead.NOTHING,
    ),
    _in_run("more_rest", _PAUSES, expected_in=frozenset({Phase.RESTING}), opposes=("less_rest",)),
    _in_run("less_rest", _PAUSES, expected_in=frozenset({Phase.RESTING}), opposes=("more_rest",)),
    _while_leading(
        "easier",
        MappingProxyType({"off": ("yes",), "always": ("yes",)}),
        expected_in=frozenset({Phase.GETTING_READY, Phase.EXERCISING, Situation.PAIN, Situation.PAIN_BEFORE}),
        answers_in=frozenset({Situation.PAIN, Situation.PAIN_BEFORE}),
        goes_on=True,
    ),
    Intent(
        "auto_start",
        MappingProxyType({"on": ("yes", "no"), "said": ("wait",)}),
        frozenset({"on"}),
        lookahead=Lookahead.NOTHING,
    ),
    Intent("beat", MappingProxyType({"on": ("yes", "no")}), frozenset({"on"}), lookahead=Lookahead.NOTHING),
    Intent(
        "ask_after",
        MappingProxyType({"what": ("pain", "effort", "both", "off")}),
        frozenset({"what"}),
        lookahead=Lookahead.NOTHING,
    ),
    Intent("pace", MappingProxyType({"change": ("slower", "faster")}), frozenset({"change"})),
    Intent(
        "leave_out",
        MappingProxyType({**_THINGS, **_POSITION, "body": _FEET, "until": ("today",), "which": ("this",)}),
        one_of=frozenset({"stretch", "thing", "position", "body", "which"}),
        opposes=("put_back", "start_stretch", "only_stretch", "only_position"),
    ),
    Intent("only_position", _POSITION, frozenset({"position"}), lookahead=Lookahead.NOTHING, opposes=("leave_out",)),
    Intent("put_back", _THINGS, lookahead=Lookahead.NOTHING, opposes=("leave_out",)),
    # Reminders
    Intent(
        "remind",
        MappingProxyType(
            {
                "ahead": ANY,  # first: "in two hours" is no two o'clock
                "time": ANY,
                "other": ANY,
                "day": ANY,
                "what": ("off", "when", "usual", "today", "weekday", *_HALVES_OF_DAY),
            }
        ),
        expected_in=frozenset({Phase.IDLE}),
        lookahead=Lookahead.NOTHING,
        refusable=True,
    ),
    _while_leading(
        "clock_time",
        MappingProxyType({"time": ANY}),
        frozenset({"time"}),
        expected_in=frozenset({Situation.OFFERED}),
        answers_in=frozenset({Situation.OFFERED}),
        means=MappingProxyType({**NOWHERE, Situation.OFFERED: "remind"}),
        elsewhere_a_decoy=True,
        lookahead=Lookahead.NOTHING,
    ),
    Intent(
        "later",
        MappingProxyType({"ahead": ANY}),
        expected_in=frozenset({Situation.CAN_PUT_OFF}),
        answers_in=frozenset({Situation.CAN_PUT_OFF}),
        in_standby=InStandby.IF_REMINDED,
        means=MappingProxyType({Situation.CAN_PUT_OFF: "later", **dict.fromkeys(RUNNING, ""), Phase.PAUSED: "wait"}),
        lookahead=Lookahead.NOTHING,
    ),
    Intent(
        "not_today",
        expected_in=frozenset({Phase.ASKING, Situation.CAN_PUT_OFF}),
        answers_in=frozenset({Phase.ASKING, Situation.CAN_PUT_OFF}),
        in_standby=InStandby.IF_REMINDED,
        means=MappingProxyType(
            {
                Situation.EMERGENCY: "",
                Situation.DOUBT_ASKED: "no",
                Situation.GO_ON: "not_today",  # and no run from the beginning either
                Phase.ASKING: "no",
            }
        ),
        lookahead=Lookahead.NOTHING,
    ),
)
"""The rows. The lookahead tries them in this order, after those that fit the moment: the likeliest first."""

INTENTS: Mapping[str, Intent] = MappingProxyType({intent.name: intent for intent in _ALL})
"""Every intent by its name."""


def names_of(which: Callable[[Intent], bool]) -> frozenset[str]:
    """The names of the intents whose row is such."""
    return frozenset(name for name, intent in INTENTS.items() if which(intent))


URGENT = names_of(lambda intent: intent.urgent)
"""Intents that never wait for the end of a sentence once they are sure."""

DECOYS_ELSEWHERE = names_of(lambda intent: intent.elsewhere_a_decoy)
"""Intents whose sentences are decoys where they are not expected."""

COUNTS_AFTER_URGENT = names_of(lambda intent: intent.counts_after_urgent)
"""Intents that count even after another one in the same utterance was acted on."""
