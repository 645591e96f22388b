"""When Python's garbage collector looks at what there is.

It holds the interpreter as long as it looks, which takes longer the more objects there are: a tenth of a second on a
server with the phrases loaded, and several on a small computer. The loudspeaker runs out of sound meanwhile (see
docs/tuning.md).
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def nothing_to_collect() -> Iterator[None]:
    """Don't look while many objects are created that are all going to stay."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def kept_for_good() -> Iterator[None]:
    """Never look at what there is now, only at what is created from now on."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
