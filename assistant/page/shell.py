"""What is around the content of every page: head, navigation."""

from __future__ import annotations

from assistant.language.page_words import PageWords
from assistant.page.markup import Html, tag, void

PLACES = (("now", "/"), ("choose", "/choose"), ("history", "/history"), ("settings", "/settings"), ("link", "/link"))

RELOAD_SECONDS = 5
"""Seconds after which a page without JavaScript asks again."""


ROOMS = ("rooms", "/rooms")
"""Where there is a broker, the page of its rooms as well."""


def shell(
    current: str,
    content: Html,
    words: PageWords,
    language: str,
    version: str,
    *,
    live: bool,
    rooms: bool = False,
    again: str = "",
) -> str:
    """A whole page; `live` for the one that follows the session, `rooms` if there is a page of them.

    again: where a page without JavaScript goes when it asks again, if not to where it is.
    """
    links = [
        tag("li", tag("a", words.text(f"nav_{name}"), href=at, aria_current="page" if name == current else None))
        for name, at in (*PLACES, *([ROOMS] if rooms else []))
    ]
    reload = f"{RELOAD_SECONDS}; url={again}" if again else str(RELOAD_SECONDS)
    without = tag("noscript", void("meta", http_equiv="refresh", content=reload)) if live else None
    head = [
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
        void("meta", name="color-scheme", content="light dark"),
        void("meta", name="theme-color", content="#f5f2ea", media="(prefers-color-scheme: light)"),
        void("meta", name="theme-color", content="#10181a", media="(prefers-color-scheme: dark)"),
        tag("title", f"{words.text(f'nav_{current}')} · {words.text('title')}"),
        void("link", rel="manifest", href="/manifest.webmanifest", crossorigin="use-credentials"),
        void("link", rel="icon", href=f"/static/{version}/icon.svg", type="image/svg+xml"),
        void("link", rel="apple-touch-icon", href=f"/static/{version}/icon-192.png"),
        void("link", rel="stylesheet", href=f"/static/{version}/page.css"),
        without,
        tag("script", type="module", src=f"/static/{version}/page.js") if live else None,
    ]
    body = [
        tag("header", tag("nav", tag("ul", *links), aria_label=words.text("nav"))),
        content,
        tag("p", words.text("lost"), id="lost", role="status", hidden=True) if live else None,
    ]
    lost = {"data_lost": words.text("lost"), "data_over": words.text("over"), "data_refused": words.text("refused")}
    lost["data_passed"] = words.text("passed")
    page = tag("html", tag("head", *head), tag("body", *body, class_=current, **(lost if live else {})), lang=language)
    return f"<!doctype html>{page}"


def simple(words: PageWords, code: str) -> Html:
    """The page with the QR code for another device; without one, how to get it."""
    about = words.text("link_about" if code else "link_only_here")
    return tag(
        "main",
        tag("h1", words.text("link_title")),
        tag("p", about),
        tag("div", Html(code), class_="code") if code else None,
        class_="text",
    )
