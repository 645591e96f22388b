"""What Home Assistant is told, so that it finds a room by itself: a device with sensors, buttons and a switch. Pure."""

from __future__ import annotations

import re
from typing import Any

from assistant.rooms.topics import AT_LEAST_ONCE, OFFLINE, ONLINE, Topics

PREFIX = "homeassistant"
"""Home Assistant's own root of such topics, as it is unless somebody has changed it."""

SENSORS = (
    ("phase", "Phase", "mdi:state-machine", "{{ value_json.phase }}", None),
    ("stretch", "Stretch", "mdi:yoga", "{{ value_json.title }}", None),
    ("remaining", "Remaining", "mdi:timer-outline", "{{ value_json.remaining if value_json.remaining else 0 }}", "s"),
    ("done", "Done", "mdi:progress-check", "{{ (value_json.done * 100) | round }}", "%"),
)
"""Key, name, icon, where its value is in the state, and unit."""

BUTTONS = (
    ("start", "Start", "mdi:play", "start_routine"),
    ("pause", "Pause", "mdi:pause", "pause"),
    ("resume", "Resume", "mdi:play-pause", "resume"),
    ("next", "Next", "mdi:skip-next", "next"),
    ("back", "Back", "mdi:skip-previous", "previous"),
    ("repeat", "Say it again", "mdi:repeat", "say_again"),
    ("stop", "Stop", "mdi:stop", "stop"),
    ("hurts", "It hurts", "mdi:alert", "hurts"),
)
"""Key, name, icon and intent."""


def device_id(room: str) -> str:
    """What identifies a room there, of the signs that are allowed: two rooms never share one."""
    return "solemate_" + re.sub(r"[^a-z0-9-]", lambda sign: f"_{ord(sign[0]):x}_", room)


def discovery_topic(room: str) -> str:
    """Where Home Assistant looks for the room."""
    return f"{PREFIX}/device/{device_id(room)}/config"


def discovered(room: str, version: str) -> dict[str, Any]:
    """The room as a device."""
    topics, device = Topics(room), device_id(room)

    def component(platform: str, key: str, name: str, icon: str, **more: object) -> tuple[str, dict[str, object]]:
        return key, {"platform": platform, "unique_id": f"{device}_{key}", "name": name, "icon": icon, **more}

    sensors = [
        component(
            "sensor", key, name, icon, state_topic=topics.state, value_template=template,
            **({"unit_of_measurement": unit} if unit else {}),
        )
        for key, name, icon, template, unit in SENSORS
    ]  # fmt: skip
    buttons = [
        component("button", key, name, icon, command_topic=topics.command, payload_press=intent)
        for key, name, icon, intent in BUTTONS
    ]
    running = component(
        "switch", "running", "Running", "mdi:run", state_topic=topics.state, command_topic=topics.command,
        value_template="{{ 'on' if value_json.running else 'off' }}", state_on="on", state_off="off",
        payload_on="resume", payload_off="pause",
    )  # fmt: skip
    return {
        "device": {"identifiers": [device], "name": f"Solemate {spoken_name(room)}", "sw_version": version},
        "origin": {"name": "solemate", "sw_version": version},
        "availability_topic": topics.available,
        "payload_available": ONLINE,
        "payload_not_available": OFFLINE,
        "qos": AT_LEAST_ONCE,
        "components": dict([*sensors, *buttons, running]),
    }


def spoken_name(room: str) -> str:
    """A room's name for people."""
    return room.replace("-", " ").replace("_", " ")
