"""What is wished about reminders, in people's own words: at which times, for which day, and which are not wanted.

The classifier tells that a sentence is about reminders at all, and its slots what kind of wish it is like. What times
are meant, and which of them are refused ("not at seven but at eight"), stands in the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.understanding.clauses import ClauseWords, Words, ends_before, holds, longest, places_of, split_at
from assistant.understanding.clock_words import ClockWords
from assistant.understanding.said_times import NamedPart, SaidTime, TimeReader

TIME, OTHER, OLD, DAY, AHEAD, WHAT = "time", "other", "old", "day", "ahead", "what"
"""The slots: the time that is wanted, a second one, the one in whose place it comes, the day of one that is given once,
minutes from now, and whatever else is wished."""

TODAY, TONIGHT, TOMORROW, ONCE = "today", "tonight", "tomorrow", "once"
"""The days."""

OFF, WEEKDAY, WHEN = "off", "weekday", "when"
NOT_AT, ONLY_AT, NO_TIME, WHICH_TIME = "not_at", "only_at", "no_time", "which_time"
TOO_MANY, ONE_ONCE = "too_many", "one_once"
"""Values of `what`; these six come from words alone: no reminder at a time, no other one, a time that there isn't, none
where one is needed, more of them than there may be a day, and more than one for a day."""

NEAR = 6
"""Words after "remind me to" of which one tells whether that is the guide's business."""

REFUSING = "no_"
NO_MORNING, NO_EVENING = f"{REFUSING}morning", f"{REFUSING}evening"
"""How a `what` begins that refuses a half of the day, and the two there are."""

ONLY_MORNING, ONLY_EVENING = "only_morning", "only_evening"
"""The values of `what` for one half of the day and not the other."""

MOST = 2
"""Times that can be set in one sentence."""

PLAIN = 3
"""Words from which on a time in numbers alone, and one that stands for others, is plainly a time."""

Slots = dict[str, str]


@dataclass(frozen=True)
class _Wish:
    """Times that are wanted, and times that are not."""

    wanted: tuple[SaidTime, ...] = ()
    refused: tuple[SaidTime, ...] = ()


class SaidReminders:
    """Reads wishes about reminders. `before` are words that may stand before a wish and change nothing."""

    def __init__(
        self, clock: ClockWords, clauses: ClauseWords, numbers: Mapping[str, str], before: Sequence[Words] = ()
    ) -> None:
        self.clock, self.clauses = clock, clauses
        self.times = TimeReader(clock, numbers)
        self._before = before
        self._number_words = {word for written, said in numbers.items() if written.isdigit() for word in said.split()}

    @property
    def known(self) -> bool:
        """Whether the language has words for times at all."""
        return bool(self.clock.at)

    def with_usual_times(self, words: Sequence[str], usual: Mapping[str, str]) -> list[str]:
        """The words with one of the `usual` times in place of each that the language's sentences lack, so that
        whoever compares sentences takes it for a time. A number alone may be one of anything, and stays."""
        stand_in = next((said.split() for said in usual if len(said.split()) >= PLAIN), None)
        result = list(words)
        for time in reversed(self.times.read(words) if stand_in else []):
            said = words[time.start : time.end]
            if " ".join(said) not in usual and (self._about_reminders(words) or self._is_plain(words, time)):
                result[time.start : time.end] = stand_in or []
        return result

    def _is_plain(self, words: Sequence[str], time: SaidTime) -> bool:
        """Whether words can't but be a time, whatever is talked about: "one two three four" may be counted."""
        said = words[time.start : time.end]
        if not self._number_words.issuperset(said):
            return True
        before = (*self.clock.at, *self.clock.onto)
        return len(said) >= PLAIN and ends_before(words, time.start, before)

    def asked_after(self, words: Sequence[str]) -> Sequence[str]:
        """What is asked, if words only ask to be reminded of something: "remind me what comes next"."""
        for place in range(len(words)):
            length = longest(words, place, self.clock.asks_again)
            if length:
                return words[place + length - 1 :]
        return ()

    def is_others(self, words: Sequence[str]) -> bool:
        """Whether words that are about reminders ask for none of the guide's: somebody tells of others or of what was,
        or is to be reminded of something else."""
        return holds(words, self.clock.told) or self._names_errand(words)

    def _names_errand(self, words: Sequence[str]) -> bool:
        """Whether one is to be reminded of something that isn't the guide's: "remind me at four to ring Jean"."""
        times = self.times.read(words)
        said: list[SaidTime | NamedPart] = [*times, *self.times.parts(words, times)]
        inside = {place for each in said for place in range(each.start, each.end)}
        starts = [place for mark in (*self.clock.reminding, *self.clock.reminder) for place in places_of(words, mark)]
        begins = (*self.clock.between, *self.clock.no_errand)
        for place in range(min(starts, default=len(words)), len(words) - 1):
            length = longest(words, place, self.clock.errands)
            there = place + length
            if length and not {place, there} & inside and not longest(words, there, begins):
                end = min((time.start for time in times if time.start > there), default=len(words))
                following = words[there : min(end, there + NEAR)]
                return not any(longest(following, each, self.clock.ours) for each in range(len(following)))
        return False

    def unsaid(self, words: Sequence[str]) -> Slots | None:
        """What words come to that name reminders, if nothing else was understood; None if they ask for none.

        A question, the days, a time that there isn't, or that is in place of others. A wish for one more must be
        understood as such.
        """
        if not self._about_reminders(words) or self.is_others(words):
            return None
        found = self.slots(words, {})
        plain = found.get(WHAT) in (WHEN, NO_TIME, NOT_AT, ONLY_AT) or OLD in found
        return found if plain or self._names_days(words) else None

    def slots(self, words: Sequence[str], base: Mapping[str, str], *, spelled: bool = True) -> Slots:
        """The slots of a wish about reminders that is like `base`.

        Not `spelled`: some of the words may be misspelt, and if there is no time in them that of `base` counts.
        """
        times = self._uncorrected(words)
        if self._names_days(words):
            return {WHAT: WEEKDAY}
        day_off = bool(self._day(words)) and not times and self._refuses(words, len(words))
        limits = any(self._is_limit(words, time) for time in times)
        like_question = base.get(WHAT) == WHEN and not day_off and not limits
        if self._asks(words) or holds(words, self.clock.keeping) or like_question:
            return {WHAT: WHEN}
        if any(time.written is None for time in times):
            return {WHAT: NO_TIME}
        if not times:
            return self._without_times(words, base, spelled=spelled)
        return self._of_times(words, times, base.get(WHAT, ""), limits=limits)

    def _of_times(self, words: Sequence[str], times: Sequence[SaidTime], what: str, *, limits: bool) -> Slots:
        """The slots of words that name times, and that are like a wish for `what`; `limits`: one only bounds others."""
        first = times[0].start
        excepts = self._excepts(words, first)
        if (limits and not excepts) or holds(words, self.clock.unclear):
            return {WHAT: WHICH_TIME}
        if excepts:
            more = len(times) > 1 or self._day(words) or self.times.parts(words, times)
            unclear = more or ends_before(words, first, self.clock.limits)
            return {WHAT: WHICH_TIME} if unclear else {WHAT: ONLY_AT, TIME: str(times[0].written)}
        wish = self._turned(words, self._wish(words, times), what)
        too = not wish.wanted and any(longest(words, time.end, self.clock.too) for time in wish.refused)
        return {WHAT: WHICH_TIME} if too or self._changes_half(words, wish) else self._with_times(words, wish)

    def just_time(self, words: Sequence[str], base: Mapping[str, str], *, spelled: bool = True) -> Slots:
        """The slots of words that may answer with a time, and wish nothing else; those of `base` if there is none."""
        found = self.slots(words, base, spelled=spelled)
        return found if TIME in found or found.get(WHAT) == NO_TIME else dict(base)

    def _is_limit(self, words: Sequence[str], time: SaidTime) -> bool:
        """Whether a time only bounds others, as in "no reminders after nine"; one may be put off "until nine"."""
        start = time.start
        if ends_before(words, start, self.clock.leaving) and self._refuses(words, start):
            return True
        if not ends_before(words, start, self.clock.limits) or ends_before(words, start, self.clock.wanting):
            return False
        put_off = ends_before(words, start, self.clock.onto) and holds(words, self.clock.moving)
        return self._refuses(words, start) or not put_off

    def _excepts(self, words: Sequence[str], end: int) -> bool:
        """Whether all reminders are refused but what stands at a place: "all but the one at eight"."""
        for place in range(end):
            length = longest(words, place, self.clock.excepting)
            if length and not longest(words, place + length, self.clock.wanting) and self._refuses(words, place):
                return True
        return False

    def _turned(self, words: Sequence[str], wish: _Wish, what: str) -> _Wish:
        """The wish, or its refusal if that only follows: "the one at seven, cancel it"."""
        if wish.refused or holds(words[: wish.wanted[0].start], self.clock.wanting):
            return wish
        off = what == OFF or what.startswith(REFUSING) or self._refuses(words, len(words))
        return _Wish(refused=wish.wanted) if off else wish

    def _changes_half(self, words: Sequence[str], wish: _Wish) -> bool:
        """Whether a reminder of one half of the day is to go to the other: "move the evening one to nine a m"."""
        if len(wish.wanted) != 1 or not holds(words, self.clock.moving):
            return False
        [time] = wish.wanted
        others = self.times.parts(words, wish.wanted)
        return time.part is not None and any(each.part.is_early != time.part.is_early for each in others)

    def names_them(self, words: Sequence[str]) -> bool:
        """Whether the words name reminders, point to one, or say that something is to be every day."""
        return self._about_reminders(words) or holds(words, (*self.clock.daily, *self.clock.pointing))

    def _about_reminders(self, words: Sequence[str]) -> bool:
        return holds(words, self.clock.about_reminders)

    def _asks(self, words: Sequence[str]) -> bool:
        """Whether the words begin as a question, after fillers."""
        place = 0
        while length := longest(words, place, self._before):
            place += length
        return bool(longest(words, place, self.clock.asking)) and not longest(words, place, self.clock.suggesting)

    def _names_days(self, words: Sequence[str]) -> bool:
        """Whether a wish depends on the day of the week: not "it's monday"."""
        return any(holds(part, self.clock.days) for part in split_at(words, self.clock.apart))

    def _day(self, words: Sequence[str]) -> str:
        """The day that is named; empty for none."""
        days = {TOMORROW: self.clock.tomorrow, TONIGHT: self.clock.tonight, TODAY: self.clock.today}
        once = "" if holds(words, self.clock.daily) or not holds(words, self.clock.once) else ONCE
        return next((day for day, marks in days.items() if holds(words, marks)), once)

    def _without_times(self, words: Sequence[str], base: Mapping[str, str], *, spelled: bool) -> Slots:
        """The slots of words that name no time of day."""
        slots = {name: value for name, value in base.items() if not spelled or name not in (TIME, OTHER)}
        what, day, refused = slots.get(WHAT, ""), self._day(words), self._refuses(words, len(words))
        what = "" if what == WHEN else what
        if AHEAD in slots and holds(words, self.clock.earlier):
            return {WHAT: WHICH_TIME}
        if AHEAD in slots:
            return {WHAT: NOT_AT, AHEAD: slots[AHEAD]} if refused else slots
        parts = self.times.parts(words)
        halves = {part.part.is_early for part in parts}
        if parts and self._excepts(words, parts[0].start):
            return {WHAT: WHICH_TIME if len(parts) > 1 else ONLY_MORNING if parts[0].part.is_early else ONLY_EVENING}
        if what == OFF and len(halves) == 1:
            what = slots[WHAT] = NO_MORNING if halves == {True} else NO_EVENING
        off = what == OFF or what.startswith(REFUSING)
        if day not in ("", ONCE) and (off or (refused and not what)) and not holds(words, self.clauses.lasting):
            # One day can't be left out, but the rest of this one can.
            return {WHAT: WEEKDAY if day == TOMORROW else TODAY}
        if off and holds(words, self.clock.moving) and not (refused or holds(words, self.clauses.refusals)):
            return {WHAT: WHICH_TIME}  # "move it to the morning"
        slots = slots if what or not day else {**slots, DAY: day}
        return slots or {WHAT: WHICH_TIME}

    def _with_times(self, words: Sequence[str], wish: _Wish) -> Slots:
        """The slots of a wish that names times."""
        times = self._in_one_part(words, wish.wanted)
        if times is None:
            return {WHAT: WHICH_TIME}
        wanted = list(dict.fromkeys(str(time.written) for time in times))
        refused = [str(time.written) for time in wish.refused]
        day = self._day(words)
        on = {DAY: day} if day else {}
        if not wanted:
            return {WHAT: NOT_AT, **_named(refused), **on} if len(refused) <= MOST else {WHAT: TOO_MANY}
        if len(wanted) > MOST:
            return {WHAT: TOO_MANY}
        if len(wanted) == MOST and holds(words[wish.wanted[0].end : wish.wanted[-1].start], self.clock.either):
            return {WHAT: WHICH_TIME}
        if day:
            return {**_named(wanted), **on} if len(wanted) == 1 else {WHAT: ONE_ONCE}
        if refused and len(wanted) == 1:
            return {TIME: wanted[0], OLD: refused[0]}
        only = len(wanted) == 1 and self._is_only(words, wish.wanted[0])
        return {**({WHAT: ONLY_AT} if only else {}), **_named(wanted)}

    def _is_only(self, words: Sequence[str], time: SaidTime) -> bool:
        """Whether a time is to be the only one."""
        beside = ends_before(words, time.start, self.clock.only_then)
        after = longest(words, time.end, self.clock.only_then)
        return holds(words, self.clock.only) or beside or bool(after)

    def _in_one_part(self, words: Sequence[str], wanted: Sequence[SaidTime]) -> Sequence[SaidTime] | None:
        """The wanted times; both in the part of the day that stands after two ("seven and eight in the morning"), and
        None if nobody said which part one of them is in ("eight and seven in the evening")."""
        if len(wanted) != MOST or len({bool(time.part or time.certain) for time in wanted}) == 1:
            return wanted
        first, second = wanted
        apart = any(holds([word], self.clock.at) for word in words[first.end : second.start])
        if second.part is None or apart:
            return None
        first = replace(first, part=second.part)
        return [first, second] if str(first.written) < str(second.written) else None

    def _uncorrected(self, words: Sequence[str]) -> list[SaidTime]:
        """The times without those that are corrected: "at seven p m, no, at eight" is eight in the evening."""
        times = self.times.read(words)
        marks, place, since = (*self.clock.excluded, *self.clock.cancelling, *self.clauses.instead), 0, 0
        while place < len(words):
            other, correction = (longest(words, place, some) for some in (marks, self.clauses.corrections))
            if correction > other:
                since = place
            place += other or correction or 1
        later = [time for time in times if time.start >= since]
        if not later or len(later) == len(times):
            return times
        part = next((time.part for time in reversed(times) if time.start < since), None)
        return [replace(time, part=part) if not (time.part or time.certain) else time for time in later]

    def _wish(self, words: Sequence[str], times: Sequence[SaidTime]) -> _Wish:
        """Which of the times are wanted and which are not."""
        refused = [time for time in times if self._refused(words, time)]
        wanted = [time for time in times if time not in refused]
        if not refused and len(wanted) == MOST:
            first, second = wanted
            told = not self._about_reminders(words[: first.start])
            if told and holds(words[first.end : second.start], self.clock.reminding):
                return _Wish((second,))  # "I'm off at seven, remind me at eight"
            moves = holds(words, self.clock.moving) and not ends_before(words, first.start, self.clock.onto)
            leaves = ends_before(words, first.start, self.clock.leaving)
            if (moves or leaves) and ends_before(words, second.start, self.clock.onto):
                refused, wanted = [first], [second]
        return _Wish(tuple(wanted), tuple(refused))

    def _refused(self, words: Sequence[str], time: SaidTime) -> bool:
        """Whether a time is refused: by what stands before it, or because it is "too early"."""
        return bool(longest(words, time.end, self.clock.too)) or self._refuses(words, time.start)

    def _refuses(self, words: Sequence[str], end: int) -> bool:
        """Whether what is said up to a place refuses what stands there."""
        refusing, place, only_next = False, 0, -1
        while place < end:
            lengths = {
                name: longest(words, place, getattr(self.clock, name)) for name in ("cancelling", "excluded", "wanting")
            }
            name = max(lengths, key=lengths.__getitem__)
            if lengths[name]:
                refusing = name == "cancelling" or (refusing and name == "excluded")
                only_next = place + lengths[name] if name == "excluded" else -1
            place += lengths[name] or 1
        near = only_next >= 0 and not self.times.read(words[only_next:end])
        return refusing or near


def _named(times: Sequence[str]) -> Slots:
    return dict(zip((TIME, OTHER), times, strict=False))
