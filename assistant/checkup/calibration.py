"""Calibration: measures a room's noise, the loudspeaker's echo, the person's level, and ten commands of theirs.

The same for real devices, files and a simulated room: blocks of sound go out and come in. What the measurements mean is
the business of `assistant.checkup.findings`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.levels import clipped, noise_db, peak, speech_db
from assistant.checkup.audio_rig import AudioRig, blocks_for, blocks_while_playing, hear_oneself
from assistant.checkup.findings import STRICTNESSES, Measured, gain_for
from assistant.errors import SolemateError
from assistant.ports import LISTENING_RATE

if TYPE_CHECKING:
    from assistant.dialogue.content.replies import Replies
    from assistant.hearing.choose import Ears
    from assistant.understanding.hypothesis import Hypothesis, Samples, Utterance
    from assistant.understanding.matcher import Matcher

RING_SECONDS = 0.2
"""Seconds for which a sentence reverberates after the last sample of its echo. No longer: people answer at once."""

LATE_TAIL_SECONDS = 1.0
"""Seconds to wait for the echo to end while its delay is still unknown."""

QUIET_SECONDS = 5.0
"""Seconds of listening to the room."""

COUNT_SECONDS = 5.0
"""Seconds that the person has to count to five."""

ANSWER_SECONDS = 6.0
"""Seconds that the person has for a command: to listen, to think, and to say it."""


@dataclass(frozen=True)
class Prompt:
    """A sentence to be said to the person; `step` of `steps`."""

    text: str
    step: int
    steps: int


class Calibrating:
    """Leads a person through the calibration."""

    def __init__(
        self,
        rig: AudioRig,
        ears: Ears,
        render: Callable[[str], Samples],
        replies: Replies,
        tell: Callable[[Prompt], None],
    ) -> None:
        self._rig, self._ears, self._render, self._replies, self._tell = rig, ears, render, replies, tell
        self.commands = [text.strip() for text in replies.text("calibrate_commands").split(";") if text.strip()]
        self._steps, self._step = 3 + len(self.commands), 0
        self._tail = LATE_TAIL_SECONDS

    def measure(self) -> Measured:
        """The whole calibration, in two minutes.

        Raises SolemateError if a device fails, or a prompt is not a command.
        """
        meant = [self._meaning(text) for text in self.commands]  # first, or a mistake shows after two minutes
        self._ask("calibrate_quiet")
        room = self._record(QUIET_SECONDS)
        noise = noise_db(room)
        self._step += 1
        echo_db, echo_seconds = hear_oneself(
            self._rig, [self._rendered("calibrate_loudspeaker")], LATE_TAIL_SECONDS, noise
        )
        # If no echo is heard there is nothing to wait for.
        self._tail = 0.0 if echo_seconds is None else echo_seconds + RING_SECONDS
        self._ask("calibrate_count")
        counting = self._record(COUNT_SECONDS)
        level = speech_db(counting, noise)
        if level is None:
            return Measured(noise, echo_db=echo_db, echo_seconds=echo_seconds)
        tried = [self._command(text, gain_for(level, peak(counting))) for text in self.commands]
        sounds = [sound for _, sound in tried if len(sound)]
        levels = [each for sound in sounds if (each := speech_db(sound, noise)) is not None]
        said = np.concatenate([counting, *sounds])
        gain = gain_for(level, peak(counting))
        result = Measured(
            noise,
            speech_db=float(np.median(levels)) if levels else level,
            peak=peak(said),
            clipped=clipped(np.concatenate(sounds) if sounds else counting),
            echo_db=echo_db,
            echo_seconds=echo_seconds,
            asked=len(self.commands),
            understood=self._understood(meant, [heard for heard, _ in tried]),
            false=self._false(room, gain),
        )
        self._say("calibrate_thanks")
        return result

    # Speaking and listening

    def _ask(self, reply: str, **fields: str) -> None:
        """Say what the person should do, and let the sound fade."""
        self._step += 1
        self._say(reply, **fields)
        self._record(self._tail)

    def _say(self, reply: str, **fields: str) -> None:
        for _ in blocks_while_playing(self._rig, self._rendered(reply, **fields)):
            pass

    def _rendered(self, reply: str, **fields: str) -> Samples:
        """The sentence to be said, which is shown as well."""
        text = self._replies.text(reply, **fields)
        self._tell(Prompt(text, min(self._step, self._steps), self._steps))
        return self._render(text)

    def _record(self, seconds: float) -> Samples:
        blocks = [near for near, _ in blocks_for(self._rig, seconds)]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)

    # What is measured

    def _command(self, text: str, gain_db: float) -> tuple[list[Utterance], Samples]:
        """Have the person say a command: the first utterances heard, and their sound as the microphone gave it."""
        self._ask("calibrate_say", command=text)
        ear, gain = self._ears.new_ear(), np.float32(10 ** (gain_db / 20))
        sound: list[Samples] = []
        heard: list[Utterance] = []
        for near, _ in blocks_for(self._rig, ANSWER_SECONDS):
            sound.append(near)
            heard += ear.feed(near * gain)
            if heard:
                break
        heard += [] if heard else ear.flush()
        if not heard:
            return [], np.zeros(0, np.float32)
        first, last = (round(t * LISTENING_RATE) for t in (heard[0].start, heard[-1].end))
        return heard, np.concatenate(sound)[first:last]

    def _false(self, room: Samples, gain_db: float) -> dict[float, int]:
        """For each strictness, how many commands are heard in the room although nobody gave any."""
        ear = self._ears.new_ear()
        utterances = [*ear.feed(room * np.float32(10 ** (gain_db / 20))), *ear.flush()]
        return self._counted([(utterance.hypothesis, None) for utterance in utterances])

    def _understood(self, meant: list[str], heard: list[list[Utterance]]) -> dict[float, int]:
        """For each strictness, how many of the commands are understood correctly."""
        pairs = [(each[0].hypothesis, meaning) for each, meaning in zip(heard, meant, strict=True) if each]
        return self._counted(pairs)

    def _meaning(self, text: str) -> str:
        match = self._ears.understanding.utterance(text).match
        if match.intent is None or not match.accepted:
            raise SolemateError(f"calibrate_commands in replies.yaml: {text!r} is no command")
        return match.intent

    def _counted(self, heard: Sequence[tuple[Hypothesis, str | None]]) -> dict[float, int]:
        """For each strictness, how many hypotheses give the intent beside them (any command for None)."""
        matcher = self._ears.understanding.interpreter.matcher
        return {by: sum(_counts(matcher, by, hypothesis, meant) for hypothesis, meant in heard) for by in STRICTNESSES}


def _counts(matcher: Matcher, strictness: float, hypothesis: Hypothesis, meant: str | None) -> bool:
    match = matcher.stricter(strictness).match(hypothesis)
    return match.accepted and (meant is None or match.intent == meant)
