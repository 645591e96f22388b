"""A web server on this machine that serves one file, well or badly in a chosen way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What is served and how; `asked` collects (path, Range header) of each request."""

    content: bytes
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)
    """Bytes after which the first, second ... answer breaks off."""
    status: int = 200
    declare_length: bool = True
    content_type: str = "application/zip"
    stall: threading.Event | None = None
    """Where given, half of the file is sent and then nothing until it is set."""
    before_answer: Callable[[], None] | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    address: str = ""


@contextmanager
def serve(site: Site) -> Iterator[Site]:
    """The site on a free port of 127.0.0.1; its address is in `site.address`."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(site.status)
            self.end_headers()

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            site.asked.append((self.path, wanted))
            if site.before_answer:
                site.before_answer()
            if site.status != 200:
                self.send_error(site.status)
                return
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and site.ranges else 0
            if start >= len(site.content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(site.content) - 1}/{len(site.content)}")
            body = site.content[start:]
            if site.declare_length:
                self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", site.content_type)
            self.end_headers()
            if site.stall:
                self.wfile.write(body[: len(body) // 2])
                self.wfile.flush()
                site.stall.wait(10)
                return
            self.wfile.write(body[: site.cut_after.pop(0)] if site.cut_after else body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_port}/model.zip"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
