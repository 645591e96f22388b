"""The sections of the bench about real rooms: noise, the guide's own voice, other people; also on development sets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.front_end.echo_canceller import canceller_missing
from bench import ablation, false_accepts, noise, voices
from bench.barge_in import barge_in
from bench.kitchen import RECORDING, Half, kitchen
from bench.room_simulation import DEVELOPMENT_SEEDS, REPORT_SEEDS
from bench.self_triggering import alone

Row = tuple[str, str, str]

UNDERSTOOD = {"24 dB": 0.97, "15 dB": 0.95, "9 dB": 0.9, "6 dB": 0.8}
"""Goals for commands in the kitchen, by signal-to-noise ratio."""

INTERRUPTED = 0.88
"""The goal for commands begun while the guide spoke."""

QUICK_ROOMS, DEVELOPMENT_ROOMS = 2, 6
"""Rooms in a quick run, and in a section on development rooms, which only has to show what changes."""

COMMANDS_A_ROOM = 5

ROUTINE_SNR = 15.0
"""Signal-to-noise ratio of the kitchen during a whole routine, dB."""


def sections(speech: Path, quick: bool) -> dict[str, Callable[[], Any]]:
    """What can be measured, by name; a text instead of a result says why it was left out."""
    found: dict[str, Callable[[], Any]] = {}
    for name, reported in (("", True), ("_development", False)):
        measure = _Measure(speech, quick, reported)
        found |= {f"{what}{name}": getattr(measure, what) for what in ("noise", "barge_in", "alone", "others")}
    return found | {"parts": _Measure(speech, quick, reported=True).parts}


class _Measure:
    """The sections on voices and rooms that nothing was chosen on, or on those that everything was."""

    def __init__(self, speech: Path, quick: bool, reported: bool) -> None:
        self._speech, self._quick, self._reported = speech, quick, reported
        self._speakers = voices.HELD_BACK if reported else voices.DEVELOPMENT
        self._half: Half = "second" if reported else "first"
        seeds = REPORT_SEEDS if reported else DEVELOPMENT_SEEDS[:DEVELOPMENT_ROOMS]
        self._seeds = seeds[:QUICK_ROOMS] if quick else seeds
        self._recording = speech / RECORDING

    def noise(self) -> Any:
        count = noise.COMMANDS_QUICK if self._quick else noise.COMMANDS_EACH
        missing = voices.espeak_missing() or self._no_recordings()
        return missing or noise.in_kitchen(self._recording, self._speakers, self._half, count)

    def barge_in(self) -> Any:
        count = 2 if self._quick else COMMANDS_A_ROOM
        missing = voices.espeak_missing() or canceller_missing()
        return missing or {"rooms": len(self._seeds), **barge_in(self._seeds, self._speakers, count).as_dict()}

    def alone(self) -> Any:
        missing = voices.espeak_missing() or canceller_missing()
        if missing:
            return missing
        found = {"quiet": alone(self._seeds).as_dict()}
        if not self._no_recordings():
            sound = kitchen(self._recording, self._half)
            rooms = self._seeds[: max(1, len(self._seeds) // 4)]
            found["kitchen"] = alone(rooms, noise=sound, snr=ROUTINE_SNR).as_dict()
        return found

    def others(self) -> Any:
        missing = voices.espeak_missing() or self._no_recordings()
        folder = self._speech / "out_of_domain"
        return missing or false_accepts.other_talk(folder, self._speakers, self._quick, reported=self._reported)

    def parts(self) -> Any:
        missing = voices.espeak_missing() or canceller_missing() or self._no_recordings()
        return missing or ablation.parts(
            self._speech, self._speakers, self._seeds, self._half, self._quick, reported=self._reported
        )

    def _no_recordings(self) -> str | None:
        there = self._recording.is_file()
        return None if there else f"{self._speech} has no recordings; `--speech FOLDER` names another place"


def rows(name: str, result: Any) -> list[Row] | None:
    """Rows of the table for one of these sections: what, how much, and the goal; None for any other section."""
    makers: dict[str, Callable[[str, Any], list[Row]]] = {
        "noise": _noise_rows, "barge_in": _barge_in_rows, "alone": _alone_rows, "others": _others_rows,
        "parts": _parts_rows,
    }  # fmt: skip
    maker = makers.get(name.removesuffix("_development"))
    return maker(name, result) if maker is not None else None


def _noise_rows(name: str, result: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for snr, goal in UNDERSTOOD.items():
        share, wrong = result[snr]["understood"], result[snr]["taken_for_another"]
        what = f"{share:.1%} of {result['commands']} understood, {wrong:.1%} taken for another"
        rows.append((f"{name}, kitchen at {snr}", what, f"{goal:.0%}"))
    return rows


def _barge_in_rows(name: str, result: dict[str, Any]) -> list[Row]:
    given = result["given"]
    rows: list[Row] = [
        (name, f"{result['right'] / given:.0%} of {given} right, in {result['rooms']} rooms", f"{INTERRUPTED:.0%}"),
        ("", f"{len(result['wrong']) / given:.0%} taken for another command", ""),
        ("", f"{result['right_in_silence'] / given:.0%} right in the same rooms, the guide silent", ""),
    ]
    if result["yielded"]:
        times = f"yields after {result['yield_median_s']} s (median), {result['yield_p95_s']} s (p95)"
        rows.append(("", f"{times}, for {result['yielded'] / given:.0%}", "0.15, 0.4 s"))
    return rows


def _alone_rows(name: str, result: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for where, found in result.items():
        routines = f"{found['routines']} whole routines of {found['minutes'] / found['routines']:.0f} min"
        title = f"{name}, {'no noise' if where == 'quiet' else f'kitchen at {ROUTINE_SNR:.0f} dB'}"
        rows.append((title, f"{len(found['commands_nobody_gave'])} commands nobody gave, in {routines}", "0"))
        yields = sorted(found["yields_for_nothing"])
        each = f"{yields[len(yields) // 2]} in the middle one, {yields[-1]} at most"
        rows.append(("", f"yielded for nothing {sum(yields) / len(yields):.1f} times a routine, {each}", "under 3"))
        rows.append(("", f"front end {found['front_end_share']:.1%} of real time", ""))
    return rows


def _others_rows(name: str, result: dict[str, Any]) -> list[Row]:
    return [
        (
            f"{name}, {what}",
            f"{found['commands']} commands in {found['hours']:.2f} h, {found['per_hour']} an hour",
            "under 0.5 an hour",
        )
        for what, found in result.items()
    ]


def _parts_rows(name: str, result: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for way, found in result.items():
        over, by_itself = found["barge_in"], found["alone"]
        told = [
            f"over its voice {over['right']} of {over['given']}",
            f"nobody there {by_itself['commands']} in {by_itself['routines']} routines",
        ]
        if "understood" in found:
            told.insert(0, ", ".join(f"{where} {share:.0%}" for where, share in found["understood"].items()))
            told.append(f"others {found['others']} an hour")
            told.append(
                f"listening to quiet, kitchen {' / '.join(f'{s:.1%}' for s in found['silence_share'].values())}"
            )
        rows.append((f"{name}: {way}", "; ".join(told), ""))
    return rows
