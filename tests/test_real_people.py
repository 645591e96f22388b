"""The bench's sections about real people: what is counted, and what is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Match
from bench import real_people
from bench.false_accepts import PAUSE
from bench.recognition import Heard, Job
from bench.recordings import AROUND, INDEX, Recorded, of_people
from bench.teaching.speakers import part_of

NEXT = Match("next", accepted=True, phrase="next")
NAMES = [f"speaker{number}" for number in range(40)]
REPORTED = [name for name in NAMES if part_of(name) == "reported"]


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    """A folder of recordings in which each of the speakers reads two sentences, one of them a command, and a word."""
    rows = ["file\tstart_s\tlength_s\tspeaker\ttext"]
    for place, name in enumerate(NAMES):
        for more, text in enumerate(("we call it bear", "next stretch please", "bed")):
            rows.append(f"a.opus\t{3 * place + more}.0\t1.0\t{name}\t{text}")
    (tmp_path / INDEX).parent.mkdir()
    (tmp_path / INDEX).write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "words").mkdir()
    for word in ("left", "stop", "yes"):
        for number in range(8):
            (tmp_path / "words" / f"{word}_{number}.flac").touch()
    return tmp_path


def answering(monkeypatch: pytest.MonkeyPatch, answer: Any) -> list[Job]:
    """Have what is heard in each job be what `answer` gives for it; returns the jobs."""
    jobs: list[Job] = []

    def listen_to(each: list[Job]) -> list[Heard]:
        jobs.extend(each)
        return [Heard(tuple(answer(job)), ()) for job in each]

    monkeypatch.setattr(real_people, "listen_to", listen_to)
    return jobs


def test_only_speakers_kept_for_figures_are_heard_and_commands_are_taken_out(monkeypatch, speech):
    jobs = answering(monkeypatch, lambda job: [NEXT] * (job.when == ""))
    found: Any = real_people.read_sentences(speech, quick=False)
    assert [job.recorded.text for job in jobs if job.recorded] == ["we call it bear"] * 2 * len(REPORTED)
    assert {job.recorded.speaker for job in jobs if job.recorded} == set(REPORTED)
    assert found["hours"] == pytest.approx(len(REPORTED) * (1.0 + PAUSE) / 3600, abs=1e-3)
    assert found["no_moment"]["commands"] == len(REPORTED)
    assert found["in_a_hold"]["commands"] == 0
    (first, second) = real_people.rows_of_sentences("read_sentences", found)
    assert first[1].startswith(f"{len(REPORTED)} commands")
    assert second[1].startswith("in a hold 0")


def test_words_are_counted_by_word_and_answers_are_asked_for(monkeypatch, speech):
    def answer(job: Job) -> list[Match]:
        word = job.path.name.split("_")[0] if job.path else ""
        return [Match(word, accepted=True)] if word in ("stop", "left") else []

    jobs = answering(monkeypatch, answer)
    found: Any = real_people.short_words(speech, quick=False)
    left = found["no_moment"]["by_word"]["left"]
    assert left == f"{left.split()[0]} of {left.split()[0]}"
    assert found["no_moment"]["by_word"]["bed"] == f"0 of {len(REPORTED)}"
    assert set(found["commands"]["missed"]) == {"yes"}
    phases = {job.path.name.split("_")[0]: job.when for job in jobs if job.path}
    assert (phases["stop"], phases["yes"]) == (real_people.PHASE, real_people.ASKED)
    assert len(real_people.rows_of_words("short_words", found)) == 2


def test_without_recordings_it_says_so(tmp_path):
    assert "no recorded sentences" in str(real_people.read_sentences(tmp_path, quick=True))
    assert "no recorded words" in str(real_people.short_words(tmp_path, quick=True))


def test_a_piece_of_a_recording_is_cut_with_silence_around_it(tmp_path, monkeypatch):
    sound = np.arange(1, 3 * LISTENING_RATE + 1, dtype=np.float32)
    monkeypatch.setattr("bench.recordings.read_sound", lambda _: sound)
    piece = Recorded(tmp_path / "new.opus", 1.0, 0.5, "", "").samples()
    around = round(AROUND * LISTENING_RATE)
    assert len(piece) == LISTENING_RATE // 2 + 2 * around
    assert piece[around] == LISTENING_RATE + 1
    assert not piece[:around].any()


def test_people_are_read_from_the_index_as_they_stand(speech):
    found = of_people(speech, "reported")
    assert [each.start for each in found[:3]] == [3.0 * NAMES.index(REPORTED[0]) + more for more in range(3)]


def test_a_number_in_a_hold_only_counts_along_and_is_no_command(monkeypatch, speech):
    answering(monkeypatch, lambda job: [Match("number", {"n": "4"}, accepted=True, phrase="four")])
    found: Any = real_people.read_sentences(speech, quick=False)
    assert found["no_moment"]["commands"] == len(REPORTED)
    assert found["in_a_hold"]["commands"] == 0
