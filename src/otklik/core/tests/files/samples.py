"""Small files of many kinds, made by us."""

import io
import struct
import zlib
from typing import Final

from PIL import Image

PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"


def picture(
    form: str = "PNG", size: tuple[int, int] = (60, 40), *, turned: bool = False, note: str = ""
) -> bytes:
    """Draw a picture whose left half is red; `turned` says it was taken upright."""
    drawn = Image.new("RGB", size, "white")
    drawn.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    if note:
        exif[0x010E] = note
    out = io.BytesIO()
    drawn.save(out, form, exif=exif.tobytes()) if turned or note else drawn.save(out, form)
    return out.getvalue()


def pdf(pages: int = 2) -> bytes:
    """Make a PDF of some A4 pages, each with a red half."""
    drawn = [Image.open(io.BytesIO(picture(size=(595, 842)))) for _page in range(pages)]
    out = io.BytesIO()
    drawn[0].save(out, "PDF", save_all=True, append_images=drawn[1:])
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """Make a tiny PNG that promises many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 1000)
    return PNG_MAGIC + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc
