"""What goes wrong on a connection: a line each, nothing lost, and the other satellites are served on."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Describe
from wyoming.intent import Recognize
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart

from assistant.hearing.ear import Ear
from assistant.understanding.hypothesis import Utterance
from assistant.wyoming import server as server_module
from assistant.wyoming.listening import Kind, Listening
from assistant.wyoming.wire import MOST_LINE, MOST_PAYLOAD
from tests.satellites import Served, asked, pieces, sound
from tests.test_wyoming import home, nothing_told, served

__all__ = ("home", "nothing_told", "served")


def lines(served: Served, many: int = 1) -> list[str]:
    """What the server told, once there is so much."""
    end = time.monotonic() + 30.0
    while len(served.told) < many and time.monotonic() < end:
        time.sleep(0.01)
    return served.told


def still_served(served: Served) -> bool:
    return served.answer(Describe().event()).type == "info"


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (b"this is no JSON\n", "what is no JSON"),
        (b"[1, 2]\n", "JSON that is no object"),
        (b"{}\n", "an event without a type"),
        (b'{"type": 5}\n', "an event without a type"),
        (b'{"type": "describe", "data": [1]}\n', "data that is no object"),
        (b'{"type": "describe", "data_length": -1}\n', "a data_length that is not 0 to"),
        (b'{"type": "describe", "data_length": 4000000000}\n', "a data_length that is not 0 to"),
        (b'{"type": "audio-chunk", "payload_length": "much"}\n', "a payload_length that is not 0 to"),
        (f'{{"type": "audio-chunk", "payload_length": {MOST_PAYLOAD + 1}}}\n'.encode(), "a payload_length that is not"),
        (b'{"type": "transcript", "data_length": 5}\n[1,2]', "JSON that is no object"),
        (b'{"type": "describe"', "half an event"),
        (b'{"type": "audio-chunk", "payload_length": 100}\n' + bytes(20), "half an event"),
        (b"\x00\xff\xfe\n", "what is no JSON"),
        (b"[" * 60_000 + b"\n", "what is no JSON"),
        (
            b'{"type": "describe", "data": {"a": "' + b"x" * 1_000_000 + b'"}}\n',
            f"a line of more than {MOST_LINE} bytes",
        ),
        (b"GET / HTTP/1.1\r\n\r\n", "what is no JSON"),
    ],
    ids=range(16),
)
def test_what_is_no_event_gets_a_line_and_is_hung_up_on(served, sent, problem):
    answer = served.raw(sent)
    (line,) = lines(served)
    assert problem in line
    assert line.startswith("127.0.0.1 sent ")
    assert "\n" not in line
    if answer:  # a client that still writes may lose it
        assert json.loads(answer.splitlines()[0])["type"] == "error"
    assert still_served(served)


@pytest.mark.parametrize(
    ("rate", "width", "channels", "problem"),
    [
        (1_000_000, 2, 1, "sound of 1000000 samples a second"),
        (0, 2, 1, "sound of 0 samples a second"),
        ("quick", 2, 1, "sound of 'quick' samples a second"),
        (16_000, 1, 1, "samples of 1 bytes; 2 or 4 will do"),
        (16_000, None, 1, "samples of None bytes"),
        (16_000, 2, 0, "sound of 0 channels"),
        (16_000, 2, 99, "sound of 99 channels"),
    ],
)
def test_sound_of_another_kind_is_refused_in_a_line_and_the_connection_goes_on(served, rate, width, channels, problem):
    start = Event("audio-start", {"rate": rate, "width": width, "channels": channels})

    async def ask() -> Any:
        async with served.client() as client:
            refused = await asked(client, start)
            chunk = Event("audio-chunk", start.data, bytes(100))
            await client.write_event(chunk)  # it can't know yet
            heard = await asked(client, Transcribe().event(), *sound("pause"))
            return refused[-1], heard[-1]

    refused, heard = asyncio.run(ask())
    assert problem in refused.data["text"]
    assert heard.type in ("error", "transcript")  # what was sent meanwhile may be refused as well
    assert still_served(served)
    assert any(problem in line for line in served.told)


def test_half_a_sample_and_a_change_on_the_way_are_refused(served):
    start = AudioStart(16_000, 2, 1).event()
    half = served.answer(start, AudioChunk(16_000, 2, 1, bytes(3)).event())
    assert "half a sample" in half.data["text"]
    changed = served.answer(start, AudioChunk(48_000, 2, 1, bytes(4)).event())
    assert "changes its kind" in changed.data["text"]


def test_sound_that_begins_with_a_chunk_is_heard_and_a_stop_alone_is_answered(served):
    _, *rest = sound("pause")
    assert served.answer(Transcribe().event(), *rest).data["text"] == "pause"
    assert served.answer(Transcribe().event(), AudioStop().event()).data["text"] == ""


def test_half_a_stream_leaves_no_ear_behind(served):
    async def leave() -> Any:
        async with served.client() as client:
            for event in [Transcribe().event(), *sound("start heel stretches")[:-8]]:
                await client.write_event(event)

    for _ in range(5):
        asyncio.run(leave())
    end = time.monotonic() + 30.0
    while served.server.behind.listening._streams and time.monotonic() < end:
        time.sleep(0.01)
    assert served.server.behind.listening._streams == []
    assert served.answer(Transcribe().event(), *sound("pause")).data["text"] == "pause"


def test_more_sound_than_any_command_has_is_left_out(served):
    noise = np.random.default_rng(1).normal(0, 0.001, 16_000 * 60).astype(np.float32)
    assert served.answer(Transcribe().event(), *pieces(noise)).data["text"] == ""
    (line,) = lines(served)
    assert "more sound than can be heard" in line


def test_who_sends_nothing_is_hung_up_on(served):
    with socket.create_connection(("127.0.0.1", served.port), 20) as silent:
        silent.settimeout(20)
        assert silent.recv(10) == b""
    assert still_served(served)


def test_who_never_reads_is_hung_up_on_and_keeps_nobody(served):
    with socket.create_connection(("127.0.0.1", served.port), 20) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        text = json.dumps({"type": "synthesize", "data": {"text": "Your left foot. " * 200}}).encode() + b"\n"
        deaf.settimeout(0.5)
        with suppress(OSError):  # it does not read either while it speaks, and hangs up in the end
            for _ in range(1000):
                deaf.sendall(text)
        assert still_served(served)
        assert any("does not read what it is sent" in line for line in lines(served))


def test_texts_without_words_or_without_end_are_refused(served):
    for event in (Event("transcript", {}), Event("recognize", {"text": 5}), Event("synthesize", {"text": None})):
        assert f"{event.type} needs a text" in served.answer(event).data["text"]
    assert "4000 letters" in served.answer(Synthesize("a" * 5000).event()).data["text"]
    endless = [SynthesizeChunk("no end " * 100).event()] * 7
    assert "4000 letters" in served.answer(SynthesizeStart().event(), *endless).data["text"]


@pytest.mark.parametrize(
    "context", [None, 5, {"satellite_id": 5}, {"satellite_id": "x" * 10_000}, {"satellite_id": "../.."}]
)
def test_any_context_will_do(served, context):
    assert served.answer(Event("transcript", {"text": "which stretch is this", "context": context})).type == "handled"


def test_events_that_nobody_knows_are_passed_over(served):
    assert served.answer(Event("run-pipeline", {"a": 1}), Describe().event()).type == "info"


def test_the_same_trouble_is_told_once(served):
    for _ in range(5):
        served.raw(b"nonsense\n")
    assert len(lines(served)) == 1


def test_there_are_only_so_many_connections(served, monkeypatch):
    monkeypatch.setattr(server_module, "MOST_CONNECTIONS", 0)
    assert served.raw(b'{"type": "describe"}\n') == b""
    monkeypatch.undo()
    assert "connections at a time" in lines(served)[-1]
    assert still_served(served)


def test_a_fault_in_the_ear_ends_one_stream_and_no_other(served, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(Ear, "feed", fails)
        assert served.answer(Transcribe().event(), *sound("pause")).data["text"] == ""
    assert any("a fault in the ear" in line for line in served.told)
    assert served.answer(Transcribe().event(), *sound("pause")).data["text"] == "pause"


def test_an_ear_that_can_not_be_made_ends_one_stream_and_no_other(served, monkeypatch):
    listening = served.server.behind.listening

    def fails(_: Kind) -> Ear:
        raise ZeroDivisionError("no ear")

    free = listening._free["asr"]
    with monkeypatch.context() as patch:
        patch.setattr(listening, "_new_ear", fails)
        patch.setitem(listening._free, "asr", [])
        assert served.answer(Transcribe().event(), *sound("pause")).data["text"] == ""
    assert any("no ear" in line for line in served.told)
    assert listening._free["asr"] is free
    assert served.answer(Transcribe().event(), *sound("pause")).data["text"] == "pause"


def test_pain_counts_more_than_anything_else_in_the_same_sound(served):
    both = [*sound("start heel stretches")[:-1], *sound("ouch that hurts")[1:]]
    heard = served.answer(Transcribe().event(), *both).data["text"]
    assert served.answer(Recognize(heard).event()).data["name"] == "hurts"


def test_names_of_satellites_are_shown_without_what_is_not_shown(served):
    from assistant.wyoming.connection import _satellite

    assert _satellite({"satellite_id": "\x1b[2Jkitchen\n"}) == "[2Jkitchen"
    assert _satellite({"satellite_id": "\n", "device_id": "one"}) == "one"


def test_a_fault_in_the_guide_ends_one_session_and_no_other(served, monkeypatch):
    from assistant.wyoming.satellites import Satellite

    served.say("start heel stretches", "assist_satellite.one")
    served.say("start heel stretches", "assist_satellite.two")
    advance = Satellite.advance

    def fails(self: Satellite) -> list[str]:
        if self.name == "assist_satellite.one":
            raise ZeroDivisionError("broken")
        return advance(self)

    with monkeypatch.context() as patch:
        patch.setattr(Satellite, "advance", fails)
        assert any("the guide failed" in line for line in lines(served))
    assert "heel stretches" in served.say("which stretch is this", "assist_satellite.two").data["text"].lower()
    assert served.say("start", "assist_satellite.one").type == "handled"


def test_a_voice_that_fails_is_told_of(served, monkeypatch):
    from assistant.errors import SolemateError

    def fails(_: str) -> None:
        raise SolemateError("the voice is hoarse", "give it tea")

    monkeypatch.setattr(served.server._voice, "render", fails)
    assert served.answer(Synthesize("Hold.").event()).data["text"] == "the voice is hoarse; give it tea"


def test_few_ears_are_enough_for_many(served):
    from assistant.hearing.built_in import BuiltInRecogniser
    from assistant.understanding.moment import NO_MOMENT

    interpreter = served.server.behind.understanding.interpreter
    made: list[Ear] = []
    heard: dict[int, list[Utterance]] = {}

    def tell(number: int, said: Sequence[Utterance], _: bool) -> None:
        heard.setdefault(number, []).extend(said)

    def new_ear(_: Kind) -> Ear:
        made.append(Ear(BuiltInRecogniser(), interpreter))
        return made[-1]

    listening = Listening(new_ear, {"asr": 1, "wake": 0}, lambda line: None)
    from tests.speech import spoken

    streams = []
    for number in range(3):
        stream = listening.begin("asr", NO_MOMENT, partial(tell, number))
        streams.append(stream)
        stream.feed(spoken("pause", "en-us+f3"))
    for stream in streams:
        stream.end(np.zeros(8000, np.float32))
    end = time.monotonic() + 30.0
    while len(heard) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    listening.close()
    assert [heard[number][0].match.intent for number in range(3)] == ["pause"] * 3
    assert len(made) == 1
