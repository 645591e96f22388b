"""One session: owns the guide's state, between what is heard and what is played.

It has no clock of its own: its driver (a file, the keyboard, real devices) says what time it is.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from assistant import entries
from assistant.audio.mixer import Player, PlayerEvent, SpeechEnded, SpeechStarted, SpeechStopped
from assistant.dialogue.content import events
from assistant.dialogue.guide import Guide
from assistant.dialogue.run.resume_point import UNFINISHED, unfinished
from assistant.dialogue.run.waking import has_slept
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import DEFAULT_VOLUME
from assistant.dialogue.utterances import events_of
from assistant.entries import Entry, Position, TroubleKind, Watcher
from assistant.errors import SolemateError
from assistant.phases import Phase
from assistant.ports import SPEAKING_RATE, Voice
from assistant.runtime.keeper import Keeper, Storage
from assistant.runtime.watching import Watching
from assistant.understanding.gate import Gate
from assistant.understanding.hypothesis import Samples, Utterance
from assistant.understanding.moment import Moment

SAID_KEPT = 8
"""Utterances of the guide that are remembered to recognise its echo: more than a person's longest sentence spans."""


ECHO_OUTLASTS = 0.6
"""Seconds for which the guide's last words still count as being said: the echo delay and the room's reverberation."""

TIMELY_SECONDS = 0.3
"""Seconds by which a timely word such as "two" may be late; later it would be wrong."""

LONGEST_YIELD = 5.0
"""Seconds for which the guide stays silent at most: no command takes as long, and a television never ends."""

PATIENCE, PATIENCE_SECONDS = 3, 12.0
"""How often, and within how many seconds, the guide falls silent for nothing; then it keeps talking until it hears a
command or the time is over."""


KEEP_SECONDS = 0.8
"""Seconds between two writes of the elapsed time of a hold: with what else takes time, at most one second is lost."""

DECIBELS_A_LEVEL = 2.5
"""dB from one level of volume to the next; less would hardly be noticed."""

SOFTER_LEVELS = 2
"""Levels of volume by which the guide is softer when it speaks unasked."""

ASLEEP = "the machine was asleep"
"""What is shown then."""

UNSPOKEN_SECONDS = 1.0
"""Seconds of silence in place of a sentence that the voice can't make: it is there to be read, and the run goes on."""

_OPPOSITE: Mapping[events.Notice, events.Notice] = {
    "cannot_keep": "kept_again",
    "kept_again": "cannot_keep",
    "microphone_silent": "microphone_sounds",
    "microphone_sounds": "microphone_silent",
}
"""What each notice ends."""

_PLAYED: dict[type[PlayerEvent], Callable[[float, int], Entry]] = {
    SpeechStarted: entries.SpeechStarted,
    SpeechEnded: entries.SpeechEnded,
    SpeechStopped: entries.SpeechStopped,
}
"""What is told of what the player has played."""

Device = Literal["microphone", "loudspeaker"]


@dataclass(frozen=True)
class Elsewhere:
    """The resume point of a run that the same person has begun in another room; None once it is over there."""

    place: Mapping[str, Any] | None


class Session:
    """Passes events to the guide, in order, and carries out its effects. All times are seconds from the start."""

    def __init__(
        self,
        guide: Guide,
        player: Player,
        voice: Voice,
        cues: Callable[[str], Samples],
        memory: Storage | Keeper,
        *,
        watchers: Iterable[Watcher] = (),
        wall: str = "",
        wishes: Mapping[str, Any] | None = None,
        gate: Gate | None = None,
        look_ahead: Callable[[State], SolemateError | None] = lambda _: None,
        goes_on: bool = False,
    ) -> None:
        """`wall` is date and time as ISO 8601; `wishes` replace remembered values for this session.

        `look_ahead` is called with each new state, to prefetch what will be said; it returns complaints. `goes_on`:
        somebody is being guided, so a watcher or a sentence that fails is told of, and not raised.
        """
        self.guide = guide
        self.player = player
        self.quit = False
        self._voice = voice
        self._cues = cues
        self._keeper = memory if isinstance(memory, Keeper) else Keeper(lambda: memory)
        self._goes_on = goes_on
        self._tell = Watching(watchers, goes_on=goes_on)
        self._unvoiced: str | None = None
        self._keeps = True
        self._untold: list[events.Notice] = []
        """Notices that are to be said as soon as the guide may."""
        self._gate = gate if gate is not None else Gate()
        self._look_ahead = look_ahead
        self._position: Position | None = None
        self._yielded_at: float | None = None
        self._for_nothing: deque[float] = deque(maxlen=PATIENCE)
        self._talked_on = False  # whether somebody has spoken longer than the guide yields
        self._timely = False
        self._said: deque[tuple[int, str, float]] = deque(maxlen=SAID_KEPT)
        self._kept_at = 0.0
        self._taken_over: Mapping[str, Any] | None = None
        self.state, effects = guide.begin(self._keeper.load(), wall, self._keeper.history(), wishes)
        self._do(effects)

    @property
    def finished(self) -> bool:
        """Whether the run is over, or none was ever begun."""
        return self.state.phase in (Phase.FINISHED, Phase.IDLE)

    @property
    def silent(self) -> bool:
        """Whether the guide has nothing more to say and no sound is left to play."""
        return self.state.speech is None and not self.state.talk_waits and not self.player.busy

    @property
    def moment(self) -> Moment:
        """Which commands fit now."""
        return self.guide.moment(self.state)

    def next_moment(self) -> float:
        """When the guide wants to be woken; infinity if it waits for the person alone."""
        return self.guide.next_moment(self.state)

    def hear(self, t: float, utterance: Utterance) -> None:
        """Take an utterance; what counts in it reaches the guide, one thing after the other."""
        saying = [text for _, text, ended in self._said if ended >= utterance.start - ECHO_OUTLASTS]
        utterance = self._gate.judge(utterance, self.moment, saying)
        self._tell(entries.heard(t, utterance))
        for event in events_of(t, utterance):
            if isinstance(event, events.Heard) and not event.doubtful:
                self._for_nothing.clear()
            if not self.quit:
                self._step(event)

    def leave(self, t: float) -> None:
        """End as if the person had said "stop", because they can say no more."""
        self._step(events.Heard(t, "stop"))

    def person_speaks(self, t: float, speaking: bool) -> None:
        """Fall silent while the person speaks, then continue with what is still worth saying.

        To be called regularly, whether they speak or not.
        """
        if self._yielded_at is not None:
            if not speaking or t - self._yielded_at > LONGEST_YIELD:
                self._talked_on = speaking
                self._go_on_speaking(t, self._yielded_at)
        elif not speaking:
            self._talked_on = False
        elif self.player.speaking is not None and not self._talked_on and self._patient(t):
            self._yielded_at = t
            self._for_nothing.append(t)
            self.player.pause()
            self._tell(entries.Yielded(round(t, 3), self.player.speaking))

    def _patient(self, t: float) -> bool:
        return len(self._for_nothing) < PATIENCE or t - self._for_nothing[0] > PATIENCE_SECONDS

    def _go_on_speaking(self, t: float, yielded_at: float) -> None:
        self._yielded_at = None
        if self._timely and t - yielded_at > TIMELY_SECONDS:
            self.player.stop()
            if self.state.speech is not None:
                self._step(events.SpeechEnded(t, self.state.speech.id))
        elif self.player.speaking is not None:
            self.player.resume()
            self._tell(entries.WentOn(round(t, 3), self.player.speaking))

    def device_gone(self, t: float, device: Device, message: str) -> None:
        """Have the guide wait until a device is back; `message` says in one line what happened to it."""
        self._tell(entries.DeviceGone(round(t, 3), message))
        if device == "microphone":
            self._untold = [what for what in self._untold if not what.startswith("microphone")]
        self._step(events.DeviceGone(t, device == "microphone"))

    def device_back(self, t: float, device: Device, name: str) -> None:
        """Have the guide say that a device is back, or that another one, `name`, has replaced it."""
        self._tell(entries.DeviceBack(round(t, 3), f"the {device} is {name!r} now"))
        self._step(events.DeviceBack(t, device == "microphone"))

    def notice(self, t: float, what: events.Notice, message: str) -> None:
        """Show at once that something is the matter, or no longer, and have the guide say it as soon as it may."""
        self.tell_of(t, what, message)
        if _OPPOSITE[what] in self._untold:
            self._untold.remove(_OPPOSITE[what])  # which was never said, so there is nothing to take back
        else:
            self._untold.append(what)

    def woken(self, t: float) -> None:
        """The machine, or the program, stood still for a while: have the guide ask whether to go on."""
        self.tell_of(t, "slept", ASLEEP)
        self._step(events.Woken(t))

    def tell_of(self, t: float, kind: TroubleKind, message: str) -> None:
        """Report a problem to the watchers."""
        self._tell(entries.Trouble(round(t, 3), kind, message))

    def take_over(self, elsewhere: Elsewhere) -> None:
        """Have the guide offer to go on with a run begun in another room, unless it leads through one itself.

        A later one of this room's own stays; one that was taken over is forgotten once it is over.
        """
        place, own = elsewhere.place, self.state.memory.get(UNFINISHED)
        if not self.finished or (place is None and (own is None or own != self._taken_over)):
            return
        if place is not None and own is not None and own.get("at", "") >= place["at"]:
            return
        self._taken_over = place
        memory = {key: value for key, value in self.state.memory.items() if key != UNFINISHED}
        self.state = replace(self.state, memory=memory if place is None else {**memory, UNFINISHED: place})
        self._keeper.keep(UNFINISHED, place)

    def advance(self, t: float) -> None:
        """Let the time up to `t` pass, with what the player has played meanwhile."""
        for event in self.player.events():
            self._played(t, event)
        self._step(events.Tick(t))
        if self.state.clock_runs and t - self._kept_at >= KEEP_SECONDS:
            self._store_resume_point(t)
        self._look_after(t)

    def clock_is(self, t: float, wall: str) -> None:
        """Tell the guide date and time, as ISO 8601; to be called now and then in a long session."""
        if has_slept(self.state, wall):
            self.tell_of(t, "slept", ASLEEP)
        self._step(events.WallClock(t, wall))

    def _look_after(self, t: float) -> None:
        """Have what could not be kept written, and tell of troubles."""
        trouble = self._keeper.tend(t)
        if (trouble is None) is not self._keeps:
            self._keeps = trouble is None
            if trouble is None:
                self.notice(t, "kept_again", "all is kept again")
            else:
                self.notice(t, "cannot_keep", f"nothing can be kept: {trouble}")
        for what in tuple(self._untold):
            if self.guide.may_say(self.state, what):
                self._untold.remove(what)
                self._step(events.Noticed(t, what))

    def _store_resume_point(self, t: float) -> None:
        """Store the seconds done so far, on disk only: the guide remembers a resume point where its place changes."""
        self._kept_at = t
        place = unfinished(self.state, self.guide.book.routine_of(self.state))
        if place is not None:
            self._keeper.keep(UNFINISHED, place)

    def _played(self, t: float, event: PlayerEvent) -> None:
        self._tell(_PLAYED[type(event)](round(t, 3), event.id))
        self._said = deque(
            ((number, text, t if number == event.id and not isinstance(event, SpeechStarted) else ended)
             for number, text, ended in self._said), SAID_KEPT,
        )  # fmt: skip
        if isinstance(event, SpeechStarted):
            self._step(events.SpeechStarted(t, event.id))
        elif isinstance(event, SpeechEnded):
            self._step(events.SpeechEnded(t, event.id))

    def _step(self, event: events.Event) -> None:
        self.state, effects = self.guide.step(self.state, event)
        self._do(effects)

    def _do(self, effects: Iterable[events.Effect]) -> None:
        t = round(self.state.now, 3)
        before = self._position
        effects = tuple(effects)
        for effect in effects:
            if isinstance(effect, events.Say):
                self._tell(entries.Said(t, effect.id, effect.text, effect.after))
                self._said.append((effect.id, effect.text, math.inf))
                samples = self._rendered(t, effect.text)
                softer = gain_of(DEFAULT_VOLUME - SOFTER_LEVELS) if effect.soft else 1.0
                samples = samples * np.float32(softer) if effect.soft else samples
                self.player.say(effect.id, samples, effect.after)
                self._timely = effect.timely
                if self._yielded_at is not None:
                    self.player.pause()
            elif isinstance(effect, events.StopSpeaking):
                self.player.stop()
            elif isinstance(effect, events.Cue):
                self._tell(entries.CueSounded(t, effect.name))
                self.player.cue(self._cues(effect.name))
            elif isinstance(effect, events.SetRate):
                self._voice.rate = effect.words_per_minute
            elif isinstance(effect, events.SetVolume):
                self.player.volume = gain_of(effect.level)
            elif isinstance(effect, events.Remember | events.Record | events.TakeBack):
                self._keep(effect)
            elif isinstance(effect, events.Finished):
                self._tell_position(t)
                self._tell(entries.Finished(t, effect.why))
            else:
                self.quit = True
        self._tell_position(t)
        if effects or self._position is not before:
            complaint = self._look_ahead(self.state)
            if complaint is not None:
                self.tell_of(t, "voice", str(complaint))

    def _keep(self, effect: events.Remember | events.Record | events.TakeBack) -> None:
        if isinstance(effect, events.Remember):
            self._keeper.keep(effect.key, effect.value)
        elif isinstance(effect, events.Record):
            self._keeper.record(effect)
        else:
            self._keeper.take_back(effect.number)

    def _tell_position(self, t: float) -> None:
        now = entries.position_of(self.state, self.guide.book.routine_of(self.state))
        if now != self._position:
            self._position = now
            self._tell(entries.StateChanged(t, now, entries.remaining(self.state)))

    def _rendered(self, t: float, text: str) -> Samples:
        try:
            samples = self._voice.render(text)
        except Exception as error:  # whatever it is: a run must not end because of one sentence
            if not self._goes_on:
                raise
            problem = str(error) if isinstance(error, SolemateError) else f"the voice failed: {error!r}"
            if problem != self._unvoiced:
                self._unvoiced = problem
                self.tell_of(t, "voice", problem)
            return np.zeros(round(UNSPOKEN_SECONDS * SPEAKING_RATE), np.float32)
        self._unvoiced = None
        return samples


def gain_of(level: int) -> float:
    """The gain of a volume level on all sound; 1 at the default level."""
    return float(10.0 ** (DECIBELS_A_LEVEL * (level - DEFAULT_VOLUME) / 20.0))
