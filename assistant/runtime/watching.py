"""Tells the watchers of a session what happens, and gets over those that fail: the guide does not depend on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.entries import Entry, Trouble, Watcher
from assistant.errors import SolemateError


@dataclass
class _Watched:
    watch: Watcher
    fails: bool = False


class Watching:
    """Calls each watcher with each entry.

    If it `goes_on`, one that fails is told of to the others, once until it works again; else its error is raised.
    """

    def __init__(self, watchers: Iterable[Watcher], *, goes_on: bool) -> None:
        self._watched = [_Watched(watch) for watch in watchers]
        self._goes_on = goes_on

    def __call__(self, entry: Entry) -> None:
        """Tell all of them."""
        for each in self._watched:
            if not self._goes_on:
                each.watch(entry)
                continue
            try:
                each.watch(entry)
            except Exception as error:  # a full disk, a closed terminal, a fault in a view: somebody is being guided
                if not each.fails:
                    each.fails = True
                    self._tell_others(each, Trouble(entry.t, "output", _message(error)))
            else:
                if each.fails:
                    each.fails = False
                    self._tell_others(each, Trouble(entry.t, "output", "what happens can be written again"))

    def _tell_others(self, failing: _Watched, trouble: Trouble) -> None:
        for each in self._watched:
            if each is not failing and not each.fails:
                try:
                    each.watch(trouble)
                except Exception:
                    each.fails = True


def _message(error: Exception) -> str:
    if isinstance(error, SolemateError):
        return str(error)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else repr(error)
    return f"what happens can't be shown: {reason}"
