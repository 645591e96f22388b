"""`solemate calibrate`: two minutes of getting to know a room, a microphone and a person."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from assistant.cli.options import add_json, add_settings, check_files, is_file, settings_of, teach
from assistant.errors import SolemateError, UsageError

if TYPE_CHECKING:
    from assistant.checkup.calibration import Prompt
    from assistant.checkup.findings import Judgement, Measured
    from assistant.settings.table import Settings

WORDS = {
    "no_sound": "your microphone gives no sound at all: it is muted, or another one; see solemate --devices",
    "nobody_heard": "I did not hear you: turn the microphone up in your system's sound settings, or come closer",
    "very_quiet": "your microphone is very quiet: turn it up in your system's sound settings, then calibrate again",
    "made_louder": "your microphone is a little quiet, so I make it louder from now on",
    "clipping": "your microphone is too loud, and cuts your voice off: turn it down, then calibrate again",
    "level_good": "your microphone is as loud as it should be",
    "loud_noise": "the noise here is nearly as loud as you: come closer to the microphone, or turn it off",
    "noisy": "there is a lot of noise here: come closer to the microphone if you are not understood",
    "quiet_room": "the room is quiet enough",
    "no_echo": "the microphone does not hear the loudspeaker: with headphones that is as it should be",
    "loud_echo": "at the microphone the loudspeaker is much louder than you: turn it down, or move it away",
    "late_echo": "the loudspeaker is late, as over Bluetooth: one with a cable makes for quicker answers",
    "echo_good": "the loudspeaker is heard, and no louder than it may be",
    "chatter": "something in this room sounds like commands: with a television, give me a name (solemate settings)",
    "understood": "I understand you well",
    "partly_understood": "I did not understand all of it: speak towards the microphone, and say each command in one go",
    "not_understood": "I understood less than half: come closer, speak up, and see the other lines",
}
"""What to say about each finding."""


def register(subparsers: Any) -> None:
    """Add `calibrate` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "calibrate",
        help="get to know your room, microphone and voice",
        **teach(
            "Listens to the room, to the loudspeaker and to you saying ten commands, two minutes in all; then sets how "
            "loud sound is made and how sure a command must be, and says what it found. Ctrl-C changes nothing.",
            "solemate calibrate",
            "solemate calibrate --microphone USB    # the one that you will use",
        ),
    )
    add_json(parser)
    add_settings(parser, "language", "recogniser", "voice", "microphone", "speaker", files=True)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from assistant.checkup.findings import judge
    from assistant.settings.table import Calibration
    from assistant.settings.toml_file import settings_file

    settings, file = settings_of(args), settings_file()
    with ExitStack() as closing:
        measured, microphone = _measure(args, settings, closing)
    judgement = judge(measured)
    if judgement.usable:
        values = {"gain_db": judgement.gain_db, "strictness": judgement.strictness}
        file.calibrate(Calibration(values, microphone, datetime.date.today().isoformat()))
    if args.json:
        print(json.dumps(_plain(measured, judgement, microphone), indent=2, ensure_ascii=False))
    else:
        _tell(measured, judgement, str(file.path))
    return 0 if judgement.usable else SolemateError.status


def _measure(args: argparse.Namespace, settings: Settings, closing: ExitStack) -> tuple[Measured, str]:
    """The measurements, and the microphone's name. Raises SolemateError."""
    from assistant.checkup.audio_rig import FileRig, LiveRig
    from assistant.checkup.calibration import Calibrating
    from assistant.speaking.choose import voice_for
    from assistant.view.progress_bar import counting_bar, spinner
    from assistant.wiring import guide_book, language_folder, make_ears

    heard, written = (_file(args, key) for key in ("microphone", "speaker"))
    if (heard is None) != (written is None) and hasattr(args, "speaker"):
        raise UsageError(
            "--microphone FILE and --speaker FILE go together: the one is heard while the other is written"
        )
    check_files({"microphone": heard, "speaker": written})
    folder = language_folder(settings.text("language"))
    book = guide_book(folder)
    voice = voice_for(settings, exactly=heard is not None)
    # Without a wake word and an earlier calibration: the room is measured as it is.
    with spinner("Loading the recogniser"):
        ears = make_ears(folder, book.routine, settings.text("recogniser"))
    rig: FileRig | LiveRig
    if heard is not None:
        rig = _file_rig(heard, written, closing)
    else:
        rig = LiveRig(settings.optional("microphone"), settings.optional("speaker"), closing)
    print(f"{ears.introduction}\nThis takes two minutes; Ctrl-C changes nothing.", file=_out(args))

    with counting_bar("Measuring") as told:

        def tell(prompt: Prompt) -> None:
            print(f"{prompt.step:3}/{prompt.steps}  {prompt.text}", file=_out(args), flush=True)
            told(prompt.step, prompt.steps)

        return Calibrating(rig, ears, voice.render, book.replies, tell).measure(), rig.name


def _file(args: argparse.Namespace, key: str) -> str | None:
    """The sound file given as a flag; the settings file holds only devices."""
    name: str | None = getattr(args, key, None)
    return name if is_file(name) else None


def _file_rig(microphone: str, speaker: str | None, closing: ExitStack) -> Any:
    from assistant.audio.sound_files import FileMicrophone, FileSpeaker
    from assistant.checkup.audio_rig import FileRig

    heard = FileMicrophone(microphone)
    rig_speaker = None
    if speaker is not None:
        rig_speaker = FileSpeaker(speaker)
        closing.callback(rig_speaker.close)
    return FileRig(heard, rig_speaker)


def _out(args: argparse.Namespace) -> Any:
    """Where the person reads what to do: not where JSON goes."""
    return sys.stderr if args.json else sys.stdout


def _plain(measured: Measured, judgement: Judgement, microphone: str) -> dict[str, Any]:
    rounded = {
        key: None if value is None else round(value, 3)
        for key, value in (
            ("noise_db", measured.noise_db),
            ("speech_db", measured.speech_db),
            ("peak", measured.peak),
            ("clipped", measured.clipped),
            ("echo_db", measured.echo_db),
            ("echo_seconds", measured.echo_seconds),
        )
    }
    return {
        "microphone": microphone,
        "usable": judgement.usable,
        **rounded,
        "asked": measured.asked,
        "understood": (measured.understood or {}).get(judgement.strictness),
        "set": {"gain_db": judgement.gain_db, "strictness": judgement.strictness} if judgement.usable else {},
        "findings": [
            {"finding": each.code, "well": each.well, "words": WORDS[each.code]} for each in judgement.findings
        ],
    }


def _tell(measured: Measured, judgement: Judgement, path: str) -> None:
    print()
    for finding in judgement.findings:
        print(f"{'ok     ' if finding.well else 'warning'}  {WORDS[finding.code]}")
    speech = "nobody" if measured.speech_db is None else f"you at {measured.speech_db:.0f} dB"
    echo = ""
    if measured.echo_db is not None and measured.echo_seconds is not None:
        echo = f", the loudspeaker at {measured.echo_db:.0f} dB after {measured.echo_seconds:.2f} s"
    print(f"\nHeard: the room at {measured.noise_db:.0f} dB of full scale, {speech}{echo}.")
    if measured.asked:
        print(f"Understood: {(measured.understood or {}).get(judgement.strictness, 0)} of {measured.asked} commands.")
    if not judgement.usable:
        print("Nothing was set.")
        return
    print(f"Set for this room: gain_db {judgement.gain_db:+g}, strictness {judgement.strictness:+g} ({path}).")
