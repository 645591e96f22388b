"""What the README says to type and to say really can be typed and said."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.language.understand_text import TextUnderstanding
from assistant.wiring import guide_book, language_folder, phonemizer, phrase_book
from bench.people import Row, Typist

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

BLOCKS = [line for block in re.findall(r"^```\n(.*?)^```", README, re.M | re.S) for line in block.splitlines()]
SPANS = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", README)
LINES = [line for line in BLOCKS + SPANS if re.match(r"(SOLEMATE_FETCH=no )?(script/|solemate )", line)]
SHOWN = re.compile(r"  (\d+):(\d\d\.\d)  (.*)")
"""A line that a session prints: its time, and what is said."""

VERSION = "1.51"
"""The version of eSpeak NG behind the times in the README; another one speaks up to a tenth slower or faster."""

SECTION = README.partition("## Ten things to say")[2].partition("\n## ")[0]
OWN_WORDS = re.findall(r'^\| ([a-z ]+) \| "([^"]+)" \|', SECTION, re.M)
"""What the guide is doing, and what somebody says then in their own words."""

SAID = re.findall(r'"([^"]+)"', SECTION.partition("while it")[0])

PHASES = {"waits": "waiting", "holds": "hold", "rests": "rest", "is paused": "paused", "has not begun": "idle"}


@pytest.mark.parametrize("line", sorted({line for line in LINES if "..." not in line}))
def test_each_command_line_is_one(line):
    words = [word for word in shlex.split(line.partition(" > ")[0], comments=True) if not word.startswith("SOLEMATE_")]
    if words[0].startswith("script/"):
        assert os.access(ROOT / words[0], os.X_OK)
    elif "--help" in words:
        with pytest.raises(SystemExit, match="0"):
            main._parser().parse_args(words[1:])
    else:
        assert callable(main._parser().parse_args(words[1:]).run)


def test_each_thing_to_say_is_understood():
    folder = language_folder("en")
    speller = phonemizer("en")
    understanding = TextUnderstanding.of(phrase_book(folder, guide_book(folder).routine, speller), speller)
    assert len(SAID) >= 10
    understood = {text: understanding.utterance(text).match for text in SAID if not text.startswith("skip this")}
    assert {text for text, match in understood.items() if not match.accepted} == set()


def test_ten_things_in_peoples_own_words_do_what_is_promised():
    typist = Typist()
    meant = [(said, _meant(typist, PHASES[phase], said)) for phase, said in OWN_WORDS]
    assert dict(meant) == {
        "hang on, I'm still getting down on the floor": ["wait"],
        "right, I'm on my back": ["ready"],
        "I'm ready, but how long is it?": ["ready", "dose"],
        "ow ow ow, my calf": ["hurts"],
        "I feel a bit faint": ["hurts"],
        "is it over yet": ["how_long"],
        "can you give me ten more seconds": ["add_hold"],
        "a longer break would be nice": ["more_rest"],
        "sorry about that, where were we": ["where_am_i"],
        "nothing on the floor today please": ["leave_out"],
    }


def _meant(typist: Typist, phase: str, said: str) -> list[str]:
    return [each.intent for each in typist.outcome(Row(phase, said, (), or_nothing=True)).meant if not each.doubtful]


def shown(lines: list[str]) -> list[tuple[float, str]]:
    """The lines that a session shows: seconds, and what is said."""
    found = [SHOWN.fullmatch(line) for line in lines]
    return [(60 * int(each[1]) + float(each[2]), each[3]) for each in found if each]


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs eSpeak NG")
def test_the_lines_of_the_session_from_a_file_are_shown_at_their_times(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    speak, lead = (shlex.split(line) for line in BLOCKS if "say.wav" in line)
    subprocess.run(speak, check=True)
    # As a fresh setup has it, without the natural voice, and without a model that would have to be fetched.
    assert main.main([*lead[1:], "--voice", "system", "--recogniser", "built-in"]) == 0
    heard = shown(capsys.readouterr().out.splitlines())
    told = shown(BLOCKS)
    assert len(told) == 5
    version = subprocess.run(["espeak-ng", "--version"], check=True, capture_output=True, text=True).stdout
    differs = 0.005 if f" {VERSION} " in version else 0.1
    for time, text in told:
        assert time == pytest.approx(next(t for t, said in heard if said == text), abs=0.3, rel=differs)
