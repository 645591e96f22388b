"""The pace of counted repetitions: by voice, by setting, and remembered."""

from __future__ import annotations

import io
import json
import re

import pytest

from assistant.cli.main import main
from assistant.dialogue.content.bounds import PACES
from assistant.dialogue.content.events import Say
from assistant.dialogue.content.steps import FIRST_NUMBER
from assistant.phases import Phase
from tests.stage import Stage, exercising

NUMBER = re.compile(r"\[(?:count |down |counted_halfway n=|counted_left left=5 n=)(\d+)\]")


def numbers(stage: Stage, since: int = 0) -> list[tuple[int, float]]:
    """When each number was said."""
    said = [(t, effect.text) for t, effect in stage.log if isinstance(effect, Say)]
    found = [(NUMBER.fullmatch(text), t) for t, text in said[since:]]
    return [(int(number[1]), t) for number, t in found if number]


def test_counting_slower_goes_on_with_the_next_number_and_is_kept():
    stage = exercising("heel_raises").wait(13)  # five have been said, the fifth a second ago
    said = len(stage.said)
    stage.say("pace", change="slower").silence()
    assert stage.said[said] == "[pace_slower]"
    stage.wait_for(Phase.RESTING)
    times = dict(numbers(stage, said))
    assert set(times) >= set(range(7, 21))
    assert times[20] - times[10] == pytest.approx(35, abs=0.01)
    assert stage.remembered["pace"] == 3.5
    later = Stage(memory=dict(stage.state.memory)).say("start_stretch", stretch="heel_raises").silence().say("ready")
    begin = later.wait_for(Phase.EXERCISING).state.now
    assert later.wait_for(Phase.RESTING).state.now - begin == pytest.approx(FIRST_NUMBER + 20 * 3.5, abs=0.01)


def test_it_is_taken_back_at_the_same_number():
    stage = exercising("heel_raises").wait(13)
    stage.say("pace", change="faster").say("undo")
    assert stage.elapsed == pytest.approx(13)
    assert "pace" not in stage.state.memory


def test_there_is_a_slowest_and_a_fastest_pace_at_any_time():
    stage = Stage()
    for change, told in (("slower", "[pace_slowest]"), ("faster", "[pace_fastest]")):
        for _ in range(20):
            stage.say("pace", change=change)
        assert stage.saying == told
    assert stage.state.memory["pace"] == PACES[0]


def test_no_pace_can_be_set_that_cannot_be_said(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--pace", "8", "--typed"])
    assert f"from {PACES[0]:g} to {PACES[1]:g}, not 8" in capsys.readouterr().err


def test_the_setting_counts_for_one_session(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.stdin", io.StringIO("only heel raises\nready\n"))
    log = tmp_path / "log.jsonl"
    assert main(["--typed", "--pace", "2", "--log", str(log), "--until-finished"]) == 0
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    spans = [entry["remaining"] for entry in entries if entry["event"] == "state" and entry["phase"] == "exercising"]
    assert spans[0] == pytest.approx(FIRST_NUMBER + 20 * 2, abs=0.1)
