"""Sound is computed in the calling thread, and in no others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import ONE_THREAD

THREADS = Path("/proc/self/task")

BUSY = f"""
import os
from assistant.front_end.vad import CHUNK, SileroActivity
import numpy as np
loud = np.full(CHUNK, 0.1, np.float32)
square = np.ones((300, 300))
activity = SileroActivity()
for _ in range(3):
    activity(loud), square @ square, np.dot(square.ravel(), square.ravel())
print(len(os.listdir("{THREADS}")))
"""
"""Voice activity and linear algebra, in sizes that would be spread over the cores."""


def threads(**environment: str) -> int:
    """How many threads a new process has after some computing."""
    given = {name: value for name, value in os.environ.items() if name not in ONE_THREAD} | environment
    done = subprocess.run([sys.executable, "-c", BUSY], env=given, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not THREADS.exists(), reason=f"there is no {THREADS} to count threads in")
def test_computing_begins_no_threads_unless_the_environment_says_so() -> None:
    assert threads() == 1
    assert threads(**dict.fromkeys(ONE_THREAD, "2")) > 1
