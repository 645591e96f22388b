"""The shell scripts, run for real; where they would install something, only their helpers are stand-ins."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = [ROOT / "script" / name for name in ("setup", "run", "test", "lint", "format", "bench", "lock")] + [
    ROOT / ".ci" / "run"
]
TOOLS: tuple[str, ...] = (
    "bash",
    "basename",
    "cat",
    "dirname",
    "env",
    "find",
    "flock",
    "grep",
    "id",
    "mkdir",
    "mktemp",
    "mv",
    "readlink",
)
TOOLS += ("rm", "sleep", "tail", "touch", "uname")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the scripts set up Linux systems")


def call(script: Path, *words: str, path: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a script; with `path`, nothing but what is in that folder is found."""
    if path is not None:
        env["PATH"] = str(path)
    bash = shutil.which("bash") or "bash"
    return subprocess.run(
        [bash, script, *words],
        cwd="/",
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path):
    """A copy of what setup needs, in a folder whose name has spaces."""
    folder = tmp_path / "my foot stretches"
    shutil.copytree(ROOT / "script", folder / "script")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def tools(tmp_path):
    """A folder with the usual tools; as on a fresh Debian there is neither a library nor a helper, nor yet a Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not on this machine")
        (folder / name).symlink_to(found)
    stand_in(folder, "ldconfig", "exit 0")
    stand_in(folder, "dpkg-query", "exit 1")
    return folder


def stand_in(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!{shutil.which('bash')}\n{body}\n")
    path.chmod(0o755)


def test_the_shell_scripts_are_sound():
    shellcheck = shutil.which("shellcheck", path=str(Path(sys.executable).parent)) or shutil.which("shellcheck")
    if shellcheck is None:
        pytest.skip("shellcheck is not installed (it comes with the extra 'lint')")
    scripts = [path for path in SCRIPTS if path.exists() and re.match(r"#!.*sh\b", path.read_text())]
    assert len(scripts) >= 6
    found = subprocess.run([shellcheck, *scripts], capture_output=True, text=True, check=False)
    assert found.stdout + found.stderr == ""


def test_the_scripts_can_be_started():
    assert [path.name for path in SCRIPTS if path.exists() and not os.access(path, os.X_OK)] == []


def test_a_second_setup_has_nothing_to_do():
    if not (ROOT / ".venv" / ".solemate-dev").exists():
        pytest.skip("this checkout was not set up with script/setup")
    for kind in ("dev", "run"):
        again = call(ROOT / "script" / "setup", kind)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_an_unknown_kind_is_refused(checkout):
    result = call(checkout / "script" / "setup", "everything")
    assert (result.returncode, result.stdout) == (2, "")
    assert "unknown kind 'everything'" in result.stderr


@pytest.mark.parametrize("sudo", ["none", "asks for a password"])
def test_without_rights_the_line_to_run_is_told(checkout, tools, sudo):
    stand_in(tools, "id", "echo 1000")
    stand_in(tools, "apt-get", "echo apt-get must not be called >&2; exit 1")
    (tools / "python3").symlink_to(sys.executable)
    line = "su -c 'apt-get update && apt-get install libportaudio2 espeak-ng"
    if sudo != "none":
        stand_in(tools, "sudo", "echo 'a password is required' >&2; exit 1")
        line = "sudo apt-get update && sudo apt-get install libportaudio2 espeak-ng"
    result = call(checkout / "script" / "run", path=tools)
    assert (result.returncode, result.stdout) == (1, "")
    assert f"please run: {line}" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (checkout / ".venv").exists()


def apt(tools: Path, log: Path, body: str) -> None:
    stand_in(tools, "apt-get", f'echo "$DEBIAN_FRONTEND: $*" >>"{log}"\n{body}')
    stand_in(tools, "id", "echo 0")


def test_the_lists_are_brought_up_to_date_only_if_that_is_needed(checkout, tools, tmp_path):
    apt(
        tools,
        tmp_path / "log",
        f'case "$*" in *update) touch "{tmp_path}/updated" ;; *) [ -e "{tmp_path}/updated" ] ;; esac',
    )
    stand_in(tools, "python3", '[ "$1" != -m ]')  # new enough, but makes no virtual environment
    result = call(checkout / "script" / "setup", path=tools)
    assert "The virtual environment could not be made" in result.stderr
    calls = [re.sub(r"-\S+( DPkg\S+)? ", "", line) for line in (tmp_path / "log").read_text().splitlines()]
    install = "noninteractive: install libportaudio2 espeak-ng"
    assert calls == [install, "noninteractive: update", install]


def test_a_failing_apt_is_told_with_what_it_said(checkout, tools, tmp_path):
    apt(tools, tmp_path / "log", "echo 'E: Unable to fetch some archives' >&2; exit 100")
    (tools / "python3").symlink_to(sys.executable)
    result = call(checkout / "script" / "setup", path=tools)
    assert result.returncode == 1
    assert "E: Unable to fetch some archives" in result.stderr
    assert "run this again, or: apt-get update && apt-get install libportaudio2 espeak-ng" in result.stderr


def there(tools: Path) -> None:
    """All system packages are there."""
    stand_in(tools, "dpkg-query", "echo -n installed")


def test_an_old_python_is_told(checkout, tools):
    there(tools)
    stand_in(tools, "python3", 'case "$1" in --version) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    result = call(checkout / "script" / "setup", path=tools)
    assert result.returncode == 1
    assert result.stderr == "solemate: Python 3.10 or newer is needed, and this is Python 3.9.2\n"


def test_no_python_is_told(checkout, tools):
    there(tools)
    result = call(checkout / "script" / "setup", path=tools)
    assert result.returncode == 1
    assert "no python3 is there; please run: sudo apt-get install python3" in result.stderr


def test_offline_the_first_time_is_told_and_the_next_begins_anew(checkout, tools):
    there(tools)
    (tools / "python3").symlink_to(sys.executable)
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".solemate-unfinished").touch()
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:1", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"}
    result = call(checkout / "script" / "setup", path=tools, **offline)
    assert result.returncode == 1
    assert "unfinished or broken; making it anew" in result.stderr
    assert "The Python packages could not be installed (see above); is there a network?" in result.stderr
    assert (checkout / ".venv" / ".solemate-unfinished").exists()
    assert not list((checkout / ".venv").glob(".solemate-run*"))


@pytest.mark.parametrize(("closed", "way"), [("", "make a clone of your own"), (".venv", "move it away")])
def test_who_may_not_write_the_folder_is_told_what_they_can_do(checkout, closed, way):
    (checkout / ".venv").mkdir()
    folder = checkout / closed
    folder.chmod(0o555)
    command = ["bash", str(checkout / "script" / "setup")]
    if os.geteuid() == 0:  # whom no mode keeps from writing, unless that right is given up
        setpriv = shutil.which("setpriv") or pytest.skip("setpriv is not on this machine")
        command = [setpriv, "--bounding-set=-dac_override", *command]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    folder.chmod(0o755)
    assert done.returncode == 1
    assert f"{folder} can't be written" in done.stderr.replace("//", "/")
    assert way in done.stderr
    assert "remove" not in done.stderr
