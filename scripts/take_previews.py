"""Take the pictures that links to the pages are shown with, from the running app.

Run as ``make previews``, and look at what has changed in ``ui/web/previews``.
"""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from scripts.find_chromium import MISSING, find_chromium
from tests.browser.harness import FLAGS, Server, settled, watch
from ui.lessons.previews import HOME, PREVIEWS
from ui.server.pages import HEIGHT, WIDTH

FOLDER = Path(__file__).parent.parent / "ui" / "web" / "previews"
COLORS = 128
"""As many as a picture has: enough for the drawing, and a third of the bytes."""
CHARTS = 60_000
"""Milliseconds after which a chart in 3D is drawn, without a graphics card too."""
SETTLES = 1500
"""Milliseconds for what is drawn last."""


def main() -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(MISSING)
    FOLDER.mkdir(exist_ok=True)
    server = Server(prepared=False)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            for name, preview in PREVIEWS.items():
                page = browser.new_page(
                    viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce"
                )
                watch(page, server)
                page.goto(f"{server.url}/{name}?embed=true")
                settled(page)
                page.get_by_test_id("stage").wait_for()
                if preview.early:
                    page.locator(".gl-container canvas").first.wait_for(timeout=CHARTS)
                page.wait_for_timeout(SETTLES)
                file = FOLDER / f"{name or HOME}.png"
                file.write_bytes(smaller(page.screenshot()))
                print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")
                page.close()
            browser.close()
    finally:
        server.close()


def smaller(picture: bytes) -> bytes:
    """The same picture with fewer colours."""
    written = io.BytesIO()
    image = (
        Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    )
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
