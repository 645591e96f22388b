"""Keeps two Solemates from writing the same file, which would garble it.

It locks the file itself, so no lock file is left behind, and the lock of a process that is killed is released. The
library filelock would only replace the system call; which files are locked, and what is said then, would stay here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

from assistant.errors import UsageError


def lock(file: IO[Any]) -> None:
    """Lock the file until it is closed. Raises OSError if it can't be locked at once.

    Where another program holds the lock, that is a BlockingIOError, except on Windows.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def refuse_second(file: IO[bytes], path: Path, option: str) -> None:
    """Lock the file that `option` named until it is closed. Raises UsageError if another Solemate is writing it.

    Special files such as /dev/null may be written by anybody. Nothing is locked on Windows, where a lock would keep
    others from reading the file.
    """
    if sys.platform == "win32" or not path.is_file():
        return
    try:
        lock(file)
    except BlockingIOError as error:
        raise UsageError(f"{option} {path}: another Solemate is writing it", "choose another name") from error
    except OSError:
        return  # a file system without locks: there it is up to the user


def taken(path: Path, option: str) -> IO[bytes] | None:
    """The file, created if need be and locked, to be kept open while another part of the program writes it.

    None if it can't be opened; whoever writes it will report why. Raises UsageError as `refuse_second` does.
    """
    if path.exists() and not path.is_file():
        return None
    try:
        file = path.open("ab")
    except OSError:
        return None
    try:
        refuse_second(file, path, option)
    except UsageError:
        file.close()
        raise
    return file
