"""The guide says the whole routine as it is written down, and each sound comes when it is planned."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import pytest

from assistant.audio.cues import cue_samples
from assistant.audio.sound_files import FileSpeaker, read_sound
from assistant.dialogue.state.turn import sentence
from assistant.entries import CueSounded
from assistant.errors import SolemateError
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.wiring import guide_book, language_folder
from tests.test_session import onset
from tests.whole_routine import TEXT, Listening, written

try:
    Pyttsx3Engine()
except SolemateError as missing:
    pytest.skip(f"needs eSpeak NG: {missing}", allow_module_level=True)

VOICES_DIFFER, ROUNDED = 0.1, 0.3
"""The share of its time by which one version of eSpeak NG may say a line more slowly than another; and the seconds by
which two gaps between times rounded to a tenth may differ for that, and for a block or two of sound."""

LINE = re.compile(r"- (\d\d):(\d\d\.\d) (.*)")


@cache
def listening(language: str = "en") -> Listening:
    """The run, done once."""
    found = Listening(language=language)
    found.run()
    return found


def lines_of(text: str) -> list[tuple[float, str]]:
    found = [LINE.fullmatch(line) for line in text.splitlines()]
    return [(60 * int(each[1]) + float(each[2]), each[3]) for each in found if each]


def test_what_stands_in_the_file_is_what_is_heard() -> None:
    kept, now = lines_of(TEXT.read_text(encoding="utf-8")), lines_of(written(listening().lines))
    assert [text for _, text in kept] == [text for _, text in now], "python -m tests.whole_routine writes it anew"
    for (before, after), (before_now, after_now) in zip(pairwise(kept), pairwise(now), strict=True):
        gap = after_now[0] - before_now[0]
        assert after[0] - before[0] == pytest.approx(gap, abs=ROUNDED + VOICES_DIFFER * gap)


def test_no_foot_has_to_be_guessed_and_each_end_is_told() -> None:
    text = [line for _, line in listening().lines]
    assert not [line for line in text if "one foot" in line or "one leg" in line or "{" in line]
    ends = [text[place + 1] for place, line in enumerate(text) if line in ("(end)", "(finish)")]
    assert len(ends) == 10
    assert all(re.fullmatch(r"(And relax|Relax|Relax now|Twelve seconds)\.", line) for line in ends)
    assert sum("That was" in line for line in text) == 10
    for side in ("left", "right"):  # seven stretches have sides
        assert sum(f"your {side} " in line or f"{side} foot" in line for line in text) >= 7


def test_every_round_is_named() -> None:
    text = " ".join(line for _, line in listening().lines)
    rounds = text.count("Round ") + text.count("The last round")
    assert rounds == 5 + (3 + 2) + 10 + (5 + 4) + 10  # the first of a second side goes without saying


def test_nothing_is_commanded_before_the_countdown_that_begins_it() -> None:
    """Who does what he hears, when he hears it, begins when the clock does."""
    text = [line for _, line in listening().lines]
    for stretch in guide_book(language_folder("en")).routine.stretches:
        told = [line for line in (*stretch.position, *stretch.how) if "countdown" in line or "count down" in line]
        assert told, stretch.id
        assert not re.search(r"\b(again|press|pull|walk|raise|roll)\b", stretch.again)
    assert not [line for line in text if line.startswith("Round") and line.endswith("again.")]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_whole_countdown_leads_to_each_start(language) -> None:
    """What is said before it is short enough for it to be heard from "three" on."""
    replies = guide_book(language_folder(language)).replies
    countdown = [sentence(replies.text("countdown", n=replies.number(n))) for n in (3, 2, 1)]
    lines = [line for _, line in listening(language).lines]
    starts = [place for place, line in enumerate(lines) if line == "(start)"]
    assert len(starts) == 5 + 6 + 2 + 2 + 2 + 10 + 2 + 10 + 2 + 10
    assert all(lines[place - 3 : place] == countdown for place in starts)


def test_words_and_tones_do_not_sound_at_once() -> None:
    heard = [(t, line) for t, line in listening().lines if not line.startswith("You:")]
    for (before, tone), (after, line) in pairwise(heard):
        if tone.startswith("("):
            assert after - before > 0.45, (tone, line)


def test_sounds_come_within_a_tenth_of_a_second_of_the_plan(tmp_path) -> None:
    """In the sound itself: from each start to what ends it as long as the hold or the count, and 8 s to change over."""
    heard = Listening(speaker := FileSpeaker(tmp_path / "out.wav"))
    heard.run()
    speaker.close()
    sound = read_sound(tmp_path / "out.wav")
    cues = [(e.name, e.t) for e in heard.entries if isinstance(e, CueSounded) and e.name != "heard"]
    found = [(name, onset(sound, cue_samples(name), t)) for name, t in cues]
    spans = [b - a for (one, a), (other, b) in pairwise(found) if one == "start" and other != "start"]
    planned = [20] * 5 + [5] * 6 + [15] * 2 + [30] * 4 + [15] * 10 + [30] * 2 + [12] * 10 + [61] * 2 + [12] * 10
    assert spans == pytest.approx(planned, abs=0.1)
    assert all(b - a >= 8 for (one, a), (other, b) in pairwise(found) if one == "change" and other == "start")
