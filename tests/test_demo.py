"""The demonstration's conversation, as data."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant import entries
from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player
from assistant.dialogue.guide import Guide
from assistant.errors import SolemateError, UsageError
from assistant.phases import Phase
from assistant.ports import BLOCK, LISTENING_RATE, SPEAKING_RATE
from assistant.runtime.database import NoDatabase
from assistant.runtime.demo import DEMO, LAST_SECONDS, Line, Person, Script, converse, read_script
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import VirtualClock
from assistant.understanding.hypothesis import Samples, Utterance
from assistant.understanding.moment import Moment
from assistant.wiring import guide_book, language_folder
from tests.test_sentences import understanding_of

HEAD = "language: xx\nvoice: en-gb\nrate: 150\nlines:\n"


GO_ON = "  - {say: go on, intent: next, phase: paused, after: 1}\n"


def script(parent: Path, lines: str = GO_ON, head: str = HEAD) -> Script:
    folder = parent / "xx"
    folder.mkdir()
    (folder / DEMO).write_text(head + lines, encoding="utf-8")
    return read_script(folder)


def test_a_line_stands_with_its_moment(tmp_path):
    written = "  - {say: go on, intent: next, phase: getting_ready, stretch: 2, after: 3, politely: false}\n"
    assert script(tmp_path, written) == Script(
        "en-gb", 150, (Line("go on", "next", Phase.GETTING_READY, 3.0, 1, politely=False),)
    )


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("  - {say: go on, intent: nexd, phase: paused, after: 1}", "5: unknown intent 'nexd'; did you mean"),
        (
            "  - {say: go on, intent: next, phase: pausd, after: 1}",
            "5: unknown phase 'pausd'; did you mean 'paused'",
        ),
        ("  - {say: go on, intent: next, phase: paused, after: soon}", "5: 'after' must be a whole number"),
        ("  - {say: go on, intent: next, phase: paused, after: 1, stretch: 0}", "5: 'stretch' counts from 1"),
        (
            "  - {say: go on, intent: next, phase: paused, after: 1, politely: maybe}",
            "5: 'politely' must be true or false",
        ),
        ("  - {say: go on, intent: next, phase: paused}", "5: a line lacks the key 'after'"),
        ("  - {say: go on, intent: next, phase: paused, after: 1, when: 3}", "5: unknown key 'when'"),
        ("  []", "'lines' is empty"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, line, mistake):
    with pytest.raises(SolemateError) as caught:
        script(tmp_path, line + "\n")
    assert mistake in str(caught.value)


@pytest.mark.parametrize(
    ("right", "wrong", "mistake"),
    [
        ("language: xx", "language: ko", "1: 'language' is 'ko', but the file stands in the folder of 'xx'"),
        ("rate: 150", "rate: 4500", "3: 'rate' must be from 80 to 450 words a minute, not 4500"),
    ],
)
def test_a_mistake_above_the_lines_is_named_with_its_line(tmp_path, right, wrong, mistake):
    with pytest.raises(SolemateError) as caught:
        script(tmp_path, head=HEAD.replace(right, wrong))
    assert f"{DEMO}:{mistake}" in str(caught.value)


def test_a_voice_that_is_not_here_is_named_with_its_line(tmp_path):
    read = script(tmp_path, head=HEAD.replace("en-gb", "no-such-voice"))
    with pytest.raises(SolemateError, match=f"{DEMO}:2: there is no voice 'no-such-voice'"):
        read.new_voice()


def test_a_stretch_that_the_routine_lacks_is_named_with_its_line(tmp_path):
    shutil.copytree(language_folder("en") / "routines", tmp_path / "xx" / "routines")
    shutil.copy(language_folder("en") / "safety.yaml", tmp_path / "xx")
    text = HEAD + "  - {say: go on, intent: next, phase: exercising, stretch: %s, after: 1}\n"
    (tmp_path / "xx" / DEMO).write_text(text % 10, encoding="utf-8")
    assert read_script(tmp_path / "xx").lines[0].stretch == 9
    (tmp_path / "xx" / DEMO).write_text(text % 11, encoding="utf-8")
    with pytest.raises(SolemateError, match=f"{DEMO}:5: there is no stretch 11: the routine has 10"):
        read_script(tmp_path / "xx")


class BriefVoice:
    """Says everything in half a second."""

    rate = 160
    name = "brief"

    def render(self, text: str) -> Samples:
        return np.full(SPEAKING_RATE // 2, 0.1, np.float32)


class Ear:
    """Takes whatever is loud for the same thing, a second after it began."""

    speaking = False

    def __init__(self, text: str) -> None:
        self._text, self._t, self._due = text, 0.0, float("inf")

    def feed(self, block: Samples, moment: Moment) -> list[Utterance]:
        self._t += BLOCK / LISTENING_RATE
        if self._due == float("inf") and np.abs(block).max() > 0.05:
            self._due = self._t + 1
        if self._t < self._due:
            return []
        self._due = float("inf")
        return [understanding_of("en").utterance(self._text, t=self._t)]

    def flush(self) -> list[Utterance]:
        return []


@pytest.mark.parametrize(("last", "intent"), [("start heel stretches", "start_stretch"), ("stop", "stop")])
def test_it_ends_soon_after_the_last_line_whatever_that_is(last, intent):
    person = Person([Line(last, intent, Phase.IDLE, 1.0)], BriefVoice())
    said = []

    def watch(entry):
        if isinstance(entry, entries.Heard):
            person.heard(entry.recognition.intent)
        if isinstance(entry, entries.SpeechEnded):
            said.append(entry.t)

    session = Session(
        Guide(guide_book(language_folder("en"))), Player(), BriefVoice(), cue_samples, NoDatabase(), watchers=[watch]
    )
    clock = VirtualClock(session, Ear(last), None)
    converse(clock, person)
    assert person.understood == 1
    assert session.silent
    assert clock.t - max(said) < LAST_SECONDS + 2


def test_a_language_without_one_is_told(tmp_path):
    with pytest.raises(UsageError, match="there is no demonstration in the language"):
        read_script(tmp_path)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_line_means_what_it_is_there_for(language):
    understanding = understanding_of(language)
    lines = read_script(language_folder(language)).lines
    assert [understanding.utterance(line.text).match.intent for line in lines] == [line.intent for line in lines]
