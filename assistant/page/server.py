"""Serves the pages: a small web server on a thread of its own. The guide never waits for it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import math
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import uvicorn
from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from assistant.dialogue.content.drawn import FIGURES
from assistant.dialogue.state.state import State
from assistant.errors import SolemateError
from assistant.page import link
from assistant.page.buttons import END_PROGRAM, PRESSED_ON, answers_to, mistake_in, question_shown, stoppable
from assistant.page.choose import choose_page
from assistant.page.connections import Bounded
from assistant.page.history import history_page
from assistant.page.link import Bound
from assistant.page.markup import Html
from assistant.page.now import FOR, now_page, regions, seconds_left
from assistant.page.picture import svg
from assistant.page.pressed import pressed
from assistant.page.rooms import SeenRoom, rooms_page
from assistant.page.security import Door, Guarded
from assistant.page.settings import Chosen, settings_page
from assistant.page.shell import shell, simple
from assistant.page.watch import News, Watch
from assistant.understanding.hypothesis import Utterance

if TYPE_CHECKING:
    from assistant.runtime.database import DatabaseReader

LOOK = 0.05
"""Seconds between two looks at the guide's state while a page is open: what changes without an entry is seen then."""

TAKEN_LOOKS = 20
"""Looks (a second) after which it is waited no longer for the guide to take what was pressed."""

SEND_SECONDS = 5.0
"""Seconds for which a page may be too slow to take what it is sent; then its connection is closed."""

RECONNECT_MS = 1000
"""Milliseconds after which a page that has lost the program looks for it again."""

END_SECONDS = 2.0
"""Seconds that the server may take to end with the program."""

LARGEST_HEAD = 16_384
"""Bytes of a request's head."""

MOST_FIELDS = 16
"""Fields of a form or a query; none has half as many."""

PASSED = "passed"
"""In the address of the page where what was pressed came too late for its question."""

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
"""The types of the files that are served as they are."""

A_DAY = 24 * 3600


@dataclass(frozen=True)
class Behind:
    """What the pages before and after a run need of the program.

    history opens what was done, read-only, anew each time; exports write all of it, by the end of a file's name; set
    changes a setting, and tells what is wrong with it; rooms asks the broker for all rooms, None without one.
    """

    history: Callable[[], DatabaseReader]
    exports: Mapping[str, Callable[[], str]]
    chosen: Callable[[], Sequence[Chosen]]
    set: Callable[[str, str], None]
    rooms: Callable[[], Sequence[SeenRoom]] | None = None


class Page:
    """The server: from `begin` on it shows a session, until `close`."""

    def __init__(self, watch: Watch, bound: Bound, token: str, behind: Behind, language: str) -> None:
        self._watch, self._bound, self._behind, self._language = watch, bound, behind, language
        self._link = bound.link(token)
        self._tell: Callable[[Utterance], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken, self._news = asyncio.Event(), asyncio.Event()
        self._latest: News | None = None
        self._event: tuple[int, str] = (0, "")
        self._pages = 0
        self._stop_at = -math.inf
        self._answered = ("", -math.inf)
        self._setting, self._looking_round = asyncio.Lock(), asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None
        self._files = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in KINDS}
        words = repr((language, sorted(watch.words.texts.items()))).encode()  # an open page has some of them as well
        whole = b"".join([*(self._files[name] for name in sorted(self._files)), words])
        self._version = hashlib.sha256(whole).hexdigest()[:10]
        door = Door(token, bound.hosts, f"solemate_{bound.port}")
        self.app = Guarded(Starlette(routes=self._routes()), door)
        self._server = uvicorn.Server(
            uvicorn.Config(
                self.app, http=Bounded, ws="none", lifespan="off", loop="asyncio", log_config=None, access_log=False,
                server_header=False, proxy_headers=False, backlog=link.WAITING, timeout_keep_alive=5,
                timeout_graceful_shutdown=1, h11_max_incomplete_event_size=LARGEST_HEAD,
            )
        )  # fmt: skip
        self._thread = threading.Thread(target=self._serve, name="page", daemon=True)

    def begin(self, state: Callable[[], State], tell: Callable[[Utterance], None]) -> None:
        """Show this state from now on; what is pressed is told as an utterance, as if it had been heard."""
        self._tell = tell
        self._watch.begin(state)
        _quiet("uvicorn", "asyncio", "sse_starlette")
        self._thread.start()

    def close(self) -> None:
        """Tell the pages that the program ends, and end. A second call does nothing."""
        self._watch.end()
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(END_SECONDS)
        self._bound.close()

    def _serve(self) -> None:
        with suppress(Exception):  # a page that is gone is no reason to leave somebody alone with a leg in the air
            asyncio.run(self._serving())

    async def _serving(self) -> None:
        loop = self._loop = asyncio.get_running_loop()
        self._woken, self._news = asyncio.Event(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop has ended
                if self._pages:
                    loop.call_soon_threadsafe(self._woken.set)

        self._watch.wake = wake
        await self._server.serve(sockets=list(self._bound.sockets))

    # What is served

    def _routes(self) -> list[Route]:
        return [
            Route("/", self._now),
            Route("/events", self._events),
            Route("/say", self._say, methods=["POST"]),
            Route("/choose", self._choose),
            Route("/settings", self._settings),
            Route("/settings", self._set, methods=["POST"]),
            Route("/history", self._history),
            Route("/history.{kind}", self._export),
            *([] if self._behind.rooms is None else [Route("/rooms", self._rooms)]),
            Route("/link", self._show_link),
            Route("/manifest.webmanifest", self._manifest),
            Route("/static/{version}/{name}", self._static),
            Route("/drawing/{figure}.svg", self._drawing),
        ]

    def _page(self, current: str, content: Html, *, live: bool = False, status: int = 200, again: str = "") -> Response:
        words, rooms = self._watch.words, self._behind.rooms is not None
        text = shell(current, content, words, self._language, self._version, live=live, rooms=rooms, again=again)
        return Response(text, status, {"Cache-Control": "no-store"}, "text/html; charset=utf-8")

    async def _now(self, request: Request) -> Response:
        news, book, passed = self._watch.look(), self._watch.guide.book, PASSED in request.query_params
        trouble = self._watch.words.text("passed") if passed else ""
        content = now_page(news, self._watch.words, book.routine_of(self._watch.state), time.monotonic(), trouble)
        return self._page("now", content, live=True, again="/" if passed else "")

    async def _choose(self, _: Request) -> Response:
        return self._page("choose", choose_page(self._watch.state, self._watch.guide.book, self._watch.words))

    async def _settings(self, request: Request) -> Response:
        return await self._settings_with(request.query_params.get("set", ""), "")

    async def _settings_with(self, changed: str, mistake: str, wrong: str = "") -> Response:
        try:
            chosen = await run_in_threadpool(self._behind.chosen)
        except SolemateError as error:
            chosen, mistake = (), str(error)
        content = settings_page(chosen, self._watch.state, self._watch.words, changed, mistake, wrong)
        return self._page("settings", content, status=400 if mistake else 200)

    async def _set(self, request: Request) -> Response:
        given = await _form(request)
        key, value = given.get("key", ""), given.get("value", "")
        if self._setting.locked():
            return await self._settings_with("", self._watch.words.text("busy"))
        try:
            async with self._setting:
                await run_in_threadpool(self._behind.set, key, value)
        except SolemateError as error:
            return await self._settings_with("", str(error), key)
        return RedirectResponse(f"/settings?set={key}", 303)

    async def _history(self, _: Request) -> Response:
        book = self._watch.guide.book
        routine = book.routine_of(self._watch.state)
        content = await run_in_threadpool(
            history_page, self._behind.history, routine, self._watch.state.memory, self._watch.words
        )
        return self._page("history", content)

    async def _rooms(self, _: Request) -> Response:
        assert self._behind.rooms is not None
        async with self._looking_round:  # one at a time: each is a connection to the broker
            try:
                rooms = await run_in_threadpool(self._behind.rooms)
            except SolemateError as error:
                content = rooms_page((), self._watch.words, str(error))
                return self._page("rooms", content, status=503)
        return self._page("rooms", rooms_page(rooms, self._watch.words))

    async def _export(self, request: Request) -> Response:
        kind = request.path_params["kind"]
        if kind not in self._behind.exports:
            return _nothing()
        try:
            text = await run_in_threadpool(self._behind.exports[kind])
        except SolemateError as error:
            return PlainTextResponse(f"{error}\n", 503)
        types = {"csv": "text/csv; charset=utf-8", "ics": "text/calendar; charset=utf-8"}
        headers = {"Content-Disposition": f'attachment; filename="solemate.{kind}"', "Cache-Control": "no-store"}
        return Response(text, 200, headers, types[kind])

    async def _show_link(self, _: Request) -> Response:
        shared = len(self._bound.addresses) > 1
        code = link.code_svg(self._link) if shared else ""
        return self._page("link", simple(self._watch.words, code))

    async def _manifest(self, _: Request) -> Response:
        words = self._watch.words
        icons = [
            {"src": f"/static/{self._version}/icon.svg", "type": "image/svg+xml", "sizes": "any"},
            {"src": f"/static/{self._version}/icon-192.png", "type": "image/png", "sizes": "192x192"},
            {"src": f"/static/{self._version}/icon-512.png", "type": "image/png", "sizes": "512x512"},
        ]
        # An installed page may have no cookies of the browser's, so it starts with the link.
        start = self._link.partition("//")[2].partition("/")[2]
        manifest = {
            "name": words.text("title"), "short_name": words.text("title"), "start_url": f"/{start}", "scope": "/",
            "id": "/", "display": "standalone", "background_color": "#f5f2ea", "theme_color": "#f5f2ea",
            "icons": icons,
        }  # fmt: skip
        return JSONResponse(manifest, 200, {"Cache-Control": "no-store"}, "application/manifest+json")

    async def _static(self, request: Request) -> Response:
        name, version = request.path_params["name"], request.path_params["version"]
        if name not in self._files:
            return _nothing()
        known = f"private, max-age={A_DAY}, immutable" if version == self._version else "no-store"
        return Response(self._files[name], 200, {"Cache-Control": known}, KINDS[Path(name).suffix])

    async def _drawing(self, request: Request) -> Response:
        figure, side = request.path_params["figure"], request.query_params.get("side", "")
        if figure not in FIGURES or side not in ("", "left", "right"):
            return _nothing()
        how = {each: request.query_params.get(each) == "1" for each in ("moving", "held", "dark")}
        drawn = await run_in_threadpool(svg, figure, side, self._watch.words, **how)
        headers = {
            "Cache-Control": f"private, max-age={A_DAY}",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
        }
        return Response(drawn, 200, headers, "image/svg+xml")

    # What is pressed

    async def _say(self, request: Request) -> Response:
        form = await _form(request)
        intent, _, query = form.get("say", "").partition("?")
        slots, closes = _pairs(query), intent == END_PROGRAM
        intent = "stop" if closes else intent
        mistake = mistake_in(intent, slots, self._watch.guide.book)
        if mistake is not None:
            return PlainTextResponse(f"{mistake}\n", 400)
        quietly = request.headers.get("accept", "").startswith("application/json")
        if self._has_passed(form.get(FOR, ""), intent):
            return Response(status_code=409) if quietly else RedirectResponse(f"/?{PASSED}=1", 303)
        heard = self._watch.heard
        if closes or intent != "stop" or self._stops():
            self._press(intent, slots, END_PROGRAM if closes else intent)
        if quietly:
            return Response(status_code=204)
        # What is shown next is to be what came of it; the guide takes a block of sound to notice.
        for _ in range(TAKEN_LOOKS):
            if self._watch.heard != heard:
                break
            await asyncio.sleep(LOOK)
        await asyncio.sleep(LOOK)
        return RedirectResponse(PRESSED_ON.get(intent, "/"), 303)

    def _has_passed(self, question: str, intent: str) -> bool:
        """Whether this answers a question that is no longer open, or one that was answered a moment ago.

        What needs no question, such as pain, pause and stop, always counts.
        """
        if intent not in answers_to(question):
            return False
        if not question or question != question_shown(self._watch.state):
            return True
        answered, now = self._answered, time.monotonic()
        if answered[0] == question and now - answered[1] < TAKEN_LOOKS * LOOK:
            return True
        self._answered = (question, now)
        return False

    def _stops(self) -> bool:
        """Whether "Stop" has something to stop, and is not the second tap of two.

        The guide may not have taken the first tap yet, and by the time of the second there would be nothing to stop.
        """
        before, now = self._stop_at, time.monotonic()
        if not stoppable(self._watch.state) or now - before < TAKEN_LOOKS * LOOK:
            return False
        self._stop_at = now
        return True

    def _press(self, intent: str, slots: Mapping[str, str], word: str) -> None:
        assert self._tell is not None
        self._tell(pressed(intent, slots, self._label(word, slots), time.monotonic()))

    def _label(self, intent: str, slots: Mapping[str, str]) -> str:
        """What was pressed, in words: as what was heard it is shown and logged."""
        words, book = self._watch.words, self._watch.guide.book
        named = {"stretch": {name: each[0] for name, each in book.stretch_names.items()}}
        named["routine"] = {each.id: each.name for each in book.routines}
        today = "_today" if slots.get("until") == "today" else ""
        key = _KEYS.get(intent, f"press_{intent}")
        told = [words.texts.get(f"{key}{today}", words.texts.get(key, ""))]
        told += [named.get(slot, {}).get(value, value) for slot, value in slots.items() if slot != "until"]
        return ", ".join(filter(None, told)) or intent

    # What happens

    async def _events(self, _: Request) -> Response:
        return EventSourceResponse(self._stream(), ping=0, send_timeout=SEND_SECONDS, cleanup_timeout=1.0)

    async def _stream(self) -> AsyncIterator[dict[str, Any]]:
        """What a page is sent: all that there is to show, each time that changes. Who is slow misses what is past."""
        self._pages += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())
        try:
            yield {"retry": RECONNECT_MS, "event": "hello", "data": self._version}
            seen = -1
            while True:
                news, changed = self._watch.look(), self._news
                if news.number != seen:
                    seen = news.number
                    yield {"data": self._data(news)}
                    if news.over:
                        return
                else:
                    await changed.wait()
        finally:
            self._pages -= 1

    async def _look(self) -> None:
        """Look for news while a page is open, and tell all of them."""
        seen = -1
        while self._pages:
            news = self._watch.look()
            if news.number != seen:
                seen = news.number
                told, self._news = self._news, asyncio.Event()
                told.set()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK)
            self._woken.clear()

    def _data(self, news: News) -> str:
        if self._event[0] != news.number:
            routine = self._watch.guide.book.routine_of(self._watch.state)
            ring, moment = news.moment.ring, news.moment
            self._event = (
                news.number,
                json.dumps(
                    {
                        "boot": self._watch.boot, "n": news.number, "at": round(news.at, 3),
                        "ring": {**vars(ring), "unit": _unit(ring.kind, ring.times, self._watch),
                                 "one": seconds_left(1, self._watch.words)},
                        "doing": moment.doing.removeprefix("doing_"), "phase": moment.phase, "over": news.over,
                        "html": regions(news, self._watch.words, routine),
                    },
                    ensure_ascii=False,
                )[:-1],
            )  # fmt: skip
        # When it is sent, so that the page can tell how its own clock differs.
        return f'{self._event[1]},"now":{time.monotonic():.3f}}}'


def _unit(kind: str, times: int, watch: Watch) -> str:
    key = {"left": "seconds_left", "up": "seconds_so_far", "count": "times"}.get(kind)
    if key is None:
        return ""
    return watch.words.text(key, times=times) if key == "times" else watch.words.text(key)


async def _form(request: Request) -> dict[str, str]:
    return _pairs((await request.body()).decode("utf-8", "replace"))


def _pairs(query: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


_KEYS = {
    "start_stretch": "start", "choose_routine": "start", "only_stretch": "only", "leave_out": "leave_out",
    "put_back": "put_back", "quiet": "set_words", "talk": "words_full", "beat": "set_beat",
    "auto_start": "set_auto_start", "ask_after": "set_ask_after",
}  # fmt: skip
"""The keys of the words for what is pressed elsewhere than in the moment."""


def _nothing() -> Response:
    return PlainTextResponse("There is nothing here.\n", 404)


class _Nowhere(logging.Handler):
    """Takes what the server would print: requests have the token in them, and the terminal is the guide's."""

    def emit(self, record: logging.LogRecord) -> None:
        """Do nothing."""


def _quiet(*names: str) -> None:
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers = [_Nowhere()]
        logger.propagate = False
