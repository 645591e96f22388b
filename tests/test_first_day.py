"""What people ran into on their first day: each of it works, or is explained."""

from __future__ import annotations

import argparse
import json
import warnings

import numpy as np
import pytest

from assistant.checkup.calibration import Calibrating
from assistant.cli.main import main
from assistant.dialogue.content.events import Record
from assistant.dialogue.state.state import Asked
from assistant.errors import SolemateError
from assistant.front_end.vad import CHUNK, SileroActivity
from assistant.phases import Phase
from assistant.runtime.demo import Script
from tests.stage import BOOK, Stage, begun, exercising


def test_a_hold_that_is_too_short_is_answered_and_changes_nothing():
    stage = exercising("heel_stretches").say("set_hold", seconds="2")
    assert stage.saying == "[hold_least time=5 s]"
    stage.say("set_hold", seconds="2", scope="always")
    assert not any(key.startswith("hold:") for key in stage.remembered)


def test_a_number_alone_is_seconds_or_repetitions():
    assert exercising("heel_stretches").say("set_hold", amount="20").saying == "[hold_set time=20 s]"
    counted = exercising("heel_raises").say("set_hold", amount="15")
    assert (counted.saying, counted.remembered["hold:heel_raises"]) == ("[count_set count=15]", 15)


@pytest.mark.parametrize("word", ["done", "ready", "resume"])
def test_going_on_from_a_pause_is_told(word):
    stage = begun("heel_stretches").say("ready").wait(3).say("pause").wait(5)
    said = len(stage.said)
    stage.say(word).wait_for(Phase.EXERCISING)
    assert stage.said[said:] == ["[resuming]", "[down 3]", "[down 2]", "[down 1]", "[heel_stretches.breathing]"]
    resting = exercising("toe_walking").wait_for(Phase.RESTING).wait(1).say("pause").wait(5).say("resume")
    assert resting.saying == "[resuming]"


def test_where_am_i_tells_round_and_side_while_getting_ready_for_a_later_one():
    assert "[where_round" not in begun("toe_stretching").say("where_am_i").saying
    stage = begun("toe_stretching").say("next", what="round").wait(5).say("pause").say("resume").wait(3)
    ready = "[where_ready] [where_side side=left] [where_round round=2 rounds=3] [where_round_one]"
    assert ready in stage.say("where_am_i").saying


def test_only_one_stretch_ends_the_run_that_went_on():
    stage = exercising("heel_stretches").wait(5).say("only_stretch", stretch="ankle_circles")
    kinds = [effect.kind for _, effect in stage.log if isinstance(effect, Record)]
    assert kinds == ["run", "stretch", "hold", "end", "run"]


def test_an_answer_is_not_said_again_by_undo():
    stage = begun("heel_stretches").say("whats_next").say("next").say("undo").silence()
    assert sum(text.startswith("[next_is") for text in stage.said) == 1
    asked = exercising("heel_stretches").say("hurts").wait(1).say("how_long").wait(1).say("next").say("undo").silence()
    assert asked.state.asked is Asked.HURTS
    assert asked.said[-1] == "[hurts]"


def test_of_two_questions_in_a_row_the_first_answer_is_not_said_again():
    stage = Stage().say("start_stretch", stretch="heel_stretches").wait(1).say("whats_next").say("where_am_i").wait(60)
    assert sum(text.startswith("[next_is") for text in stage.said) == 1


def test_sound_far_beyond_full_scale_is_taken_for_clipped():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert 0 <= SileroActivity()(np.full(CHUNK, 3e38, np.float32)) <= 1


def test_the_commands_to_be_said_are_checked_before_anything_is_measured():
    nothing = argparse.Namespace(match=argparse.Namespace(intent=None, accepted=False))
    ears = argparse.Namespace(understanding=argparse.Namespace(utterance=lambda _: nothing))
    told: list[object] = []
    calibrating = Calibrating(None, ears, None, BOOK.replies, told.append)  # type: ignore[arg-type]
    with pytest.raises(SolemateError, match="is no command"):
        calibrating.measure()
    assert told == []


def test_an_empty_name_of_a_file_and_a_name_nobody_can_pronounce_are_told(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["listen", ""])
    assert "the name of a sound file is empty" in capsys.readouterr().err
    assert main(["understand", "--name", "日本", "next"]) == 2
    assert "can't be pronounced" in capsys.readouterr().err


def test_the_demonstration_in_place_of_missing_devices_has_its_log(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("assistant.audio.devices.sound_problem", lambda: SolemateError("there is no sound device"))
    monkeypatch.setattr("assistant.runtime.demo.read_script", lambda folder: Script("en-gb+f2", 150, ()))
    assert main(["--log", "log.jsonl", "--recogniser", "built-in"]) == 0
    assert json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()[0])["event"]
    assert main(["--log", "other.jsonl", "demo", "--recogniser", "built-in"]) == 0
    assert (tmp_path / "other.jsonl").stat().st_size
