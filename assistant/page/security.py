"""What stands before every answer: the link's token, the names that may be asked for, where a request comes from.

A page is for whoever has the link. Without its token (or the cookie that the link sets, so that the token leaves the
address bar), with a foreign Host (DNS rebinding), in a frame, or sent from another site, nothing is shown and nothing
done. None of it is logged.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 4096
"""Bytes that a request may bring: a button is a few words."""

COOKIE_SECONDS = 365 * 24 * 3600
"""For how long a device that opened the link need not open it again."""

ENTRY = "/go/"
"""Where the link leads, before the token."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that, browsers send a form with "Origin: null", which can't be told from a foreign one.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""The headers of every answer; an answer of its own may say more strictly, or otherwise, what applies to it."""

FRAMES = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})
"""What browsers call a destination that would show a page inside another."""


@dataclass(frozen=True)
class Door:
    """Who may come in: those with this token, who ask for one of these hosts ("127.0.0.1:8713")."""

    token: str
    hosts: frozenset[str]
    cookie: str

    def refusal(self, request: Request) -> Response | None:
        """The answer to a request that must not be answered; None for one that may."""
        headers = request.headers
        if len(request.headers.getlist("host")) != 1 or headers["host"].lower() not in self.hosts:
            return _refused(421, "This is not the address of the page.")
        if request.method not in ("GET", "HEAD", "POST"):
            return _refused(405, "Nothing here is done that way.")
        if headers.get("sec-fetch-dest") in FRAMES:
            return _refused(403, "The page is not shown inside another.")
        if request.url.path.startswith(ENTRY):
            return None if request.method != "POST" else _refused(405, "Nothing here is done that way.")
        if not self._knows(request):
            return _refused(403, "Open the link that Solemate shows.")
        navigates = request.method != "POST" and headers.get("sec-fetch-mode", "navigate") == "navigate"
        if not navigates and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return _refused(403, "That came from another site.")
        if request.method == "POST":
            return self._refused_post(request)
        return None

    def enter(self, request: Request) -> Response:
        """The answer to the link: into the page with the cookie, so that the address has no token any more."""
        if not _same(request.url.path.removeprefix(ENTRY), self.token):
            return _refused(403, "Open the link that Solemate shows.")
        answer = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
        answer.set_cookie(self.cookie, self.token, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="lax")
        return answer

    def _knows(self, request: Request) -> bool:
        try:
            cookie = SimpleCookie(request.headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return cookie is not None and _same(cookie.value, self.token)

    def _refused_post(self, request: Request) -> Response | None:
        origin, length = request.headers.get("origin"), request.headers.get("content-length", "0")
        host = request.headers["host"].lower()
        if origin is not None and origin.lower() != f"http://{host}":
            return _refused(403, "That came from another site.")
        if origin is None and request.headers.get("sec-fetch-site") != "same-origin":
            return _refused(403, "Nobody says where that came from.")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST_BODY:
            return _refused(413, "That is too much.")
        return None


class TooMuchError(HTTPException):
    """A body that is larger than any that means something."""

    def __init__(self) -> None:
        super().__init__(413, "That is too much.", {"Connection": "close"})  # the rest is not read


class Guarded:
    """Lets through what may come in, and gives every answer its headers."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with_usual(message.get("headers", ()))}
            await send(message)

        request = Request(scope)
        answer = self._door.refusal(request)
        if answer is None and request.url.path.startswith(ENTRY):
            answer = self._door.enter(request)
        if answer is not None:
            await answer(scope, receive, send_with_headers)
            return
        await self._app(scope, _bounded(receive), send_with_headers)


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def bounded() -> MutableMapping[str, Any]:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise TooMuchError
        return message

    return bounded


def _with_usual(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    own = list(headers)
    there = {name.lower() for name, _ in own}
    usual = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    return [*own, *(each for each in usual if each[0] not in there)]


def _same(given: str, token: str) -> bool:
    """Whether it is the token, found out in the same time wherever the two differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


def _refused(status: int, why: str) -> Response:
    return PlainTextResponse(f"{why}\n", status, {"Connection": "close", "Cache-Control": "no-store"})
