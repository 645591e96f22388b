"""The bench's kinds of voice: each is heard, and the shares are of the same commands."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.ports import LISTENING_RATE
from bench import voice_kinds
from bench.voices import CHOOSING


def test_each_kind_changes_the_sound_and_keeps_it_sound():
    t = np.arange(LISTENING_RATE) / LISTENING_RATE
    said = (0.1 * np.sign(np.sin(2 * np.pi * 140 * t)) * np.hanning(len(t))).astype(np.float32)
    for kind, change in voice_kinds.KINDS.items():
        changed = change(said, np.random.default_rng(0))
        assert np.isfinite(changed).all(), kind
        assert np.abs(changed).max() > 0.01, kind
        assert (changed.shape == said.shape and np.array_equal(changed, said)) is (kind == "as they are")
    hasty = voice_kinds.KINDS[f"{voice_kinds.HASTE:g} times as fast"](said, np.random.default_rng(0))
    assert len(hasty) == pytest.approx(len(said) / voice_kinds.HASTE, rel=0.05)


def test_the_shares_are_of_each_kind(monkeypatch):
    def over(jobs: list[voice_kinds.Changed], work: object, chunk: int) -> list[tuple[bool, bool]]:
        return [(job.kind != "old" or job.seed % 3 > 0, job.kind != "child") for job in jobs]

    monkeypatch.setattr(voice_kinds, "over", over)
    found = voice_kinds.kinds_of_voice(CHOOSING, quick=True)
    assert found["telephone"] == {"understood": 1.0, "taken_for_another": 0.0}
    assert found["old"] == {"understood": round(10 / 15, 4), "taken_for_another": round(5 / 15, 4)}
    assert len(voice_kinds.rows("kinds_of_voice", found)) == len(voice_kinds.KINDS)
