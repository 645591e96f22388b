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
from tests.stage import WORDED
from tests.test_session import onset
from tests.whole_routine import PLAN, SHOWN, TEXT, Listening, plan, planned

try:
    Pyttsx3Engine()
except SolemateError as missing:
    pytest.skip(f"needs eSpeak NG: {missing}", allow_module_level=True)

LINE = re.compile(r"- \d\d:\d\d\.\d (.*)")


@cache
def listening(language: str) -> Listening:
    """The run, done once."""
    found = Listening(language=language)
    found.run()
    return found


def lines_of(text: str) -> list[str]:
    return [found[1] for line in text.splitlines() if (found := LINE.fullmatch(line))]


def test_what_is_planned_is_what_stands_in_the_file() -> None:
    assert PLAN.read_text(encoding="utf-8") == plan(planned()), "python -m tests.whole_routine writes it anew"


def test_the_routine_that_is_there_to_be_read_has_all_stretches_and_sounds() -> None:
    """Whatever is said between them, and however long it takes: `python -m tests.whole_routine` writes it anew."""
    written = TEXT.read_text(encoding="utf-8")
    sounds = {f"({name})" for name in SHOWN}
    planned_sounds = [line for _, line in planned() if line in sounds]
    first, tenth = written.split("# The tenth time")
    for text in (first, tenth):
        assert [line for line in lines_of(text) if line in sounds] == planned_sounds
        assert re.findall("\n## (.*)", text) == [sentence(stretch.name) for stretch in WORDED.routine.stretches]


def test_no_foot_has_to_be_guessed_and_each_end_is_told() -> None:
    text = [line for _, line in listening("en").lines]
    assert not [line for line in text if "one foot" in line or "one leg" in line or "{" in line]
    keys = [line for _, line in planned()]
    ends = [keys[place + 1] for place, line in enumerate(keys) if line in ("(end)", "(finish)")]
    assert len(ends) == 10
    assert {line.partition(" ")[0] for line in ends} == {"[relax_now]", "[open_done"}
    assert [intro.groups() for line in keys if (intro := re.match(r"\[intro\w* name=(\w+) number=(\d+)", line))] == [
        (stretch.id, str(number)) for number, stretch in enumerate(WORDED.routine.stretches, 1)
    ]
    assert any("[finished" in line for line in keys)
    for side in ("left", "right"):  # seven stretches have sides
        assert sum(f"side={side}]" in line for line in keys) >= 7


def test_every_round_is_named() -> None:
    text = " ".join(line for _, line in planned())
    rounds = text.count("[round ") + text.count("[rounds_left ") + text.count("[last_round]")
    assert rounds == 4 + (2 + 2) + 9 + (4 + 4) + 9  # the first goes without saying: how many was told before it


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_whole_countdown_leads_to_the_first_start_of_each_side(language) -> None:
    """What is said before it is short enough for it to be heard from "three" on. Later rounds have tones instead."""
    heard = listening(language)
    replies = guide_book(language_folder(language)).replies
    countdown = [sentence(replies.text("countdown", n=replies.number(n))) for n in (3, 2, 1)]
    lines = [line for _, line in heard.lines]
    starts = [place for place, line in enumerate(lines) if line == "(start)"]
    assert len(starts) == 5 + 6 + 2 + 2 + 2 + 10 + 2 + 10 + 2 + 10
    counted = [lines[place - 3 : place] == countdown for place in starts]
    assert sum(counted) == 1 + 2 + 2 + 2 + 2 + 1 + 2 + 2 + 2 + 1
    others = [place for place, whole in zip(starts, counted, strict=True) if not whole]
    assert not [place for place in others if lines[place - 1] in countdown]


def test_words_and_tones_do_not_sound_at_once() -> None:
    heard = [(t, line) for t, line in listening("en").lines if not line.startswith("You:")]
    for (before, tone), (after, line) in pairwise(heard):
        if tone.startswith("("):
            assert after - before > 0.45, (tone, line)


def test_sounds_come_within_a_tenth_of_a_second_of_the_plan(tmp_path) -> None:
    """In the sound itself: from each start to what ends it as long as the hold or the count, and time to change."""
    heard = Listening(speaker := FileSpeaker(tmp_path / "out.wav"))
    heard.run()
    speaker.close()
    sound = read_sound(tmp_path / "out.wav")
    cues = [(e.name, e.t) for e in heard.entries if isinstance(e, CueSounded) and e.name != "heard"]
    found = [(name, onset(sound, cue_samples(name), t)) for name, t in cues]
    spans = [b - a for (one, a), (other, b) in pairwise(found) if one == "start" and other != "start"]
    planned = [20] * 5 + [5] * 6 + [15] * 2 + [30] * 4 + [15] * 10 + [30] * 2 + [12] * 10 + [61] * 2 + [12] * 10
    assert spans == pytest.approx(planned, abs=0.1)
    changes = [b - a for (one, a), (other, b) in pairwise(found) if one == "change" and other == "start"]
    takes = [stretch.change_takes for stretch in WORDED.routine.stretches if stretch.dose.sides]
    assert len(changes) == len(takes)
    assert all(change > least - 0.1 for change, least in zip(changes, takes, strict=True))
