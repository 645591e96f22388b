"""What the guide says, in a language's wordings; every key, and every field in it, is known in advance."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from assistant.dialogue.content.agreement import Rule, agree, read_rules
from assistant.dialogue.content.routine import DataError, Keys

FIELDS: Mapping[str, frozenset[str]] = {
    key: frozenset(fields.split())
    for key, fields in {
        # sessions
        "greeting": "",
        "goodbye": "",
        "greeting_unfinished": "place",
        "ask_go_on": "place",
        "place_side": "side",
        "place_round": "round",
        "ask_stop": "",
        "ask_again": "",
        "finished": "",
        "finished_one": "name",
        "stopped": "",
        "stopped_no_answer": "",
        "microphone_gone": "",
        "microphone_back": "",
        "loudspeaker_gone": "",
        "loudspeaker_back": "",
        "say_resume": "",
        # asking whether that was meant
        "maybe_start_routine": "",
        "maybe_start_stretch": "name",
        "maybe_only_stretch": "name",
        "maybe_next": "",
        "maybe_next_side": "",
        "maybe_next_round": "",
        "maybe_previous": "",
        "maybe_restart": "",
        "maybe_ready": "",
        "maybe_done": "",
        "maybe_resume": "",
        "maybe_stop": "",
        # leading through a stretch
        "intro": "number name",
        "needs_this": "things",
        "needs_maybe": "things",
        "say_ready": "",
        "safety_first": "",
        "first_place": "",
        "first_sound": "",
        "first_explain": "",
        "lay_ready": "",
        "starting": "",
        "starting_side": "side",
        "starting_anyway": "",
        "starting_anyway_side": "side",
        "countdown": "n",
        "counted": "n",
        "halfway": "",
        "keep_going": "",
        "held_for": "time",
        "relax": "",
        "relax_now": "",
        "change": "side",
        "round": "round rounds",
        "last_round": "",
        "stretch_done": "name",
        "open_done": "time",
        "open_best": "time",
        "still_holding": "",
        "left_out_here": "names",
        "milestone": "days",
        "milestone_grace": "days",
        "both_done": "",
        # pausing and hurting
        "still_paused": "",
        "resuming": "",
        "hurts": "",
        "hurts_again": "",
        "hurts_no": "",
        "hurts_idle": "",
        "ask_hurt_before": "name",
        # answers
        "next_is": "name",
        "next_is_needing": "name things",
        "next_is_none": "",
        "where": "name number total",
        "where_side": "side",
        "where_round": "round rounds",
        "where_ready": "",
        "where_nothing": "",
        "left_hold": "time",
        "left_count": "count",
        "left_open": "time",
        "left_rest": "time",
        "left_ready": "",
        "left_now": "",
        "left_stretch": "time",
        "left_routine": "time",
        "left_nothing": "time",
        "why": "name reason",
        "why_all": "",
        "how": "name",
        "needs_nothing": "name",
        "needs_of": "name things",
        "needs_of_maybe": "name things",
        "needs_all": "things",
        "need_thing": "thing names",
        "need_thing_maybe": "thing names",
        "need_no_thing": "thing",
        "list": "names",
        "routines": "names",
        "routine_kept": "name",
        "routine_on": "name",
        "not_here": "name routine",
        "no_stretch": "total",
        "help_idle": "",
        "help_getting_ready": "",
        "help_exercising": "",
        "help_open": "",
        "help_paused": "",
        "help_asking": "",
        # adjusting
        "hold_set": "time",
        "hold_set_all": "time",
        "hold_least": "time",
        "count_set": "count",
        "hold_open": "",
        "hold_counted": "",
        "hold_idle": "",
        "left_out": "names",
        "left_out_today": "names",
        "needs_no_thing": "thing",
        "put_back": "names",
        "nothing_left_out": "",
        "all_left_out": "",
        "slower": "",
        "faster": "",
        "slowest": "",
        "fastest": "",
        "pace_slower": "",
        "pace_faster": "",
        "pace_slowest": "",
        "pace_fastest": "",
        "volume": "level",
        "loudest": "",
        "quietest": "",
        "words_full": "",
        "words_short": "",
        "words_sounds": "",
        "undone": "",
        "nothing_to_undo": "",
        # reminders
        "remind": "",
        "remind_again": "",
        "remind_last": "",
        "remind_dismissed": "",
        "later": "minutes",
        "later_enough": "",
        "not_today": "",
        "nothing_to_put_off": "",
        "reminders_set": "times",
        "reminders_while_running": "",
        "reminders_off": "",
        "reminders_none": "",
        "next_today": "time",
        "next_tomorrow": "time",
        "stays": "",
        # from the history
        "progress_none": "",
        "today_none": "",
        "today_some": "count",
        "today_morning": "",
        "today_evening": "",
        "today_both": "",
        "row_none": "",
        "row_one": "",
        "row": "days",
        "row_missed_one": "days",
        "row_missed": "days",
        "week": "count",
        "best": "name time",
        "best_none": "name",
        "best_timed": "name",
        # a command that does not fit the state
        "nothing_running": "",
        "nothing_paused": "",
        "already_going": "",
        "already_paused": "",
        "not_ready_now": "",
        "nothing_done": "",
        "resting_already": "",
        "nothing_said": "",
        "first_already": "",
        "no_other_round": "",
        "no_other_side": "",
        # calibrating; the commands are separated by semicolons
        "calibrate_quiet": "",
        "calibrate_loudspeaker": "",
        "calibrate_count": "",
        "calibrate_say": "command",
        "calibrate_thanks": "",
        "calibrate_commands": "",
        # parts of sentences
        "and": "some last",
        "comma": "some last",
        "left": "",
        "right": "",
        "second": "",
        "seconds": "n",
        "minute": "",
        "minutes": "n",
        "about": "time",
        "time_hour": "hour following",
        "time_quarter_past": "hour following",
        "time_half_past": "hour following",
        "time_quarter_to": "hour following",
        "time_minutes": "hour minutes",
        "time_few_minutes": "hour minutes",
        "time_morning": "time",
        "time_afternoon": "time",
        "time_evening": "time",
        "time_night": "time",
        "time_noon": "",
        "time_midnight": "",
    }.items()
}
"""Each reply with the fields that its wording may use."""


class Numeral(str):
    """A number in words; `{n:form}` in a wording selects another form of it, if the language has several."""

    _forms: Mapping[str, str]

    def __new__(cls, usual: str, forms: Mapping[str, str]) -> Numeral:
        """The usual form, and the others by name."""
        numeral = super().__new__(cls, usual)
        numeral._forms = forms
        return numeral

    def __format__(self, form: str) -> str:
        return self._forms[form] if form in self._forms else str(self)


@dataclass(frozen=True)
class Replies:
    """The wordings of a language, several for some; `numbers` are the words for 0, 1, 2 and so on, as far as they go.

    `other_numbers` are further sets of such words by name, for languages that count things in other words than time;
    `agreement` are the rules by which words change with what precedes them.
    """

    texts: Mapping[str, tuple[str, ...]]
    numbers: tuple[str, ...]
    other_numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agreement: tuple[Rule, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Replies:
        """Check and build. Raises DataError for a reply that is missing, unknown, or uses an unknown field."""
        texts = data.get("replies")
        if not isinstance(texts, Mapping):
            raise DataError((), "the key 'replies' is missing, or not a mapping")
        for key in data:
            if key not in ("language", "replies", "numbers", "other_numbers", "agreement"):
                raise DataError((key,), f"the key '{key}' is not known here")
        numbers = _numbers(data.get("numbers"), ("numbers",))
        others = data.get("other_numbers", {})
        if not isinstance(others, Mapping):
            raise DataError(("other_numbers",), "'other_numbers' must be a mapping of names to lists of words")
        forms = {name: _numbers(words, ("other_numbers", name)) for name, words in others.items()}
        for key, text in texts.items():
            _check(key, text, forms)
        missing = [key for key in FIELDS if key not in texts]
        if missing:
            raise DataError(("replies",), f"no wording for {', '.join(missing)}")
        wordings = {key: tuple(way.strip() for way in _ways(text)) for key, text in texts.items()}
        return cls(wordings, numbers, forms, read_rules(data.get("agreement", [])))

    def text(self, reply: str, turn: int = 0, /, **fields: object) -> str:
        """The wording of a reply with its fields filled in; if there are several, `turn` cycles through them."""
        ways = self.texts[reply]
        return agree(ways[turn % len(ways)].format(**fields), self.agreement)

    def sided(self, text: str, side: str) -> str:
        """A sentence with {side} and {other} filled in; if no side is given, the left one comes first."""
        words = (self.text("left"), self.text("right"))
        this, other = reversed(words) if side == "right" else words
        return text.replace("{side}", this).replace("{other}", other)

    def number(self, n: int) -> Numeral:
        """The words for a number, or its digits if the language has no word for it."""
        others = {name: _word(words, n) for name, words in self.other_numbers.items()}
        return Numeral(_word(self.numbers, n), others)

    def duration(self, seconds: float) -> str:
        """A duration as people say it: exact up to 20 s, then in steps of 5 s, and in minutes from 90 s on."""
        whole = round(seconds)
        if whole > 20:
            whole = 5 * round(seconds / 5)
        if whole >= 90:
            return self.text("minutes", n=self.number(round(seconds / 60)))
        if whole >= 60:
            return self.text("minute")
        return self.text("second") if whole == 1 else self.text("seconds", n=self.number(whole))

    def listing(self, names: Sequence[str]) -> str:
        """Names in a list, with an "and" before the last."""
        if len(names) < 2:
            return "".join(names)
        return self.text("and", some=self.row(names[:-1]), last=names[-1])

    def row(self, parts: Sequence[str]) -> str:
        """Parts one after the other, separated by commas."""
        return reduce(lambda some, last: self.text("comma", some=some, last=last), parts)


def _word(words: Sequence[str], n: int) -> str:
    return words[n] if 0 <= n < len(words) else str(n)


def _numbers(words: object, at: Keys) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise DataError(at, f"'{at[-1]}' must be a list of words")
    return tuple(words)


def _ways(text: object) -> list[Any]:
    return text if isinstance(text, list) else [text]


def _check(key: str, text: object, forms: Mapping[str, object]) -> None:
    at = ("replies", key)
    if key not in FIELDS:
        raise DataError(at, f"the reply '{key}' is not known")
    ways = _ways(text)
    if not ways or not all(isinstance(way, str) and way.strip() for way in ways):
        raise DataError(at, f"the reply '{key}' must be a text, or a list of texts that are said in turn")
    try:
        parsed = [(name, form) for way in ways for _, name, form, _ in string.Formatter().parse(way)]
    except ValueError as error:
        raise DataError(at, f"the reply '{key}' has a stray brace: {error}") from None
    for form in (form for _, form in parsed if form and form not in forms):
        raise DataError(at, f"the reply '{key}' wants the numbers '{form}', which 'other_numbers' lacks")
    unknown = {name for name, _ in parsed if name is not None} - FIELDS[key]
    if unknown:
        allowed = ", ".join(sorted(FIELDS[key])) or "none"
        raise DataError(at, f"the reply '{key}' uses {{{sorted(unknown)[0]}}}; it may use: {allowed}")
