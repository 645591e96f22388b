"""`python -m bench.drawings FOLDER`: every drawing as a file, and a page with all of them to look at."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from assistant.dialogue.content.drawn import FIGURES, HELD
from assistant.language.drawings import load_drawings
from assistant.page.drawings import drawing
from assistant.paths import data_folder

PALETTES = ("light", "dark")


def main() -> int:
    """Write the files into the folder that is named."""
    parser = argparse.ArgumentParser(prog="python -m bench.drawings", description="Writes every drawing as a file.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--language", default="en", help="the language of the words in them (default: en)")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    names = []
    for name, svg in _files(args.language):
        (args.folder / name).write_text(svg, encoding="utf-8")
        names.append(name)
    (args.folder / "index.html").write_text(_sheet(names), encoding="utf-8")
    print(f"{len(names)} drawings: {args.folder / 'index.html'}", file=sys.stderr)
    return 0


def _files(language: str) -> Iterator[tuple[str, str]]:
    words = load_drawings(data_folder("intents") / language)
    for figure in FIGURES:
        for side in ("right", "left"):
            for palette in PALETTES:
                for how, moving in (("", True), ("-still", False), *((("-held", False),) if figure in HELD else ())):
                    name = f"{figure}-{side}-{palette}{how}.svg"
                    told, dark, held = words.told(figure, side), palette == "dark", how == "-held"
                    yield name, drawing(figure, side=side, dark=dark, moving=moving, held=held, told=told)


def _sheet(names: list[str]) -> str:
    cells = "\n".join(
        f'<figure><img src="{name}" alt=""><figcaption>{name.removesuffix(".svg")}</figcaption></figure>'
        for name in names
    )
    return (
        "<!doctype html>\n<title>Drawings</title>\n<style>body { display: grid; gap: 8px; margin: 8px; "
        "grid-template-columns: repeat(4, 1fr); font: 14px sans-serif; } figure { margin: 0; } "
        f"img {{ width: 100%; }}</style>\n{cells}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
