"""What the measurements of a room mean: the gain and the strictness to set, and what to tell the person. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from assistant.audio.levels import NO_SOUND_DB

TARGET_DB = -26.0
"""The level to which speech is amplified, dB of full scale: that of the voices that the limits were fitted on, minus a
margin because a person's voice varies."""

ENOUGH_DB = -38.0
"""Speech of at least this level is left alone: it is understood as well as louder speech. See docs/tuning.md."""

VERY_QUIET_DB = -50.0
"""Below this level the microphone itself should be turned up: amplifying later amplifies its noise too."""

MOST_GAIN_DB = 40.0
"""A voice that needs more is lost in the microphone's own noise."""

MOST_PEAK = 0.7
"""The largest sample, of full scale, that the person's loudest sound may reach: one day they will be louder."""

CLIPPED_SHARE = 0.001
"""The share of clipped samples from which speech suffers (a few in each syllable)."""

NOISY_DB, LOUD_NOISE_DB = 15.0, 8.0
"""dB by which speech must exceed the noise to be understood nearly as well as in a quiet room, and to be understood at
all."""

LOUD_ECHO_DB = 6.0
"""dB by which the loudspeaker may be louder at the microphone than the person; measured to work up to this."""

LATE_SECONDS = 0.3
"""Echo delay in seconds from which it is worth mentioning: mostly a wireless link."""

STRICTNESSES = (-0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04, 0.05)
"""The values that are tried, parts of a score. Not lower, or other talk would pass as commands."""

MOST_UNDERSTOOD, HALF_UNDERSTOOD = 0.9, 0.5
"""The share of commands from which all is well, and below which something must be wrong."""


class Finding(Enum):
    """Something to tell the person; its value is its code for programs, and whether it is good news."""

    NO_SOUND = "no_sound", False
    NOBODY_HEARD = "nobody_heard", False
    VERY_QUIET = "very_quiet", False
    MADE_LOUDER = "made_louder", True
    CLIPPING = "clipping", False
    LEVEL_GOOD = "level_good", True
    LOUD_NOISE = "loud_noise", False
    NOISY = "noisy", False
    QUIET_ROOM = "quiet_room", True
    NO_ECHO = "no_echo", True
    LOUD_ECHO = "loud_echo", False
    LATE_ECHO = "late_echo", False
    ECHO_GOOD = "echo_good", True
    CHATTER = "chatter", False
    UNDERSTOOD = "understood", True
    PARTLY_UNDERSTOOD = "partly_understood", False
    NOT_UNDERSTOOD = "not_understood", False

    @property
    def code(self) -> str:
        """Its name for programs."""
        return str(self.value[0])

    @property
    def well(self) -> bool:
        """Whether nothing needs to be done about it."""
        return bool(self.value[1])


@dataclass(frozen=True)
class Measured:
    """The measurements of a room. Levels are in dB of full scale, as the microphone gave them.

    `speech_db` is None if nobody was heard, `echo_db` and `echo_seconds` if the loudspeaker was not. For each
    strictness, `understood` says how many of the commands `asked` for were understood correctly, and `false` how many
    commands were heard although nobody gave any.
    """

    noise_db: float
    speech_db: float | None = None
    peak: float = 0.0
    clipped: float = 0.0
    echo_db: float | None = None
    echo_seconds: float | None = None
    asked: int = 0
    understood: Mapping[float, int] | None = None
    false: Mapping[float, int] | None = None


@dataclass(frozen=True)
class Judgement:
    """What to set (dB, and parts of a score), and what to tell the person. `usable` False: nothing should be set."""

    gain_db: float
    strictness: float
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether enough was heard for the gain and the strictness to mean anything."""
        return not {Finding.NO_SOUND, Finding.NOBODY_HEARD} & set(self.findings)


def judge(measured: Measured) -> Judgement:
    """What the measurements mean."""
    if measured.speech_db is None:
        nothing = Finding.NO_SOUND if measured.noise_db < NO_SOUND_DB else Finding.NOBODY_HEARD
        return Judgement(0.0, 0.0, (nothing, *_of_echo(measured)))
    gain = gain_for(measured.speech_db, measured.peak)
    strictness = strictness_for(measured.understood or {}, measured.false or {})
    findings = (
        _of_level(measured.speech_db, measured.clipped, gain),
        _of_noise(measured.speech_db - measured.noise_db),
        *_of_echo(measured),
        *_of_commands(measured, strictness),
    )
    return Judgement(gain, strictness, findings)


def gain_for(speech_db: float, peak: float) -> float:
    """How many dB speech of this level (dB) and peak should be amplified, in steps of 0.5; 0 if it is loud enough."""
    if speech_db >= ENOUGH_DB:
        return 0.0
    from_peak = MOST_PEAK / peak if peak > 0 else float("inf")
    wanted = 10 ** ((TARGET_DB - speech_db) / 20)
    gain = min(wanted, from_peak)
    return max(0.0, min(MOST_GAIN_DB, round(40 * math.log10(gain)) / 2))


def strictness_for(understood: Mapping[float, int], false: Mapping[float, int]) -> float:
    """The strictness that lets the fewest false commands through, and among those understands the most real ones.

    Of several equal ones, the one nearest to the default: ten commands are too few to speak against it.
    """
    if not understood:
        return 0.0
    return min(understood, key=lambda by: (false.get(by, 0), -understood[by], abs(by), -by))


def _of_level(speech: float, clipped: float, gain: float) -> Finding:
    if clipped >= CLIPPED_SHARE:
        return Finding.CLIPPING
    if speech < VERY_QUIET_DB:
        return Finding.VERY_QUIET
    return Finding.MADE_LOUDER if gain else Finding.LEVEL_GOOD


def _of_noise(above: float) -> Finding:
    if above < LOUD_NOISE_DB:
        return Finding.LOUD_NOISE
    return Finding.NOISY if above < NOISY_DB else Finding.QUIET_ROOM


def _of_echo(measured: Measured) -> tuple[Finding, ...]:
    if measured.echo_db is None or measured.echo_seconds is None:
        return (Finding.NO_ECHO,)
    found = []
    if measured.speech_db is not None and measured.echo_db - measured.speech_db > LOUD_ECHO_DB:
        found.append(Finding.LOUD_ECHO)
    if measured.echo_seconds > LATE_SECONDS:
        found.append(Finding.LATE_ECHO)
    return tuple(found) or (Finding.ECHO_GOOD,)


def _of_commands(measured: Measured, strictness: float) -> tuple[Finding, ...]:
    if not measured.asked or measured.understood is None:
        return ()
    share = measured.understood.get(strictness, 0) / measured.asked
    well = Finding.UNDERSTOOD if share >= MOST_UNDERSTOOD else Finding.PARTLY_UNDERSTOOD
    found = well if share >= HALF_UNDERSTOOD else Finding.NOT_UNDERSTOOD
    return (Finding.CHATTER, found) if (measured.false or {}).get(0.0, 0) else (found,)
