"""What all tests share: whose settings they see, which may run at the same time, and that Ctrl-C reaches programs."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

# A shell starts background jobs with Ctrl-C ignored, which is inherited by each program that a test starts and
# interrupts. A handler of our own is not inherited, so those programs start as from a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)

# xdist says how wide its terminal is; a program in a terminal of its own would believe that.
for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)

REAL_TIME = {"test_real_time", "test_voices_live", "test_devices", "test_calibration", "test_doctor", "test_faults"}
"""Files with sound devices: one after the other, as their sound goes in real time and must not falter."""

FIRST = (
    "real_time",
    "test_session",
    "test_walk",
    "test_docs",
    "test_sentences",
    "test_killed",
    "test_installed",
    "test_view",
    "test_page_browser",
)
"""The groups that take longest, the longest first: whatever is left at the end is short."""


def group_of(nodeid: str) -> str:
    """What one process runs: a file, as its tests share what is made for them, or all files with sound devices."""
    name = Path(nodeid.partition("::")[0]).stem
    return "real_time" if name in REAL_TIME else name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (*FIRST, group_of(item.nodeid)).index(group_of(item.nodeid)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The groups, as given by names: the marks of xdist 3.8 are lost with pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return ByGroup(config, log)


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    """Default settings, except that the system's voice speaks, whatever else is installed: it is the quickest."""
    folder = tmp_path_factory.getbasetemp() / "settings"
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text('voice = "system"\n')
    monkeypatch.setenv("SOLEMATE_CONFIG", str(folder))
