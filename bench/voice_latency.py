"""How long the guide waits for each sentence, with each voice: nothing cached, prefetching, everything cached.

A person says fixed commands at fixed times of a session. Prefetching runs in real time, because its use depends on how
much time there is; the other two have a clock of their own. `slower` multiplies the processor time of each rendering,
as on a small computer; that ignores what else such a computer has to do meanwhile.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player
from assistant.dialogue.guide import Guide
from assistant.dialogue.lookahead import upcoming
from assistant.dialogue.state.state import State
from assistant.errors import SolemateError, one_line
from assistant.ports import SPEAKING_RATE, Stopping, Synthesiser
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Session
from assistant.speaking.cached_voice import CachedVoice
from assistant.speaking.choose import synthesiser_for
from assistant.speaking.piper_engine import INSTALL, PIPER, natural_missing
from assistant.speaking.prefetch import Prefetcher
from assistant.speaking.speech_cache import SpeechCache
from assistant.understanding.hypothesis import Hypothesis, Match, Samples, Utterance
from assistant.wiring import guide_book, language_folder

SECONDS, QUICK_SECONDS = 90.0, 30.0
"""The length of a session in seconds."""

SLOWER = (1, 6)
"""Factors on the time of rendering; a core of a Pi 4 does about a sixth of a server's work."""

STEP = 0.03
"""Seconds between two looks at the player, as in a real session."""

ROOM = 100_000_000
"""Bytes that the cache may hold."""

Said = tuple[float, str, dict[str, Any]]

SAID: tuple[Said, ...] = (
    (5.0, "start_routine", {}),
    (20.0, "ready", {}),
    (27.0, "how_long", {}),
    (36.0, "whats_next", {}),
    (42.0, "pause", {}),
    (46.0, "resume", {}),
    (54.0, "next", {}),
    (60.0, "why", {}),
    (68.0, "start_stretch", {"stretch": "heel_stretches"}),
    (76.0, "how_to", {}),
)
"""What the person says, and when, in seconds."""


class Slow:
    """A synthesiser slowed down by a factor; it can still be stopped."""

    def __init__(self, fast: Synthesiser, factor: int) -> None:
        self._fast = fast
        self._factor = factor
        self.name, self.engine, self.version = fast.name, fast.engine, fast.version
        self.repeatable, self.movable = fast.repeatable, fast.movable

    def sentences(self, text: str) -> Sequence[str]:
        """As the fast one."""
        return self._fast.sentences(text)

    def speak(self, text: str, rate: int, stop: Stopping | None = None) -> Samples:
        """As the fast one, but later."""
        begun, used = time.perf_counter(), time.process_time()
        samples = self._fast.speak(text, rate, stop)
        # By processor time, so that whatever else runs on this machine is not multiplied.
        takes = self._factor * (time.process_time() - used) if self._factor > 1 else 0.0
        broken_off = threading.Event()
        if stop is not None:
            stop.then(broken_off.set)
        broken_off.wait(max(0.0, takes - (time.perf_counter() - begun)))
        if stop is not None:
            stop.check()
        return samples


class Uncached:
    """A voice that renders each sentence when it is needed, and caches none."""

    def __init__(self, synthesiser: Synthesiser) -> None:
        self._synthesiser = synthesiser
        self.name = synthesiser.name
        self.rate = CachedVoice(synthesiser).rate

    def render(self, text: str) -> Samples:
        """As CachedVoice."""
        return CachedVoice(self._synthesiser, rate=self.rate).render(text)


class Timed:
    """Measures the seconds that each sentence is waited for."""

    def __init__(self, voice: CachedVoice | Uncached) -> None:
        self._voice = voice
        self.waits: list[float] = []

    @property
    def name(self) -> str:
        """As the voice's."""
        return self._voice.name

    @property
    def rate(self) -> int:
        """As the voice's."""
        return self._voice.rate

    @rate.setter
    def rate(self, rate: int) -> None:
        self._voice.rate = rate

    def render(self, text: str) -> Samples:
        """As the voice's."""
        begun = time.perf_counter()
        samples = self._voice.render(text)
        self.waits.append(time.perf_counter() - begun)
        return samples


class RealClock:
    """Real time, in seconds from the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._waiting = threading.Event()

    def next(self) -> float:
        """Wait for a step; returns the time after it."""
        self._waiting.wait(STEP)
        return time.monotonic() - self._start


class OwnClock:
    """Virtual time, which passes as fast as it is asked for."""

    def __init__(self) -> None:
        self._t = 0.0

    def next(self) -> float:
        """The time one step later."""
        self._t += STEP
        return self._t


def speaking(quick: bool) -> dict[str, Any]:
    """Milliseconds that sentences are waited for, by voice, slowness and way."""
    seconds = QUICK_SECONDS if quick else SECONDS
    results: dict[str, Any] = {}
    for wanted in ("system", "joe"):
        missing = natural_missing("joe") if wanted == "joe" else None
        if missing:
            results[PIPER] = one_line(missing, INSTALL)
            continue
        for factor in SLOWER:
            made = partial(_synthesiser, wanted, factor)
            results[made().engine + (f", {factor} times slower" if factor > 1 else "")] = _ways(made, seconds)
    return results


def _synthesiser(wanted: str, factor: int) -> Slow:
    return Slow(synthesiser_for("en", wanted), factor)


def _ways(new: Callable[[], Synthesiser], seconds: float) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory(prefix="solemate-") as folder:
        store = partial(SpeechCache, Path(folder), ROOM)
        return {
            "nothing kept": _waited(Uncached(new()), OwnClock(), seconds),
            "rendering ahead": _waited(CachedVoice(new(), store()), RealClock(), seconds),
            "everything kept": _waited(CachedVoice(new(), store()), OwnClock(), seconds),
        }


def _waited(voice: CachedVoice | Uncached, clock: RealClock | OwnClock, seconds: float) -> dict[str, float]:
    """Run a session, and return what its sentences were waited for; in real time, with prefetching."""
    guide, timed = Guide(guide_book(language_folder("en"))), Timed(voice)
    ahead = (
        Prefetcher(voice, partial(upcoming, guide))
        if isinstance(clock, RealClock) and isinstance(voice, CachedVoice)
        else None
    )
    look: Callable[[State], SolemateError | None] = (lambda _: None) if ahead is None else ahead.look
    session = Session(guide, Player(), timed, cue_samples, NoDatabase(), look_ahead=look)
    _hold(session, clock, seconds)
    if ahead is not None:
        ahead.close()
    waits = np.array(timed.waits) * 1000
    median, high = np.percentile(waits, (50, 95))
    return {
        "sentences": len(waits),
        "median_ms": round(float(median), 1),
        "p95_ms": round(float(high), 1),
        "most_ms": round(float(waits.max()), 1),
    }


def _hold(session: Session, clock: RealClock | OwnClock, seconds: float) -> None:
    ahead_of = list(SAID)
    pulled = t = 0.0
    while t < seconds:
        t = clock.next()
        while ahead_of and ahead_of[0][0] <= t:
            _, intent, slots = ahead_of.pop(0)
            session.hear(t, Utterance(t, t, Hypothesis(()), Match(intent, slots, accepted=True, sure=True)))
        behind = round((t - pulled) * SPEAKING_RATE)
        session.player.read(behind)
        pulled += behind / SPEAKING_RATE
        session.advance(t)


def rows(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    lines: list[tuple[str, str, str]] = []
    for voice, ways in result.items():
        if isinstance(ways, str):
            lines.append((f"speaking, {voice}", "left out", ways))
            continue
        for way, waited in ways.items():
            figures = f"median {waited['median_ms']} ms, p95 {waited['p95_ms']} ms, most {waited['most_ms']} ms"
            lines.append((f"speaking, {voice}: {way}", figures, ""))
    return lines
