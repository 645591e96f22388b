"""The wheel, built and unpacked elsewhere: the data of the top folders is inside, and the program finds it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that the wheel is unpacked into, as pip does."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed (it comes with the extra 'test')")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True, timeout=120)
    (wheel,) = folder.glob("solemate-*.whl")
    with zipfile.ZipFile(wheel) as zipped:
        zipped.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, *words: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(installed)}
    result = subprocess.run(
        [sys.executable, *words], cwd=installed.parent, env=env, capture_output=True, text=True, check=True, timeout=60
    )
    return result.stdout


@pytest.mark.parametrize("name", ["intents", "models"])
def test_the_data_is_inside(installed, name):
    def files(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert files(installed / "assistant" / "data" / name) == files(ROOT / name)


def test_only_the_package_is_inside(installed):
    assert sorted(path.name for path in installed.iterdir()) == ["assistant", "solemate-0.1.0.dist-info"]
    assert (installed / "assistant" / "py.typed").exists()
    assert "solemate = assistant.__main__:main" in (installed / "solemate-0.1.0.dist-info/entry_points.txt").read_text()


def test_the_installed_program_finds_its_data(installed):
    script = "import assistant.paths as d; print(d.data_folder('intents'), d.data_folder('models'), sep='\\n')"
    inside = installed / "assistant" / "data"
    assert run(installed, "-c", script).splitlines() == [str(inside / "intents"), str(inside / "models")]
    assert "vosk-model-small-en-us-0.15" in run(installed, "-m", "assistant", "models")
