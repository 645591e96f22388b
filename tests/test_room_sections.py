"""The bench's sections about rooms: how noise is mixed, what is drawn at random, and what the table says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the simulated room needs scipy (pip install solemate[dev])")

from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Hypothesis, Samples
from assistant.understanding.phrases import Phrase, PhraseBook
from bench import kitchen as kitchens
from bench import room_sections
from bench.ablated_ears import PlainMatcher, without_margin
from bench.barge_in import Figures as BargeIn
from bench.kitchen import Noise, in_noise, kitchen
from bench.room_simulation import level_of
from bench.self_triggering import Figures as Alone
from bench.voices import in_quiet_room
from tests.speech import write_wav


def tone(seconds: float, level: float) -> Samples:
    time = np.arange(round(seconds * LISTENING_RATE)) / LISTENING_RATE
    return (level * np.sin(2 * np.pi * 300 * time)).astype(np.float32)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A kitchen whose second half is louder."""
    kitchens.kitchen.cache_clear()
    path = tmp_path / "kitchen.wav"
    chance = np.random.default_rng(1)
    halves = [chance.normal(0.0, level, 4 * LISTENING_RATE) for level in (0.01, 0.1)]
    write_wav(path, np.concatenate(halves))
    return path


def test_the_halves_of_the_kitchen_are_kept_apart(recording: Path) -> None:
    assert level_of(kitchen(recording, "first")) < 0.2 * level_of(kitchen(recording, "second"))


@pytest.mark.parametrize("snr", [24.0, 6.0])
@pytest.mark.parametrize("half", ["first", "second"])
def test_the_ratio_is_that_of_the_loudest_frames(recording: Path, snr: float, half: kitchens.Half) -> None:
    said = tone(1.0, 0.1)
    added = in_noise(said, Noise(recording, half, snr, 3)) - in_quiet_room(said)
    assert 20 * np.log10(level_of(said) / level_of(added)) == pytest.approx(snr, abs=0.1)


def test_every_section_is_there_for_reporting_and_for_development() -> None:
    names = set(room_sections.sections(Path("nowhere"), quick=True))
    assert names == {f"{n}{d}" for n in ("noise", "barge_in", "alone", "others") for d in ("", "_development")} | {
        "parts"
    }


def test_without_recordings_the_sections_say_so() -> None:
    sections = room_sections.sections(Path("nowhere"), quick=True)
    assert isinstance(sections["others"](), str)
    assert isinstance(sections["noise"](), str)


def test_lines_of_the_table_hold_the_figures() -> None:
    given = BargeIn(given=4, right=3, in_silence=4, wrong=["x"], yielded_after=[0.1, 0.3])
    rows = room_sections.rows("barge_in", {"rooms": 2, **given.as_dict()})
    assert rows is not None
    assert rows[0] == ("barge_in", "75% of 4 right, in 2 rooms", "88%")
    assert "0.2 s (median)" in rows[3][1]
    alone = Alone(routines=2, minutes=40.0, commands=["no"], yields=[0, 3], front_end=[0.01, 0.03])
    lines = room_sections.rows("alone_development", {"quiet": alone.as_dict()})
    assert lines is not None
    assert lines[0][1] == "1 commands nobody gave, in 2 whole routines of 20 min"
    assert "1.5 times" in lines[1][1]
    assert "2.0%" in lines[2][1]
    shares = {f"{snr} dB": {"understood": 0.5, "taken_for_another": 0.25} for snr in (24, 15, 9, 6)}
    noisy = room_sections.rows("noise", {"commands": 8, **shares})
    assert noisy is not None
    assert [goal for _, _, goal in noisy] == ["97%", "95%", "90%", "80%"]
    assert room_sections.rows("chatter", {}) is None


def test_the_plain_matcher_takes_the_nearest_and_nothing_that_is_far() -> None:
    book = PhraseBook("xx", tuple(Phrase(t, t, (), tuple(t), 0.0) for t in ("pause", "next")))
    matcher = PlainMatcher(book)
    assert matcher.match(Hypothesis(tuple("paus"))).intent == "pause"
    assert matcher.match(Hypothesis(tuple("paus"))).accepted
    assert not matcher.match(Hypothesis(tuple("zzzz"))).accepted
    assert without_margin().margin == 0.0
