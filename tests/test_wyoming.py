"""The server for Home Assistant, asked by the real client over TCP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.intent import Intent, Recognize
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop
from wyoming.wake import Detect

from assistant import __version__
from assistant.paths import user_folder
from assistant.phases import Phase
from assistant.runtime.database import Database, DatabaseReader
from assistant.speaking.cached_voice import COMMA_SECONDS, PAUSE_SECONDS
from assistant.wyoming.connection import Connection
from tests.satellites import asked, pieces, serving, sound
from tests.speech import spoken

KITCHEN, BEDROOM = "assist_satellite.kitchen", "assist_satellite.bedroom"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("XDG_DATA_HOME", str(folder))
        database = Database(user_folder())
        database.keep("safety_told", True)  # nobody waits for all of it
        database.close()
        yield folder


@pytest.fixture(scope="module")
def served(home):
    with pytest.MonkeyPatch.context() as patch, serving(name="coach") as server:
        patch.setattr("assistant.wyoming.wire.WRITE_SECONDS", 0.3)
        patch.setattr("assistant.wyoming.wire.REST_SECONDS", 0.3)
        patch.setattr("assistant.wyoming.connection.FIRST_SECONDS", 0.5)
        yield server


@pytest.fixture(autouse=True)
def nothing_told(request):
    yield
    if "served" in request.fixturenames:
        request.getfixturevalue("served").server.tell._last.clear()
        request.getfixturevalue("served").told.clear()


def test_it_describes_itself_at_once(served):
    async def describe() -> Any:
        async with served.client() as client:
            began = time.perf_counter()
            (answer,) = await asked(client, Describe().event())
            return Info.from_event(answer), time.perf_counter() - began

    info, seconds = min((asyncio.run(describe()) for _ in range(3)), key=lambda each: each[1])
    assert seconds < 0.1
    for programs in (info.asr, info.handle, info.intent, info.tts, info.wake):
        (program,) = programs
        assert program.installed
        assert program.version == __version__
        assert program.attribution.name == "Solemate"
        assert program.models[0].languages == ["en"] if programs is not info.tts else program.voices
    assert [model.phrase for model in info.wake[0].models] == ["coach", "solemate"]
    assert info.tts[0].supports_synthesize_streaming


@pytest.mark.parametrize("text", ["start heel stretches", "pause", "how long is left"])
def test_it_hears_the_phrases_it_knows(served, text):
    assert served.answer(Transcribe(language="en").event(), *sound(text)).data["text"] == text


@pytest.mark.parametrize("text", ["the quarterly report is due on Thursday", ""])
def test_it_hears_nothing_in_anything_else(served, text):
    assert served.answer(Transcribe().event(), *sound(text)).data["text"] == ""


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 2), (22_050, 1), (8_000, 1)])
def test_other_rates_and_channels_are_made_into_its_own(served, rate, channels):
    heard = served.answer(Transcribe().event(), *sound("start heel stretches", rate=rate, channels=channels))
    assert heard.data["text"] == "start heel stretches"


def test_samples_of_four_bytes_are_heard_too(served):
    samples = np.concatenate([np.zeros(8000, np.float32), spoken("pause", "en-us+f3"), np.zeros(8000, np.float32)])
    pcm = (samples * 2_000_000_000).astype("<i4").tobytes()
    heard = served.answer(AudioStart(16_000, 4, 1).event(), AudioChunk(16_000, 4, 1, pcm).event(), AudioStop().event())
    assert heard.data["text"] == "pause"


def test_another_language_is_refused_in_a_line(served):
    refused = served.answer(Transcribe(language="de").event())
    assert refused.type == "error"
    assert "it hears the language en, not 'de'" in refused.data["text"]


def test_many_at_once_are_each_heard(served):
    texts = ["start heel stretches", "pause", "next", "how long is left", "what's next"] * 4

    async def all_of_them() -> Any:
        return await asyncio.gather(*(served.ask(Transcribe().event(), *sound(text)) for text in texts))

    assert [answers[-1].data["text"] for answers in asyncio.run(all_of_them())] == texts
    assert served.told == []


def test_one_connection_asks_several_things(served):
    async def several() -> Any:
        async with served.client() as client:
            first = await asked(client, Transcribe().event(), *sound("pause"))
            second = await asked(client, Describe().event())
            third = await asked(client, Transcribe().event(), *sound("next"))
            return first[-1].data["text"], second[-1].type, third[-1].data["text"]

    assert asyncio.run(several()) == ("pause", "info", "next")


def test_each_satellite_has_its_own_place(served):
    assert "heel stretches" in served.say("start heel stretches", KITCHEN).data["text"]
    assert "toe pressing" in served.say("start toe pressing", BEDROOM).data["text"].lower()
    assert "heel stretches" in served.say("which stretch is this", KITCHEN).data["text"].lower()
    assert "toe pressing" in served.say("which stretch is this", BEDROOM).data["text"].lower()


def test_start_goes_on_where_it_was_asked_whether_to(served):
    place = "assist_satellite.attic"
    served.say("start heel stretches", place)
    served.say("I'm ready", place)
    served.say("stop", place)
    for answer, begins in (("start", "heel stretches"), ("start from the beginning", "toe walking")):
        assert served.say("start", place).data["text"].endswith("Shall we carry on from there?")
        assert f": {begins}." in served.say(answer, place).data["text"].lower()
        served.say("stop", place)


def test_a_pause_is_answered_with_what_goes_on(served):
    served.say("start heel stretches", "assist_satellite.hall")
    paused = served.say("pause", "assist_satellite.hall")
    assert (paused.type, paused.data["text"]) == ("handled", "Say carry on when you're ready.")


def test_what_means_nothing_is_not_handled(served):
    assert served.say("what is the capital of France").type == "not-handled"


def test_who_names_no_satellite_has_a_place_as_well(served):
    assert served.answer(Transcript("start ankle circles").event()).type == "handled"
    assert "ankle circles" in served.answer(Transcript("which stretch is this").event()).data["text"]


def test_a_wake_word_is_not_asked_for_again(served):
    assert served.say("start heel stretches", "assist_satellite.porch").type == "handled"


def test_what_was_heard_is_understood_by_its_sound(served):
    heard = served.answer(Transcribe().event(), *sound("only ankle circles")).data["text"]
    assert len(served.server.recently._heard) >= 1
    assert "ankle circles" in served.say(heard, "assist_satellite.attic").data["text"].lower()
    assert heard not in served.server.recently._heard


def test_a_text_is_recognised_with_what_it_names(served):
    meant = Intent.from_event(served.answer(Recognize("go to heel stretches").event()))
    assert (meant.name, [(each.name, each.value) for each in meant.entities]) == (
        "start_stretch", [("stretch", "heel_stretches")]
    )  # fmt: skip
    assert served.answer(Recognize("what is the capital of France").event()).type == "not-recognized"


def spoken_in(answers: Sequence[Event]) -> Any:
    kinds = [each.type for each in answers]
    assert kinds[0] == "audio-start"
    assert kinds.count("audio-start") == kinds.count("audio-stop") == 1
    assert answers[0].data["rate"] == 16_000
    return np.frombuffer(b"".join(each.payload or b"" for each in answers if each.type == "audio-chunk"), "<i2")


def test_it_speaks(served):
    answers = asyncio.run(served.ask(Synthesize("Your left foot. Hold.").event(), until="audio-stop"))
    samples = spoken_in(answers)
    assert 1.0 < len(samples) / 16_000 < 6.0
    assert np.abs(samples).max() > 3000


def test_it_speaks_a_text_that_comes_in_pieces(served):
    whole = Synthesize("Your left foot. Hold.")
    events = (
        SynthesizeStart(), SynthesizeChunk("Your left"), SynthesizeChunk(" foot. Ho"), SynthesizeChunk("ld."), whole,
        SynthesizeStop(),
    )  # fmt: skip
    answers = asyncio.run(served.ask(*(each.event() for each in events)))
    assert [each.type for each in answers[-2:]] == ["audio-stop", "synthesize-stopped"]
    at_once = asyncio.run(served.ask(whole.event(), until="audio-stop"))
    assert len(spoken_in(answers)) == len(spoken_in(at_once))


def test_each_piece_is_on_its_way_before_the_next_is_made(served, monkeypatch):
    voice = served.server._voice
    sent: list[int] = []
    made: list[tuple[str, int]] = []

    def render(text: str) -> Any:
        made.append((text, len(sent)))
        return np.full(2048, 0.1, np.float32)

    async def send(connection: Connection, samples: Any) -> None:
        sent.append(len(samples))
        await sends(connection, samples)

    sends = Connection._send
    monkeypatch.setattr(Connection, "_send", send)
    monkeypatch.setattr(voice, "render", render)
    monkeypatch.setattr(voice.synthesiser, "sentences", lambda text: text.split(" and "))
    answers = asyncio.run(served.ask(Synthesize("Left and right and left. Hold.").event(), until="audio-stop"))
    assert made == [("Left", 0), ("right", 1), ("left.", 2), ("Hold.", 3)]
    breath, shorter = round(PAUSE_SECONDS * 16_000), round(COMMA_SECONDS * 16_000)
    assert len(spoken_in(answers)) == 4 * 2048 + 2 * shorter + breath


def test_nothing_to_say_is_a_sound_of_no_length(served):
    assert len(spoken_in(asyncio.run(served.ask(Synthesize("...").event(), until="audio-stop")))) == 0


@pytest.mark.parametrize(("said", "name"), [("coach", "coach"), ("Solemate", "solemate")])
def test_it_wakes_to_its_names(served, said, name):
    assert served.answer(Detect([name]).event(), *sound(said)).data["name"] == name


@pytest.mark.parametrize("said", ["start heel stretches", "Alexa"])
def test_it_wakes_to_nothing_else(served, said):
    assert served.answer(Detect().event(), *sound(said)).type == "not-detected"


def test_it_wakes_before_the_sound_is_over(served):
    *beginning, _ = [*sound("Solemate"), *pieces(np.zeros(16_000, np.float32))[1:]]
    assert served.answer(Detect().event(), *beginning[:-20]).type == "detection"


def test_it_wakes_to_no_name_that_is_not_its_own(served):
    refused = served.answer(Detect(["alexa"]).event())
    assert "it wakes to: coach, solemate" in refused.data["text"]


def test_a_ping_is_answered(served):
    assert served.answer(Ping("hello").event()).data == {"text": "hello"}


def test_a_place_survives_the_server(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    database = Database(user_folder())
    database.keep("safety_told", True)
    database.close()
    with serving() as server:
        server.say("start the routine", KITCHEN)
        server.say("skip to heel stretches", KITCHEN)
        server.say("start the routine", BEDROOM)
        server.say("skip to ankle circles", BEDROOM)
        for name in (KITCHEN, BEDROOM):
            server.say("ready", name)
    reader = DatabaseReader(user_folder())
    kept = {key: value["stretch"] for key, value in reader.load().items() if key.endswith(":unfinished")}
    reader.close()
    assert kept == {
        f"satellite:{KITCHEN}:unfinished": "heel_stretches", f"satellite:{BEDROOM}:unfinished": "ankle_circles"
    }  # fmt: skip
    with serving() as server:
        assert "heel stretches" in server.say("start", KITCHEN).data["text"]
        assert "ankle circles" in server.say("start", BEDROOM).data["text"]


def test_records_of_two_satellites_are_kept_apart(tmp_path):
    from assistant.dialogue.content.events import Record

    database = Database(tmp_path)
    here, there = database.beside(), database.beside()
    here.record(Record(0, "run", "2026-01-01T08:00:00", {"routine": "one"}))
    there.record(Record(0, "run", "2026-01-01T08:00:01", {"routine": "two"}))
    done = {"stretch": "heel_stretches", "outcome": "done", "seconds": 1.0}
    here.record(Record(1, "stretch", "2026-01-01T08:01:00", done))
    there.take_back(0)
    rows = database.rows("SELECT routine, stretch FROM stretches JOIN runs ON runs.id = stretches.run")
    assert [tuple(row) for row in rows] == [("one", "heel_stretches")]
    assert len(database.rows("SELECT * FROM runs")) == 1
    database.close()


def test_what_is_forgotten_is_forgotten_of_satellites_too(tmp_path):
    database = Database(tmp_path)
    database.keep(f"satellite:{KITCHEN}:unfinished", {"stretch": "heel_stretches"})
    database.forget()
    assert database.load() == {}
    database.close()


def test_the_phase_is_the_satellites(served):
    name = "assist_satellite.loft"
    served.say("start heel stretches", name)

    async def state() -> Any:
        return await served.server._in(served.server._guiding, served.server._satellites.state, name)

    assert asyncio.run(state()).phase is Phase.GETTING_READY
