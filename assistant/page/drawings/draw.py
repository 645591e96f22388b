"""Draws a figure as SVG: moving by itself, still with where the movement ends, or still as it is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from xml.sax.saxutils import escape

from assistant.language.drawings import DrawingWords, Told, load_drawings
from assistant.page.drawings import things
from assistant.page.drawings.figures import FAR_ARM, FAR_LEG, FIGURES, NEAR_ARM, NEAR_LEG, TRUNK, Closeup, Figure
from assistant.page.drawings.film import Film, Written, apart, numbers_of
from assistant.page.drawings.shapes import (
    FLOOR,
    HEIGHT,
    WIDTH,
    Layer,
    Moment,
    Shape,
    circle,
    fine,
    line,
    number,
    numbers,
)
from assistant.page.drawings.skeleton import Point
from assistant.paths import data_folder

COLOURS: Mapping[str, tuple[str, str]] = {
    "paper": ("#f6f3ec", "#1b222b"),
    "wall": ("#ebe6da", "#242d38"),
    "floor": ("#847c6f", "#8b95a3"),
    "thing": ("#7a6a58", "#a3937e"),
    "body": ("#2f4358", "#c3d2e2"),
    "shirt": ("#3f6f80", "#79b2c4"),
    "far": ("#6f8296", "#7e90a5"),
    "work": ("#c4451c", "#ff8a5c"),
    "workfar": ("#c9673f", "#c0694a"),
    "mat": ("#5f8f6d", "#6fa680"),
    "ball": ("#b9cf3a", "#cfe256"),
    "band": ("#7a3fa0", "#c08be6"),
    "towel": ("#2a72b8", "#6db3f2"),
    "pencil": ("#f0b52a", "#f5c24a"),
    "edge": ("#4d4632", "#20252b"),
    "arrow": ("#2f4358", "#e8eef5"),
}
"""Each colour on light paper and on dark."""

EDGE = 4.5
"""How much wider the edge is of what stands out from what is behind it."""

RADIUS = 62.0
"""The radius of a close-up."""

MOVED, FAR_MOVED = 3.0, 25.0
"""How far a leg or thing, or an arm, has to go to be shown twice in a still picture."""

RING = 27.0
"""The radius of the ring round the foot that works."""


@lru_cache(maxsize=64)
def drawing(
    figure: str,
    *,
    side: str | None = None,
    moving: bool = True,
    held: bool = False,
    dark: bool = False,
    told: Told | None = None,
    prefix: str = "drawing",
    period: float | None = None,
) -> str:
    """A figure as a complete SVG. Raises KeyError for one that there is not, ValueError for another side.

    side: "left" or "right"; figures of both feet look the same for both. moving: else it stands still, with the other
    end of the movement as an outline. held: it stands still at that other end, which is what one holds. dark: in the
    colours for dark paper. told: what it shows in words; left out, in English. prefix: what the ids in it begin with,
    for pages with several. period: seconds of its movement, if they are not the usual ones.
    """
    if side not in (None, "left", "right"):
        raise ValueError(f"no side '{side}'; there is left and right")
    drawn = FIGURES[figure]
    pen = _Pen(prefix, period or drawn.period, dark=dark, moving=moving and not held)
    inside = _scene(drawn, pen, mirrored=side == "left" and drawn.sided, held=held)
    told = told or _in_english().told(figure, side)
    named = f'aria-labelledby="{prefix}-title" aria-describedby="{prefix}-desc"'
    words = (
        f'<title id="{prefix}-title">{escape(told.title)}</title><desc id="{prefix}-desc">{escape(told.shows)}</desc>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {named} class="drawing">'
        f"{words}{inside}</svg>"
    )


@cache
def _in_english() -> DrawingWords:
    return load_drawings(data_folder("intents") / "en")


class _Pen:
    """Writes shapes as SVG, in the colours for light or dark paper."""

    def __init__(self, prefix: str, period: float, *, dark: bool, moving: bool) -> None:
        self._dark = dark
        self.moving, self.prefix, self.period = moving, prefix, period
        self._named = 0

    def colour(self, name: str, *how: str) -> str:
        """The attributes for a colour as stroke, fill or both."""
        return " ".join(f'{each}="{COLOURS[name][self._dark]}"' for each in how)

    def layer(self, layer: Layer, film: Film, at: float | None = None) -> str:
        """Shapes one over the other; those of a limb together stand out from what is behind them."""
        parts = [self._edge_and_shape(each, film, at) for each in layer]
        if all(each.over for each in layer):
            return "".join(edge for edge, _ in parts) + "".join(shape for _, shape in parts)
        return "".join(edge + shape for edge, shape in parts)

    def shape(self, shape: Shape, film: Film, at: float | None = None) -> str:
        """A shape that moves, or as it is at some time."""
        return "".join(self._edge_and_shape(shape, film, at))

    def _edge_and_shape(self, shape: Shape, film: Film, at: float | None) -> tuple[str, str]:
        if at is not None or not self.moving:
            written = Written([(0.0, shape.path(film.at(at or 0.0)))])
        else:
            written = film.written(shape.path)
        if not shape.over:
            return "", self._path(written, film, self._look(shape.colour, shape.width, shape.solid))
        self._named += 1
        name = f"{self.prefix}-{self._named}"
        edge, line_ = (
            f'<use href="#{name}" {self._look(colour, width, shape.solid)}/>'
            for colour, width in (("paper", shape.width + EDGE), (shape.colour, shape.width))
        )
        path = self._path(written, film, f'id="{name}"')
        return f"<defs>{path}</defs>{edge}", line_

    def _look(self, colour: str, width: float, solid: bool) -> str:
        if not width:
            return self.colour(colour, "fill")
        return f'{self.colour(colour, *(("stroke", "fill") if solid else ("stroke",)))} stroke-width="{number(width)}"'

    def _path(self, written: Written, film: Film, how: str) -> str:
        first = written.moments[0][1]
        if len({data for _, data in written.moments}) == 1:
            return f'<path d="{first}" {how}/>'
        shifts = _shifts([data for _, data in written.moments])
        values = ";".join(shifts or (data for _, data in written.moments))
        tag = 'animateTransform attributeName="transform"' if shifts else 'animate attributeName="d"'
        times = ";".join(fine(at / film.period) for at, _ in written.moments)
        gently = f' calcMode="spline" keySplines="{";".join(written.splines)}"' if written.splines else ""
        return (
            f'<path d="{first}" {how}><{tag} dur="{self.period:g}s" repeatCount="indefinite" '
            f'values="{values}" keyTimes="{times}"{gently}/></path>'
        )


def _shifts(paths: Sequence[str]) -> list[str]:
    """How far a path is from its first place at each moment, if that is all that changes: what follows is relative."""
    start, *shape = numbers_of(paths[0])
    first = (start, shape.pop(0))
    if any(list(numbers_of(data)[2:]) != shape for data in paths):
        return []
    return [numbers((x - first[0], y - first[1])) for x, y, *_ in map(numbers_of, paths)]


def _scene(figure: Figure, pen: _Pen, *, mirrored: bool, held: bool) -> str:
    film = Film(figure)
    start, end = figure.ends
    at = None if pen.moving else end if held else start
    around, *layers = _layers(figure)
    parts = [pen.shape(each, film, at) for each in around[1]]
    if figure.closeup is not None:
        parts.append(_pointer(figure.closeup, film, pen))
    if not pen.moving and figure.ghost and not held:
        parts += _ghost(layers, film, pen)
    parts += [pen.layer(layer, film, at) for _, layer in layers]
    parts += [pen.shape(ring, film, at) for ring in _rings(figure)]
    parts += [pen.shape(Shape("arrow", lambda _, data=data: data, 4.5), film, at) for data in figure.arrows]  # type: ignore[misc]
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" rx="14" {pen.colour("paper", "fill")}/>'
    if figure.closeup is not None:
        parts.append(_closeup(figure.closeup, film, pen, None if pen.moving else end))
    inside = "".join(parts)
    turned = f' transform="matrix(-1 0 0 1 {WIDTH} 0)"' if mirrored else ""
    return f'{paper}<g fill="none" stroke-linecap="round" stroke-linejoin="round"{turned}>{inside}</g>'


def _layers(figure: Figure) -> list[tuple[str, Layer]]:
    works = {"near": ("work", "far"), "both": ("work", "workfar")}.get(figure.working, ("body", "far"))
    body: dict[str, tuple[Shape, ...]] = {
        FAR_ARM: things.arm("far", "far"),
        FAR_LEG: things.leg("far", works[1]),
        TRUNK: things.trunk(),
        NEAR_LEG: things.leg("near", works[0]),
        NEAR_ARM: things.arm("near", "body"),
    }
    return [(layer, body[layer]) if isinstance(layer, str) else ("", layer) for layer in figure.layers]


def _rings(figure: Figure) -> list[Shape]:
    if not figure.ring or not figure.working:
        return []
    return [Shape("work", lambda moment: circle(_foot(moment, "near"), RING), 3)]


def _foot(moment: Moment, side: str) -> Point:
    corners = [moment.at[f"{side}_{name}"] for name in ("ankle", "heel", "toe")]
    return sum(x for x, _ in corners) / 3, sum(y for _, y in corners) / 3


def _ghost(layers: Sequence[tuple[str, Layer]], film: Film, pen: _Pen) -> list[str]:
    """The working leg and the things that move with it, as an outline where the movement ends."""
    figure, last = film.figure, film.figure.ends[1]
    start, end = (film.at(at) for at in figure.ends)
    moved = [
        each
        for name, layer in layers
        if not figure.working or name not in (TRUNK, FAR_ARM, FAR_LEG)
        for each in layer
        if apart(each.path(start), each.path(end)) > (FAR_MOVED if name == NEAR_ARM else MOVED)
    ]
    outer = [pen.shape(Shape("work", each.path, (each.width or 2) + 1), film, last) for each in moved]
    inner = [pen.shape(Shape("paper", each.path, max(each.width - 4, 0.5)), film, last) for each in moved]
    return [*outer, *inner]


def _closeup(closeup: Closeup, film: Film, pen: _Pen, at: float | None) -> str:
    x, y = closeup.at[0], FLOOR - closeup.at[1]
    cut = f"{pen.prefix}-cut"
    focus = f"{number(-closeup.focus[0])} {number(closeup.focus[1] - FLOOR)}"
    disc = f'cx="{number(x)}" cy="{number(y)}" r="{number(RADIUS)}"'
    if closeup.pose is not None:
        film, at = Film(replace(film.figure, keys=((0.0, closeup.pose),))), 0.0
    inside = "".join(pen.shape(each, film, at) for each in closeup.shapes)
    inside += "".join(
        pen.shape(Shape("arrow", lambda _, data=data: data, 4.2 / closeup.zoom), film, at)  # type: ignore[misc]
        for data in closeup.arrows
    )
    return (
        f'<clipPath id="{cut}"><circle {disc}/></clipPath>'
        f'<circle {disc} {pen.colour("paper", "fill")}/><g clip-path="url(#{cut})">'
        f'<g transform="translate({numbers((x, y))}) scale({fine(closeup.zoom)}) translate({focus})">{inside}</g></g>'
        f'<circle {disc} {pen.colour("work", "stroke")} stroke-width="3.5"/>'
    )


def _pointer(closeup: Closeup, film: Film, pen: _Pen) -> str:
    """A line from the ring round the foot to the close-up of it."""
    feet = [_foot(film.at(at), "near") for at, _ in film.figure.keys]
    foot = closeup.points_at or (sum(x for x, _ in feet) / len(feet), sum(y for _, y in feet) / len(feet))
    dx, dy = closeup.at[0] - foot[0], closeup.at[1] - foot[1]
    far = (dx**2 + dy**2) ** 0.5
    gap = (4 if closeup.points_at else RING + 7) / far
    start, end = (
        (foot[0] + dx * gap, foot[1] + dy * gap),
        (closeup.at[0] - dx * RADIUS / far, closeup.at[1] - dy * RADIUS / far),
    )
    return f'<path d="{line(start, end)}" {pen.colour("work", "stroke")} stroke-width="2.5" stroke-dasharray="1 7"/>'
