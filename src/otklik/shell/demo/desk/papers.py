"""Small real files for the demo's tickets, made here so that none has to be kept."""

import math
import struct
import wave
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw

INK, PAPER, ACCENT, PALE = "#22313f", "#fbfbf9", "#2f6f8f", "#d8dee2"


def paper(name: str) -> bytes:
    """Return the content of a file, by the ending of its name."""
    return _MAKERS.get(name.rpartition(".")[2], _log)(name)


def _screenshot(name: str) -> bytes:
    """Draw what looks like a window with a table and a mark on one of its rows."""
    picture = Image.new("RGB", (960, 540), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 960, 44), fill=INK)
    for place in range(3):
        draw.ellipse((16 + 24 * place, 15, 30 + 24 * place, 29), fill=PALE)
    for row in range(11):
        top = 76 + 40 * row
        draw.line((32, top + 32, 928, top + 32), fill=PALE)
        ink = PALE if row else ACCENT
        for left in range(40, 960, 230):
            width = 60 + (len(name) * 37 + row * 53 + left) % 120
            draw.rectangle((left, top + 10, left + width, top + 20), fill=ink)
    draw.rectangle((28, 192, 932, 232), outline="#c0392b", width=4)
    return _saved(picture)


def _saved(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()


def _letter(name: str) -> bytes:
    """Write a page of PDF: PDF 1.4 needs no more than these five objects."""
    title = name.encode("ascii", "replace").decode().replace("(", "").replace(")", "")
    lines = [f"({title}) Tj", "0 -40 Td", "(Meridian) Tj", "0 -20 Td", "(This page is a demo.) Tj"]
    text = ("BT /F1 18 Tf 72 740 Td " + " ".join(lines) + " ET").encode()
    fonts = b"/Resources << /Font << /F1 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % fonts,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n"
    ) % (len(objects) + 1, table, len(objects) + 1, len(content))


def _table(name: str) -> bytes:
    rows = ["article;name;stock;shelf"]
    for row in range(1, 25):
        stock = (len(name) * 7 + row * 13) % 90
        rows.append(f"00{4100 + row};Article {row};{stock};{stock + row // 18 * 8}")
    return ("\ufeff" + "\n".join(rows) + "\n").encode()


def _log(name: str) -> bytes:
    lines = [f"# {name}"]
    for second in range(2, 34, 2):
        event = 48213 + second // 4
        lines.append(f"09:14:{second:02d} POST /hooks/paid  d-{event}-1  200  7012 ms")
        lines.append(f"09:14:{second + 1:02d} POST /hooks/paid  d-{event}-2  200  6980 ms")
    return "\n".join(lines).encode() + b"\n"


def _voice(name: str) -> bytes:
    """Sound three tones, as a telephone does before a message."""
    content = BytesIO()
    rate = 8000
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        for tone in (950, 1400, 1800 + len(name)):
            wave_form = (math.sin(2 * math.pi * tone * step / rate) for step in range(rate // 3))
            sound.writeframes(b"".join(struct.pack("<h", int(9000 * value)) for value in wave_form))
    return content.getvalue()


_MAKERS: dict[str, Callable[[str], bytes]] = {
    "png": _screenshot,
    "pdf": _letter,
    "csv": _table,
    "txt": _log,
    "wav": _voice,
}
