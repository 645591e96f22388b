"""A simulated room to calibrate in: noise, an echo of the loudspeaker, and a person who does as they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from assistant.audio.mixer import Player
from assistant.checkup.calibration import Prompt
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.understanding.hypothesis import Samples
from tests.speech import spoken

THINKS = 0.6
"""Seconds from the end of a prompt to the person's answer."""

COUNTING = "one, two, three, four, five"


def answer_of(prompt: Prompt) -> str:
    """What a person says to a prompt; nothing to most."""
    if "count" in prompt.text:
        return COUNTING
    return prompt.text.removeprefix("Say: ").rstrip(".") if prompt.text.startswith("Say: ") else ""


@dataclass
class RoomRig:
    """`speech` and `echo` are factors of the person's and the loudspeaker's sound, `noise` is RMS, `delay` seconds."""

    speech: float = 1.0
    noise: float = 5e-4
    echo: float = 0.2
    delay: float = 0.12
    says: Callable[[Prompt], str] = answer_of
    lead: float = 0.0
    name: str = "a room"
    heard: list[Samples] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._player = Player()
        self._random = np.random.default_rng(1)
        self._played = np.zeros(round(self.delay * LISTENING_RATE) + BLOCK, np.float32)
        self._waiting = ""
        self._thinking = 0
        self._voice = np.zeros(0, np.float32)

    def tell(self, prompt: Prompt) -> None:
        """The person reads what to do, and does it once it has been said."""
        self.prompts.append(prompt)
        self._waiting = self.says(prompt)
        self._thinking = round(THINKS * LISTENING_RATE / BLOCK)

    def play(self, samples: Samples) -> None:
        self._player.say(len(self.prompts), samples)

    @property
    def playing(self) -> bool:
        return self._player.busy

    def block(self) -> tuple[Samples, Samples]:
        if self._waiting and not self.playing:
            self._thinking -= 1
            if self._thinking < 0:
                self._voice, self._waiting = spoken(self._waiting) * np.float32(self.speech), ""
        far = self._player.read(BLOCK)
        self._played = np.concatenate([self._played[BLOCK:], far])
        voice, self._voice = self._voice[:BLOCK], self._voice[BLOCK:]
        near = self._random.normal(0.0, self.noise, BLOCK) + self.echo * self._played[:BLOCK]
        near[: len(voice)] += voice
        near = np.clip(near, -1.0, 1.0).astype(np.float32)
        self.heard.append(near)
        return near, far
