"""Every drawing as a browser renders it: each stretch and gentler way, for both sides, on light and dark paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assistant.dialogue.content.drawn import FIGURES, HELD
from assistant.page.drawings import drawing
from assistant.page.drawings import figures as drawn
from assistant.page.drawings.shapes import HEIGHT, WIDTH
from tests import page as pages

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: script/setup dev")

CHROMIUM = pages.browser()
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs a browser: sudo apt install chromium"),
    pytest.mark.timeout(240),
]

MARGIN = 40
"""How far around a drawing it is looked whether something sticks out of it."""

LEAST_INK = 0.02
"""The share of a drawing that is another colour than its paper."""

MOMENTS = 5
"""At how many times of its movement a drawing is looked at."""

LOOK = f"""async (svgs) => {{
  const [width, height] = [{WIDTH + 2 * MARGIN}, {HEIGHT + 2 * MARGIN}];
  const canvas = new OffscreenCanvas(width, height).getContext("2d", {{ willReadFrequently: true }});
  const seen = [];
  for (const svg of svgs) {{
    const around = svg.replace(/viewBox="[^"]*"/, `viewBox="-{MARGIN} -{MARGIN} ${{width}} ${{height}}"`);
    const url = URL.createObjectURL(new Blob([around], {{ type: "image/svg+xml" }}));
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    canvas.clearRect(0, 0, width, height);
    canvas.drawImage(image, 0, 0, width, height);
    URL.revokeObjectURL(url);
    const pixels = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
    const paper = pixels[({MARGIN} + 4) * width + {MARGIN} + 30];
    let outside = 0, ink = 0, sum = 0;
    for (let y = 0; y < height; y++) {{
      for (let x = 0; x < width; x++) {{
        const pixel = pixels[y * width + x];
        const inside = x >= {MARGIN} && x < width - {MARGIN} && y >= {MARGIN} && y < height - {MARGIN};
        if (inside) ink += pixel !== paper;
        else outside += pixel !== 0;
        sum = (sum * 31 + pixel) >>> 0;
      }}
    }}
    seen.push({{ outside, ink: ink / ({WIDTH} * {HEIGHT}), sum }});
  }}
  return seen;
}}"""
"""What is seen of each drawing: pixels beside it, the share of ink, and a sum that differs for another picture."""


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched.new_page()
        launched.close()


def moments(figure: str, **how: Any) -> list[str]:
    """The drawing as it moves, begun ever later."""
    period = drawn.FIGURES[figure].period
    svg = drawing(figure, moving=True, **how)
    return [svg.replace(' dur="', f' begin="-{period * n / MOMENTS:.3f}s" dur="') for n in range(MOMENTS)]


@pytest.mark.parametrize("figure", FIGURES)
def test_every_drawing_is_seen_whole_and_moves_or_stands_still(page, figure):
    for side in ("left", "right"):
        for dark in (False, True):
            moving = page.evaluate(LOOK, moments(figure, side=side, dark=dark))
            quiet = [drawing(figure, side=side, dark=dark, moving=False)]
            quiet += [drawing(figure, side=side, dark=dark, held=True)] if figure in HELD else []
            still = page.evaluate(LOOK, [each for each in quiet for _ in range(2)])
            for seen in (*moving, *still):
                assert seen["outside"] == 0, f"{figure} sticks out of its picture"
                assert seen["ink"] >= LEAST_INK, f"there is next to nothing of {figure}"
            assert len({seen["sum"] for seen in moving}) > 1, f"{figure} does not move"
            for first, second in zip(still[::2], still[1::2], strict=True):
                assert first["sum"] == second["sum"], f"{figure} does not stand still"
