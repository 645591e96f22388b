"""The topics of rooms at a broker, and how surely what is under each has to arrive. Pure."""

from __future__ import annotations

from dataclasses import dataclass

ROOT = "solemate"

ONLINE, OFFLINE = "online", "offline"
"""What is under `available`: the words that Home Assistant expects."""

AT_MOST_ONCE, AT_LEAST_ONCE = 0, 1
"""MQTT's qualities of service. What is told anew at each change, and after each return of the broker, needs none: a
state that got lost would be old. What happens once, or is asked for once, must arrive; that it may do so twice is seen
by its id, or does no harm. Exactly once (2) would take twice the messages, and no broker's restart outlives it."""


@dataclass(frozen=True)
class Topics:
    """The topics of a room, by its name there."""

    room: str

    def _of(self, name: str) -> str:
        return f"{ROOT}/{self.room}/{name}"

    @property
    def state(self) -> str:
        """Where the guide is; retained."""
        return self._of("state")

    @property
    def moment(self) -> str:
        """What can be done now, in words and as buttons; retained."""
        return self._of("moment")

    @property
    def said(self) -> str:
        """What the guide says, as it begins to."""
        return self._of("said")

    @property
    def command(self) -> str:
        """What the guide is to do."""
        return self._of("command")

    @property
    def settings(self) -> str:
        """The settings that can be changed, as they will be at the next start; retained."""
        return self._of("settings")

    @property
    def set_settings(self) -> str:
        """Settings to be changed."""
        return self._of("settings/set")

    @property
    def history(self) -> str:
        """What was done, an event each."""
        return self._of("history")

    @property
    def available(self) -> str:
        """Whether the room is there; the broker itself says that it no longer is. Retained."""
        return self._of("available")

    @property
    def owner(self) -> str:
        """Which Solemate is the room, so that a second one of the name notices; retained."""
        return self._of("owner")

    @property
    def kept(self) -> tuple[str, ...]:
        """All that the broker retains."""
        return (self.state, self.moment, self.settings, self.available, self.owner)


def place_of(person: str) -> str:
    """Where a person's last run has got to; retained. No room's name begins with -, so it is in no room's way."""
    return f"{ROOT}/-/place/{person}"


def numbered(room: str, number: int) -> str:
    """The name of the room that is the second, third ... of a name."""
    return room if number < 2 else f"{room}-{number}"


def room_and_topic(topic: str) -> tuple[str, str] | None:
    """The room that a topic belongs to, and what is under it; None if it is no room's."""
    root, _, rest = topic.partition("/")
    room, _, name = rest.partition("/")
    return (room, name) if root == ROOT and room and name else None
