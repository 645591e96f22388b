"""One connection: its events one after the other, each answered before the next is read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.intent import Entity, Intent, NotRecognized
from wyoming.ping import Pong
from wyoming.tts import SynthesizeStopped
from wyoming.wake import Detection, NotDetected

from assistant.errors import SolemateError
from assistant.ports import SPEAKING_RATE
from assistant.speaking.cached_voice import pause_after
from assistant.wyoming.satellites import HOME
from assistant.wyoming.sound import BadSoundError, Incoming, pcm_of
from assistant.wyoming.wire import FIRST_SECONDS, IDLE_SECONDS, BadEventError, read_event, write_event

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples, Utterance
    from assistant.wyoming.listening import Kind, Stream
    from assistant.wyoming.server import Server

MOST_LETTERS = 4000
"""Letters of a text that is spoken or understood at a time: more than the longest explanation has."""

MOST_NAME = 200
"""Letters of a satellite's name."""

HEARD_SECONDS = 60.0
"""Seconds from the end of sound after which nobody waits for its meaning any more."""

CHUNK = 2048
"""Samples in an audio-chunk, an eighth of a second: soon sent, and few enough headers."""

_SENTENCE = re.compile(r"(?<=[.!?…。])\s+")


class Connection:
    """Answers one client."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        peer = writer.get_extra_info("peername")
        self._peer = str(peer[0]) if peer else "somebody"
        self._kind: Kind = "asr"
        self._context: Mapping[str, Any] = {}
        self._names: Sequence[str] = ()
        self._incoming: Incoming | None = None
        self._stream: Stream | None = None
        self._heard: list[Utterance] = []
        self._over: asyncio.Future[None] | None = None
        self._detected = self._told_full = False
        self._text: str | None = None
        """What has come of a text that is spoken as it comes; None outside of one."""
        self._begun = False
        """Whether sound of it was sent."""
        self._pause = 0.0
        """Seconds of silence before the next of it."""
        self._writing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Answer until the client is gone, or sends what is no event."""
        try:
            event = await read_event(self._reader, FIRST_SECONDS)
            while event is not None and await self._answered(event):
                event = await read_event(self._reader, IDLE_SECONDS)
        except BadEventError as error:
            await self._refuse(f"{self._peer} sent {error}, and was hung up on", str(error))
        except (OSError, asyncio.CancelledError) as error:
            if isinstance(error, TimeoutError):
                self._server.tell(f"{self._peer} was hung up on: {error}")
                self._writer.transport.abort()
        finally:
            self._stop_listening()
            for task in list(self._tasks):
                task.cancel()
            self._writer.close()

    def abort(self) -> None:
        """Hang up."""
        self._writer.transport.abort()

    async def _answered(self, event: Event) -> bool:
        """Answer an event; whether the client is to be heard further."""
        answer = _ANSWERS.get(event.type)
        if answer is None:
            return True  # as the protocol has it
        try:
            await answer(self, event)
        except BadSoundError as error:
            self._stop_listening()
            await self._refuse(f"{self._peer} sent {error}", str(error))
        except SolemateError as error:
            await self._refuse(str(error), str(error))
        except (OSError, BadEventError):
            raise
        except Exception as error:  # whatever it is: the other clients are to be answered on
            await self._refuse(
                f"a fault in answering {event.type[:40]!r}: {repr(error)[:300]}", "a fault; see what Solemate prints"
            )
            return False
        return True

    async def _refuse(self, line: str, text: str) -> None:
        self._server.tell(line)
        try:
            await self._write(Error(text, "solemate").event())
        except OSError:
            self._writer.transport.abort()

    async def _write(self, event: Event) -> None:
        async with self._writing:
            await write_event(event, self._writer)

    # Who and what it is

    async def _describe(self, _: Event) -> None:
        await self._write(self._server.behind.info)

    async def _ping(self, event: Event) -> None:
        await self._write(Pong(_text(event, "text", "")).event())

    # What is heard

    async def _transcribe(self, event: Event) -> None:
        language, mine = event.data.get("language"), self._server.behind.language
        if isinstance(language, str) and language and language.lower().partition("-")[0] != mine.partition("-")[0]:
            raise SolemateError(f"it hears the language {mine}, not {language[:20]!r}", "solemate wyoming --language")
        self._stop_listening()
        self._kind, self._context = "asr", _context(event)

    async def _detect(self, event: Event) -> None:
        names, mine = event.data.get("names") or (), self._server.behind.names
        wanted = [str(name).lower() for name in names] if isinstance(names, list) else []
        if not mine or (wanted and not set(wanted) & set(mine)):
            raise SolemateError(f"it knows no such name; it wakes to: {', '.join(mine) or 'none'}")
        self._stop_listening()
        self._kind, self._context, self._names = "wake", _context(event), wanted or mine

    async def _audio_start(self, event: Event) -> None:
        self._stop_listening()
        self._incoming = Incoming(*(event.data.get(key) for key in ("rate", "width", "channels")))
        name = _satellite(self._context)
        moment = await self._server.moment(name)
        loop = asyncio.get_running_loop()
        self._heard, self._over, self._detected, self._told_full = [], loop.create_future(), False, False

        def tell(heard: Sequence[Utterance], last: bool) -> None:
            with suppress(RuntimeError):  # the server has ended
                loop.call_soon_threadsafe(self._take_heard, stream, heard, last)

        stream = self._server.behind.listening.begin(self._kind, moment, tell)
        self._stream = stream

    async def _audio_chunk(self, event: Event) -> None:
        if self._stream is None or self._incoming is None:
            if self._incoming is None and "rate" in event.data and not self._told_full:
                await self._audio_start(event)  # who sends sound at once
            else:
                return  # the rest of what was refused
        assert self._incoming is not None
        assert self._stream is not None
        self._incoming.of(event.data)
        samples = self._incoming.samples(event.payload or b"")
        if not self._stream.feed(samples) and not self._told_full:
            self._told_full = True
            self._server.tell(f"{self._peer} sent more sound than can be heard; the rest is left out")

    async def _audio_stop(self, _: Event) -> None:
        stream, over, incoming = self._stream, self._over, self._incoming
        self._incoming = None
        if stream is None or over is None or incoming is None:
            if self._kind == "asr":
                await self._write(Transcript("", language=self._server.behind.language).event())
            return
        stream.end(incoming.rest())
        try:
            await asyncio.wait_for(over, HEARD_SECONDS)
        except asyncio.TimeoutError:
            self._stop_listening()
            raise SolemateError("what was said could not be heard in time", "is this machine too busy?") from None
        self._stream = self._over = None
        if self._kind == "asr":
            text = self._server.recently.words(self._heard)
            await self._write(Transcript(text, language=self._server.behind.language).event())
        elif not self._detected:
            await self._write(NotDetected().event())

    def _take_heard(self, stream: Stream, heard: Sequence[Utterance], last: bool) -> None:
        """Take what was heard; in the loop."""
        if stream is not self._stream:
            return
        if self._kind == "wake":
            for each in heard:
                self._detect_in(each)
        else:
            self._heard += heard
        if last and self._over is not None and not self._over.done():
            self._over.set_result(None)

    def _detect_in(self, utterance: Utterance) -> None:
        name = self._server.behind.named(utterance)
        if name is None or name not in self._names or self._detected:
            return
        self._detected = True
        task = asyncio.get_running_loop().create_task(self._say_detected(name, utterance))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _say_detected(self, name: str, utterance: Utterance) -> None:
        try:
            await self._write(Detection(name, timestamp=round(1000 * utterance.end)).event())
        except OSError:
            self._writer.transport.abort()

    def _stop_listening(self) -> None:
        if self._stream is not None:
            self._stream.give_up()
        if self._over is not None and not self._over.done():
            self._over.cancel()
        self._stream = self._over = self._incoming = None

    # What is meant

    async def _handle(self, event: Event) -> None:
        text = _text(event)
        answer = await self._server.obey(_satellite(_context(event)) or HOME, text)
        made = Handled if answer.understood else NotHandled
        await self._write(made(answer.text).event())

    async def _recognize(self, event: Event) -> None:
        text = _text(event)
        moment = await self._server.moment(_satellite(_context(event)))
        match = (await self._server.understand(text, moment)).match
        if match.intent is None or not match.accepted:
            await self._write(NotRecognized().event())
            return
        entities = [Entity(name, value) for name, value in match.slots.items()]
        await self._write(Intent(match.intent, entities).event())

    # What is spoken

    async def _synthesize(self, event: Event) -> None:
        if self._text is not None:
            return  # the whole of what comes in pieces, for servers that don't take those
        self._begun = False
        await self._speak(_text(event))
        await self._speak_end()

    async def _synthesize_start(self, _: Event) -> None:
        self._text, self._begun = "", False

    async def _synthesize_chunk(self, event: Event) -> None:
        if self._text is None:
            return
        *whole, self._text = _SENTENCE.split(self._text + _text(event))
        for sentence in whole:
            await self._speak(sentence)
        if len(self._text) > MOST_LETTERS:
            self._text = ""
            raise SolemateError(f"a sentence of more than {MOST_LETTERS} letters is not spoken")

    async def _synthesize_stop(self, _: Event) -> None:
        if self._text is None:
            return
        rest, self._text = self._text, None
        await self._speak(rest)
        await self._speak_end()
        await self._write(SynthesizeStopped().event())

    async def _speak(self, text: str) -> None:
        """Send the sound of a text, a piece at a time, so that the first is heard while the next is made."""
        for piece in [each for sentence in _SENTENCE.split(text) for each in self._server.pieces(sentence)]:
            samples = await self._server.speak(piece)
            if self._begun:
                samples = np.concatenate([np.zeros(round(self._pause * SPEAKING_RATE), np.float32), samples])
            self._pause = pause_after(piece)
            await self._speak_begin()
            await self._send(samples)

    async def _speak_begin(self) -> None:
        if not self._begun:
            self._begun = True
            await self._write(AudioStart(SPEAKING_RATE, 2, 1).event())

    async def _speak_end(self) -> None:
        await self._speak_begin()  # nothing to say is a sound of no length
        await self._write(AudioStop().event())

    async def _send(self, samples: Samples) -> None:
        for start in range(0, len(samples), CHUNK):
            pcm = pcm_of(samples[start : start + CHUNK])
            await self._write(AudioChunk(SPEAKING_RATE, 2, 1, pcm).event())


def _text(event: Event, key: str = "text", default: str | None = None) -> str:
    """A text of an event. Raises SolemateError if there is none, or it is too long."""
    text = event.data.get(key, default)
    if not isinstance(text, str):
        raise SolemateError(f"{event.type} needs a {key}")
    if len(text) > MOST_LETTERS:
        raise SolemateError(f"{event.type} of more than {MOST_LETTERS} letters is left out")
    return text


def _context(event: Event) -> Mapping[str, Any]:
    context = event.data.get("context")
    return context if isinstance(context, dict) else {}


def _satellite(context: Mapping[str, Any]) -> str | None:
    """The satellite of a context, or else the device; None if neither is named."""
    for key in ("satellite_id", "device_id"):
        name = context.get(key)
        plain = "".join(filter(str.isprintable, name)).strip() if isinstance(name, str) else ""
        if plain:
            return plain[:MOST_NAME]
    return None


_ANSWERS: Mapping[str, Callable[[Connection, Event], Awaitable[None]]] = {
    "describe": Connection._describe,
    "ping": Connection._ping,
    "transcribe": Connection._transcribe,
    "detect": Connection._detect,
    "audio-start": Connection._audio_start,
    "audio-chunk": Connection._audio_chunk,
    "audio-stop": Connection._audio_stop,
    "transcript": Connection._handle,
    "recognize": Connection._recognize,
    "synthesize": Connection._synthesize,
    "synthesize-start": Connection._synthesize_start,
    "synthesize-chunk": Connection._synthesize_chunk,
    "synthesize-stop": Connection._synthesize_stop,
}
"""How each event is answered."""
