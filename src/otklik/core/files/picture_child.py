"""Run alone: decode one picture or PDF under hard limits and write two clean copies of it.

Arguments: the file, the small copy, the large copy. Prints the picture's size. Knows nothing
of the desk. The copies carry pixels only: no metadata, no profile, nothing after the end. Of a
PDF the large copy shows the first pages, one below the other, and the small one the first.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

from PIL import Image, ImageOps

MOST_PIXELS: Final = 40_000_000
SMALL: Final = (480, 480)
LARGE: Final = (2560, 2560)
PDF: Final = b"%PDF-"
MOST_PAGES: Final = 5
PAGE_WIDTH: Final = 1200
PAGE_HEIGHT: Final = 3000
GAP: Final = 16
PAPER: Final = (229, 229, 229)  # between pages
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
MEMORY: Final = 1536 * 1024 * 1024
SECONDS: Final = 30
MOST_WRITTEN: Final = 32 * 1024 * 1024


class Drawn(NamedTuple):
    """A copy to look at, one to make small, and the whole size."""

    large: Image.Image
    small: Image.Image
    size: tuple[int, int]


def main(source: str, small: str, large: str) -> None:
    """Write the copies; any failure is an exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Path(source).open("rb") as file:
        is_pdf = file.read(len(PDF)) == PDF
    drawn = _from_pdf(source) if is_pdf else _from_picture(source)
    drawn.small.thumbnail(SMALL)
    for path, copy in ((large, drawn.large), (small, drawn.small)):
        with Path(path).open("wb") as written:
            _bare(copy).save(written, "WEBP", quality=82, method=4)
    sys.stdout.write(json.dumps(drawn.size))


def _from_picture(source: str) -> Drawn:
    with Image.open(source, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            sys.exit("too many pixels")
        size = _full_size(picture)
        picture.draft("RGB", LARGE)
        upright = ImageOps.exif_transpose(picture)
        shown = upright.convert("RGBA" if _has_alpha(upright) else "RGB")
    shown.thumbnail(LARGE)
    return Drawn(shown, shown.copy(), size)


def _from_pdf(source: str) -> Drawn:
    import pypdfium2  # noqa: PLC0415  # loads a large library that pictures can do without

    with pypdfium2.PdfDocument(source) as document:
        pages = [_page(document[number]) for number in range(min(len(document), MOST_PAGES))]
    height = sum(page.height + GAP for page in pages) - GAP
    sheet = Image.new("RGB", (PAGE_WIDTH, height), PAPER)
    top = 0
    for page in pages:
        sheet.paste(page, (0, top))
        top += page.height + GAP
    return Drawn(sheet, pages[0], sheet.size)


def _page(page: Any) -> Image.Image:
    width, height = page.get_size()
    scale = min(PAGE_WIDTH / max(width, 1), PAGE_HEIGHT / max(height, 1))
    drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    sheet = Image.new("RGB", (PAGE_WIDTH, drawn.height), PAPER)
    sheet.paste(drawn, ((PAGE_WIDTH - drawn.width) // 2, 0))
    return sheet


def _full_size(picture: Image.Image) -> tuple[int, int]:
    turned = picture.getexif().get(0x0112, 1) in range(5, 9)
    width, height = picture.size
    return (height, width) if turned else (width, height)


def _has_alpha(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info


def _bare(picture: Image.Image) -> Image.Image:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


if __name__ == "__main__":
    main(*sys.argv[1:])
