"""Whole sessions through the command line, from sound to sound and from text, on the virtual clock."""

from __future__ import annotations

import io
import itertools
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import signal

from assistant.audio.cues import cue_samples
from assistant.audio.sound_files import read_sound
from assistant.cli.main import main
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples
from tests.speech import conversation
from tests.stage import WORDED

REPLIES = WORDED.replies


class Run:
    """What a session gave: its exit status, its log, its sound and what it printed."""

    def __init__(self, status: int, log: Path, sound: Path, printed: str) -> None:
        self.status = status
        self.entries: list[dict[str, Any]] = [json.loads(line) for line in log.read_text().splitlines()]
        self.sound = read_sound(sound)
        self.printed = printed

    def of(self, event: str) -> list[dict[str, Any]]:
        return [entry for entry in self.entries if entry["event"] == event]

    @property
    def commands(self) -> list[str]:
        return [entry["intent"] for entry in self.of("heard") if entry["accepted"]]

    def spans(self, stretch: str) -> list[tuple[str | None, float]]:
        """The side and length of each piece of work of a stretch, in seconds."""
        states = self.of("state")
        return [
            (now["side"], after["t"] - now["t"])
            for now, after in itertools.pairwise(states)
            if now["phase"] == "exercising" and now["stretch"] == stretch
        ]

    def loudness(self, start: float, end: float) -> float:
        """RMS of the guide's sound between two times, in seconds."""
        piece = self.sound[round(start * LISTENING_RATE) : round(end * LISTENING_RATE)]
        return float(np.sqrt(np.mean(np.square(piece))))


@pytest.fixture
def session(tmp_path, capsys, monkeypatch):
    """Runs a session on things said (or, typed, on lines) at their times."""

    def run(said, *options: str, typed: bool = False) -> Run:
        log, out = tmp_path / "log.jsonl", tmp_path / "out.wav"
        source = ["--typed"] if typed else ["--microphone", str(conversation(tmp_path / "in.wav", said))]
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(said) if typed else ""))
        status = main([*source, "--speaker", str(out), "--log", str(log), *options])
        return Run(status, log, out, capsys.readouterr().out)

    return run


def test_start_heel_stretches_and_be_led_through_both_feet(session):
    run = session([(1.0, "start heel stretches")], "--until-finished")
    assert run.status == 0
    assert run.commands == ["start_stretch"]
    spans = run.spans("heel_stretches")
    assert [side for side, _ in spans] == ["left", "right"]
    assert [length for _, length in spans] == pytest.approx([30, 30], abs=0.1)
    said = " ".join(entry["text"] for entry in run.of("said"))
    assert REPLIES.text("change", side=REPLIES.text("right")) in said
    assert run.of("finished")[-1]["why"] == "complete"
    assert len(run.sound) / LISTENING_RATE == pytest.approx(run.entries[-1]["t"], abs=2)


def test_what_is_logged_as_said_sounds_at_that_time(session):
    run = session([(1.0, "start heel stretches"), (60.0, "I'm ready"), (70.0, "pause")])
    started = {entry["id"]: entry["t"] for entry in run.of("speech_started")}
    ended = {entry["id"]: entry["t"] for entry in run.of("speech_ended")}
    heard = [number for number in started if number in ended]
    assert len(heard) > 5
    for number in heard:
        assert run.loudness(started[number], ended[number]) > 0.02
    cue = next(entry["t"] for entry in run.of("cue") if entry["name"] == "start")
    assert run.loudness(cue, cue + 0.3) > 0.01


def onset(sound: Samples, cue: Samples, around: float) -> float:
    """When a cue begins to sound, in seconds: where the sound is most like it, within half a second of a time."""
    first = max(0, round((around - 0.5) * LISTENING_RATE))
    piece = sound[first : first + LISTENING_RATE + len(cue)]
    return float(first + np.argmax(signal.correlate(piece, cue, "valid", "fft"))) / LISTENING_RATE


def test_cues_sound_when_they_are_planned(session):
    """From the sound alone: 30 s from start to change, halfway and countdown at their seconds, on either side."""
    run = session(["only heel stretches", "ready"], "--until-finished", typed=True)
    planned = [(entry["name"], entry["t"]) for entry in run.of("cue") if entry["name"] in ("start", "change", "finish")]
    assert [name for name, _ in planned] == ["start", "change", "start", "finish"]
    heard = [onset(run.sound, cue_samples(name), t) for name, t in planned]
    assert heard[1] - heard[0] == pytest.approx(30, abs=0.1)
    assert heard[3] - heard[2] == pytest.approx(30, abs=0.1)
    assert heard[2] - heard[1] >= 8  # to change over, and not out of the second side
    for begin in (heard[0], heard[2]):
        for second in (15, 27, 28, 29):
            at = begin + second
            assert run.loudness(at - 0.2, at - 0.05) == 0
            assert run.loudness(at + 0.1, at + 0.3) > 0.02


def test_the_whole_routine_by_sound_with_a_pause_a_question_and_skips(session):
    said = [
        (1.0, "start the routine"),
        (60.0, "okay, I'm ready"),  # the first stretch is to come
        (66.0, "ready"),
        (75.0, "pause"),
        (95.0, "resume"),
        (105.0, "what's next"),
        (115.0, "which stretch is this"),
        (125.0, "next"),
        (135.0, "skip this one"),
        (150.0, "next"),
        (165.0, "previous"),
    ]
    run = session(said, "--until-finished")
    assert run.status == 0
    assert run.commands == [
        "start_routine", "ready", "ready", "pause", "resume",
        "whats_next", "where_am_i", "next", "next", "next", "previous",
    ]  # fmt: skip
    paused = [entry for entry in run.of("state") if entry["phase"] == "paused"]
    assert len(paused) == 1
    first, second = run.spans("toe_walking")[:2]
    assert first[1] + second[1] == pytest.approx(20, abs=0.1)
    stop = next(entry["t"] for entry in run.of("cue") if entry["name"] == "pause")
    assert run.loudness(stop + 1.0, stop + 10.0) == 0
    exercised = {entry["stretch"] for entry in run.of("state") if entry["phase"] == "exercising"}
    assert len(exercised) == 9
    assert "toe_stretching" not in exercised
    assert run.of("finished")[-1]["why"] == "complete"


def test_a_sound_session_goes_the_same_way_every_time(tmp_path):
    said = [(1.0, "start ankle circles"), (20.0, "ready"), (35.0, "that hurts"), (45.0, "stop")]
    sound = conversation(tmp_path / "in.wav", said)
    logs = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    for log in logs:
        command = [sys.executable, "-m", "assistant", "--microphone", str(sound), "--log", str(log)]
        subprocess.run(command, check=True, capture_output=True)
    # The voice may take some milliseconds more or less for a sentence; what happens is the same.
    first, second = ([json.loads(line) for line in log.read_text().splitlines()] for log in logs)
    for event, keys in {"heard": ("intent", "phonemes", "speech_end"), "state": ("phase", "side")}.items():
        happened = [[entry[key] for key in keys] for entry in first if entry["event"] == event]
        assert happened == [[entry[key] for key in keys] for entry in second if entry["event"] == event]
        assert len(happened) >= 4


def test_the_whole_routine_typed_with_a_pause_questions_and_skips(session):
    lines = [
        "let's begin",
        "I'm ready",
        "@60 um, okay, could you pause please",
        "what's next",
        "carry on",
        "how much longer",
        "skip this one",
        "no nonsense about the weather today",
        "do I need a towel",
        "let's do the tennis ball one",
        "just the toe walking",
        "start hill stretches",
    ]
    run = session(lines, "--until-finished", typed=True)
    assert run.status == 0
    assert run.commands == [
        "start_routine", "ready", "pause", "whats_next", "resume", "how_long", "next", "needs", "start_stretch",
        "only_stretch", "start_stretch",
    ]  # fmt: skip
    assert [side for side, _ in run.spans("heel_stretches")] == ["left", "right"]
    assert run.of("finished")[-1]["why"] == "complete"
    assert run.loudness(0, 3) > 0.01


def test_goodbye_ends_the_program_before_the_sound_does(session):
    run = session([(4.0, "goodbye"), (20.0, "start the routine")])
    assert run.commands == ["stop"]
    assert run.entries[-1]["t"] < 10


def test_the_guide_falls_silent_while_someone_speaks_and_goes_on_if_nothing_was_meant(session):
    told = [(1.0, "start upward stretches"), (8.0, "the neighbours have bought themselves another motorcycle")]
    run = session([*told, (100.0, "pause")])
    assert "start_stretch" in run.commands
    chatter = next(entry for entry in run.of("heard") if not entry["accepted"])
    # Up to a minute: by the word at the end, the guide may be telling something that it falls silent in as well.
    yielded = [entry for entry in run.of("yielded") if 5 < entry["t"] < 60]
    assert len(yielded) == 1
    assert yielded[0]["t"] - chatter["speech_start"] < 0.6
    assert run.loudness(yielded[0]["t"] + 0.1, chatter["speech_end"]) < 1e-9
    # The sentence that was broken off is said to its end, and everything after it.
    assert yielded[0]["id"] in [entry["id"] for entry in run.of("speech_ended")]
    assert any(entry["text"] == REPLIES.text("say_when_set", thing="towel") for entry in run.of("said"))


def test_what_is_not_quite_a_command_is_asked_about(session, monkeypatch):
    monkeypatch.setattr("assistant.wiring.usable_meaning", lambda _: (None, None))  # which takes it for a free wording
    run = session(["star the routine", "yes", "@30 pause"], typed=True)
    doubtful, yes, _ = run.of("heard")
    assert (doubtful["accepted"], doubtful["doubtful"], doubtful["intent"]) == (False, True, None)
    assert (yes["accepted"], yes["doubtful"]) == (True, False)
    said = [entry["text"] for entry in run.of("said")]
    assert said.index(REPLIES.text("maybe_start_routine")) < said.index(WORDED.routine.safety[0])
    assert "(not sure that it was: start the routine)" in run.printed


def test_a_guide_that_stays_reminds_softly_at_the_time_and_takes_notice_of_the_answer(session):
    at = (datetime.now() + timedelta(seconds=120)).strftime("%H:%M")
    lines = ["@135 say that again", "@150 later", "@160 next", "@170 stop"]
    run = session(lines, "--stay", "--reminders", at, typed=True)
    assert run.status == 0
    reminder, again, later, stays = run.of("said")
    assert 59 < reminder["t"] < 121
    assert again["text"] == reminder["text"]
    assert later["text"] == REPLIES.text("later", minutes=REPLIES.number(15))
    assert later["t"] == pytest.approx(150, abs=0.1)
    assert stays["text"] == REPLIES.text("stays")
    assert "remind" in [entry["name"] for entry in run.of("cue")]
    times = {entry["id"]: entry["t"] for entry in run.of("speech_started")}
    soft, usual = (run.loudness(times[said["id"]] + 1.0, times[said["id"]] + 2.5) for said in (reminder, again))
    assert soft / usual == pytest.approx(0.56, abs=0.05)
