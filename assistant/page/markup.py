"""Markup, escaped: every text that goes into a page goes through here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode


class Html(str):
    """Markup that is complete and safe as it stands."""

    __slots__ = ()


def h(text: object) -> Html:
    """The text as markup; what is markup already stays as it is."""
    return text if isinstance(text, Html) else Html(escape(str(text)))


def tag(name: str, /, *content: object, **attributes: object) -> Html:
    """An element. `class_` is the attribute class, `aria_label` aria-label; True is one without a value, None none."""
    given = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    return Html(f"<{name}{given}>{joined(content)}</{name}>")


def void(name: str, /, **attributes: object) -> Html:
    """An element without content."""
    return Html(tag(name, **attributes).removesuffix(f"</{name}>"))


def joined(parts: Iterable[object], between: str = "") -> Html:
    """Parts one after the other; None is nothing."""
    return Html(between.join(h(part) for part in parts if part is not None))


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def said(intent: str, slots: Iterable[tuple[str, str]] = ()) -> str:
    """An intent and its slots as the value of a button: start_stretch?stretch=heel_stretches."""
    query = urlencode(list(slots))
    return f"{intent}?{query}" if query else intent


def press(label: object, intent: str, slots: Iterable[tuple[str, str]] = (), **attributes: object) -> Html:
    """A button that says an intent, inside a form whose action is /say."""
    return tag("button", label, type="submit", name="say", value=said(intent, slots), **attributes)
