"""Takes the pictures of the appraisal's pages from a new demo: .venv/bin/python -m tests.documents.pictures [NAME ...]

The Chinese ones need a Chinese font on the machine (on Debian: fonts-noto-cjk).
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site, demo_site, launched
from tests.browser.looks import DESKTOP, PHONE, sign_in

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
LONGEST, TOP = 2500, 1320
WITH_TOP = ("appraisal",)  # also its upper part, which the README shows
QUALITY = 60
# Who looks at which page.
PICTURES = {
    "start-director": ("d01", "/"),
    "appraisal": ("a02", "/appraisals/of/2025/A02"),
    "appraisal-figures": ("a02", "/appraisals/figures/2025Q4/A02"),
    "appraisal-reply": ("a04", "/appraisals/reply/2026Q3"),
    "my-team": ("m02", "/team?period=2026Q3"),
    "review": ("m02", "/team/of/2026Q3/A12"),
    "rounds": ("hr", "/rounds"),
    "round": ("hr", "/rounds/of/2026Q3"),
    "calibrations": ("d01", "/calibrations"),
    "confirmations": ("d01", "/confirmations"),
    "objections": ("hr", "/objections"),
    "consequences": ("hr", "/consequences/of/2025"),
    "goals": ("a01", "/goals"),
    "incidents": ("compliance", "/incidents"),
    "register": ("m01", "/register"),
    "importance": ("hr", "/influence/2025Q4"),
}


@contextmanager
def desk(chromium: Browser, site: Site, person: str, size: dict[str, int]) -> Iterator[Page]:
    context = chromium.new_context(viewport=size)
    page = context.new_page()
    sign_in(page, site, person)
    yield page
    context.close()


def take(page: Page, site: Site, name: str, size: dict[str, int]) -> None:
    _, path = PICTURES[name]
    for language in ("zh", "en"):
        shown = page.goto(f"{site.url}{path}{'&' if '?' in path else '?'}lang={language}")
        assert shown and shown.ok, path
        whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
        save(whole, LONGEST, f"{name}-{language}-{size['width']}")
        if name in WITH_TOP:
            save(whole, TOP, f"{name}-top-{language}-{size['width']}")


def save(picture: Image.Image, longest: int, name: str) -> None:
    cut = picture.crop((0, 0, picture.width, min(picture.height, longest)))
    cut.save(FOLDER / f"{name}.webp", quality=QUALITY)


def main(names: list[str]) -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        demo_site(Path(directory) / "data") as site,
        launched() as chromium,
    ):
        for name in names or PICTURES:
            for size in (PHONE, DESKTOP):
                with desk(chromium, site, PICTURES[name][0], size) as page:
                    take(page, site, name, size)
            print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
