"""Every setting in one table: its name, its possible values, its default, and why.

A setting is added by an entry in SETTINGS; its flag, its line in `solemate settings`, and the check of the file follow
from it. Imports next to nothing, because each start needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.dialogue.content.bounds import MOST_REMINDERS, PACES, READY_SECONDS
from assistant.did_you_mean import did_you_mean
from assistant.errors import UsageError
from assistant.settings.kinds import (
    OFF,
    Address,
    Choice,
    Device,
    Kind,
    Language,
    Name,
    Number,
    Switch,
    Text,
    Times,
    Value,
    WebAddress,
    without_password,
)
from assistant.settings.rooms import BrokerUrl, RoomName

Origin = Literal["default", "calibrated", "file", "flag"]
"""Where a value came from, in ascending order of precedence."""

AUTO, SYSTEM = "auto", "system"
"""Values of the voice: a natural one if it is installed and speaks the language, or the system's own."""

HERE, LAN = "here", "lan"
"""Where the page can be opened: on this machine, or in the home network as well."""

GAIN_RANGE = (-20.0, 40.0)
"""dB. A microphone that needs more gives noise; one that needs less is clipped before its sound gets here."""

STRICTNESS_RANGE = (-0.04, 0.06)
"""Parts of a score. Further down, other talk would pass as commands; further up, most commands would not."""


@dataclass(frozen=True)
class Setting:
    """One setting. `about` says what it does, `reason` why its default is what it is."""

    key: str
    kind: Kind
    default: Value
    about: str
    reason: str
    calibrated: bool = False
    """Whether `solemate calibrate` sets it."""
    file: tuple[str, str] | None = None
    """The file a command may take in its place, as a flag: what its name looks like, and what it is. None if none
    may."""
    bare: Value = None
    """What its flag stands for without a value; None if it needs one."""

    @property
    def flag(self) -> str:
        """Its option on the command line."""
        return f"--{self.key.replace('_', '-')}"


FILE = "FILE"
"""What stands for the value of a setting that is a file."""

_ALL = (
    Setting("language", Language(), "en", "the language to speak and hear", "the one most tried"),
    Setting(
        "recogniser",
        Choice(("auto", "vosk", "built-in")),
        "auto",
        "who listens: Vosk, the built-in ear, or (auto) both where both are there",
        "two ears are surer than one",
    ),
    Setting(
        "microphone",
        Device(),
        None,
        "a device by (part of) its name",
        "the system knows which one is used most",
        file=("IN.wav", "a sound file to listen to"),
    ),
    Setting(
        "speaker",
        Device(),
        None,
        "a device by (part of) its name",
        "the system knows which one is used most",
        file=("OUT.wav", "a WAV file to speak into"),
    ),
    Setting(
        "routine",
        Text("NAME|FILE"),
        "ten_foot_stretches",
        "another routine: five_minutes, or a file of your own (see `solemate routine new`)",
        "all ten stretches are what is meant to be done twice a day",
    ),
    Setting(
        "ready_seconds",
        Number(1.0, 3600.0, "seconds", "60"),
        READY_SECONDS,
        'how long to wait for "ready" where something has to be put on or found, before the stretch begins by itself',
        'a band is round the feet by then, and "wait" gives all the time there is',
    ),
    Setting(
        "auto_start",
        Switch(),
        None,
        'whether each stretch begins by itself; off waits for "ready" without end, on even where something is put on',
        "by itself, but for a band, a towel, a ball or a pencil; what you last asked for by voice holds",
    ),
    Setting(
        "words",
        Choice(("full", "short", "sounds")),
        None,
        "how much the guide says; full grows less day by day",
        "what you last asked for by voice holds",
    ),
    Setting(
        "pace",
        Number(*PACES, "seconds", "3"),
        None,
        "how long a repetition takes that is counted aloud",
        "the routine has a pace of its own, and what you last asked for by voice holds",
    ),
    Setting(
        "beat",
        Switch(),
        None,
        "a soft beat for walking on the toes and circling the ankles",
        "most find their own rhythm, and what you last asked for by voice holds",
    ),
    Setting(
        "ask_after",
        Choice((OFF, "pain", "effort", "both")),
        None,
        "what to ask for after each stretch, as a number from nought to ten",
        "it is asked only where somebody wants to know; what you last asked for by voice holds",
    ),
    Setting(
        "reminders",
        Times(MOST_REMINDERS),
        None,
        "when to remind you, twice a day at most; off for never",
        "what you last asked for by voice holds",
    ),
    Setting(
        "voice",
        Text("NAME"),
        AUTO,
        "who speaks: auto (a natural voice where one is installed), system, or a name (see `solemate voices`)",
        "a natural voice is easier to listen to, and speaks only some languages",
    ),
    Setting(
        "voice_cache_mb",
        Number(0.0, 10_000.0, "MB", "100"),
        100.0,
        "how much room rendered sentences may take on the disk; 0 keeps none",
        "all that the routine says takes 10 to 20 MB at each rate and voice",
    ),
    Setting(
        "view",
        Switch(),
        True,
        "a live view where the terminal can show one; off prints lines instead, as --plain does",
        "a countdown in large can be read from the mat",
    ),
    Setting(
        "page",
        Choice((OFF, HERE, LAN)),
        OFF,
        "a page for a browser, to look at and to touch: here is for this machine, lan for the home network as well",
        "nothing listens on a network unless somebody asks for it",
        bare=HERE,
    ),
    Setting(
        "page_port",
        Number(1024.0, 65535.0, "", "8713"),
        8713.0,
        "the port of the page; the next free one if it is taken",
        "few other programs take it",
    ),
    Setting(
        "mqtt",
        BrokerUrl(),
        None,
        "an MQTT broker, by which rooms and programs know of each other; mqtts:// for TLS, off for none",
        "nothing is told to a network unless somebody asks for it",
    ),
    Setting(
        "mqtt_password_file",
        Text(FILE),
        None,
        "a file with the broker's password; or the variable SOLEMATE_MQTT_PASSWORD",
        "a broker at home often has none, and in an address others see it",
    ),
    Setting(
        "mqtt_ca",
        Text(FILE),
        None,
        "a file with the certificate that the broker's is checked against, where it is one of your own making",
        "those that the system trusts do for most",
    ),
    Setting(
        "mqtt_discovery",
        Switch(),
        True,
        "whether Home Assistant finds the room by itself, as a device, at the same broker",
        "it costs a message, and nobody sees it without a Home Assistant",
    ),
    Setting(
        "room",
        RoomName(),
        None,
        "what this room is called at the broker",
        "the machine's own name differs from room to room already",
    ),
    Setting(
        "person",
        RoomName(),
        None,
        "whose runs these are: one begun in a room is offered in the other rooms of the same person",
        "one person's run is not to be offered to another",
    ),
    Setting(
        "wyoming_uri",
        Address(),
        "tcp://127.0.0.1:10600",
        "where `solemate wyoming` answers Home Assistant, there as --uri",
        "only this machine can reach it, and of the ports that voice services use by custom this one is free",
    ),
    Setting(
        "home_assistant",
        WebAddress(),
        None,
        "the Home Assistant through which satellites say what they are not asked for; off for none",
        "nothing is sent to anybody unless somebody asks for it",
    ),
    Setting(
        "home_assistant_token",
        Text(FILE),
        None,
        "a file, for you alone to read, with a long-lived access token of Home Assistant's",
        "a token that stood here itself would be shown with the settings",
    ),
    Setting(
        "name",
        Name(),
        None,
        "what to call the guide: then only what begins with it is a command; off for none",
        "only a room with a television needs one",
    ),
    Setting(
        "music_down",
        Switch(),
        True,
        "have the sound server turn music down while the guide speaks, where it is set up to (docs/rooms.md)",
        "words are lost under music; where no sound server turns anything down, it does nothing",
    ),
    Setting(
        "echo_cancelling",
        Switch(),
        True,
        "take the guide's own voice out of what the microphone hears",
        "without it the guide can't tell you from itself; off saves a little work with headphones",
    ),
    Setting(
        "gain_db",
        Number(*GAIN_RANGE, "dB", "0"),
        0.0,
        "how much louder (in dB) what the microphone hears is made",
        "most microphones are loud enough",
        calibrated=True,
    ),
    Setting(
        "strictness",
        Number(*STRICTNESS_RANGE, "", "0"),
        0.0,
        "how much surer than usual a command must be; below 0 it may be less sure",
        "the limits were fitted on many voices",
        calibrated=True,
    ),
)

SETTINGS: Mapping[str, Setting] = {setting.key: setting for setting in _ALL}
"""Every setting by its key, in the order in which they are listed."""

FILES = frozenset(key for key, each in SETTINGS.items() if each.kind.metavar == FILE)
"""Those whose value is a file and nothing else."""


@dataclass(frozen=True)
class Calibration:
    """What `solemate calibrate` found for a microphone (a device's name, or a file) on a day (2026-01-31)."""

    values: Mapping[str, Value]
    microphone: str = ""
    day: str = ""


@dataclass(frozen=True)
class Settings:
    """The values in effect, and where each came from."""

    values: Mapping[str, Value]
    origins: Mapping[str, Origin]
    calibration: Calibration | None = None

    @classmethod
    def of(
        cls,
        flags: Mapping[str, Value] | None = None,
        file: Mapping[str, Value] | None = None,
        calibration: Calibration | None = None,
    ) -> Settings:
        """The settings from all sources: a flag wins over the file, that over calibration, that over the default."""
        values: dict[str, Value] = {key: setting.default for key, setting in SETTINGS.items()}
        origins: dict[str, Origin] = dict.fromkeys(SETTINGS, "default")
        layers: tuple[tuple[Origin, Mapping[str, Value]], ...] = (
            ("calibrated", calibration.values if calibration else {}),
            ("file", file or {}),
            ("flag", flags or {}),
        )
        for origin, layer in layers:
            values.update(layer)
            origins.update(dict.fromkeys(layer, origin))
        return cls(values, origins, calibration)

    def without_calibration(self) -> Settings:
        """The same without calibrated values, for sound from another source than was calibrated."""
        still = {key for key, origin in self.origins.items() if origin == "calibrated"}
        values = {key: SETTINGS[key].default if key in still else value for key, value in self.values.items()}
        origins: dict[str, Origin] = {k: "default" if k in still else origin for k, origin in self.origins.items()}
        return Settings(values, origins)

    def text(self, key: str) -> str:
        """The value of a setting that always has a text."""
        value = self.values[key]
        assert isinstance(value, str)
        return value

    def optional(self, key: str) -> str | None:
        """The value of a setting that has a text or nothing."""
        value = self.values[key]
        assert value is None or isinstance(value, str)
        return value

    def number(self, key: str) -> float:
        """The value of a setting that has a number."""
        value = self.values[key]
        assert isinstance(value, int | float)
        return float(value)

    def switch(self, key: str) -> bool:
        """The value of a setting that is on or off."""
        return bool(self.values[key])


def setting(key: str) -> Setting:
    """The setting with this key. Raises UsageError suggesting the most similar one."""
    found = SETTINGS.get(key.replace("-", "_"))
    if found is None:
        raise UsageError(
            f"there is no setting {key!r}", did_you_mean(key, SETTINGS) or f"there are {', '.join(SETTINGS)}"
        )
    return found


def shown(value: Value) -> str:
    """A value as people write it, and as `parse` accepts it; the password in an address is hidden."""
    if isinstance(value, bool):
        return "on" if value else OFF
    return "-" if value is None else f"{value:g}" if isinstance(value, int | float) else without_password(value)
