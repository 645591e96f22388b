"""What measurements of a room mean: the level and the strictness to set, and what to tell the person. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

TARGET_DB = -26.0
"""How loud speech is to come out, dB of full scale: the level of the voices that the limits were fitted on, less what
a person's voice varies by."""

ENOUGH_DB = -38.0
"""Speech of this level and more is let be. In a silent room 43 of 48 commands by the bench's development voices were
understood from -20 down to -38 dB, 42 at -44, 38 at -50, 20 at -56 and 6 at -62."""

VERY_QUIET_DB = -50.0
"""Below this the microphone itself should be turned up: what makes it louder afterwards makes its noise louder too."""

MOST_GAIN_DB = 40.0
"""A voice that needs more is lost in the noise of the microphone itself."""

MOST_PEAK = 0.7
"""How high the person's loudest sample may come out: they will be louder one day."""

CLIPPED_SHARE = 0.001
"""Share of clipped samples from which speech suffers (a few in each syllable)."""

NO_SOUND_DB = -85.0
"""A room is never so quiet: a microphone that gives less is muted, or it is none."""

NOISY_DB, LOUD_NOISE_DB = 15.0, 8.0
"""dB by which speech must stand out from the noise to be understood nearly as in a quiet room, and at all."""

LOUD_ECHO_DB = 6.0
"""dB by which the loudspeaker may be louder at the microphone than the person: up to this it was measured to work."""

LATE_SECONDS = 0.3
"""Delay from the loudspeaker to the microphone from which it is worth telling: a radio link, mostly."""

STRICTNESSES = (-0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04, 0.05)
"""What is tried, parts of a score. Not lower: of talk that means nothing more would pass as a command."""

MOST_UNDERSTOOD, HALF_UNDERSTOOD = 0.9, 0.5
"""Share of the commands from which all is well, and below which something must be wrong."""


class Finding(Enum):
    """Something to be told; its value is its name for programs, and whether it is well."""

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
        """Whether there is nothing to be done about it."""
        return bool(self.value[1])


@dataclass(frozen=True)
class Measured:
    """What was measured in a room. Levels are in dB of full scale, as the microphone gave them.

    `speech_db` is None where nobody was heard, `echo_db` and `echo_seconds` where the loudspeaker was not.
    `understood` tells for each strictness how many of the commands `asked` were understood rightly, `false` how many
    commands were heard that nobody gave.
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
    """What to set (dB, and parts of a score), and what to tell. `usable` False: nothing should be set."""

    gain_db: float
    strictness: float
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether it was heard well enough for the level and the strictness to mean anything."""
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
    """How many dB louder speech of that level and peak should be made, in steps of 0.5; 0 where it is loud enough."""
    if speech_db >= ENOUGH_DB:
        return 0.0
    from_peak = MOST_PEAK / peak if peak > 0 else float("inf")
    wanted = 10 ** ((TARGET_DB - speech_db) / 20)
    gain = min(wanted, from_peak)
    return max(0.0, min(MOST_GAIN_DB, round(40 * math.log10(gain)) / 2))


def strictness_for(understood: Mapping[float, int], false: Mapping[float, int]) -> float:
    """The strictness that lets fewest commands through that nobody gave, and then understands most of those given.

    Of several alike the one nearest to the usual: ten commands are few, and say nothing against it.
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
