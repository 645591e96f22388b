"""A language's words for times of day, and for what is wished about them, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.understanding.clauses import Words


@dataclass(frozen=True)
class ClockWords:
    """Each is a tuple of words; without any, a language's times are those of its phrases.

    For a time itself: `oclock`, `oh` and `hundred` ("nine oh five", "nineteen hundred"), `quarter`, `half`, `minutes`,
    `past` and `to`; `noon` and `midnight`. The parts of the day: `before_noon` ("a m"), `after_noon`, `morning`,
    `afternoon`, `evening` and `night`; `between` may stand between one and its time; in the words `apart` it tells none
    ("good morning"), nor does the name of a day. A number is an hour right after `at`, and none right after `numbered`
    or before `counted`; `either` stands between two of which one is meant, and `earlier` after minutes that aren't from
    now on.

    The days: `today`, `tonight`, `tomorrow` and whichever comes first (`once`); `daily` is every day, and reminders
    don't depend on other `days` ("monday").

    For a wish: `about_reminders` says that it is one for them, `pointing` that it may be. `asking` begins a question,
    `suggesting` a wish that is worded like one; after `asks_again` ("remind me what") stands a question; `told` tells
    of others, and so does what stands after `reminding`, or `reminder`, and `errands` without a word of `ours`
    ("remind me to ring Jean"), unless `no_errand` begins it ("a reminder for tonight"). With `keeping` all stay as they
    are ("don't cancel them"). `cancelling` refuses the times after it until `wanting`, `excluded` the next one, `too`
    the one before ("seven is too early"); after `excepting` stands the one that is to stay. `moving` is for another
    time, `leaving` stands before the old one and `onto` before the new one. `only` wants no other, and `only_then`
    beside a time does. A time after `limits` is none
    to remind at ("not before nine"), and with words that are `unclear` one has to ask.
    """

    oclock: tuple[Words, ...] = ()
    oh: tuple[Words, ...] = ()
    hundred: tuple[Words, ...] = ()
    quarter: tuple[Words, ...] = ()
    half: tuple[Words, ...] = ()
    minutes: tuple[Words, ...] = ()
    past: tuple[Words, ...] = ()
    to: tuple[Words, ...] = ()
    noon: tuple[Words, ...] = ()
    midnight: tuple[Words, ...] = ()
    before_noon: tuple[Words, ...] = ()
    after_noon: tuple[Words, ...] = ()
    morning: tuple[Words, ...] = ()
    afternoon: tuple[Words, ...] = ()
    evening: tuple[Words, ...] = ()
    night: tuple[Words, ...] = ()
    between: tuple[Words, ...] = ()
    apart: tuple[Words, ...] = ()
    at: tuple[Words, ...] = ()
    numbered: tuple[Words, ...] = ()
    counted: tuple[Words, ...] = ()
    either: tuple[Words, ...] = ()
    earlier: tuple[Words, ...] = ()
    today: tuple[Words, ...] = ()
    once: tuple[Words, ...] = ()
    tonight: tuple[Words, ...] = ()
    tomorrow: tuple[Words, ...] = ()
    days: tuple[Words, ...] = ()
    daily: tuple[Words, ...] = ()
    pointing: tuple[Words, ...] = ()
    about_reminders: tuple[Words, ...] = ()
    asking: tuple[Words, ...] = ()
    suggesting: tuple[Words, ...] = ()
    asks_again: tuple[Words, ...] = ()
    told: tuple[Words, ...] = ()
    keeping: tuple[Words, ...] = ()
    reminding: tuple[Words, ...] = ()
    reminder: tuple[Words, ...] = ()
    errands: tuple[Words, ...] = ()
    no_errand: tuple[Words, ...] = ()
    ours: tuple[Words, ...] = ()
    cancelling: tuple[Words, ...] = ()
    excluded: tuple[Words, ...] = ()
    excepting: tuple[Words, ...] = ()
    too: tuple[Words, ...] = ()
    wanting: tuple[Words, ...] = ()
    moving: tuple[Words, ...] = ()
    leaving: tuple[Words, ...] = ()
    onto: tuple[Words, ...] = ()
    only: tuple[Words, ...] = ()
    only_then: tuple[Words, ...] = ()
    limits: tuple[Words, ...] = ()
    unclear: tuple[Words, ...] = ()
