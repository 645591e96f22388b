"""The connection to a broker. The only module that knows the library for MQTT."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from assistant.errors import SolemateError
from assistant.rooms.topics import AT_LEAST_ONCE
from assistant.settings.rooms import Broker, broker_of

PASSWORD = "SOLEMATE_MQTT_PASSWORD"
"""The environment variable that may hold the broker's password."""

TIMEOUT = 3.0
"""Seconds that the broker may take for an answer."""

KEEPALIVE = 3
"""Seconds after which two sides that have nothing to say make sure that the other is there. Short, so that a cable that
was pulled out is noticed within seconds on both; it costs two bytes each time."""

MOST_WAITING = 64
"""Messages that may wait to be read: a flood is dropped."""

REFUSED = (4, 5, 134, 135)
"""What a broker answers to a wrong user or password, in MQTT 3.1.1 and 5."""

_SILENT = logging.getLogger("assistant.rooms.mqtt")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


class Lost(Exception):  # noqa: N818 - it happens, and is got over
    """The broker can't be reached, refuses, or is gone: why, in a line."""


class Message(Protocol):
    """A message that came in."""

    topic: Any
    payload: Any
    retain: bool


class Client:
    """A connection that is open. What is published waits only until it is on its way, or arrived where that counts."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def publish(self, topic: str, payload: str | bytes, qos: int = 0, *, retain: bool = False) -> None:
        """Publish a message; with a QoS of 1, until the broker has it. Raises Lost."""
        with _telling():
            await self._inner.publish(topic, payload, qos=qos, retain=retain)

    async def subscribe(self, *topics: str) -> None:
        """Have what is published there come in. Raises Lost."""
        with _telling():
            granted = await self._inner.subscribe([(topic, AT_LEAST_ONCE) for topic in topics])
        if any(getattr(each, "value", each) >= 128 for each in granted):
            raise Lost(f"it does not let this user read {topics[0]}")

    async def messages(self) -> AsyncIterator[tuple[str, bytes, bool]]:
        """Topic and content of each message, and whether it was retained from before. Raises Lost at the end."""
        with _telling():
            async for message in self._inner.messages:
                payload = message.payload if isinstance(message.payload, bytes | bytearray) else b""
                yield str(message.topic), bytes(payload), bool(message.retain)


@asynccontextmanager
async def connected(broker: Broker, identifier: str, will: tuple[str, str] | None = None) -> AsyncIterator[Client]:
    """A connection to a broker; `will` is what it publishes, retained, if this connection breaks off. Raises Lost."""
    import aiomqtt

    last = None if will is None else aiomqtt.Will(will[0], will[1], qos=AT_LEAST_ONCE, retain=True)
    with _telling():
        inner = aiomqtt.Client(
            broker.host, broker.port, username=broker.user, password=broker.password, identifier=identifier,
            will=last, logger=_SILENT, timeout=TIMEOUT, keepalive=KEEPALIVE, clean_session=True,
            max_queued_incoming_messages=MOST_WAITING, max_queued_outgoing_messages=MOST_WAITING,
            tls_context=tls_of(broker),
        )  # fmt: skip
        inner._client.connect_timeout = TIMEOUT  # the library itself waits for longer than a return may take
        async with inner:
            yield Client(inner)


class _telling:  # noqa: N801 - used as a function
    """Turns what the library raises into Lost."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        import aiomqtt

        if isinstance(error, aiomqtt.MqttError | OSError | ValueError | asyncio.TimeoutError):
            raise Lost(_reason(error)) from None


def _reason(error: BaseException) -> str:
    cause = error if not isinstance(error.__cause__, Exception) else error.__cause__
    code = getattr(getattr(cause, "rc", None), "value", getattr(cause, "rc", None))
    if code in REFUSED:
        return "it refuses the user or the password"
    if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(error):
        return "its certificate is not one to trust"
    text = " ".join(str(error).split())
    if "Name or service not known" in text or "name resolution" in text:
        return "there is no machine of that name"
    return text.partition("] ")[2] or text or "it does not answer"


def tls_of(broker: Broker) -> ssl.SSLContext | None:
    """What checks the broker's certificate; None for a connection without TLS.

    Raises SolemateError if the file of certificates is none.
    """
    if not broker.secure:
        return None
    try:
        context = ssl.create_default_context()
        if broker.ca:
            context.load_verify_locations(broker.ca)
    except OSError as error:
        raise SolemateError(
            f"mqtt_ca: {broker.ca} holds no certificates ({error.strerror or error})", "name a file in PEM form"
        ) from error
    return context


def broker_for(url: str, password_file: str | None, ca: str | None) -> Broker:
    """The broker of the settings, with its password from a file or the environment.

    Raises SolemateError if a file can't be read.
    """
    broker = replace(broker_of(url), ca=ca or "")
    tls_of(broker)
    if broker.password is not None:
        return broker
    password = os.environ.get(PASSWORD) or None
    if password_file is not None:
        try:
            password = Path(password_file).expanduser().read_text(encoding="utf-8").rstrip("\r\n") or None
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise SolemateError(
                f"mqtt_password_file: cannot read {password_file} ({reason})",
                "write the password into it, or: solemate settings unset mqtt_password_file",
            ) from error
    return replace(broker, password=password)
