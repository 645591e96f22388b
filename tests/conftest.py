"""What all tests share: none sees the settings of the person running them, and Ctrl-C reaches the programs they
start."""

from __future__ import annotations

import signal

import pytest

# A shell starts background jobs with Ctrl-C ignored, which is inherited by each program that a test starts and
# interrupts. A handler of our own is not inherited, so those programs start as from a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    """Default settings, except that the system's voice speaks, whatever else is installed: it is the quickest."""
    folder = tmp_path_factory.getbasetemp() / "settings"
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text('voice = "system"\n')
    monkeypatch.setenv("SOLEMATE_CONFIG", str(folder))
