"""The picture of the view in the README: a run of today looks the same, and it fetches nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench import terminal_picture
from bench.voices import espeak_missing

ROOT = Path(__file__).parent.parent
COMMITTED = (ROOT / terminal_picture.PICTURE).read_text(encoding="utf-8")


@pytest.mark.skipif(espeak_missing() is not None, reason="the person in the picture speaks with eSpeak NG")
def test_a_run_of_today_looks_like_the_picture(tmp_path, monkeypatch):
    """Where the view was changed: script/picture takes another one."""
    monkeypatch.setattr("sys.argv", ["picture", str(tmp_path / "terminal.svg")])
    assert terminal_picture.main() == 0
    taken = (tmp_path / "terminal.svg").read_text(encoding="utf-8")
    assert terminal_picture.text_of(taken) == terminal_picture.text_of(COMMITTED)
    assert sum("█" in line for line in terminal_picture.text_of(taken)) == 10


def test_the_picture_is_in_the_readme_and_fetches_nothing():
    assert f"({terminal_picture.PICTURE})" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert not re.findall(r"(?:url\(|src=|href=)[\"']?https?:", COMMITTED)


def test_a_picture_that_cannot_be_written_is_told_of(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(terminal_picture, "rows_of_a_run", lambda: ())
    monkeypatch.setattr("sys.argv", ["picture", str(tmp_path / "absent" / "terminal.svg")])
    assert terminal_picture.main() == 1
    assert "cannot write" in capsys.readouterr().err
