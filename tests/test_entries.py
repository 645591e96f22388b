"""What happens in a session, and how it stands in the log, whose lines others may have written programs for."""

from __future__ import annotations

import json
import typing
from dataclasses import replace

import pytest

from assistant import entries
from assistant.entries import Position, recognition_of
from assistant.runtime.json_log import JsonLog, recognition_json
from assistant.understanding.hypothesis import Hypothesis, Match, Utterance

START = Utterance(
    1.23449,
    2.34561,
    Hypothesis(("s", "t", "ɑ"), "start hill stretches", "vosk"),
    Match("start_stretch", {"stretch": "heel_stretches"}, 0.987654, 0.123456, True, True, "start heel stretches"),
)

CHATTER = Utterance(
    1.0,
    2.0,
    Hypothesis(("h", "ə"), "", "built-in"),
    Match("pause", {"x": 1}, 0.5, phrase="hold on", doubtful=True),
    early=True,
)

HEARD = (
    '"text": "start hill stretches", "phonemes": "s t ɑ", "intent": "start_stretch", '
    '"slots": {"stretch": "heel_stretches"}, "score": 0.9877, "margin": 0.1235, "accepted": true, "doubtful": false, '
    '"nearest": "start_stretch", "phrase": "start heel stretches", "recogniser": "vosk", "early": false'
)

BREATH = Utterance(
    1.0,
    2.0,
    Hypothesis((), "yep all set how long is it", "text"),
    Match("ready", {}, 0.5, accepted=True, tier="meaning", probability=0.912345),
    also=(Match("how_long", {"x": "1"}, accepted=True), Match(None)),
)

LINES = [
    (
        entries.heard(2.50049, START),
        f'{{"t": 2.5, "event": "heard", {HEARD}, "speech_start": 1.234, "speech_end": 2.346}}',
    ),
    (
        entries.heard(2.5, replace(START, ignored_because="no name")),
        f'{{"t": 2.5, "event": "heard", {HEARD}, "speech_start": 1.234, "speech_end": 2.346, '
        '"ignored_because": "no name"}',
    ),
    (
        entries.heard(3.0, CHATTER),
        '{"t": 3.0, "event": "heard", "text": "h ə", "phonemes": "h ə", "intent": null, "slots": {}, "score": 0.5, '
        '"margin": 0.0, "accepted": false, "doubtful": true, "nearest": "pause", "phrase": "hold on", '
        '"recogniser": "built-in", "early": true, "speech_start": 1.0, "speech_end": 2.0}',
    ),
    (
        entries.heard(3.0, BREATH),
        '{"t": 3.0, "event": "heard", "text": "yep all set how long is it", "phonemes": "", "intent": "ready", '
        '"slots": {}, "score": 0.5, "margin": 0.0, "accepted": true, "doubtful": false, "nearest": "ready", '
        '"phrase": "", "recogniser": "text", "early": false, "speech_start": 1.0, "speech_end": 2.0, '
        '"tier": "meaning", "probability": 0.9123, "also": [{"intent": "how_long", "slots": {"x": "1"}}]}',
    ),
    (entries.Said(1.5, 3, "Ready?"), '{"t": 1.5, "event": "said", "id": 3, "text": "Ready?"}'),
    (entries.Said(1.5, 3, "Ready?", 0.4), '{"t": 1.5, "event": "said", "id": 3, "text": "Ready?", "after": 0.4}'),
    (entries.SpeechStarted(1.5, 3), '{"t": 1.5, "event": "speech_started", "id": 3}'),
    (entries.SpeechEnded(1.5, 3), '{"t": 1.5, "event": "speech_ended", "id": 3}'),
    (entries.SpeechStopped(1.5, 3), '{"t": 1.5, "event": "speech_stopped", "id": 3}'),
    (entries.Yielded(1.5, 3), '{"t": 1.5, "event": "yielded", "id": 3}'),
    (entries.WentOn(1.5, 3), '{"t": 1.5, "event": "went_on", "id": 3}'),
    (entries.CueSounded(1.5, "start"), '{"t": 1.5, "event": "cue", "name": "start"}'),
    (
        entries.StateChanged(1.5, Position("idle"), None),
        '{"t": 1.5, "event": "state", "phase": "idle", "stretch": null, "number": null, "round": null, "side": null, '
        '"remaining": null}',
    ),
    (
        entries.StateChanged(1.5, Position("exercising", "heel_stretches", 4, 2, "left"), 29.5),
        '{"t": 1.5, "event": "state", "phase": "exercising", "stretch": "heel_stretches", "number": 4, "round": 2, '
        '"side": "left", "remaining": 29.5}',
    ),
    (entries.Finished(1.5, "stopped"), '{"t": 1.5, "event": "finished", "why": "stopped"}'),
    (entries.DeviceGone(1.5, "it is gone"), '{"t": 1.5, "event": "device_gone", "message": "it is gone"}'),
    (entries.DeviceBack(1.5, "it is back"), '{"t": 1.5, "event": "device_back", "message": "it is back"}'),
    (entries.Trouble(1.5, "dropped", "too busy"), '{"t": 1.5, "event": "dropped", "message": "too busy"}'),
    (entries.Trouble(1.5, "voice", "another speaks"), '{"t": 1.5, "event": "voice", "message": "another speaks"}'),
    (
        entries.Trouble(1.5, "cannot_keep", "the disk is full"),
        '{"t": 1.5, "event": "cannot_keep", "message": "the disk is full"}',
    ),
    (
        entries.Trouble(1.5, "kept_again", "it is kept again"),
        '{"t": 1.5, "event": "kept_again", "message": "it is kept again"}',
    ),
    (
        entries.Trouble(1.5, "microphone_silent", "it is muted"),
        '{"t": 1.5, "event": "microphone_silent", "message": "it is muted"}',
    ),
    (
        entries.Trouble(1.5, "microphone_sounds", "it sounds"),
        '{"t": 1.5, "event": "microphone_sounds", "message": "it sounds"}',
    ),
    (
        entries.Trouble(1.5, "listening", "it began anew"),
        '{"t": 1.5, "event": "listening", "message": "it began anew"}',
    ),
    (entries.Trouble(1.5, "output", "nobody reads it"), '{"t": 1.5, "event": "output", "message": "nobody reads it"}'),
    (entries.Trouble(1.5, "slept", "for 8 hours"), '{"t": 1.5, "event": "slept", "message": "for 8 hours"}'),
    (entries.Trouble(1.5, "rooms", "it is back"), '{"t": 1.5, "event": "rooms", "message": "it is back"}'),
]


@pytest.mark.parametrize(("entry", "line"), LINES)
def test_each_entry_has_its_line_in_the_log(tmp_path, entry, line):
    log = JsonLog(tmp_path / "log.jsonl")
    log(entry)
    log.close()
    assert (tmp_path / "log.jsonl").read_text(encoding="utf-8") == f"{line}\n"


def test_no_kind_of_entry_is_left_out_above():
    assert {type(entry) for entry, _ in LINES} == set(typing.get_args(entries.Entry))
    kinds = {entry.kind for entry, _ in LINES if isinstance(entry, entries.Trouble)}
    assert kinds == set(typing.get_args(entries.TroubleKind))


def test_the_commands_tell_what_was_heard_as_the_log_does_but_for_one_name():
    told = json.dumps(recognition_json(recognition_of(START)), ensure_ascii=False)
    assert told == f"{{{HEARD.replace('text', 'heard', 1)}}}"


def test_what_was_understood_is_told_where_no_words_were_heard():
    heard = Utterance(0.0, 1.0, Hypothesis(("p", "ɔ")), Match("pause", phrase="hold on", accepted=True))
    assert recognition_of(heard).text == "hold on"
