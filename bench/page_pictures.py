"""`python -m bench.page_pictures`: the pictures of the page in docs/, taken in a browser from a session in real time.

A phone and a laptop look on, in light and in dark, while a stretch is begun, held and asked about by touch. With
`--cost` it measures instead how soon the page can be used, how many bytes it takes, and how much of a core.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.dialogue.run.instructions import SAFETY_TOLD
from assistant.errors import SolemateError
from assistant.page.link import LINK
from assistant.runtime.database import Database

FOLDER = Path("docs/pictures")
PORT = "8790"

SIZES = {"phone": (390, 844), "laptop": (1280, 800)}
"""Width and height of each device's window, in CSS pixels."""

SCHEMES = ("light", "dark")

STARTS = "ankle_circles"
"""The stretch that is begun; it goes on from there."""

COLOURS = 96
"""Colours of a picture; there are few, but for the soft edges."""

WAIT = 60_000
"""Milliseconds to wait for anything."""

LOOKED_ON = 20.0
"""Seconds for which the cost of an open page is measured."""


@contextmanager
def session(home: Path, *, sound: bool = False) -> Iterator[str]:
    """A session in real time whose data are in a folder; gives the link to its page."""
    data = home / "data" / "solemate"
    database = Database(data)
    database.keep(SAFETY_TOLD, True)
    database.close()
    environment = {**os.environ, "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}
    if not sound:
        environment["PULSE_SERVER"] = "/nonexistent"
    command = [sys.executable, "-m", "assistant", "--typed", "--page", "--page-port", PORT]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as program:
        try:
            assert program.stdout is not None
            lines = []
            for line in program.stdout:
                lines.append(line)
                if "Guide" in line:
                    break
            else:
                raise SolemateError(f"the session did not begin: {' '.join(lines)}")
            yield (data / LINK).read_text(encoding="utf-8").strip()
        finally:
            program.kill()


def take(link: str, browser: Any, folder: Path) -> None:
    """Take all pictures."""
    pages = {}
    for device, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            view = {"width": width, "height": height}
            context = browser.new_context(viewport=view, color_scheme=scheme, device_scale_factor=1)
            page = pages[device, scheme] = context.new_page()
            page.set_default_timeout(WAIT)
            page.goto(link)

    def picture(name: str) -> None:
        for (device, scheme), page in pages.items():
            page.wait_for_timeout(150)
            page.screenshot(path=folder / f"page-{name}-{device}-{scheme}.png")

    lead = pages["laptop", "light"]
    lead.click(f"button[value='start_stretch?stretch={STARTS}']")
    lead.wait_for_selector("#now[data-doing=ready]")
    picture("ready")
    lead.click("#buttons button[value=ready]")
    lead.wait_for_selector("#now[data-doing=hold]")
    lead.wait_for_timeout(4500)
    picture("hold")
    lead.click("#buttons button[value=hurts]")
    lead.wait_for_selector("#now[data-doing=asking]")
    lead.wait_for_selector("#captions .now")
    picture("pain")


def smaller(folder: Path, browser: Any) -> None:
    """Write the pictures anew with a palette, which takes a third of the bytes; the browser reads them."""
    page = browser.new_page()
    for path in sorted(folder.glob("page-*.png")):
        width, height, pixels = page.evaluate(READ, base64.b64encode(path.read_bytes()).decode())
        rgb = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(height, width, 4)[:, :, :3]
        path.write_bytes(with_palette(rgb))
    page.close()


READ = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const pixels = canvas.getImageData(0, 0, picture.width, picture.height).data;
  const bytes = new Blob([pixels]);
  const url = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(bytes);
  });
  return [picture.width, picture.height, url.split(",")[1]];
}"""
"""Gives width, height and pixels of a PNG, in the browser."""


def with_palette(rgb: npt.NDArray[np.uint8]) -> bytes:
    """A picture as PNG in the COLOURS that it has most of; each other one becomes the nearest of them."""
    height, width, _ = rgb.shape
    colours, which, counts = np.unique(rgb.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    palette = colours[np.argsort(-counts)[:COLOURS]]
    nearest = [np.argmin(((palette.astype(int) - each) ** 2).sum(1)) for each in colours.astype(int)]
    indices = np.array(nearest, np.uint8)[which.reshape(-1)].reshape(height, width)
    rows = np.hstack([np.zeros((height, 1), np.uint8), indices]).tobytes()
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def cost(link: str, browser: Any) -> str:
    """How soon the page can be used, how many bytes it takes with all drawings, and how much of a core."""
    view = {"width": SIZES["laptop"][0], "height": SIZES["laptop"][1]}
    page = browser.new_context(viewport=view).new_page()
    taken = list[int]()
    page.on("requestfinished", lambda request: taken.append(request.sizes()["responseBodySize"]))
    page.goto(link)
    page.wait_for_selector("#buttons button")
    usable = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") / 1000
    page.set_default_timeout(WAIT)
    page.wait_for_timeout(3000)
    opened, still = sum(taken), _share()
    shares = []
    for stretch, doing in MEASURED.items():
        page.goto(f"{link.partition('/go/')[0]}/choose")
        page.click(f"button[value='start_stretch?stretch={stretch}']")
        page.wait_for_selector("#buttons button[value=ready]")
        page.click("#buttons button[value=ready]")
        page.wait_for_selector(f"#now[data-doing={doing}]")
        page.wait_for_timeout(2000)
        shares.append(_share())
    for stretch in page.evaluate(STRETCHES):
        page.goto(f"{link.partition('/go/')[0]}/choose")
        page.click(f"button[value='start_stretch?stretch={stretch}']")
        page.wait_for_selector("#figure > picture img", state="attached")
        page.wait_for_timeout(1500)
    return (
        f"usable after {usable:.2f} s; {opened / 1000:.0f} kB, {sum(taken) / 1000:.0f} kB once each stretch was begun; "
        f"of a core, an open page takes {still:.1%}, {shares[0]:.1%} in a hold with a drawing that moves and "
        f"{shares[1]:.1%} in one that is held still"
    )


MEASURED = {"heel_stretches": "hold", "toe_pressing": "open"}
"""The stretches in whose holds the cost is measured, one that moves and one that is held still, and what one does."""

STRETCHES = """fetch("/choose").then((answer) => answer.text()).then((text) =>
  [...text.matchAll(/start_stretch\\?stretch=(\\w+)/g)].map((found) => found[1]))"""
"""Gives all stretches of the routine, in the browser."""


def _share() -> float:
    """The share of a core that the browser takes, all its processes together."""
    before = _seconds(), time.monotonic()
    time.sleep(LOOKED_ON)
    return (_seconds() - before[0]) / (time.monotonic() - before[1])


def _seconds() -> float:
    """Seconds of work of the browser until now, in all its processes."""
    children: dict[int, list[int]] = {}
    worked: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            browses = re.search(rb"chrom", (path / "cmdline").read_bytes().partition(b"\0")[0])
        except OSError:
            continue  # it has ended meanwhile
        children.setdefault(int(fields[1]), []).append(int(path.name))
        worked[int(path.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if browses else 0.0
    found, waiting = 0.0, [os.getpid()]
    while waiting:
        one = waiting.pop()
        found += worked.get(one, 0.0)
        waiting += children.get(one, [])
    return found


def main() -> int:
    """Take the pictures, or measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.page_pictures", description="Takes pictures of the page.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help=f"where they go (default: {FOLDER})")
    parser.add_argument("--cost", action="store_true", help="measure what the page costs instead")
    args = parser.parse_args()
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        print("solemate: there is no browser; install one: sudo apt install chromium", file=sys.stderr)
        return SolemateError.status
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="solemate-page-") as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        try:
            with session(Path(home)) as link:
                if args.cost:
                    print(cost(link, browser))
                    return 0
                args.folder.mkdir(parents=True, exist_ok=True)
                take(link, browser, args.folder)
                smaller(args.folder, browser)
        except SolemateError as error:
            print(f"solemate: {error}", file=sys.stderr)
            return error.status
        finally:
            browser.close()
    print(f"{args.folder} has the pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
