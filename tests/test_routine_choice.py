"""Choosing a routine by voice: nothing of the previous one is lost, and numbers and names apply to the new one."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.main import main
from assistant.dialogue.content.events import Record, TakeBack
from assistant.dialogue.run.resume_point import PUT_BY
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import sentence
from assistant.phases import Phase
from assistant.wiring import guide_book
from tests.stage import BY_ITSELF, ENGLISH, Stage, begun, exercising

REPLIES = guide_book(ENGLISH).replies
"""What is said in sessions that are typed."""

SHORT, LONG = "five_minutes", "ten_foot_stretches"


def test_the_short_one_is_begun_and_led_to_its_end():
    stage = Stage(memory=BY_ITSELF).say("choose_routine", routine=SHORT).wait(0.1)
    assert stage.saying == "[routine_on name=five_minutes]"
    assert stage.said[1:] == [stage.saying]  # nothing is told of that is not said
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    assert stage.finished == ["complete"]
    assert stage.state.run.done == {stretch.id for stretch in guide_book(ENGLISH, routine=SHORT).routine.stretches}
    assert "[intro name=toe_pressing number=4]" in stage.said


def test_a_routine_that_is_switched_keeps_the_place_and_tells_so():
    stage = exercising("heel_stretches").wait(10).say("choose_routine", routine=SHORT)
    assert stage.saying == "[routine_on name=five_minutes] [routine_kept name=ten_foot_stretches]"
    records = [(effect.kind, effect.values.get("why")) for _, effect in stage.log if isinstance(effect, Record)]
    assert records == [("run", None), ("hold", None), ("end", "stopped"), ("run", None)]
    stage.wait(20).say("choose_routine", routine=LONG)
    assert stage.state.asked is Asked.GO_ON
    assert stage.silence().said[-1] == "[ask_go_on place=heel_stretches]"
    begin = stage.say("yes").say("ready").wait_for(Phase.EXERCISING).state.now
    assert stage.wait_for(Phase.RESTING).state.now - begin == pytest.approx(20, abs=0.1)


def test_the_place_outlasts_the_session_and_the_run_of_the_other_one():
    stage = exercising("heel_stretches").wait(10).say("choose_routine", routine=SHORT).wait(200)
    later = Stage(memory=dict(stage.state.memory))
    assert later.saying == "[greeting_unfinished place=heel_stretches]"
    done = stage.wait_until(lambda s: s.phase is Phase.FINISHED).state.memory
    assert done[PUT_BY + LONG]["elapsed"] == pytest.approx(10, abs=0.1)
    assert Stage(memory=dict(done)).say("start_routine").state.asked is Asked.GO_ON


def test_one_stretch_in_between_leaves_the_place_of_the_routine():
    stage = exercising("heel_stretches").forget("auto_start").wait(10)
    stage.say("only_stretch", stretch="ankle_circles").wait_until(lambda s: s.phase is Phase.FINISHED)
    stage.say("resume").say("ready").wait_for(Phase.EXERCISING)
    assert (stage.state.run.stretch, round(stage.elapsed)) == (3, 10)
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    assert not any(key.startswith("unfinished") for key in stage.state.memory)


def test_choosing_is_taken_back():
    stage = exercising("heel_stretches").wait(10)
    stage.say("choose_routine", routine=SHORT).wait(2).say("undo").wait_for(Phase.EXERCISING)
    assert (stage.state.run.stretch, round(stage.elapsed), stage.book.routine_of(stage.state).id) == (3, 10, LONG)
    assert any(isinstance(effect, TakeBack) for _, effect in stage.log)


def test_the_same_routine_is_gone_on_with():
    assert exercising("heel_stretches").say("choose_routine", routine=LONG).saying == "[already_going]"
    paused = exercising("heel_stretches").say("pause").say("choose_routine", routine=LONG)
    assert paused.saying == "[resuming]"


def test_no_question_is_asked_about_a_stretch_that_the_chosen_routine_lacks():
    # In a countdown there is no room for the question: it waits.
    stage = begun("heel_raises").say("ready").wait(3).say("start_stretch", doubtful=True, stretch="toe_stretching")
    assert stage.state.doubt is not None
    assert not stage.state.doubt.speech
    stage.say("choose_routine", routine=SHORT).wait(5)
    assert stage.book.routine_of(stage.state).id == SHORT
    assert stage.state.doubt is None


def heard_typed(monkeypatch: Any, tmp_path: Path, *lines: str, options: Sequence[str] = ()) -> list[dict[str, Any]]:
    log = tmp_path / "log.jsonl"
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    assert main(["--typed", "--log", str(log), *options]) == 0
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def stretches_of(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["stretch"] for entry in entries if entry["event"] == "state" and entry["stretch"]]


def test_numbers_and_names_mean_those_of_the_routine_that_is_led(monkeypatch, tmp_path):
    lines = (
        "start the short routine",
        "number three",
        "number seven",
        "start the tenth one",
        "the last one",
        "start the tennis ball one",
        "stop",
    )
    entries = heard_typed(monkeypatch, tmp_path, *lines)
    assert list(dict.fromkeys(stretches_of(entries))) == ["toe_walking", "heel_raises", "toe_pressing"]
    said = [entry["text"] for entry in entries if entry["event"] == "said"]
    assert said.count(REPLIES.text("no_stretch", total=REPLIES.number(4))) == 2
    assert sentence(REPLIES.text("not_here", name="foot massage", routine="the five-minute routine")) in said
    backwards = heard_typed(monkeypatch, tmp_path, "start the long one", "number seven", options=("--routine", SHORT))
    assert stretches_of(backwards)[-1] == "upward_stretches"


def test_each_new_routine_has_an_id_and_a_name_of_its_own(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path))
    for name in ("mine", "my_other-one", "5min", "123"):
        assert main(["routine", "new", name]) == 0
        assert main(["routine", "check", str(tmp_path / "routines" / f"{name}.yaml")]) == 0
    entries = heard_typed(monkeypatch, tmp_path, "which routines are there", "start my other one")
    assert "mine and my other one" in next(e["text"] for e in entries if e["event"] == "said" and "mine" in e["text"])
    assert stretches_of(entries)[0] == "ankle_circles"
    assert capsys.readouterr().err == ""


def test_a_routine_with_the_id_of_another_is_told_of_once(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path))
    assert main(["routine", "new", "first"]) == main(["routine", "new", "second"]) == 0
    file = tmp_path / "routines" / "second.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("id: second", "id: first"), encoding="utf-8")
    capsys.readouterr()
    assert main(["understand", "next"]) == 0
    told = f"a routine is left out: {file}:5: the id 'first' is that of 'first' already; give it another id"
    assert capsys.readouterr().err.count(told) == 1


def test_a_routine_of_ones_own_is_chosen_by_its_name(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "config"))
    assert main(["routine", "new", "mine"]) == 0
    file = tmp_path / "config" / "routines" / "mine.yaml"
    assert file.is_file()
    lines = ("which routines are there", "start mine", "start toe spreading", "number two")
    entries = heard_typed(monkeypatch, tmp_path, *lines)
    assert list(dict.fromkeys(stretches_of(entries))) == ["ankle_circles", "toe_spreading", "heel_stretches"]
    ours = [each.name for each in guide_book(ENGLISH).routines]
    assert "mine" in ours
    named = REPLIES.listing(ours)
    assert REPLIES.text("routines", names=named) in [entry["text"] for entry in entries if entry["event"] == "said"]
    assert main(["routine", "--routine", "mine"]) == 0
    # With a mistake in it the others are still there, and the mistake is told.
    file.write_text(file.read_text(encoding="utf-8").replace("hold: 45", "hold: -45"), encoding="utf-8")
    capsys.readouterr()
    assert heard_typed(monkeypatch, tmp_path, "start the short one")[-1]
    assert f"a routine is left out: {file}" in capsys.readouterr().err


def test_a_name_that_means_something_already_changes_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "config"))
    assert main(["routine", "new", "mine"]) == 0
    file = tmp_path / "config" / "routines" / "mine.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("name: mine", "name: my routine"), encoding="utf-8")
    assert stretches_of(heard_typed(monkeypatch, tmp_path, "start my routine"))[-1] == "toe_walking"
    assert stretches_of(heard_typed(monkeypatch, tmp_path, "switch to my routine"))[-1] == "ankle_circles"
