"""The page's door: without the link, under a foreign name, in a frame or from another site, nothing comes in or out."""

from __future__ import annotations

import hmac
import json
import os
import socket
import stat
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from urllib.parse import quote

import pytest

from assistant.dialogue.content.events import Tick
from assistant.entries import Said, SpeechStarted
from assistant.errors import SolemateError
from assistant.page import connections, link
from assistant.phases import Phase
from tests.page import NOTHING_BEHIND, Served, served, until
from tests.stage import WORDED, Stage

PATHS = (
    "/", "/events", "/choose", "/settings", "/history", "/history.csv", "/history.ics", "/link",
    "/manifest.webmanifest", "/static/x/page.js", "/drawing/heel_stretches.svg?side=left&moving=1", "/nothing", "//",
)  # fmt: skip

SECRET = "Heel stretches"
"""What only who has the link may see."""


def exercising() -> Stage:
    stage = Stage(WORDED).say("start_stretch", stretch="heel_stretches").wait_for(Phase.GETTING_READY).silence()
    return stage.say("ready").wait_for(Phase.EXERCISING)


@pytest.fixture(scope="module")
def page() -> Iterator[Served]:
    with served(exercising()) as there:
        yield there


@pytest.fixture(autouse=True)
def nothing_pressed(page):
    page.pressed.clear()


def sse(page: Served, **more: str) -> socket.socket:
    """A connection to the events, after its answer has begun."""
    listening = socket.create_connection((link.HOME, page.port), 10)
    listening.sendall(f"GET /events HTTP/1.1\r\nHost: {page.host}\r\nCookie: {page.cookie}\r\n\r\n".encode())
    return listening


# The link


@pytest.mark.parametrize("path", PATHS)
def test_without_the_link_nothing_is_shown(page, path):
    status, headers, body = page.request("GET", path, known=False)
    assert (status, SECRET in body, len(body) < 100) == (403, False, True)
    assert headers["connection"] == "close"


@pytest.mark.parametrize(
    "token", ["", "x", "a-token-of-the-tests-alone-012345678", "a-token-of-the-tests-alone-01234567890", "%ff%fe", "é"]
)
def test_another_token_opens_nothing(page, token):
    path = f"/go/{quote(token, safe='%')}"
    status, headers, _ = page.request("GET", path, known=False)
    assert (status, "set-cookie" in headers) == (403, False)
    status, _, _ = page.request("GET", "/", known=False, cookie=f"solemate_{page.port}={quote(token)}")
    assert status == 403


def test_the_link_leads_in_and_leaves_the_address(page):
    status, headers, _ = page.request("GET", f"/go/{page.token}", known=False)
    assert (status, headers["location"], headers["cache-control"]) == (303, "/", "no-store")
    cookie = headers["set-cookie"]
    assert all(each in cookie for each in ("HttpOnly", "SameSite=lax", "Path=/"))
    status, _, body = page.request("GET", "/", known=False, cookie=cookie.partition(";")[0])
    assert (status, SECRET in body, page.token in body) == (200, True, False)


def test_the_token_is_compared_in_constant_time(page, monkeypatch):
    compared = []
    right = hmac.compare_digest

    def compare(given: bytes, token: bytes) -> bool:
        compared.append(given)
        return right(given, token)

    monkeypatch.setattr("assistant.page.security.hmac.compare_digest", compare)
    page.request("GET", "/", known=False, cookie=f"solemate_{page.port}=wrong")
    page.request("GET", "/go/wrong", known=False)
    assert compared == [b"wrong", b"wrong"]


def test_nothing_is_logged(page, capfd, caplog):
    with caplog.at_level("DEBUG"):
        page.request("GET", f"/go/{page.token}", known=False)
        page.request("GET", "/go/wrong", known=False)
        with socket.create_connection((link.HOME, page.port)) as raw:
            raw.sendall(f"NONSENSE /go/{page.token}\r\n\r\n".encode())
            raw.recv(1000)
    assert capfd.readouterr() == ("", "")
    assert page.token not in caplog.text


# Names and places


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:{port}", "[::1]:{port}", "", None]
)
def test_a_foreign_host_is_turned_away(page, host):
    """A name that an attacker has turned to this machine's address (DNS rebinding) brings that name along."""
    named = None if host is None else host.format(port=page.port)
    for method, path in (("GET", "/"), ("GET", f"/go/{page.token}"), ("POST", "/say")):
        status, headers, body = page.request(method, path, "say=pause" if method == "POST" else "", host=named)
        assert (status in (400, 421), SECRET in body, "set-cookie" in headers) == (True, False, False)
    assert page.pressed == []


def test_two_hosts_are_one_too_many(page):
    with socket.create_connection((link.HOME, page.port), 10) as raw:
        text = f"GET / HTTP/1.1\r\nHost: {page.host}\r\nHost: evil.example\r\nCookie: {page.cookie}\r\n\r\n"
        raw.sendall(text.encode())
        assert raw.recv(100).split(b" ")[1] in (b"400", b"421")


def test_this_machine_may_be_called_localhost(page):
    name = f"localhost:{page.port}"
    assert page.request("GET", "/", host=name)[0] == 200
    assert page.request("POST", "/say", "say=pause", host=name, origin=f"http://{name}")[0] == 303


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://{host}", "http://{host}.evil.example", ""])
def test_another_sites_post_does_nothing(page, origin):
    status, _, _ = page.request("POST", "/say", "say=stop", origin=origin.format(host=page.host))
    assert status == 403
    assert page.pressed == []


def test_a_post_from_nowhere_does_nothing(page):
    assert page.request("POST", "/say", "say=stop", origin=None)[0] == 403
    assert page.request("POST", "/say", "say=stop", origin=None, sec_fetch_site="cross-site")[0] == 403
    assert page.request("POST", "/say", "say=stop", sec_fetch_site="same-site")[0] == 403
    assert page.request("POST", "/settings", "key=voice&value=x", origin="http://evil.example")[0] == 403
    assert page.pressed == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"])
def test_only_a_post_does_anything(page, method):
    status, _, _ = page.request(method, "/say?say=stop")
    assert status >= 400
    assert page.pressed == []


@pytest.mark.parametrize("where", ["iframe", "frame", "embed", "object"])
def test_nothing_is_shown_in_a_frame(page, where):
    status, headers, body = page.request("GET", "/", sec_fetch_dest=where)
    assert (status, SECRET in body) == (403, False)
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", PATHS[:-2])
def test_every_answer_says_what_is_allowed(page, path):
    if path == "/events":
        with sse(page) as listening:
            text = listening.recv(4000).decode().lower()
            headers = dict(line.split(": ", 1) for line in text.split("\r\n") if ": " in line)
    else:
        status, headers, _ = page.request("GET", path)
        assert status in (200, 404)
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy or path.startswith("/drawing")
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_a_script_of_another_site_reads_nothing(page):
    status, _, body = page.request("GET", "/", sec_fetch_mode="no-cors", sec_fetch_site="cross-site")
    assert (status, SECRET in body) == (403, False)
    assert page.request("GET", "/history.csv", sec_fetch_mode="cors", sec_fetch_site="same-site")[0] == 403
    assert page.request("GET", "/", sec_fetch_mode="navigate", sec_fetch_site="cross-site")[0] == 200


# Paths, bodies, words


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../../security.py", "/static/x/%2e%2e/security.py", "/static/x/..%2fserver.py", "/static/x/",
        "/static/x/%00page.js", "/static/x/page.js%00.css", "/static//etc/passwd", "/../../../etc/passwd",
        "/static/x/..\\server.py", "/drawing/..%2f..%2fx.svg", "/drawing/nothing.svg", "/history.exe", "/history.",
        "/drawing/heel_stretches.svg?side=%3Cscript%3E", "//evil.example/", "/go", "/go/", "/static/x/%c3%28",
    ],
)  # fmt: skip
def test_a_crooked_path_leads_nowhere(page, path):
    status, _, body = page.request("GET", path)
    assert status in (403, 404, 400, 307)
    assert "import" not in body
    assert "root:" not in body


def test_a_large_body_is_turned_away_unread(page):
    body = "say=pause&x=" + "y" * 5000
    assert page.request("POST", "/say", body)[0] == 413
    assert page.pressed == []


def test_a_large_body_of_no_said_length_is_turned_away_too(page):
    head = (
        f"POST /say HTTP/1.1\r\nHost: {page.host}\r\nCookie: {page.cookie}\r\nOrigin: http://{page.host}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((link.HOME, page.port), 10) as raw:
        raw.sendall(head.encode() + b"1388\r\n" + b"x" * 5000 + b"\r\n0\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 413 ")
    assert page.pressed == []


def test_settings_are_changed_one_at_a_time():
    begun, go_on, changed = threading.Event(), threading.Event(), list[str]()

    def change(_key: str, value: str) -> None:
        begun.set()
        assert go_on.wait(20)
        changed.append(value)

    with served(Stage(), replace(NOTHING_BEHIND, set=change)) as page:
        first = threading.Thread(target=page.request, args=("POST", "/settings", "key=pace&value=150"))
        first.start()
        assert begun.wait(20)
        status, _, body = page.request("POST", "/settings", "key=pace&value=160")
        go_on.set()
        first.join(20)
    assert (status, changed) == (400, ["150"])
    assert "Another change is being made" in body


def test_a_hundred_megabytes_are_not_taken_in(page):
    head = (
        f"POST /say HTTP/1.1\r\nHost: {page.host}\r\nCookie: {page.cookie}\r\nOrigin: http://{page.host}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    sent = 0
    with socket.create_connection((link.HOME, page.port), 10) as raw:
        raw.sendall(head.encode())
        with suppress(OSError):
            while sent < 100_000_000:
                raw.sendall(chunk)
                sent += len(chunk)
    assert sent < 20_000_000
    assert page.pressed == []
    assert page.request("GET", "/")[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        "", "say=", "say=launch", "say=start_stretch", "say=start_stretch%3Fstretch%3D..%2Fetc", "say=pause%3Fx%3Dy",
        "pause", "say=%ff%fe", "say=number%3Fn%3D99", "&".join(["say=pause"] * 200), "\x00", "say=__class__",
    ],
)  # fmt: skip
def test_what_no_button_means_does_nothing(page, body):
    assert page.request("POST", "/say", body)[0] == 400
    assert page.pressed == []


def test_a_button_does_what_its_intent_does(page):
    status, headers, _ = page.request("POST", "/say", "say=start_stretch%3Fstretch%3Dankle_circles")
    assert (status, headers["location"]) == (303, "/")
    assert page.request("POST", "/say", "say=pause", accept="application/json")[0] == 204
    assert [(each.match.intent, each.match.slots) for each in page.pressed] == [
        ("start_stretch", {"stretch": "ankle_circles"}),
        ("pause", {}),
    ]
    assert all(each.match.accepted and each.match.sure for each in page.pressed)


def test_what_is_said_is_shown_as_it_is_and_does_nothing(page):
    page.watch(Said(0.0, 900, '<script>alert("x")</script>'))
    page.watch(SpeechStarted(0.0, 900))
    _, _, body = page.request("GET", "/")
    assert "&lt;script&gt;alert" in body
    assert "<script>alert" not in body


def test_events_tell_all_there_is_to_show(page):
    with sse(page) as listening:
        listening.settimeout(10)
        text = ""
        while "\r\n\r\n" not in text.partition("boot")[2]:
            text += listening.recv(65536).decode()
    data = next(line for line in text.splitlines() if line.startswith('data: {"boot"'))
    told = json.loads(data.removeprefix("data: "))
    assert told["ring"]["kind"] == "left"
    assert told["now"] >= told["at"]
    assert "Heel stretches" in told["html"]["title"]


# Floods and slow readers


def test_connections_are_few_and_short(page, monkeypatch):
    monkeypatch.setattr(connections, "FIRST_WORD_SECONDS", 0.5)
    with ExitStack() as closing:
        for _ in range(3 * connections.MOST):
            with suppress(OSError):
                closing.enter_context(socket.create_connection((link.HOME, page.port), 5))
        assert len(connections._open) <= connections.MOST_OF_ONE
        until(lambda: page_answers(page), 10)  # who says nothing is gone by now
    until(lambda: not connections._open, 10)


def test_idle_connections_keep_no_reader_out(page):
    halves = f"GET / HTTP/1.1\r\nHost: {page.host}\r\nX-Slow: ".encode(), b"POST /say HTTP/1.1\r\nHost:"
    with ExitStack() as closing:
        for n in range(2 * connections.MOST_OF_ONE):
            idle = closing.enter_context(socket.create_connection((link.HOME, page.port), 5))
            if n % 2:
                idle.sendall(halves[n % 4 // 2])
        until(lambda: len(connections._open) == connections.MOST_OF_ONE, 10)
        for _ in range(5):
            begun = time.monotonic()
            assert page.request("GET", "/")[0] == 200
            assert time.monotonic() - begun < 1.0


def test_a_stream_does_not_give_way_to_idle_connections(page):
    with sse(page) as listening, ExitStack() as closing:
        listening.settimeout(10)
        assert b"text/event-stream" in listening.recv(2000)
        for _ in range(2 * connections.MOST_OF_ONE):
            closing.enter_context(socket.create_connection((link.HOME, page.port), 5))
        assert page.request("GET", "/")[0] == 200
        page.watch(Said(0.0, 901, "Mind the cable."))
        page.watch(SpeechStarted(0.0, 901))
        text = b""
        while b"Mind the cable" not in text:
            received = listening.recv(65536)
            assert received, "the stream was closed"
            text += received


def test_a_second_request_has_no_more_time_than_the_first(page, monkeypatch):
    monkeypatch.setattr(connections, "FIRST_WORD_SECONDS", 0.3)
    with socket.create_connection((link.HOME, page.port), 10) as slow:
        slow.sendall(f"GET /nothing HTTP/1.1\r\nHost: {page.host}\r\nCookie: {page.cookie}\r\n\r\n".encode())
        assert slow.recv(4000).startswith(b"HTTP/1.1 404")
        begun = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - begun < 10:
                slow.sendall(b"G" if time.monotonic() - begun < 0.1 else b"")
                slow.settimeout(0.1)
                with suppress(TimeoutError):
                    if not slow.recv(100):
                        break
        assert time.monotonic() - begun < 5


def page_answers(page: Served) -> bool:
    with suppress(OSError, Exception):
        return page.request("GET", "/")[0] == 200
    return False


def test_a_flood_leaves_the_guide_untouched(page):
    """The guide has its own thread; here one that must not be late by more than a block of sound or two."""
    late, over = [0.0], threading.Event()

    def guide() -> None:
        stage = page.stage
        due = time.monotonic()
        while not over.is_set():
            due += 0.03
            over.wait(max(0.0, due - time.monotonic()))
            late.append(time.monotonic() - due)
            stage.guide.step(stage.state, Tick(stage.state.now))
            due = max(due, time.monotonic() - 0.03)

    thread = threading.Thread(target=guide)
    thread.start()
    try:
        for _ in range(10_000):
            with suppress(OSError), socket.socket() as flood:
                flood.setblocking(False)
                with suppress(BlockingIOError):
                    flood.connect((link.HOME, page.port))
    finally:
        over.set()
        thread.join()
    # The median: on a busy machine a single one may be late for reasons of its own.
    assert len(late) > 10
    assert statistics.median(late) < 0.1
    assert len(os.listdir("/proc/self/fd")) < 300
    until(lambda: page_answers(page), 20)


def test_a_slow_reader_is_left_behind_and_nobody_waits(page):
    with sse(page) as slow, sse(page) as quick:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        quick.settimeout(10)
        assert b"text/event-stream" in quick.recv(2000)
        begun = time.monotonic()
        for _ in range(300):  # as the guide, which tells the watcher
            page.watch.wake()
            page.stage.wait(0.4)
        assert time.monotonic() - begun < 5.0
        text = b""
        until(lambda: _grown(quick, text) > 100, 20)


def _grown(quick: socket.socket, text: bytes) -> int:
    return len(text + quick.recv(65536))


# The link's file


def test_the_link_is_kept_for_its_owner_alone(tmp_path):
    token = link.token_for(tmp_path)
    assert len(token) >= 32
    assert link.token_for(tmp_path) != token, "nothing was kept yet"
    assert link.keep(tmp_path, f"http://127.0.0.1:8713/go/{token}")
    assert stat.S_IMODE((tmp_path / link.LINK).stat().st_mode) == 0o600
    assert link.token_for(tmp_path) == token
    assert link.token_for(tmp_path, new=True) != token
    (tmp_path / link.LINK).write_text("http://127.0.0.1:8713/go/short")
    assert link.token_for(tmp_path) != "short"


def test_a_taken_port_gives_way_to_the_next():
    first = link.bind([link.HOME], 8960)
    second = link.bind([link.HOME], first.port)
    try:
        assert (second.port > first.port, second.taken) == (True, True)
        assert second.link("t") == f"http://127.0.0.1:{second.port}/go/t"
    finally:
        first.close()
        second.close()


def test_an_address_of_the_whole_internet_is_not_offered(monkeypatch):
    class Way:
        address = "8.8.8.8"

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def connect(self, _):
            if not self.address:
                raise OSError(101, "Network is unreachable")

        def getsockname(self):
            return (self.address, 1)

    monkeypatch.setattr("assistant.page.link.socket.socket", lambda *_: Way())
    with pytest.raises(SolemateError, match="whole internet"):
        link.home_address()
    Way.address = "192.168.1.7"
    assert link.home_address() == "192.168.1.7"
    Way.address = ""
    with pytest.raises(SolemateError, match="no network"):
        link.home_address()
