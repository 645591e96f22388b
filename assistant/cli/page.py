"""The page for a browser: puts it together, binds it first, and shows its link."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import SolemateError, UsageError
from assistant.settings.kinds import OFF, Value
from assistant.settings.table import AUTO, LAN, SETTINGS, SYSTEM, Settings, shown

if TYPE_CHECKING:
    from contextlib import ExitStack

    from assistant.dialogue.state.turn import Book
    from assistant.entries import Watcher
    from assistant.page.link import Bound
    from assistant.page.rooms import SeenRoom
    from assistant.page.server import Behind, Page
    from assistant.page.settings import Chosen
    from assistant.runtime.database import DatabaseReader

LIBRARIES = ("starlette", "uvicorn", "sse_starlette", "segno")
"""What the page needs, and Solemate else does not."""


def bind(settings: Settings, closing: ExitStack) -> Bound | None:
    """The sockets of the page, before anything that takes time; None if no page is wanted.

    Raises SolemateError if a library, a network or a port is missing.
    """
    wanted = settings.text("page")
    if wanted == OFF:
        return None
    missing = [name for name in LIBRARIES if not _works(name)]
    if missing:
        raise SolemateError(
            f"the page needs {', '.join(missing)}", "run script/setup, or: pip install 'solemate[page]'"
        )
    from assistant.page import link

    addresses = [link.HOME, *([link.home_address()] if wanted == LAN else [])]
    bound = link.bind(addresses, int(settings.number("page_port")))
    closing.callback(bound.close)
    return bound


def _works(library: str) -> bool:
    try:
        importlib.import_module(library)
    except ImportError:
        return False
    return True


def page_for(
    bound: Bound | None,
    settings: Settings,
    folder: Path,
    book: Book,
    texts: Mapping[str, str],
    watchers: list[Watcher],
    closing: ExitStack,
    *,
    new_link: bool = False,
    rooms: Callable[[], Sequence[SeenRoom]] | None = None,
) -> tuple[Page | None, str]:
    """The page, which watches from now on, and the lines that tell where it is; None and nothing if none is wanted.

    `texts`: the wordings of intents. `rooms` asks a broker for all rooms, if there is one.
    """
    if bound is None:
        return None, ""
    from assistant.dialogue.guide import Guide
    from assistant.language.page_words import load_page_words
    from assistant.page import link
    from assistant.page.server import Page
    from assistant.page.watch import Watch
    from assistant.paths import user_folder

    words = load_page_words(folder)
    token = link.token_for(user_folder(), new=new_link)
    kept = link.keep(user_folder(), bound.link(token))
    watch = Watch(Guide(book), words, texts, name=settings.optional("name"), stays=book.stays)
    behind = replace(_behind(settings, folder, book), rooms=rooms)
    page = Page(watch, bound, token, behind, settings.text("language"))
    closing.callback(page.close)
    watchers.append(watch)
    return page, _introduction(bound, token, settings, kept=kept)


def _introduction(bound: Bound, token: str, settings: Settings, *, kept: bool) -> str:
    from assistant.page import link
    from assistant.paths import user_folder

    wanted = int(settings.number("page_port"))
    other = f" (port {wanted} is taken)" if bound.taken else ""
    if not sys.stdout.isatty() and kept:
        # Standard output may be kept, as a service's is, and the link opens the page to whoever has it.
        address = f"http://{bound.address}:{bound.port}"
        return f"The page is at {address}{other}; its link is in {user_folder() / link.LINK}"
    if len(bound.addresses) > 1:
        link.show_code(bound.link(token), sys.stdout)
    return f"The page: {bound.link(token)}{other}"


def _behind(settings: Settings, folder: Path, book: Book) -> Behind:
    from assistant.cli.history_export import as_csv, as_ical
    from assistant.page.server import Behind
    from assistant.paths import user_folder
    from assistant.runtime.database import DatabaseReader

    def opened() -> DatabaseReader:
        return DatabaseReader(user_folder())

    def of_all(write: Callable[[DatabaseReader], str]) -> Callable[[], str]:
        def written() -> str:
            database = opened()
            try:
                return write(database)
            finally:
                database.close()

        return written

    names = {each.id: each.name for each in book.routines}
    names |= {stretch.id: stretch.name for each in book.routines for stretch in each.stretches}
    exports = {
        "csv": of_all(as_csv),
        "ics": of_all(lambda database: as_ical(database, names, datetime.now().astimezone())),
    }

    def chosen() -> Sequence[Chosen]:
        return chosen_settings(settings, folder, book)

    return Behind(opened, exports, chosen, lambda key, value: set_chosen(key, value, chosen()))


def chosen_settings(running: Settings, folder: Path, book: Book) -> Sequence[Chosen]:
    """The settings of the file as they would be at the next start, and what there is to choose."""
    from assistant.page.settings import SHOWN, Chosen
    from assistant.settings.toml_file import settings_file

    kept = Settings.of({}, *settings_file().read())
    options = {
        "voice": _voices(folder),
        "routine": tuple((each.id, each.name) for each in book.routines),
        "language": tuple((name, _name_of_language(name)) for name in _languages()),
    }
    chosen = []
    for key in SHOWN:
        value = kept.values[key]
        text = "" if value is None else shown(value)
        there = options.get(key, ())
        if there and text not in dict(there):
            there = ((text, text), *there)
        origin = "flag" if running.origins[key] == "flag" else kept.origins[key]
        usual = SETTINGS[key].default
        chosen.append(Chosen(key, text, origin, there, "" if usual is None else shown(usual)))
    return chosen


def _voices(folder: Path) -> tuple[tuple[str, str], ...]:
    from assistant.speaking.choose import all_voices

    try:
        names = [voice.name for voice in all_voices() if voice.speaks(folder.name.lower())]
    except SolemateError:
        names = []
    return tuple((name, name) for name in dict.fromkeys([AUTO, SYSTEM, *names]))


def _languages() -> list[str]:
    from assistant.language.files import languages
    from assistant.paths import data_folder

    return languages(data_folder("intents"))


def _name_of_language(name: str) -> str:
    """What a language calls itself; its short name if it does not say."""
    from assistant.language.page_words import load_page_words
    from assistant.paths import data_folder

    try:
        return load_page_words(data_folder("intents") / name).text("language_itself")
    except SolemateError:
        return name


def set_chosen(key: str, value: str, chosen: Sequence[Chosen]) -> None:
    """Set a setting in the file, or take it out for an empty value. Raises UsageError with what is wrong."""
    from assistant.settings.toml_file import settings_file

    checked = check_chosen(key, value, chosen)
    if checked is None:
        settings_file().unset(key)
    elif key == "name":
        _set_apart(key, value.strip())
    else:
        settings_file().set(key, checked)


def check_chosen(key: str, value: str, chosen: Sequence[Chosen]) -> Value:
    """The value that is to be set, None for an empty one. Raises UsageError with what is wrong.

    Where there is something to choose, nothing else is taken: a page must not name files to be read. Whether a name can
    be heard is only known when it is set.
    """
    setting = next((each for each in chosen if each.key == key), None)
    if setting is None:
        keys = ", ".join(each.key for each in chosen)
        raise UsageError(f"there is no setting {key!r} to be changed here", f"there are {keys}")
    kind, given = SETTINGS[key].kind, value.strip()
    if not given:
        return None
    if setting.options and given not in dict(setting.options):
        raise UsageError(f"{key}: there is no such choice")
    try:
        return kind.check(kind.parse(given))
    except ValueError as error:
        raise UsageError(f"{key} {error}") from error


def _set_apart(key: str, value: str) -> None:
    """Set what takes seconds to check in a process of its own, so that the guide doesn't have to wait for that."""
    command = [sys.executable, "-m", "assistant", "settings", "set", key, value]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise UsageError(lines[-1].removeprefix("solemate: ") if lines else f"{key} could not be set")
