"""Times of day in people's own words: "twenty past eight", "19:00", "quarter to twelve pm", "mornings at six".

A small grammar over normalised words. It knows no language: the words are those of a `ClockWords`, and the numbers
those that a language writes with digits. Digits that a language has no word for come one by one, so that "7:61" is
"seven six one" and "21:15" is "two one fifteen".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from assistant.understanding.clauses import Words, ends_before, longest
from assistant.understanding.clock_words import ClockWords

HALF_DAY, DAY, HOUR = 12, 24, 60
"""Hours in half a day and in a day, and minutes in an hour."""

ROUND = 5
"""What minutes are a multiple of that are said without the word: "ten to eight", but "eight minutes to nine"."""

SMALL_HOURS = 4
"""The hour before which "at night" is after midnight: "three at night", "tonight at one"."""

REMEMBERED = 16
"""Sentences whose times are remembered: the same one is looked at again and again."""

LONGEST = 5
"""The most words of an hour with its minutes in numbers alone: "two three five nine", "twenty two fifty five"."""


class Part(Enum):
    """A part of the day, as people name it beside a time."""

    BEFORE_NOON = "before_noon"
    AFTER_NOON = "after_noon"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"

    @property
    def is_early(self) -> bool:
        """Whether it lies before noon."""
        return self in (Part.BEFORE_NOON, Part.MORNING)


@dataclass(frozen=True)
class SaidTime:
    """A time of day: where it stands in the words (from, to), and what is said of it.

    `certain`: it is one of 24 hours, or noon or midnight; any other hour, from 1 to 12, may be before or after noon,
    unless its `part` of the day is known. Hours and minutes may be more than there are.
    """

    start: int
    end: int
    hour: int
    minute: int = 0
    certain: bool = False
    part: Part | None = None

    @property
    def written(self) -> str | None:
        """As HH:MM, or as "7:30?" if nobody said whether before or after noon; None if there is no such time."""
        late = self.hour > DAY or (self.hour == DAY and self.minute)
        if late or self.minute >= HOUR:
            return None
        if self.part is None and not self.certain:
            return f"{self.hour}:{self.minute:02}?"
        hour = self.hour % DAY if self.part is None else _hour_in(self.part, self.hour % DAY)
        return None if hour is None else f"{hour:02}:{self.minute:02}"


def _hour_in(part: Part, hour: int) -> int | None:
    """The hour of 24 that an hour is in a part of the day: twelve in the evening is midnight. None for "13 am"."""
    if part.is_early:
        return hour % HALF_DAY if hour <= HALF_DAY else None
    if part in (Part.AFTER_NOON, Part.AFTERNOON):
        return hour % HALF_DAY + HALF_DAY
    if hour < SMALL_HOURS:
        return hour
    return 0 if hour in (0, HALF_DAY) else hour % HALF_DAY + HALF_DAY


@dataclass(frozen=True)
class NamedPart:
    """A part of the day that is named: where it stands in the words."""

    start: int
    end: int
    part: Part


class TimeReader:
    """Reads all times of day out of words. `numbers` maps what is written with digits to words."""

    def __init__(self, clock: ClockWords, numbers: Mapping[str, str]) -> None:
        self.clock = clock
        one_word = ((written, said) for written, said in numbers.items() if written.isdigit() and said.isalpha())
        self._numbers = {said: int(written) for written, said in one_word}
        self._parts = {part: getattr(clock, part.value) for part in Part}
        marks = (*clock.oh, *clock.hundred, *clock.quarter, *clock.half, *clock.noon, *clock.midnight)
        self._begins = {*self._numbers, *(mark[0] for mark in marks)}
        self._known = lru_cache(maxsize=REMEMBERED)(self._read)

    def read(self, words: Sequence[str]) -> list[SaidTime]:
        """The times in the words, in their order, each in its part of the day; impossible ones too ("25:00")."""
        return list(self._known(tuple(words))) if self.clock.at and not self._begins.isdisjoint(words) else []

    def _read(self, words: Words) -> list[SaidTime]:
        found: list[SaidTime] = []
        place = 0
        while place < len(words):
            if words[place] not in self._begins:
                place += 1
                continue
            time = self._at(words, place)
            found += [self._with_half(words, time)] if time else []
            place = time.end if time else place + max(1, len(self._run(words, place)))
        return _with_parts(words, found, self.parts(words, found), self.clock.between)

    def _at(self, words: Sequence[str], place: int) -> SaidTime | None:
        """The time that begins at a place."""
        return self._named(words, place) or self._beside_an_hour(words, place) or self._in_numbers(words, place)

    def _with_half(self, words: Sequence[str], time: SaidTime) -> SaidTime:
        """The time with "a m" or "p m" right after it."""
        for part in (Part.BEFORE_NOON, Part.AFTER_NOON):
            length = longest(words, time.end, self._parts[part])
            if length:
                return replace(time, end=time.end + length, part=part)
        return time

    def _named(self, words: Sequence[str], place: int) -> SaidTime | None:
        """Noon or midnight."""
        for marks, hour in ((self.clock.noon, HALF_DAY), (self.clock.midnight, 0)):
            length = longest(words, place, marks)
            if length:
                return SaidTime(place, place + length, hour, certain=True)
        return None

    def _beside_an_hour(self, words: Sequence[str], place: int) -> SaidTime | None:
        """ "Twenty past eight", "a quarter to nine", "half six"."""
        half = longest(words, place, self.clock.half)
        amount, after = (HOUR // 2, place + half) if half else self._amount(words, place)
        if not amount:
            return None
        past, to = longest(words, after, self.clock.past), longest(words, after, self.clock.to)
        if not (past or half or (to and not self._leaves(words, place))):
            return None
        hour = self._hour(words, after + (past or (0 if half else to)))
        if hour is None:
            return None
        return _moved(hour, amount if past or half else -amount, place)

    def _amount(self, words: Sequence[str], place: int) -> tuple[int, int]:
        """How many minutes stand at a place, to be counted from an hour, and where their words end; 0 for none."""
        quarter = longest(words, place, self.clock.quarter)
        if quarter:
            return HOUR // 4, place + quarter
        values = self._values(words, place)
        length = 2 if len(values) > 1 and values[0] >= 20 and values[1] < 10 else 1
        amount = sum(values[:length]) if values else 0
        minutes = longest(words, place + length, self.clock.minutes)
        return (amount if minutes or amount % ROUND == 0 else 0), place + length + minutes

    def _leaves(self, words: Sequence[str], place: int) -> bool:
        """Whether what stands at a place is a time to leave: "from ten to eight", "move ten to eight"."""
        return ends_before(words, place, (*self.clock.leaving, *self.clock.moving))

    def _hour(self, words: Sequence[str], place: int) -> SaidTime | None:
        """The hour that stands at a place without minutes."""
        named = self._named(words, place)
        if named is not None:
            return named
        run = self._run(words, place)
        found = self._hour_in_numbers(run) if 0 < len(run) <= 2 else None
        if found is None:
            return None
        hour, certain = found
        end = place + len(run)
        return SaidTime(place, end + longest(words, end, self.clock.oclock), hour, certain=certain)

    def _in_numbers(self, words: Sequence[str], place: int) -> SaidTime | None:
        """ "Eight", "eight twenty", "nine oh five", "nineteen hundred", "seven o'clock"."""
        run = self._run(words, place)
        for length in range(min(len(run), LONGEST), 0, -1):
            found = self._with_minutes(run[:length])
            if found is not None:
                end = place + length
                return self._unless_counted(words, SaidTime(place, end, *found))
            bare = self._hour_in_numbers(run[:length])
            if bare is not None:
                hour = SaidTime(place, place + length, bare[0], certain=bare[1])
                return self._if_an_hour(words, hour)
        return None

    def _run(self, words: Sequence[str], place: int) -> list[str]:
        """The words from a place on that are numbers."""
        run: list[str] = []
        for number in range(place, len(words)):
            letter = longest(words, number, (*self.clock.oh, *self.clock.hundred))
            if longest(words, number, self.clock.oclock) or not (letter or words[number] in self._numbers):
                break
            run.append(words[number])
        return run

    def _values(self, words: Sequence[str], place: int) -> list[int]:
        """What the numbers from a place on are, as long as they are numbers and no letter."""
        values: list[int] = []
        for word in self._run(words, place):
            if word not in self._numbers:
                break
            values.append(self._numbers[word])
        return values

    def _with_minutes(self, run: Sequence[str]) -> tuple[int, int, bool] | None:
        """Hour, minutes, and whether it is one of 24 hours, of words that are just these; None if they are not."""
        for split in range(1, len(run)):
            hour, minute = self._hour_in_numbers(run[:split]), self._minute(run[split:])
            if hour is not None and minute is not None:
                return hour[0], minute, hour[1] or self._is_hundred(run[split])
        return None

    def _is_hundred(self, word: str) -> bool:
        return (word,) in self.clock.hundred

    def _value(self, word: str) -> int | None:
        return 0 if (word,) in self.clock.oh else self._numbers.get(word)

    def _minute(self, run: Sequence[str]) -> int | None:
        """The minutes that are just these words, which may be more than an hour has."""
        if len(run) == 1 and self._is_hundred(run[0]):
            return 0
        values = [self._value(word) for word in run]
        if None in values or not 0 < len(values) <= 2:
            return None
        first, *rest = (value for value in values if value is not None)
        if not rest:
            return first if first >= 10 else None
        [second] = rest
        if second >= 10:
            return None
        return first * 10 + second if first < 10 else first + second if first >= 20 and second else None

    def _hour_in_numbers(self, run: Sequence[str]) -> tuple[int, bool] | None:
        """The hour that is just these words, and whether it is one of 24; two digits are one number, maybe too high."""
        values = [self._value(word) for word in run]
        if None in values or not 0 < len(values) <= 2:
            return None
        first, *rest = (value for value in values if value is not None)
        if not rest:
            return (first, not 1 <= first <= HALF_DAY) if run[0] in self._numbers else None
        [second] = rest
        if second >= 10 or (first >= 10 and (first < 20 or not second)):
            return None
        hour = first + second if first >= 20 else first * 10 + second
        return hour, not first or hour > HALF_DAY

    def _unless_counted(self, words: Sequence[str], time: SaidTime) -> SaidTime | None:
        """The time, unless so many of something are meant: "ten fifteen seconds", but not "nineteen hundred hours"."""
        return None if longest(words, time.end, self.clock.counted) and not time.certain else time

    def _if_an_hour(self, words: Sequence[str], time: SaidTime) -> SaidTime | None:
        """A number that stands alone, if it is an hour: not "in two hours", "the one", "number four"."""
        oclock = longest(words, time.end, self.clock.oclock)
        if oclock:
            return replace(time, end=time.end + oclock)
        if longest(words, time.end, (*self.clock.before_noon, *self.clock.after_noon)):
            return time
        beside = longest(words, time.end, (*self.clock.past, *self.clock.to))
        unfinished = beside and time.end + beside == len(words)  # "at twenty to"
        if unfinished or longest(words, time.end, self.clock.counted):
            return None
        there = ends_before(words, time.start, self.clock.at)
        alone = time.hour > 1 and not ends_before(words, time.start, self.clock.numbered)  # "one" is mostly a thing
        return time if there or alone else None

    def parts(self, words: Sequence[str], times: Sequence[SaidTime] = ()) -> list[NamedPart]:
        """The parts of the day that are named beside the times, in their order; not those of a greeting."""
        found: list[NamedPart] = []
        place = 0
        while place < len(words):
            apart = longest(words, place, self.clock.apart)
            lengths = {part: longest(words, place, marks) for part, marks in self._parts.items()}
            part = max(lengths, key=lengths.__getitem__)
            if not apart and lengths[part] and not any(time.start <= place < time.end for time in times):
                found.append(NamedPart(place, place + lengths[part], part))
            place += apart or lengths[part] or 1
        return found


def _moved(hour: SaidTime, minutes: int, start: int) -> SaidTime:
    """The time so many minutes after an hour, or before it."""
    if hour.hour > DAY or abs(minutes) >= HOUR:
        return replace(hour, start=start, minute=max(hour.minute, abs(minutes)))
    whole = DAY if hour.certain else HALF_DAY
    total = (hour.hour * HOUR + minutes) % (whole * HOUR)
    found = total // HOUR
    return replace(hour, start=start, hour=found if hour.certain else found or HALF_DAY, minute=total % HOUR)


# Which part of the day belongs to which time


def _with_parts(
    words: Sequence[str], times: Sequence[SaidTime], parts: Sequence[NamedPart], between: Sequence[Words]
) -> list[SaidTime]:
    """The times, each in the part of the day that stands beside it; what stands elsewhere is for those without."""
    result = list(times)
    left = list(parts)

    def beside(part: NamedPart, *, before: bool) -> int | None:
        """The time right after the part, or right before it, that has none yet."""
        for number, time in enumerate(result):
            gap = words[part.end : time.start] if before else words[time.end : part.start]
            behind = part.end <= time.start if before else time.end <= part.start
            if behind and time.part is None and all((word,) in between for word in gap):
                return number
        return None

    def give(*, before: bool, some: Sequence[NamedPart]) -> None:
        for part in some:
            number = beside(part, before=before)
            if number is not None and part in left:
                result[number] = replace(result[number], part=part.part)
                left.remove(part)

    # "Mornings at six, evenings at nine" begins with a part, and each stands before its time.
    free = [each for each in result if each.part is None]
    first = bool(left and free) and left[0].start < free[0].start and len(left) <= len(free)
    give(before=first, some=parts)
    give(before=not first, some=parts)
    elsewhere = left[0].part if left else None
    return [each if each.part or each.certain else replace(each, part=elsewhere) for each in result]
