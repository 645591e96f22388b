"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.files import SHARED, write_whole

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("content", ["안녕\r\n", b"\0\xff"])
def test_what_is_written_is_there_to_the_byte(tmp_path, content):
    path = tmp_path / "new" / "folder" / "file"
    write_whole(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert os.listdir(path.parent) == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_new_file_has_the_mode_wanted_and_an_old_one_keeps_its_own(tmp_path):
    usual = os.umask(0o022)
    try:
        write_whole(tmp_path / "private", "")
        write_whole(tmp_path / "shared", "", mode=SHARED)
        (tmp_path / "old").touch()
        (tmp_path / "old").chmod(0o640)
        write_whole(tmp_path / "old", "")
    finally:
        os.umask(usual)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"private": 0o600, "shared": 0o644, "old": 0o640}


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch, failing):
    path = tmp_path / "file"
    write_whole(path, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"os.{failing}", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new", durable=True)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that kills")
def test_a_process_killed_before_the_last_step_leaves_the_old_file(tmp_path):
    path = tmp_path / "file"
    write_whole(path, "old")
    script = (
        "import os, signal, sys; from pathlib import Path; from assistant.files import write_whole\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_whole(Path(sys.argv[1]), 'new')"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == -9
    assert path.read_text() == "old"
