"""Run alone: decode one picture under hard limits and write two clean copies of it.

Arguments: the picture, the small copy, the large copy. Prints the picture's size. Knows nothing
of the desk. The copies carry pixels only: no metadata, no profile, nothing after the end.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

MOST_PIXELS: Final = 40_000_000
SMALL: Final = (480, 480)
LARGE: Final = (2560, 2560)
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
MEMORY: Final = 1536 * 1024 * 1024
SECONDS: Final = 30
MOST_WRITTEN: Final = 32 * 1024 * 1024


def main(source: str, small: str, large: str) -> None:
    """Write the copies; any failure is an exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(source, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            sys.exit("too many pixels")
        width, height = _full_size(picture)
        picture.draft("RGB", LARGE)
        upright = ImageOps.exif_transpose(picture)
        shown = upright.convert("RGBA" if _has_alpha(upright) else "RGB")
    for path, bounds in ((large, LARGE), (small, SMALL)):
        shown.thumbnail(bounds)
        with Path(path).open("wb") as file:
            _bare(shown).save(file, "WEBP", quality=82, method=4)
    sys.stdout.write(json.dumps([width, height]))


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
