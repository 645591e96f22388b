"""Levels of sound, and what a calibration's measurements mean."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from assistant.audio.levels import SILENT_DB, clipped, noise_db, peak, speech_db
from assistant.checkup.findings import Finding, Measured, gain_for, judge, strictness_for
from assistant.cli.calibrate import WORDS


def tone(level: float, seconds: float = 1.0) -> np.ndarray:
    """A tone of a level in dB of full scale (RMS)."""
    t = np.arange(round(16000 * seconds)) / 16000
    return np.asarray(math.sqrt(2) * 10 ** (level / 20) * np.sin(2 * np.pi * 300 * t), np.float32)


# Levels


def test_levels_are_those_of_what_goes_on_and_of_what_stands_out():
    room = np.random.default_rng(0).normal(0.0, 1e-3, 16000).astype(np.float32)
    with_click = room.copy()
    with_click[8000:8100] = 0.5
    assert noise_db(room) == pytest.approx(-60, abs=1)
    assert noise_db(with_click) == pytest.approx(noise_db(room), abs=0.3)
    said = np.concatenate([room, tone(-20), room])
    assert speech_db(said, noise_db(room)) == pytest.approx(-20, abs=0.5)
    assert speech_db(room, noise_db(room)) is None
    assert speech_db(np.zeros(0, np.float32)) is None
    assert noise_db(np.zeros(16000, np.float32)) == SILENT_DB


def test_clipped_is_what_stays_at_full_scale_and_not_a_single_peak():
    loud = np.clip(tone(0.0), -1.0, 1.0)
    assert clipped(loud) > 0.2
    assert clipped(tone(-10)) == 0.0
    single = tone(-10)
    single[100] = 1.0
    assert clipped(single) == 0.0
    assert peak(single) == 1.0


# What they mean

WELL = Measured(-60.0, -25.0, 0.3, 0.0, -30.0, 0.1, 10, {-0.01: 10, 0.0: 10, 0.01: 9}, {-0.01: 1, 0.0: 0, 0.01: 0})


def test_a_good_room_needs_nothing():
    judgement = judge(WELL)
    assert (judgement.gain_db, judgement.strictness, judgement.usable) == (0.0, 0.0, True)
    assert judgement.findings == (
        Finding.LEVEL_GOOD, Finding.QUIET_ROOM, Finding.ECHO_GOOD, Finding.UNDERSTOOD,
    )  # fmt: skip
    assert all(finding.well for finding in judgement.findings)


@pytest.mark.parametrize(
    ("changes", "finding", "usable"),
    [
        ({"noise_db": -110.0, "speech_db": None}, Finding.NO_SOUND, False),
        ({"speech_db": None}, Finding.NOBODY_HEARD, False),
        ({"noise_db": -75.0, "speech_db": -55.0, "peak": 0.01}, Finding.VERY_QUIET, True),
        ({"speech_db": -42.0, "peak": 0.05}, Finding.MADE_LOUDER, True),
        ({"clipped": 0.01}, Finding.CLIPPING, True),
        ({"noise_db": -30.0}, Finding.LOUD_NOISE, True),
        ({"noise_db": -36.0}, Finding.NOISY, True),
        ({"echo_db": None, "echo_seconds": None}, Finding.NO_ECHO, True),
        ({"echo_db": -15.0}, Finding.LOUD_ECHO, True),
        ({"echo_seconds": 0.4}, Finding.LATE_ECHO, True),
        ({"false": {-0.01: 2, 0.0: 1, 0.01: 0}}, Finding.CHATTER, True),
        ({"understood": {0.0: 8}}, Finding.PARTLY_UNDERSTOOD, True),
        ({"understood": {0.0: 4}}, Finding.NOT_UNDERSTOOD, True),
    ],
)
def test_each_fault_is_found(changes, finding, usable):
    judgement = judge(replace(WELL, **changes))
    assert finding in judgement.findings
    assert judgement.usable is usable


def test_each_finding_has_words():
    assert set(WORDS) == {finding.code for finding in Finding}


@pytest.mark.parametrize(
    ("speech", "loudest", "gain"),
    [(-25.0, 0.3, 0.0), (-40.0, 0.05, 14.0), (-60.0, 0.01, 34.0), (-40.0, 0.35, 6.0), (-80.0, 0.0005, 40.0)],
)
def test_the_gain_brings_speech_to_its_level_and_never_clips_it(speech, loudest, gain):
    assert gain_for(speech, loudest) == pytest.approx(gain, abs=0.25)
    assert loudest * 10 ** (gain_for(speech, loudest) / 20) <= 0.72


def test_the_strictness_keeps_out_what_nobody_said_first_and_else_understands_most():
    usual = {-0.02: 10, -0.01: 10, 0.0: 9, 0.01: 9, 0.02: 8}
    assert strictness_for(usual, {}) == -0.01
    assert strictness_for(usual, {-0.02: 1, -0.01: 1, 0.0: 1, 0.01: 0, 0.02: 0}) == 0.01
    assert strictness_for(dict.fromkeys(usual, 10), {}) == 0.0
    assert strictness_for({}, {}) == 0.0
