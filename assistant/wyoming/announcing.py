"""What the guide says unasked, sent to Home Assistant's REST API, which has a satellite speak it.

Threads of their own wait for Home Assistant, so a slow one keeps nobody. What fails is told in a line, once until it
works again, and the next sentence is tried as if nothing had been. The token is in no message.
"""

from __future__ import annotations

import json
import stat
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

from assistant.errors import SolemateError, UsageError
from assistant.wyoming.satellites import STALE_SECONDS

SERVICE = "/api/services/assist_satellite/announce"
"""Where Home Assistant takes what a satellite is to say."""

ANSWER_SECONDS = 30.0
"""Seconds to wait for Home Assistant, which answers once the sentence was spoken."""

AT_ONCE = 8
"""Sentences on their way at a time; each waits for its satellite to speak it."""

MOST_TOKEN = 4096
"""Bytes of a token; Home Assistant's have two hundred."""

_REASONS = {
    401: "does not take the token; make a new one in its profile page, and put it into the file",
    403: "does not take the token; make a new one in its profile page, and put it into the file",
    404: "knows no such thing; is it Home Assistant, of 2025.4 or later?",
    400: "does not take what is to be said; is it Home Assistant, of 2025.4 or later, and the satellite there?",
}
"""What a status means, and what helps."""


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: the token is for the address that was given."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """None: a redirection is an error."""


class Announcer:
    """Has sentences spoken by satellites. `tell` is told of troubles, in another thread."""

    def __init__(self, address: str, token: str, tell: Callable[[str], None]) -> None:
        self._address, self._token, self._tell = address, token, tell
        self._threads = ThreadPoolExecutor(AT_ONCE, "announcing")
        # No proxy: Home Assistant is in the home, and a proxy would be shown the token.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoDetours()).open
        self._lock = threading.Lock()
        self._problem: str | None = None

    def __call__(self, satellite: str, text: str) -> Future[None]:
        """Have a sentence spoken; returns at once. A sentence that is stale before its turn comes is dropped."""
        return self._threads.submit(self._announce, satellite, text, time.monotonic())

    def close(self) -> None:
        """Send no more; what is on its way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _announce(self, satellite: str, text: str, due: float) -> None:
        if time.monotonic() - due > STALE_SECONDS:
            return
        body = json.dumps({"entity_id": satellite, "message": text, "preannounce": False}).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._address}{SERVICE}", body, headers, method="POST")
        problem = None
        try:
            with self._open(request, timeout=ANSWER_SECONDS) as answer:
                answer.read(1)
        except urllib.error.HTTPError as error:
            problem = _REASONS.get(error.code, f"fails (HTTP {error.code}); see its log")
            error.close()
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            told = getattr(reason, "strerror", None) or ("timed out" if isinstance(reason, TimeoutError) else "")
            problem = f"can't be reached ({told or type(reason).__name__}); the next words are tried again"
        self._tell_of(problem)

    def _tell_of(self, problem: str | None) -> None:
        with self._lock:
            known, self._problem = self._problem, problem
        if problem is not None and problem != known:
            self._tell(f"Home Assistant at {self._address} {problem}")
        elif problem is None and known is not None:
            self._tell(f"Home Assistant at {self._address} takes what is said again")


def token_in(path: Path) -> tuple[str, str | None]:
    """The token in a file, and a warning where others can read it too.

    Raises SolemateError if it can't be read, UsageError if it holds no token. The file's content is in no message.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_TOKEN + 1)
        shared = sys.platform != "win32" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError as error:
        problem = f"cannot read the token of Home Assistant in {path}: {error.strerror}"
        raise SolemateError(problem, "name another file: solemate settings set home_assistant_token FILE") from error
    try:
        token = content.decode("ascii").strip()
    except UnicodeDecodeError:
        token = ""
    if not token or len(content) > MOST_TOKEN or not token.isprintable() or len(token.split()) != 1:
        raise UsageError(f"{path} holds no token of Home Assistant's", "put just the token into it, as one line")
    return token, f"others on this machine can read {path}: chmod 600 {path}" if shared else None
