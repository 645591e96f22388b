"""What all tests share: whose settings they see, which may run at the same time, and that Ctrl-C reaches programs."""

from __future__ import annotations

import fcntl
import os
import signal
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

# A shell starts background jobs with Ctrl-C ignored, which is inherited by each program that a test starts and
# interrupts. A handler of our own is not inherited, so those programs start as from a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)

# xdist says how wide its terminal is; a program in a terminal of its own would believe that.
for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)

REAL_TIME = {
    "test_real_time", "test_voices_live", "test_devices", "test_calibration", "test_doctor", "test_ducking",
    "test_faults",
}  # fmt: skip
"""Files with sound devices: one after the other, as their sound goes in real time and must not falter."""

LOCKS = "SOLEMATE_TEST_LOCKS"
"""The environment variable with the folder of the locks that the processes of one run share."""

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


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # not in one of the processes
        folder = tempfile.TemporaryDirectory(prefix="solemate-locks-")
        config.add_cleanup(folder.cleanup)
        os.environ[LOCKS] = folder.name


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    # First, so that no test's time is counted while it waits for others.
    with beside_others(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@contextmanager
def beside_others(*, alone: bool) -> Iterator[None]:
    """Let other processes test meanwhile, or `alone` none of them.

    Who wants to be alone takes the turn first, so that nobody begins another test before all have ended theirs.
    """
    folder = Path(os.environ[LOCKS])
    with (folder / "turn").open("w") as turn, (folder / "testing").open("w") as testing:
        fcntl.flock(turn, fcntl.LOCK_EX)
        fcntl.flock(testing, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_UN)
        yield


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    """Default settings, except that the system's voice speaks, whatever else is installed: it is the quickest."""
    folder = tmp_path_factory.getbasetemp() / "settings"
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text('voice = "system"\n')
    monkeypatch.setenv("SOLEMATE_CONFIG", str(folder))
