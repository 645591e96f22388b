"""Runs measurements in several processes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from multiprocessing import get_context
from typing import TypeVar

from assistant.view.progress_bar import counting_bar

WORKERS = 2
"""Processes that listen at once; each holds a recogniser of its own."""

Job = TypeVar("Job")
Result = TypeVar("Result")


def over(jobs: Sequence[Job], work: Callable[[Job], Result], chunk: int = 1) -> list[Result]:
    """The results of the work on each of the jobs, in order."""
    if not jobs:
        return []
    with get_context("spawn").Pool(min(WORKERS, len(jobs))) as pool:
        results: list[Result] = []
        with counting_bar("measured") as told:
            for result in pool.imap(work, jobs, chunksize=chunk):
                results.append(result)
                told(len(results), len(jobs))
        return results
