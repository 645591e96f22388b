"""The ear behind the front end: frames in, utterances out, with times on the clock of the frames."""

from __future__ import annotations

from dataclasses import replace

from assistant.front_end.chain import Chain, Frame
from assistant.hearing.ear import Ear
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Utterance
from assistant.understanding.moment import Moment


class LiveEar:
    """Hears the frames of a chain, and tells the chain when a command was heard."""

    def __init__(self, ear: Ear, chain: Chain) -> None:
        self.hearing = False
        """Whether the ear is in the middle of an utterance. Thread-safe."""
        self._ear, self._chain = ear, chain
        self._fed = 0.0

    def feed(self, frame: Frame, moment: Moment) -> list[Utterance]:
        """The utterances that ended in this frame, or are urgent; `moment` tells which commands fit now."""
        # The ear counts samples from its first one; some sound may have been lost since then.
        began = frame.at - self._fed
        self._fed += len(frame.samples) / LISTENING_RATE
        heard = [
            replace(
                each,
                start=each.start + began,
                end=each.end + began,
                another=self._chain.another_voice(each.start, each.end),
            )
            for each in self._ear.feed(
                frame.samples,
                moment,
                vad_block=frame.vad_samples,
                over_guide=frame.over_guide,
                person_noticed=frame.person_speaks,
                voice=frame.voice,
            )
        ]
        if any(each.match.accepted or each.match.doubtful for each in heard):
            self._chain.command_heard()
        self.hearing = self._ear.speaking
        return heard
