"""The settings of rooms that know of each other: the broker's address, and what a room is called."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field

from assistant.settings.kinds import OFF, Value, without_password

PORTS = {"mqtt": 1883, "mqtts": 8883}
"""The schemes of a broker's address, plain and by TLS, and their usual ports."""

MOST_LETTERS = 40
"""Letters in the name of a room."""

USUAL_ROOM = "room"
"""What a room is called on a machine whose own name is no name for a room."""


@dataclass(frozen=True)
class Broker:
    """Where a broker is, and who asks. `ca` is a file of certificates to trust beside the system's own, or empty."""

    host: str
    port: int
    secure: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: str = ""

    @property
    def address(self) -> str:
        """Its address as people write it, without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mqtts' if self.secure else 'mqtt'}://{host}:{self.port}"


def broker_of(url: str) -> Broker:
    """The broker of an address. Raises ValueError saying what it must be, without the password."""
    from urllib.parse import unquote, urlsplit

    wanted = f"must be like mqtt://broker.local:1883 or mqtts://user@broker.local, or {OFF}"
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname
    except ValueError as error:
        raise ValueError(f"{wanted}, not {without_password(url)!r}") from error
    strange = parts.path not in ("", "/") or parts.query or parts.fragment or any(each.isspace() for each in url)
    if parts.scheme not in PORTS or not host or strange or port == 0:
        raise ValueError(f"{wanted}, not {without_password(url)!r}")
    user, password = (None if each is None else unquote(each) for each in (parts.username, parts.password))
    return Broker(host, port or PORTS[parts.scheme], parts.scheme == "mqtts", user or None, password or None)


@dataclass(frozen=True)
class BrokerUrl:
    """The address of an MQTT broker; "off" for none."""

    metavar: str = f"mqtt://HOST|{OFF}"

    def parse(self, text: str) -> Value:
        """As `check`."""
        return self.check(text)

    def check(self, value: object) -> Value:
        """An address, as it was written; None for off, and for what was parsed as that."""
        if value is None or value == OFF:
            return None
        if not isinstance(value, str):
            raise ValueError(f"must be like mqtt://broker.local, not {value!r}")
        broker_of(value)
        return value


@dataclass(frozen=True)
class RoomName:
    """What a room is called: letters and digits, in lower case, with - between words."""

    metavar: str = "NAME"

    def parse(self, text: str) -> Value:
        """As `check`."""
        return self.check(text)

    def check(self, value: object) -> Value:
        """The name as it stands in topics, where blanks and signs would be in the way."""
        name = "-".join(value.lower().split()) if isinstance(value, str) else ""
        if not is_room(name):
            raise ValueError(f"must be letters, digits and -, {MOST_LETTERS} at most, not {value!r}")
        return name


def is_room(name: str, longest: int = MOST_LETTERS) -> bool:
    """Whether a room can have this name: letters and digits, with - and _ between them, and not too many."""
    return len(name) <= longest and re.fullmatch(r"[^\W_][\w-]*", name) is not None


def usual_room() -> str:
    """The name of a room that was given none: the machine's own, which differs from room to room already."""
    host = re.sub(r"[^\w-]", "-", socket.gethostname().partition(".")[0].lower())[:MOST_LETTERS].strip("-_")
    return host or USUAL_ROOM
