"""Solemate: a hands-free guide through foot stretches, by voice and wholly offline."""

import os

__version__ = "0.1.0"

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT")
"""What numpy's linear algebra and Silero's model read, each once, when they are loaded: how many threads they take.

Of their own accord they spread each block of sound over all cores, where the threads mostly wait for each other: the
echo canceller and voice activity spent two to five times the processor's time so, and on a busy machine they came late.
"""

for _name in ONE_THREAD:
    os.environ.setdefault(_name, "1")
