"""The drawings as a page shows them, in its language."""

from __future__ import annotations

from urllib.parse import urlencode

from assistant.dialogue.content.drawn import figure_of
from assistant.dialogue.content.routine import Stretch
from assistant.language.page_words import PageWords
from assistant.page.drawings import drawing
from assistant.page.markup import Html, tag, void


def svg(figure: str, side: str, words: PageWords, *, moving: bool, held: bool = False, dark: bool = False) -> str:
    """A figure as standalone SVG; `side` "" is both feet. Raises KeyError if there is no such figure."""
    told = words.drawings.told(figure, side or None)
    return drawing(figure, side=side or None, moving=moving, held=held, dark=dark, told=told)


def picture(figure: str, side: str, alternative: str, *, moving: bool, held: bool = False) -> Html:
    """The element for a drawing; who has asked for less motion gets the still one, who has a dark page the dark one."""

    def at(*, moves: bool, dark: bool) -> str:
        how = {"side": side, "moving": int(moves), "dark": int(dark), **({"held": 1} if held else {})}
        return f"/drawing/{figure}.svg?{urlencode(how)}"

    calm, dark = "(prefers-reduced-motion: reduce)", "(prefers-color-scheme: dark)"
    return tag(
        "picture",
        void("source", media=f"{calm} and {dark}", srcset=at(moves=False, dark=True)) if moving else None,
        void("source", media=calm, srcset=at(moves=False, dark=False)) if moving else None,
        void("source", media=dark, srcset=at(moves=moving, dark=True)),
        void("img", src=at(moves=moving, dark=False), alt=alternative),
    )


def small_picture(stretch: Stretch) -> Html | None:
    """A still one beside the name of a stretch, which says the same; None if nothing is known about it."""
    figure = figure_of(stretch)
    side = stretch.dose.sides[0] if stretch.dose.sides else ""
    return None if figure is None else picture(figure, side, "", moving=False)
