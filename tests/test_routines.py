"""Routines besides the ten foot stretches: the short one, and one's own in a file."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import shlex
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.dialogue.content.history import History
from assistant.dialogue.content.routine import Posture
from assistant.dialogue.content.speech_length import likely_seconds
from assistant.dialogue.run.estimate import seconds_of_all
from assistant.dialogue.run.resume_point import UNFINISHED
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import State
from assistant.errors import SolemateError
from assistant.language.routine_files import installed
from assistant.phases import Phase
from assistant.wiring import guide_book, language_folder, read_routine
from tests.keyed import keyed_book
from tests.speech import conversation
from tests.stage import Stage

ENGLISH = language_folder("en")

SHORT = "five_minutes"


IN_PLACE, HELD = 10.0, 12.0
"""Seconds from the last word of the instructions to "ready", and of an open-ended hold."""

TURNS = (Phase.GETTING_READY, Phase.FINISHED)

WITHIN = 70.0
"""Seconds that a routine may take less or more than its name says; nobody looks at the clock sooner."""


def waits_for_the_person(state: State) -> bool:
    """Whether the person is to say something: ready, or done; or all of it is over."""
    kind = None if state.run.span is None or state.speech is not None else state.run.span.kind
    return kind in (SpanKind.READY, SpanKind.OPEN) or state.phase is Phase.FINISHED


def played(stage: Stage) -> float:
    """How long the routine takes, in seconds."""
    begun = stage.say("start_routine").state.now
    while stage.wait_until(waits_for_the_person).state.phase is not Phase.FINISHED:
        if stage.state.phase is Phase.GETTING_READY:
            stage.wait(IN_PLACE)
            if waits_for_the_person(stage.state):
                stage.say("ready")
        else:
            stage.wait(HELD).say("done")
    assert stage.finished == ["complete"]
    return stage.silence().state.now - begun


@pytest.mark.parametrize("done", [0, 3, 10])
def test_the_short_one_takes_five_minutes_as_it_is_called(monkeypatch, done):
    """By somebody who has been told about safety, is in position within ten seconds, and holds for twelve."""
    monkeypatch.setattr("tests.stage.length", likely_seconds)
    history, today = History(), datetime(2026, 1, 1, 8)
    for days in range(1, done + 1):
        for stretch in read_routine(ENGLISH, SHORT).stretches:
            history = history.with_done(today - timedelta(days=days), stretch.id)
    stage = Stage(guide_book(ENGLISH, routine=SHORT), {"safety_told": True}, history=history).silence()
    took = played(stage)
    assert took == pytest.approx(5 * 60, abs=WITHIN)
    assert seconds_of_all(stage.book, stage.state, stage.book.routine) == pytest.approx(took, rel=0.15)


@pytest.mark.parametrize("name", sorted(installed(ENGLISH)))
def test_the_first_run_takes_as_long_as_it_is_said_to_take(monkeypatch, name):
    """By the same person, who has never done it, nor been told about safety."""
    monkeypatch.setattr("tests.stage.length", likely_seconds)
    stage = Stage(guide_book(ENGLISH, routine=name), {}).silence()
    said = seconds_of_all(stage.book, stage.state, stage.book.routine)
    assert said == pytest.approx(played(stage), rel=0.1)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_on_the_floor_is_together_where_there_is_one_trip_to_it_and_missing_elsewhere(language):
    folder = language_folder(language)
    ten = {each.id for each in read_routine(folder).stretches}
    one_trip = read_routine(folder, "one_trip").stretches
    assert {each.id for each in one_trip} == ten
    in_turn = (Posture.STANDING, Posture.SITTING, Posture.FLOOR)
    postures = [each.posture for each in one_trip]
    assert postures == [posture for posture in in_turn for each in one_trip if each.posture is posture]
    no_floor, seated = (read_routine(folder, name).stretches for name in ("no_floor", "seated"))
    assert not any(each.posture is Posture.FLOOR for each in no_floor)
    assert {each.id for each in no_floor} >= {each.id for each in one_trip if each.posture is not Posture.FLOOR}
    assert {each.posture for each in seated} == {Posture.SITTING}
    assert all(any(thing.name in ("chair", "의자") for thing in each.needs) for each in seated)


@pytest.mark.parametrize("name", ["one_trip", "no_floor", "seated"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_routine_that_comes_along_can_be_guided_through(language, name):
    stage = Stage(keyed_book(guide_book(language_folder(language), routine=name))).silence().say("start_routine")
    while stage.wait_until(lambda s: s.phase in TURNS).state.phase is not Phase.FINISHED:
        stage.say("ready").wait_until(lambda s: s.phase is not Phase.GETTING_READY)
    assert stage.finished == ["complete"]


def test_the_place_in_one_routine_is_not_one_in_another():
    stage = Stage(book=keyed_book(guide_book(ENGLISH, routine="five_minutes"))).say(
        "start_stretch", stretch="heel_raises"
    )
    kept = {"safety_told": True, UNFINISHED: stage.remembered[UNFINISHED]}
    assert Stage(memory=kept).say("start_routine").state.phase is Phase.GETTING_READY


def test_a_new_routine_is_right_and_can_be_guided_through(tmp_path, capsys, monkeypatch):
    path, log = tmp_path / "mine.yaml", tmp_path / "log.jsonl"
    assert main(["routine", "new", str(path)]) == 0
    assert main(["routine", "check", str(path)]) == 0
    assert "mine, 3 stretches, nothing wrong" in capsys.readouterr().out
    assert main(["routine", "new", str(path)]) == 2
    assert "choose another name" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("only toe spreading\nready\n"))
    assert main(["--typed", "--routine", str(path), "--log", str(log), "--until-finished"]) == 0
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert entries[-1]["t"] > 30
    assert {entry["stretch"] for entry in entries if entry["event"] == "state"} == {None, "toe_spreading"}
    capsys.readouterr()
    assert main(["routine", "--routine", str(path)]) == 0
    assert "2. heel stretches: 45 s, 2 times, each foot" in capsys.readouterr().out


def changed(path: Path, wrong: str, right: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "right", "line", "named"),
    [
        ("use: ankle_circle", "use: ankle_circles", 11, "there is no stretch 'ankle_circle' to use"),
        ("use: [a, b]", "use: ankle_circles", 11, "there is no name of one stretch to use"),
        ("use: ankle_circles\n    name: knee wobbling", "use: ankle_circles", 14, "but not 'name'"),
        ("\nid: my-routine", "\nid: mine", 5, "'my-routine' is no id"),
        ("hold: -45", "hold: 45", 15, "'hold' is -45"),
        ("positions:", "    position:", 26, "positions"),
        ("posture: lying", "posture: sitting", 24, "'lying' is none of standing, sitting, floor"),
        ("body: [toes, nose]", "body: [toes]", 25, "'nose' is none of toes, heel, ankle, sole"),
        ("pain_over: 11", "pain_over: 4", 43, "'pain_over' must be a number from 0 to 10, not 11"),
        ("gentler: ''", "gentler: Help your toes with your hand.", 32, "'gentler' is empty"),
        ("name: heel stretch\n", "name: toe spreading\n", 0, "heel stretch"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(tmp_path, capsys, wrong, right, line, named):
    path = tmp_path / "mine.yaml"
    assert main(["routine", "new", str(path)]) == 0
    changed(path, wrong if wrong != "positions:" else "    positions:", right)
    assert main(["routine", "check", str(path)]) == 1
    told = capsys.readouterr().err
    assert named in told
    assert str(path) in told
    assert len(told.splitlines()) == 1


def test_whoever_listens_or_reads_knows_the_stretches_of_the_routine_that_is_set(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "config"))
    path = tmp_path / "mine.yaml"
    assert main(["routine", "new", str(path)]) == main(["settings", "set", "routine", str(path)]) == 0
    spoken = conversation(tmp_path / "say.wav", [(0.5, "start toe spreading")])
    capsys.readouterr()
    assert main(["understand", "--json", "start toe spreading"]) == 0
    assert main(["listen", "--json", "--recogniser", "built-in", str(spoken)]) == 0
    understood = [json.loads(line)["slots"] for line in capsys.readouterr().out.splitlines()]
    assert understood == [{"stretch": "toe_spreading"}] * 2


def test_a_routine_that_is_not_there_is_told_with_those_that_are(capsys):
    assert main(["routine", "--routine", "ten_minutes"]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in installed(ENGLISH))
    assert main(["routine", "check", str(Path("no_such_file.yaml"))]) == 2
    assert "no_such_file.yaml" in capsys.readouterr().err


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The folder of one's own routines, with one called mine."""
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "config"))
    assert main(["routine", "new", "mine"]) == 0
    return tmp_path / "config" / "routines"


@pytest.mark.parametrize(
    ("wrong", "right", "line", "named"),
    [
        ("id: five_minutes", "id: mine", 5, "the id 'five_minutes' is that of 'the five-minute routine'"),
        ("id: other", "id: mine", 5, "the id 'other' is that of 'other'"),
        ('name: "((("', "name: mine", 7, "nobody can say '((('"),
        ('name: "the 5 minute routine"', "name: mine", 7, "is what the routine 'five_minutes' is called"),
        ("name: ten foot stretches", "name: mine", 7, "is what the routine 'ten_foot_stretches' is called"),
        ("name: mine\nalso_called: [the short one]", "name: mine", 8, "'the short one' is what"),
        ("name: stop", "name: toe spreading", 22, "'stop', which means stop already"),
        ('name: "[["', "name: toe spreading", 22, "nobody can say '[['"),
    ],
)
def test_what_another_has_and_what_nobody_can_say_is_named_with_file_and_line(own, capsys, wrong, right, line, named):
    assert main(["routine", "new", "other"]) == 0
    changed(own / "mine.yaml", wrong, right)
    capsys.readouterr()
    assert main(["routine", "check", "mine"]) == 1
    told = capsys.readouterr().err
    assert f"{own / 'mine.yaml'}:{line}: " in told
    assert named in told


def test_a_file_with_the_id_of_one_that_comes_along_is_told_of_and_begins_nothing(own, capsys):
    taking = own / "five_minutes.yaml"
    taking.write_text((own / "mine.yaml").read_text().replace("id: mine", "id: five_minutes"))
    capsys.readouterr()
    assert main(["understand", "next"]) == 0
    told = f"{taking}:5: the id 'five_minutes' is that of 'the five-minute routine' already"
    assert told in capsys.readouterr().err
    assert main(["--typed", "--routine", str(taking)]) == 1
    assert told in capsys.readouterr().err


def test_a_second_file_of_the_same_is_told_of(own, capsys):
    (own / "two.yaml").write_text((own / "mine.yaml").read_text())
    assert main(["understand", "next", "--routine", "mine"]) == 0
    assert "two.yaml:5: the id 'mine' is that of 'mine' already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["five_minutes", "ten_foot_stretches", "five-minutes", ""])
def test_no_new_routine_takes_the_name_of_another_or_none(own, capsys, name):
    assert main(["routine", "new", name]) == 2
    assert "name" in capsys.readouterr().err
    assert [path.name for path in own.iterdir()] == ["mine.yaml"]


def test_the_command_that_new_prints_works(own, capsys):
    capsys.readouterr()
    assert main(["routine", "new", "my toes"]) == 0
    _, _, command = capsys.readouterr().out.partition("Then: solemate ")
    assert main(shlex.split(command)) == 0
    assert "nothing wrong" in capsys.readouterr().out


def test_a_full_disk_leaves_no_half_of_a_new_routine(own, capsys):
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, usual[1]))
    try:
        assert main(["routine", "new", "late"]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert "cannot write" in capsys.readouterr().err
    assert main(["routine", "new", "late"]) == 0


def test_only_plain_files_of_a_sane_size_are_read(own, capsys):
    os.mkfifo(own / "pipe.yaml")
    (own / "endless.yaml").symlink_to("/dev/zero")
    with (own / "large.yaml").open("w") as large:
        large.truncate(2_000_000)
    assert main(["understand", "next"]) == 0
    told = capsys.readouterr().err
    assert told.count("is no plain file") == 2
    assert f"{own / 'large.yaml'}: is larger than 1 MB" in told


def test_a_file_elsewhere_may_be_a_copy_of_ones_own(own, tmp_path, capsys):
    copy = tmp_path / "mine.yaml"
    assert main(["routine", "new", str(copy)]) == main(["routine", "check", str(copy)]) == 0
    assert main(["routine", "new", str(tmp_path / "five_minutes.yaml")]) == 2


def without_safety(path: Path) -> None:
    path.write_text(re.sub(r"(?m)^safety:.*\n", "", path.read_text(encoding="utf-8")), encoding="utf-8")


def test_a_routine_without_words_on_safety_has_those_of_the_language(own):
    ten = read_routine(ENGLISH)
    assert len(ten.safety) == 6
    assert read_routine(ENGLISH, "five_minutes").safety == ten.safety
    assert read_routine(ENGLISH, "mine").safety == (
        "This is exercise, not medical treatment. If anything hurts, say that it hurts, and we stop.",
    )
    without_safety(own / "mine.yaml")
    assert read_routine(ENGLISH, "mine").safety == ten.safety
    assert guide_book(ENGLISH, routine="mine").usual_safety == ten.safety


@pytest.mark.parametrize(
    ("right", "wrong", "line", "named"),
    [
        ("safety:", "safty:", 3, "unknown key 'safty' in the file; did you mean 'safety'?"),
        ("  - This is exercise, not treatment.", "  - ", 4, "a sentence on safety must be text, not nothing"),
    ],
)
def test_a_mistake_in_a_languages_words_on_safety_is_named_with_file_and_line(tmp_path, right, wrong, line, named):
    folder = shutil.copytree(ENGLISH, tmp_path / "en")
    file = folder / "safety.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    with pytest.raises(SolemateError, match=re.escape(f"{file}:{line}: {named}")):
        read_routine(folder)


def test_words_on_safety_must_stand_somewhere(tmp_path):
    folder = shutil.copytree(ENGLISH, tmp_path / "en")
    (folder / "safety.yaml").unlink()
    with pytest.raises(SolemateError, match=r"ten_foot_stretches\.yaml:\d+: the key 'safety' is missing"):
        read_routine(folder)
