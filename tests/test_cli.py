"""The command line: its output, and that whatever goes wrong is one line that names it, with an exit status."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.cli.main import main
from assistant.file_lock import refuse_second
from assistant.paths import user_folder
from tests.models import make_folder
from tests.speech import conversation, write_wav
from tests.stage import WORDED

ROOT = Path(__file__).parent.parent


# What it answers


def test_routine_lists_the_ten_with_their_facts(capsys):
    assert main(["routine", "--json"]) == 0
    stretches = json.loads(capsys.readouterr().out)
    assert [stretch["id"] for stretch in stretches] == [
        "toe_walking", "toe_stretching", "ankle_circles", "heel_stretches", "foot_massage",
        "resistance_band_stretches", "upward_stretches", "toe_pencil_pickups", "heel_raises", "toe_pressing",
    ]  # fmt: skip
    assert all(stretch[key] for stretch in stretches for key in ("name", "position", "how", "good_for", "dose"))
    assert stretches[4]["needs"] == ["tennis ball"]
    assert stretches[8]["dose"]["repetitions"] == 20
    assert main(["routine"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 10


def test_understand_tells_intent_slots_score_and_whether_it_counts(capsys):
    assert main(["understand", "--json", "start hill stretches", "the weather is nice"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["intent"], first["slots"], first["accepted"]) == (
        "start_stretch", {"stretch": "heel_stretches"}, True,
    )  # fmt: skip
    assert 0 < first["score"] <= 1
    assert (second["intent"], second["accepted"]) == (None, False)


def test_understand_tells_what_comes_of_a_text_in_a_phase(capsys):
    assert main(["understand", "--when", "hold", "--json", "skip this one", "ready", "how much longer"]) == 0
    skip, ready, how_long = map(json.loads, capsys.readouterr().out.splitlines())
    assert (skip["when"], skip["intent"], skip["slots"], skip["also"]) == ("hold", "next", {}, [])
    assert (skip["accepted"], skip["doubtful"], skip["phase_after"]) == (True, False, "getting_ready")
    assert WORDED.routine.stretches[4].name.casefold() in skip["reply"].casefold()
    assert {"tier", "probability", "score", "nearest"} <= set(skip)
    assert (ready["intent"], ready["accepted"], ready["reply"]) == (None, False, "")
    assert (ready["nearest"], ready["phase_after"]) == ("ready", "exercising")
    assert how_long["intent"] == "how_long"  # from the same hold, though the one before it was skipped
    assert how_long["phase_after"] == "exercising"


def test_understand_in_a_phase_is_to_be_read_too(capsys):
    assert main(["understand", "--when", "waiting:ankle_circles", "ready", "the weather is nice"]) == 0
    ready, reply, weather = capsys.readouterr().out.splitlines()
    assert ready.startswith("ready: ready (score ")
    assert ready.endswith("still getting_ready")
    assert reply.strip() == WORDED.replies.text("starting_side", side=WORDED.replies.text("left"))
    assert weather.startswith("the weather is nice: nothing (score ")


def test_the_name_alone_in_one_text_is_no_name_for_the_next_in_a_phase(capsys):
    assert main(["understand", "--name", "coach", "--when", "hold", "--json", "coach", "skip this one"]) == 0
    _name, skip = map(json.loads, capsys.readouterr().out.splitlines())
    assert (skip["intent"], skip["ignored_because"]) == (None, "no name")


def test_listen_gives_a_line_for_each_utterance_and_one_for_a_file_without_any(tmp_path, capsys):
    spoken = conversation(tmp_path / "spoken.wav", [(0.5, "what's next"), (3.0, "start the routine")])
    write_wav(tmp_path / "silence.wav", np.zeros(16000, np.float32))
    assert main(["listen", str(spoken), str(tmp_path / "silence.wav"), "--json", "--recogniser", "built-in"]) == 0
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert [first["intent"], second["intent"], third["intent"]] == ["whats_next", "start_routine", None]
    assert first["file"] == str(spoken)
    assert first["start"] < 0.6 < first["end"] < 2.5 < second["start"]
    assert {"heard", "phonemes", "slots", "score", "accepted", "recogniser"} <= set(first)
    assert not third["accepted"]


def test_what_was_heard_is_told_by_the_same_names_everywhere(tmp_path, capsys, monkeypatch):
    spoken = conversation(tmp_path / "spoken.wav", [(0.5, "what's next")])
    assert main(["understand", "--json", "what's next"]) == 0
    assert main(["listen", "--json", "--recogniser", "built-in", str(spoken)]) == 0
    text, sound = map(json.loads, capsys.readouterr().out.splitlines())
    log = tmp_path / "log.jsonl"
    monkeypatch.setattr(sys, "stdin", io.StringIO("what's next\n"))
    assert main(["--typed", "--log", str(log)]) == 0
    entries = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    logged = next(entry for entry in entries if entry["event"] == "heard")
    told = {"phonemes", "intent", "slots", "score", "margin", "accepted", "doubtful", "nearest", "phrase"} | {
        "recogniser",
        "early",
    }
    where_known = {"tier", "probability"}
    assert set(text) - where_known == told | {"text", "heard"}
    assert set(sound) - where_known == told | {"file", "start", "end", "heard"}
    assert set(logged) - where_known == told | {"t", "event", "text", "speech_start", "speech_end"}
    assert text["heard"] == sound["heard"] == logged["text"] == "what's next"
    assert text["intent"] == sound["intent"] == logged["intent"] == "whats_next"


def test_a_broken_vosk_model_is_named_with_what_is_wrong_and_the_way_out(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = make_folder(user_folder() / "models" / "vosk-model-small-en-us-0.15")
    (folder / "am" / "final.mdl").unlink()
    spoken = conversation(tmp_path / "spoken.wav", [(0.5, "what's next")])
    assert main(["listen", "--recogniser", "vosk", str(spoken)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    for part in (str(folder), "lacks am/final.mdl", "solemate models get vosk-model-small-en-us-0.15"):
        assert part in error
    assert main(["--microphone", str(spoken)]) == 0
    assert "lacks am/final.mdl" in capsys.readouterr().out


def test_listen_goes_on_after_a_file_that_cannot_be_read(tmp_path, capsys):
    spoken = conversation(tmp_path / "spoken.wav", [(0.5, "what's next")])
    assert main(["listen", str(tmp_path / "absent.wav"), str(spoken), "--recogniser", "built-in"]) == 1
    out, err = capsys.readouterr()
    assert "whats_next" in out
    assert "absent.wav" in err


# Bad input


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        (["--language", "xx", "routine"], 2, "xx"),
        (["routine", "--language", "xx"], 2, "there is no language 'xx'; there is: en"),
        (["understand", "--language", "tlh", "pause"], 2, "tlh"),
        (["understand", "--when", "nowhere", "pause"], 2, "there are: idle, telling, waiting"),
        (["understand", "--when", "hold:heel_raises", "pause"], 2, "there are: toe_walking"),
        (["--until-finished"], 2, "--until-finished needs"),
        (["--typed", "--microphone", "in.wav"], 2, "--typed takes no --microphone"),
        (["--speaker", "out.wav"], 2, "--speaker FILE needs --microphone FILE"),
        (["--microphone", "absent.wav"], 1, "absent.wav"),
        (["--devices", "history"], 2, "--devices is the guide's own"),
        (["--typed", "understand", "stop"], 2, "--typed"),
        (["--stay", "service", "status"], 2, "--stay"),
        (["--until-finished", "routine"], 2, "--until-finished"),
        (["--log", "new.jsonl", "listen", "in.wav"], 2, "--log"),
        (["--microphone", "in.wav", "--speaker", "./in.wav"], 2, "would be overwritten"),
        (["--microphone", "in.wav", "--speaker", "out.wav", "--log", "out.wav"], 2, "would be overwritten"),
        (["--microphone", "."], 1, "is a folder"),
        (["models", "get", "no-such-model"], 2, "no-such-model"),
        (["models", "add", "absent.zip"], 1, "absent.zip"),
    ],
)
def test_wrong_use_and_failures_are_told_in_one_line(arguments, status, named, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if arguments[:2] == ["--language", "xx"]:
        arguments = ["--language", "xx", "--typed"]
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
    if arguments == ["--microphone", "."]:
        arguments = ["--microphone", "./"]
    assert main(arguments) == status
    err = capsys.readouterr().err
    assert err.startswith("solemate: ")
    assert named in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--no-such-option"],
        ["dance"],
        ["--recogniser", "parrot"],
        ["--ready-seconds", "soon"],
        ["--ready-seconds", "0"],
    ],
)
def test_options_that_do_not_exist_are_wrong_use(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert arguments[-1].lstrip("-") in capsys.readouterr().err


@pytest.mark.parametrize("command", [["understand", "skip"], ["--typed"]])
@pytest.mark.parametrize(
    ("file", "right", "wrong", "told"),
    [
        ("replies.yaml", "  relax: Relax.", "  relaxx: Relax.", "'relaxx'"),
        ("replies.yaml", "  relax: Relax.", "  relax: Relax {name}.", "name"),
        ("routines/ten_foot_stretches.yaml", "good_for:", "god_for:", "'god_for'"),
        ("sentences/moving.yaml", "  pause:", "  puase:", "'puase'"),
        ("decoys.yaml", "decoys:", "decoy:", "'decoy'"),
    ],
)
def test_a_mistake_in_a_language_is_told_with_file_and_line(
    command, file, right, wrong, told, tmp_path, monkeypatch, capsys
):
    shutil.copytree(ROOT / "intents", tmp_path / "intents")
    path = tmp_path / "intents" / "en" / file
    text = path.read_text(encoding="utf-8")
    line = text[: text.index(right)].count("\n") + 1
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    monkeypatch.setattr("assistant.wiring.data_folder", lambda name: tmp_path / name)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(command) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"solemate: {path}:{line}: ")
    assert told in error


@pytest.mark.parametrize("option", ["--log", "--speaker"])
def test_a_file_that_cannot_be_written_is_named(option, tmp_path, capsys):
    spoken = conversation(tmp_path / "in.wav", [(0.5, "pause")])
    where = tmp_path / "no such folder" / "file.wav"
    assert main(["--microphone", str(spoken), option, str(where), "--recogniser", "built-in"]) == 1
    assert str(where) in capsys.readouterr().err


@pytest.mark.parametrize("command", [["models", "add"], ["routine", "check"], ["--typed", "--routine"]])
def test_a_name_that_no_file_can_have_is_named(command, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("stop\n"))
    assert main([*command, "x" * 300]) == 1
    told = capsys.readouterr().err
    assert "x" * 300 in told
    assert "output" not in told


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has a file that fails when it is read")
def test_a_model_that_cannot_be_read_is_named(capsys):
    assert main(["models", "add", "/proc/self/mem"]) == 1
    assert capsys.readouterr().err.startswith("solemate: cannot read /proc/self/mem: ")


def test_typed_lines_with_a_wrong_time_are_named(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("@soon pause\n"))
    assert main(["--typed"]) == 2
    assert "line 1: '@soon pause'" in capsys.readouterr().err


def test_a_start_that_fails_leaves_no_log_of_an_earlier_run(tmp_path, capsys):
    log = tmp_path / "log.jsonl"
    log.write_text('{"t": 0, "event": "of an earlier run"}\n')
    assert main(["--microphone", str(tmp_path / "absent.wav"), "--log", str(log)]) == 1
    assert "absent.wav" in capsys.readouterr().err
    assert log.read_text() == ""


def test_a_text_that_is_too_long_for_a_command_is_none(capsys):
    assert main(["understand", "a" * 20_000, "start the routine " * 1000]) == 0
    assert [line.rsplit(": ", 1)[1] for line in capsys.readouterr().out.splitlines()] == ["nothing (score 0.00)"] * 2


@pytest.mark.parametrize(
    ("text", "named"),
    [("[" * 100_000, "nested deeper"), ("a: &a [1, 2]\nb: [*a, *a]\n", ":2: not valid YAML: aliases")],
)
def test_a_routine_that_would_take_all_memory_is_refused(text, named, tmp_path, capsys):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["routine", "check", str(path)]) == 1
    assert named in capsys.readouterr().err


def test_a_routine_file_that_is_set_is_found_from_any_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "settings"))
    assert main(["routine", "new", "mine.yaml"]) == 0
    assert main(["settings", "set", "routine", "mine.yaml"]) == 0
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["routine"]) == 0
    assert "there is no routine" not in capsys.readouterr().err


def test_a_log_needs_a_name(capsys):
    assert main(["--typed", "--log", ""]) == 2
    assert "--log needs the name of a file" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--log", "--speaker"])
def test_a_second_solemate_does_not_write_the_same_file(option, tmp_path, capsys, monkeypatch):
    path = tmp_path / "file.wav"
    with path.open("wb") as first:
        refuse_second(first, path, option)
        monkeypatch.setattr("sys.stdin", io.StringIO("stop\n"))
        assert main(["--typed", option, str(path)]) == 2
        assert f"{option} {path}: another Solemate is writing it" in capsys.readouterr().err
        assert path.read_bytes() == b""
    monkeypatch.setattr("sys.stdin", io.StringIO("stop\n"))
    assert main(["--typed", option, str(path)]) == 0
