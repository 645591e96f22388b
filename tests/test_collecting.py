"""Python's garbage collector leaves alone what stays."""

from __future__ import annotations

import gc
import weakref

import pytest

from assistant.collecting import kept_for_good, nothing_to_collect


class Ring:
    """Refers to itself, so that only the collector can tell that nobody needs it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_there_is_not_looked_at_and_what_comes_later_is():
    before = gc.get_freeze_count()
    old = [Ring() for _ in range(1000)]
    with kept_for_good():
        assert gc.get_freeze_count() > before + len(old)
        new = weakref.ref(Ring())
        gc.collect()
        assert new() is None
    assert gc.get_freeze_count() == 0


def test_after_it_all_is_looked_at_again():
    with pytest.raises(RuntimeError), kept_for_good():
        raise RuntimeError("what the program met with")
    ring = weakref.ref(Ring())
    gc.collect()
    assert ring() is None


def test_while_much_is_made_nothing_is_collected_and_the_collector_is_as_before():
    with nothing_to_collect():
        assert not gc.isenabled()
        with nothing_to_collect():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
