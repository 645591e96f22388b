"""Fetches a file from the first of several sources that has it: resumes where it stopped, and verifies the result."""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import queue
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant import __version__
from assistant.errors import SolemateError
from assistant.models.integrity import file_sha256
from assistant.models.unzip import Progress

TIMEOUT = 20.0
"""Seconds without a byte after which a source is given up."""

RESUMES = 20
"""How often an interrupted transfer from one source is resumed, as long as each attempt brings something."""

CHUNK = 1 << 16
"""Bytes read at a time."""


class _SourceError(Exception):
    """Why a source did not deliver the file."""


def fetch(
    sources: Sequence[str],
    target: Path,
    size: int,
    sha256: str,
    *,
    progress: Progress | None = None,
    timeout: float = TIMEOUT,
) -> None:
    """Fetch a file of `size` bytes with the checksum `sha256` to `target`, from the first source that delivers it.

    What has come so far stays in `target` + ".part" if it is interrupted, and the next call resumes there, from
    whichever source: the checksum is of the whole file. Proxies are taken from the environment. `timeout` is in
    seconds. Raises SolemateError with a reason for each source, or if the file can't be written.
    """
    part = part_of(target)
    reasons = []
    for source in sources:
        try:
            _fetch_from(source, part, size, sha256, progress, timeout)
        except _SourceError as error:
            reasons.append(f"{urlsplit(source).netloc}: {error}")
        else:
            os.replace(part, target)
            return
    raise SolemateError("; ".join(reasons))


def part_of(target: Path) -> Path:
    """The file for what has come so far of `target`."""
    return target.with_name(target.name + ".part")


def reachable(sources: Sequence[str], seconds: float) -> bool:
    """Whether one of the sources answers within `seconds`; looking up its name counts too."""
    answers: queue.Queue[bool] = queue.Queue()

    def ask(source: str) -> None:
        try:
            with _open(urllib.request.Request(source, method="HEAD", headers=_headers()), seconds):
                answers.put(True)
        except (OSError, http.client.HTTPException):
            answers.put(False)

    for source in sources:
        threading.Thread(target=ask, args=(source,), daemon=True).start()
    with contextlib.suppress(queue.Empty):
        return any(answers.get(timeout=seconds) for _ in sources)
    return False


def _fetch_from(source: str, part: Path, size: int, sha256: str, progress: Progress | None, timeout: float) -> None:
    """Fill `part` from one source. Raises _SourceError."""
    all_from_here = False
    for _ in range(RESUMES):
        before = _size(part)
        all_from_here = all_from_here or before == 0
        broke_off = None
        if before < size:
            broke_off = _transfer(source, part, before, size, progress, timeout)
        if _size(part) >= size:
            if _size(part) == size and file_sha256(part) == sha256:
                return
            part.unlink()
            if all_from_here:
                raise _SourceError("what came has the wrong checksum; it was deleted")
        elif _size(part) <= before:
            raise _SourceError(broke_off or "nothing came")
    raise _SourceError("broke off again and again")


def _transfer(source: str, part: Path, before: int, size: int, progress: Progress | None, timeout: float) -> str | None:
    """Append to `part` what the source sends; the reason if the transfer is interrupted.

    Raises _SourceError if the source refuses or offers something else, SolemateError if the file can't be written.
    """
    request = urllib.request.Request(source, headers=_headers())
    if before:
        request.add_header("Range", f"bytes={before}-")
    try:
        with _open(request, timeout) as response:
            start = _start(response, before, size)
            return _copy(response, part, start, size, progress)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and before:
            part.unlink()
        raise _SourceError(f"answers {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise _SourceError(_reason(error)) from error


def _start(response: http.client.HTTPResponse, before: int, size: int) -> int:
    """The position in the file at which the response begins. Raises _SourceError if it isn't the file."""
    if response.headers.get_content_type() == "text/html":
        raise _SourceError("sends a web page, not the file")
    if response.status == http.HTTPStatus.PARTIAL_CONTENT:
        offered = response.headers.get("Content-Range", "")
        if offered.removeprefix("bytes ").split("-")[0] != str(before) or offered.rpartition("/")[2] not in (
            str(size),
            "*",
        ):
            raise _SourceError(f"offers another part than asked for ({offered or 'it does not say which'})")
        return before
    length = response.headers.get("Content-Length")
    if length is not None and length != str(size):
        raise _SourceError(f"has a file of {length} bytes, not of {size}")
    return 0


def _copy(
    response: http.client.HTTPResponse, part: Path, start: int, size: int, progress: Progress | None
) -> str | None:
    """Write the response to `part` from `start` on, one byte more than `size` at most; the reason if interrupted."""
    done = start
    with _writing(part, "r+b" if start else "wb") as file:
        file.seek(start)
        file.truncate()
        while done <= size:
            try:
                block = response.read(min(CHUNK, size + 1 - done))
            except (OSError, http.client.HTTPException) as error:
                return _reason(error)
            if not block:
                break
            try:
                file.write(block)
                file.flush()
            except OSError as error:
                raise _cannot_write(part, error) from error
            done += len(block)
            if progress:
                progress(min(done, size), size)
    return "the transfer broke off" if done < size else None


def _writing(part: Path, mode: str) -> Any:
    try:
        return part.open(mode)
    except OSError as error:
        raise _cannot_write(part, error) from error


def _cannot_write(part: Path, error: OSError) -> SolemateError:
    remedy = "make room and try again, it goes on where it stopped" if error.errno == errno.ENOSPC else ""
    return SolemateError(f"{part} can't be written: {error.strerror}", remedy)


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return 0


def _headers() -> dict[str, str]:
    return {"User-Agent": f"solemate/{__version__}", "Accept-Encoding": "identity"}


def _open(request: urllib.request.Request, timeout: float) -> http.client.HTTPResponse:
    # urlopen would keep using the proxies of its first call.
    response: http.client.HTTPResponse = urllib.request.build_opener().open(request, timeout=timeout)
    return response


def _reason(error: Exception) -> str:
    """A few words for what went wrong on the way to a source."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, socket.gaierror):
        return "can't be found (no network?)"
    if isinstance(cause, TimeoutError):
        return "does not answer"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted ({cause.verify_message})"
    if isinstance(cause, http.client.IncompleteRead):
        return "the transfer broke off"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__
