"""A soft beat for steps and circles: only where it is wanted, at the person's pace, and never over what ends a hold."""

from __future__ import annotations

import io
import json

import pytest

from assistant.cli.main import main
from assistant.dialogue.content.bounds import BEATS
from assistant.dialogue.content.events import Cue
from assistant.dialogue.content.routine import DataError, Routine
from assistant.dialogue.requests.beating import BEAT_STEP
from assistant.phases import Phase
from tests.stage import BOOK, Stage, exercising

WALKING = BOOK.routine.stretches[0].beat


def beats(stage: Stage, since: float) -> list[float]:
    """When the beat sounded, in seconds from then on."""
    return [t - since for t, effect in stage.log if isinstance(effect, Cue) and effect.name == "step" and t >= since]


def walking(**memory: object) -> Stage:
    stage = Stage(memory={"safety_told": True, **memory}).say("start_stretch", stretch="toe_walking").silence()
    return stage.say("ready").wait_for(Phase.EXERCISING)


def test_there_is_none_unless_it_is_wanted():
    stage = exercising("toe_walking")
    begin = stage.state.now
    assert beats(stage.wait_for(Phase.RESTING), begin) == []


def test_it_goes_through_the_whole_walk_and_not_over_its_end():
    stage = walking(beat=True)
    begin = stage.state.now
    found = beats(stage.wait_for(Phase.RESTING), begin)
    assert found == pytest.approx([WALKING * n for n in range(1, len(found) + 1)], abs=0.01)
    assert 20 - WALKING - 0.3 < found[-1] < 19.8
    assert stage.state.now - begin == pytest.approx(20, abs=0.01)
    assert "[halfway]" in stage.said


def test_it_is_turned_on_and_off_in_the_middle_of_a_walk():
    stage = exercising("toe_walking").wait(1)
    begin = stage.state.now
    stage.say("beat", on="yes")
    assert (stage.said[-1], stage.remembered["beat"]) == ("[beat_on]", True)
    stage.wait(4).say("beat", on="no")
    assert (stage.said[-1], stage.remembered["beat"]) == ("[beat_off]", False)
    stage.wait_for(Phase.RESTING)
    assert len(beats(stage, begin)) == pytest.approx(4 / WALKING, abs=1)
    assert stage.said.count("[halfway]") == 1


def test_elsewhere_it_is_told_where_it_will_be_heard():
    assert Stage().say("beat", on="yes").said[-1] == "[beat_on_in names=toe_walking and ankle_circles]"
    assert exercising("heel_stretches").say("beat", on="yes").said[-1].startswith("[beat_on_in")


@pytest.mark.parametrize("said", ["slower", "faster"])
def test_it_follows_the_words_for_the_pace_and_that_is_kept(said):
    stage = walking(beat=True).wait(3)
    meant = stage.guide.moment(stage.state).meanings[said]
    assert meant == "pace"
    stage.say(said).silence()
    assert stage.said[-1] == f"[beat_{said}]"
    begin = stage.state.now
    stage.wait_for(Phase.EXERCISING, step=2)
    second = stage.state.now
    found = beats(stage.wait_for(Phase.RESTING), second)
    wanted = WALKING * BEAT_STEP if said == "slower" else WALKING / BEAT_STEP
    assert found[1] - found[0] == pytest.approx(wanted, abs=0.01)
    assert stage.remembered["beat_pace"] == pytest.approx(wanted / WALKING, abs=0.01)
    assert begin < second
    assert "rate" not in stage.remembered


def test_without_a_beat_slower_is_for_the_voice():
    stage = exercising("toe_walking").say("slower")
    assert stage.said[-1] == "[slower]"


def test_there_is_a_slowest_and_a_fastest():
    stage = walking(beat=True)
    for _ in range(30):
        stage.say("faster")
    assert stage.said[-1] == "[beat_fastest]"
    found = stage.state.run.span
    assert found is not None
    assert found.beat == pytest.approx(BEATS[0])


def test_a_beat_and_another_pace_are_taken_back():
    stage = walking().say("beat", on="yes").wait(1).say("undo")
    assert "beat" not in stage.state.memory
    assert stage.state.run.span is not None
    assert stage.state.run.span.beat == 0
    paced = walking(beat=True).say("slower").wait(1).say("undo")
    assert paced.state.run.span is not None
    assert paced.state.run.span.beat == WALKING


def test_a_hold_made_longer_has_it_to_its_end():
    stage = walking(beat=True)
    begin = stage.state.now
    stage.wait(5).say("add_hold", seconds="10").wait_for(Phase.RESTING)
    assert stage.state.now - begin == pytest.approx(30, abs=0.01)
    assert beats(stage, begin)[-1] > 28.5


@pytest.mark.parametrize(
    ("value", "mistake"),
    [(0.1, "must be from 0.4 to 6.0 seconds"), ("fast", "must be a number"), (True, "must be a number")],
)
def test_a_mistake_in_a_routines_beat_is_named(value, mistake):
    stretch = {
        "id": "a", "name": "a", "position": ["Stand."], "how": ["Walk."], "again": "Again.", "good_for": "Feet.",
        "beat": value, "dose": {"ends_by": "clock", "hold": 20},
    }  # fmt: skip
    data = {"id": "r", "name": "r", "language": "en", "safety": "Careful.", "stretches": [stretch]}
    with pytest.raises(DataError, match=mistake) as error:
        Routine.from_dict(data)
    assert error.value.keys == ("stretches", 0, "beat")


@pytest.mark.parametrize(("setting", "count"), [("on", 1), ("off", 0)])
def test_the_setting_counts_for_one_session(monkeypatch, tmp_path, setting, count):
    monkeypatch.setattr("sys.stdin", io.StringIO("only toe walking\nready\n"))
    log = tmp_path / "log.jsonl"
    assert main(["--typed", "--beat", setting, "--log", str(log), "--until-finished"]) == 0
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    heard = [entry for entry in entries if entry["event"] == "cue" and entry["name"] == "step"]
    assert (len(heard) > 50) == bool(count)
