"""Solemate: a hands-free guide through foot stretches, controlled by voice and entirely offline."""

import os

__version__ = "0.1.0"

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT")
"""The variables from which numpy's linear algebra and Silero's model take their number of threads, once, when they are
loaded.

By default they spread each block of sound over all cores, where the threads mostly wait for each other and fall behind
on a busy machine. See docs/tuning.md."""

for _name in ONE_THREAD:
    os.environ.setdefault(_name, "1")
