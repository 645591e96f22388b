"""People over the guide's voice, to teach with: each sound in its place, and the guide's voice mostly gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.front_end.echo_canceller import canceller_missing
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples
from tests.speech import spoken

pytest.importorskip("scipy", reason="the simulated room needs scipy (pip install solemate[dev])")

from bench.room_simulation import LEVEL, level_of
from bench.teaching import over_guide
from bench.voices import espeak_missing

MISSING = canceller_missing() or espeak_missing()
pytestmark = pytest.mark.skipif(MISSING is not None, reason=f"needs livekit and eSpeak NG: {MISSING}")

SEED = 4


@pytest.fixture(autouse=True)
def quiet_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rooms without noise, which is recorded and need not be there, and one guide's voice that is."""
    monkeypatch.setattr(over_guide, "NOISY", 0.0)
    monkeypatch.setattr(over_guide, "GUIDES", over_guide.GUIDES[:1])


def lateness(sound: Samples, original: Samples) -> float:
    """Milliseconds."""
    size = 2 * len(original)
    spectrum = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(original, size))
    peak = int(np.argmax(np.abs(np.fft.irfft(spectrum / (np.abs(spectrum) ** 0.7 + 1e-9)))))
    return (peak if peak < len(original) else peak - size) * 1000 / LISTENING_RATE


def test_each_sound_is_in_its_place() -> None:
    person = spoken("how many more of these are there")
    heard = over_guide.over_guide(person, SEED)
    assert heard.shape == person.shape
    assert abs(lateness(heard, person)) < 10.0
    assert np.array_equal(heard, over_guide.over_guide(person, SEED))


def test_several_in_one_room_are_each_in_their_place() -> None:
    people = [spoken("how long is this one"), spoken("let me get a towel first")]
    heard = over_guide.one_after_another(people, SEED)
    assert [len(each) for each in heard] == [len(each) for each in people]
    assert all(abs(lateness(sound, person)) < 10.0 for sound, person in zip(heard, people, strict=True))


def test_the_guide_alone_is_mostly_cancelled() -> None:
    left = over_guide.residual_only(2 * LISTENING_RATE, SEED)
    assert left.shape == (2 * LISTENING_RATE,)
    assert 0.0 < level_of(left) < LEVEL / 3


def test_it_says_what_the_guide_says_and_no_more() -> None:
    lines = over_guide._lines()
    assert lines[0] == "Hello. Say start to begin, or help."
    assert not [line for line in lines if "You:" in line or line in ("(start)", "Three.")]


def test_sentences_become_files_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, folder = tmp_path / "persons" / "s1.npy", tmp_path / "over"
    source.parent.mkdir()
    np.save(source, spoken("pause"))
    over_guide.write(folder, [source])
    pairs = np.load(folder / "s1.npy")
    assert pairs.dtype == np.int16
    assert pairs.shape == spoken("pause").shape
    before = (folder / "s1.npy").stat().st_mtime_ns
    assert over_guide.main([str(source.parent), str(folder)]) == 0
    assert (folder / "s1.npy").stat().st_mtime_ns == before
    assert "1 sentences" in capsys.readouterr().out
