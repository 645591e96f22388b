"""What all tests share: none sees the settings of whoever runs them, and Ctrl-C reaches the programs they start."""

from __future__ import annotations

import signal

import pytest

# A shell starts what it runs in the background with Ctrl-C ignored, and that is handed down to each program that a test
# starts and interrupts. A handler of our own is not handed down: they begin as from a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    """Nobody's settings but one: the system's voice speaks, whatever is installed beside it; it is the quickest."""
    folder = tmp_path_factory.getbasetemp() / "settings"
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text('voice = "system"\n')
    monkeypatch.setenv("SOLEMATE_CONFIG", str(folder))
