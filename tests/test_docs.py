"""Every command line in README.md and docs/ is run as it is, in an empty home, or there is a reason why not."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.cli import main
from bench import __main__ as bench

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md"))]

COMMANDS = ("solemate", "script/", "espeak-ng", "printf", "SOLEMATE_FETCH=")
"""How a line of a block begins if it is a command, not output."""

NOT_RUN = {
    r"(SOLEMATE_FETCH=no )?script/": "takes minutes, or sets up an environment; tests/test_scripts.py runs the scripts",
    r"solemate (--devices|calibrate|doctor)": "needs sound devices; see tests/test_doctor.py and test_real_time.py",
    r"solemate --(microphone USB|speaker Headphones)": "needs such a device",
    r"solemate --(recogniser|ready-seconds|words|routine|plain|page|mqtt) ": "listens until it is stopped",
    r"solemate service (install|status|remove)": "needs a session of systemd's; tests/test_service.py has a stand-in",
    r"solemate voices play joe": "needs the natural voice and a loudspeaker; tests/test_piper_engine.py has the voice",
    r"solemate models (get|add)": "needs a network, or a model; tests/test_cli_models.py has both",
}
"""Lines of the README that are not run, and why; in docs/, a comment before the block says so."""

SHELLS_FOLDERS = (".local/share/bash-completion/completions", ".zfunc", ".config/fish/completions")
"""Where shells keep completions; the folders exist where such a shell is set up."""

REMARK = "<!-- not run: "


@dataclass(frozen=True)
class Line:
    """A command line, and why it is not run (None if it is)."""

    text: str
    reason: str | None


def lines(path: Path) -> list[Line]:
    text = path.read_text(encoding="utf-8")
    found = []
    for reason, kind, block in re.findall(rf"(?:{REMARK}([^\n]+) -->\n)?^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        for line in block.splitlines() if kind == ("" if path == README else "sh") else ():
            if path != README or line.startswith(COMMANDS):
                known = next((why for start, why in NOT_RUN.items() if re.match(start, line)), None)
                found.append(Line(line, reason or (known if path == README else None)))
    return found


def test_the_docs_are_there_and_have_commands():
    assert {path.name for path in DOCUMENTS} >= {
        "README.md", "routines.md", "how-it-works.md", "privacy.md", "benchmarks.md", "raspberry-pi.md",
        "installing.md",
    }  # fmt: skip
    assert sum(line.reason is None for path in DOCUMENTS for line in lines(path)) >= 20


@pytest.mark.parametrize("start", NOT_RUN)
def test_each_reason_is_needed(start):
    assert any(re.match(start, line.text) for line in lines(README))


@pytest.mark.timeout(240)
@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng speaks, and is not there")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_each_command_line_runs(path, tmp_path):
    """One after the other in one folder, as somebody who follows the document would."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "SOLEMATE_"))}
    env = {**kept, "HOME": str(tmp_path), "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"}
    for folder in SHELLS_FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
    for line in lines(path):
        if line.reason is not None:
            continue
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", line.text],
            cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line.text}: {done.stdout[-500:]}{done.stderr[-500:]}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_is_not_run_is_there_all_the_same(path, monkeypatch):
    for line in lines(path):
        words = shlex.split(line.text, comments=True)
        if line.reason is None or not words:
            continue
        words = [word for word in words if not word.startswith("SOLEMATE_")]
        if words[0] == "script/bench":
            monkeypatch.setattr("sys.argv", words)
            bench._arguments()
        elif words[0].startswith("script/"):
            assert os.access(ROOT / words[0], os.X_OK)
        if words[0] == "solemate" or (words[0] == "script/run" and "--help" not in words):
            assert callable(main._parser().parse_args(words[1:]).run)


@pytest.mark.parametrize("path", DOCUMENTS[1:], ids=lambda path: path.name)
def test_each_file_and_command_that_is_named_is_there(path):
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / target).exists()
    for span in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text):
        if re.fullmatch(r"(assistant|intents|models|tests|script)/[\w./-]*", span):
            assert (ROOT / span).exists(), span
        elif re.match(r"solemate [a-z]", span):
            assert callable(main._parser().parse_args(shlex.split(span)[1:]).run)
