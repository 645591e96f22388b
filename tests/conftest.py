"""What all tests share: whose settings they see, which may run at the same time, and that Ctrl-C reaches programs."""

from __future__ import annotations

import signal

import pytest

# A shell starts background jobs with Ctrl-C ignored, which is inherited by each program that a test starts and
# interrupts. A handler of our own is not inherited, so those programs start as from a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)

FIRST = ("real_time", "test_session", "test_sentences", "test_installed", "test_view", "test_confirmation")
"""The groups that take longest, the longest first: whatever is left at the end is short."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process, as they share what is made for them; a test may name another group."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    group = item.get_closest_marker("xdist_group")
    assert group is not None
    return FIRST.index(group.args[0]) if group.args[0] in FIRST else len(FIRST)


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    """Default settings, except that the system's voice speaks, whatever else is installed: it is the quickest."""
    folder = tmp_path_factory.getbasetemp() / "settings"
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text('voice = "system"\n')
    monkeypatch.setenv("SOLEMATE_CONFIG", str(folder))
