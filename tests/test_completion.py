"""What shells complete: commands, options, and the values of settings and arguments."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.cli.completion import SHELLS, script_for
from assistant.cli.main import _parser, main
from assistant.settings.table import SETTINGS

ASK = {
    "bash": """
source "$1"; shift
complete=$(complete -p solemate); function=${complete##*-F }; function=${function%% *}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
"$function" solemate "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
""",
    "fish": 'source $argv[1]; complete -C "$argv[2..-1]" | string split -f1 \\t',
}
"""Asks a shell what it would offer for a command line; zsh has to be asked at its prompt."""


def needs(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}: sudo apt install {shell}")


@pytest.fixture
def written(tmp_path, capsys):
    def write(shell: str) -> Path:
        assert main(["completion", shell]) == 0
        path: Path = tmp_path / f"solemate.{shell}"
        path.write_text(capsys.readouterr().out, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_accepts_it(shell, written):
    needs(shell)
    path = written(shell)
    assert subprocess.run([shell, "-n", str(path)], check=False, timeout=60).returncode == 0


def test_zsh_completes_at_its_prompt(written, tmp_path):
    needs("zsh")
    from tests.terminal import in_terminal

    (tmp_path / "_solemate").write_text(written("zsh").read_text(encoding="utf-8"), encoding="utf-8")
    with in_terminal("-f", program="zsh", environment={"PS1": "ready> "}) as terminal:
        terminal.wait_for("ready>")
        terminal.type(f"fpath=({tmp_path} $fpath); autoload -U compinit; compinit -u -D; print lo''aded\n")
        terminal.wait_for("loaded")
        terminal.type("solemate --routine fi\t")
        terminal.wait_for("solemate --routine five_minutes")
        terminal.type("\x15solemate settings set stri\t")
        terminal.wait_for("solemate settings set strictness")


@pytest.mark.parametrize("shell", ASK)
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        (["solemate", ""], {"routine", "settings", "completion", "doctor"}),
        (["solemate", "--rec"], {"--recogniser"}),
        (["solemate", "--routine", ""], {"ten_foot_stretches", "five_minutes"}),
        (["solemate", "--language", ""], {"en"}),
        (["solemate", "--words", ""], {"full", "short", "sounds"}),
        (["solemate", "--view", ""], {"on", "off"}),
        (["solemate", "settings", "set", ""], set(SETTINGS)),
        (["solemate", "settings", "unset", "str"], {"strictness"}),
        (["solemate", "models", "get", ""], {"vosk-model-small-en-us-0.15"}),
        (["solemate", "completion", ""], set(SHELLS)),
        (["solemate", "understand", "--when", ""], {"idle", "waiting", "open_hold", "asked_pain"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_it_offers_what_can_be_typed(shell, line, offered, written):
    needs(shell)
    words = line if shell == "bash" else [" ".join(line)]
    command = ["-c", ASK[shell], *(["bash"] if shell == "bash" else []), str(written(shell)), *words]
    result = subprocess.run([shell, *command], capture_output=True, text=True, check=True, timeout=60)
    assert offered <= set(result.stdout.split())
    assert line[-1] or "--strictness" not in result.stdout.split() or line == ["solemate", ""]


@pytest.mark.parametrize("shell", ASK)
@pytest.mark.parametrize(
    ("line", "right", "wrong"),
    [
        ("solemate voices play ", set(), {"vosk-model-small-en-us-0.15", "en"}),
        ("solemate languages check ", {"mine"}, {"en", "ko"}),
        ("solemate voices play joe --out ", {"talk.wav"}, {"en"}),
    ],
)
def test_it_offers_no_word_of_another_kind(shell, line, right, wrong, written, tmp_path):
    needs(shell)
    (tmp_path / "mine").mkdir()
    (tmp_path / "talk.wav").touch()
    words = line.split(" ") if shell == "bash" else [line]
    command = ["-c", ASK[shell], *(["bash"] if shell == "bash" else []), str(written(shell)), *words]
    # fish's status is 1 where nothing is offered, or nothing with a description.
    result = subprocess.run([shell, *command], capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    assert result.stderr == ""
    offered = {word.rstrip("/") for word in result.stdout.split()}
    assert right <= offered
    assert not offered & wrong


@pytest.mark.parametrize("shell", SHELLS)
def test_it_holds_every_command_and_option(shell):
    script = script_for(shell, _parser())
    for setting in SETTINGS.values():
        assert setting.flag.lstrip("-") in script
    for command in ("calibrate", "understand", "forget", "unset"):
        assert command in script


def test_a_shell_that_is_not_known_is_wrong_use(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["completion", "elvish"])
    assert "elvish" in capsys.readouterr().err
