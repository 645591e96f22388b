"""A real broker for the tests, somebody who listens there, and rooms of a guide that stands on a stage."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from assistant.language.page_words import load_page_words
from assistant.rooms.link import Inside, Link
from assistant.rooms.outbox import Outbox
from assistant.rooms.watch import Inner, RoomWatch
from assistant.runtime.session import Elsewhere
from assistant.settings.rooms import Broker, broker_of
from tests.page import until
from tests.stage import ENGLISH, Stage

TEXTS = {"pause": "pause", "start_routine": "start"}

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="needs a broker: sudo apt install mosquitto")


def free_port() -> int:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        port: int = there.getsockname()[1]
        return port


class Mosquitto:
    """A broker with a configuration of its own; what it retains outlives it."""

    def __init__(
        self, folder: Path, lines: str = "allow_anonymous true", *, tls: str = "", port: int | None = None
    ) -> None:
        """`port`: that of the listener in `lines`, if one is there."""
        folder.mkdir(exist_ok=True)
        self.port = port if port is not None else free_port()
        listener = "" if port is not None else f"listener {self.port} 127.0.0.1"
        self.config = folder / "mosquitto.conf"
        self.log = folder / "mosquitto.log"
        self.config.write_text(
            # Started by root it would become somebody else, who may not read this folder.
            f"user {getpass.getuser()}\n{listener}\n{tls}\n{lines}\n"
            f"persistence true\npersistence_location {folder}/\n"
            f"autosave_interval 1\nautosave_on_changes true\nlog_dest file {self.log}\n"
        )
        self.url = f"mqtt{'s' if tls else ''}://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        assert MOSQUITTO is not None
        self.process = subprocess.Popen([MOSQUITTO, "-c", str(self.config)], stderr=subprocess.DEVNULL)
        until(self._answers, 20)

    def _answers(self) -> bool:
        with socket.socket() as there:
            return there.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)


@contextmanager
def mosquitto(folder: Path, lines: str = "allow_anonymous true", *, tls: str = "") -> Iterator[Mosquitto]:
    broker = Mosquitto(folder, lines, tls=tls)
    try:
        yield broker
    finally:
        broker.kill()


class Listener:
    """Somebody at the broker: hears all, and says what they are told to. Comes back as often as the broker does."""

    def __init__(self, broker: Mosquitto, topic: str = "#", **who: str) -> None:
        self.heard = list[tuple[str, str, bool]]()
        # A session that the broker keeps, so that what is told while only one of us is back is not missed.
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, f"listener-{secrets.token_hex(4)}", clean_session=False)
        if who:
            self.client.username_pw_set(**who)
        self.client.reconnect_delay_set(1, 1)
        self._ready = threading.Event()
        self.topic = topic
        self.client.on_connect = self._subscribe
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.on_message = self._take
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        assert self._ready.wait(20)

    def _subscribe(self, *_: Any) -> None:
        self.client.subscribe(self.topic, 1)

    def _take(self, _client: Any, _userdata: Any, message: Any) -> None:
        self.heard.append((message.topic, message.payload.decode("utf-8", "replace"), message.retain))

    def of(self, topic: str) -> list[str]:
        return [text for at, text, _ in list(self.heard) if at == topic]

    def last(self, topic: str) -> Any:
        """What was heard last under a topic, as JSON."""
        heard = self.of(topic)
        return json.loads(heard[-1]) if heard else {}

    def say(self, topic: str, payload: str | bytes, *, retain: bool = False) -> None:
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(20)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@contextmanager
def listening(broker: Mosquitto, topic: str = "#", **who: str) -> Iterator[Listener]:
    listener = Listener(broker, topic, **who)
    try:
        yield listener
    finally:
        listener.close()


class Room:
    """A room whose guide is on a stage: what is asked for is said there at once."""

    def __init__(
        self, url: str, room: str = "bedroom", home: Path | None = None, person: str | None = None, **broker: Any
    ) -> None:
        self.places = list[Any]()
        self.stage, self.lines, self.sentences = Stage(), list[str](), list[str]()
        self.settings = {"pace": "3"}
        inner = Inner(self.stage.guide, load_page_words(ENGLISH), TEXTS)
        inner.begin(lambda: self.stage.state, self._take)
        inside = Inside(
            inner.state,
            inner.moment,
            lambda: self.settings,
            inner.read,
            inner.take,
            self._change,
            self.lines.append,
            inner.take_place,
        )
        given = vars(broker_of(url)) | broker
        self.outbox = Outbox(home)
        self.link = Link(Broker(**given), room, inside, self.outbox, "0.1.0", person=person)
        self.watch = RoomWatch(self.link, inner)
        self.thread = threading.Thread(target=lambda: asyncio.run(self.link.run()), daemon=True)

    def _take(self, item: Any) -> None:
        if isinstance(item, Elsewhere):
            self.places.append(item.place)
        elif isinstance(item, str):
            self.sentences.append(item)
        else:
            self.stage.say(item.match.intent, **item.match.slots)
            self.link.wake()

    def _change(self, given: Mapping[str, str]) -> str | None:
        if given.keys() - {"pace"}:
            return "there is no such setting"
        self.settings.update(given)
        return None

    def done(self, number: int) -> None:
        """A stretch was done."""
        self.link.record({"id": f"s-{number}", "kind": "stretch", "number": number})


@contextmanager
def room(
    url: str, name: str = "bedroom", home: Path | None = None, person: str | None = None, **broker: Any
) -> Iterator[Room]:
    """A room that is at its broker, or tries to be, until the test has seen enough of it."""
    there = Room(url, name, home, person, **broker)
    there.thread.start()
    try:
        yield there
    finally:
        there.link.end()
        there.thread.join(10)
        there.outbox.close()


def took(what: Callable[[], object], seconds: float) -> float:
    """Seconds until something is so."""
    begun = time.monotonic()
    until(what, seconds)
    return time.monotonic() - begun
