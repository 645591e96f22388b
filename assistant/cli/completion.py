"""`solemate completion`: what a shell needs to complete the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from assistant.cli.options import teach

SHELLS = {
    "bash": "solemate completion bash > ~/.local/share/bash-completion/completions/solemate",
    "zsh": "solemate completion zsh > ~/.zfunc/_solemate    # a folder named in fpath, before compinit",
    "fish": "solemate completion fish > ~/.config/fish/completions/solemate.fish",
}
"""The shells, and where each looks for its completions."""

FILES = frozenset({"file", "files", "path", "log", "output", "out", "microphone", "speaker"})
"""Arguments for which the shell completes file names, besides the settings that are files."""


FOLDER = ("languages check", "language")
"""The command and argument for which the shell completes folder names."""


def register(subparsers: Any, whole: Callable[[], argparse.ArgumentParser]) -> None:
    """Add `completion` to what `ArgumentParser.add_subparsers` returned; `whole` makes the parser of all commands."""
    parser = subparsers.add_parser(
        "completion",
        help="let your shell complete commands, options and names",
        **teach(
            "Prints what your shell needs to complete Solemate's commands, options, settings, routines and languages. "
            "Put it where the shell looks, and open a new one.",
            *SHELLS.values(),
        ),
    )
    parser.add_argument("shell", choices=tuple(SHELLS), metavar="|".join(SHELLS))
    parser.set_defaults(run=lambda args: _run(args.shell, whole()))


def _run(shell: str, parser: argparse.ArgumentParser) -> int:
    print(script_for(shell, parser), end="")
    return 0


def script_for(shell: str, parser: argparse.ArgumentParser) -> str:
    """The completion script for a shell. Modifies the parser, which can't be used for parsing afterwards."""
    import shtab

    from assistant.settings.table import FILES as SETTINGS_THAT_ARE_FILES

    for command, action in _actions(parser):
        if isinstance(action, argparse._SubParsersAction):
            # Shells show one line for each command: its short help, not its description.
            for told in action._choices_actions:
                action.choices[told.dest].description = told.help
        words = _words(command, action)
        if words:
            action.choices = words
            action.help = None if action.dest == "key" else action.help
        elif action.dest in FILES | SETTINGS_THAT_ARE_FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif (command, action.dest) == FOLDER:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    return str(shtab.complete(parser, shell=shell))


def _actions(parser: argparse.ArgumentParser, command: str = "") -> Iterator[tuple[str, argparse.Action]]:
    """Every argument of the parser and of its subcommands, with its command ("models get")."""
    for action in parser._actions:
        yield command, action
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from _actions(below, f"{command} {name}".strip())


def _words(command: str, action: argparse.Action) -> list[str]:
    """The values an argument may have, if they are a list of words."""
    from assistant.settings.kinds import Choice, Language, Switch
    from assistant.settings.table import SETTINGS

    if action.nargs == 0:
        return []
    if (command, action.dest) == ("models get", "name"):
        return _models()
    if (command, action.dest) == ("understand", "when"):
        return _phases()
    if action.dest == "key":
        return list(SETTINGS)
    # A positional argument is not a setting, even if it has the name of one.
    setting = SETTINGS.get(action.dest) if action.option_strings else None
    if setting and isinstance(setting.kind, Language):
        return _languages()
    if setting and setting.key == "routine":
        return _routines()
    if setting and isinstance(setting.kind, Choice):
        return list(setting.kind.options)
    return ["on", "off"] if setting and isinstance(setting.kind, Switch) else []


def _languages() -> list[str]:
    from assistant.language.files import languages
    from assistant.paths import data_folder

    return languages(data_folder("intents"))


def _routines() -> list[str]:
    from assistant.language.routine_files import installed
    from assistant.wiring import language_folder

    return sorted({name for language in _languages() for name in installed(language_folder(language))})


def _phases() -> list[str]:
    from assistant.dialogue.rehearsal import PHASES

    return list(PHASES)


def _models() -> list[str]:
    from assistant.models.store import open_store

    return [name for name, model in open_store().known.items() if model.archive]
