import io
from pathlib import Path

import pytest
from PIL import Image

from otklik.core.files.copies import make_copies
from otklik.core.files.receive import keep_content
from otklik.core.files.store import store
from otklik.core.models import Blob
from otklik.core.tests.files.samples import PNG_MAGIC, pdf, picture, png_that_claims

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def copied(content: bytes) -> Blob:
    blob = keep_content(content)
    make_copies(blob.pk)
    return Blob.objects.select_related("thumbnail", "picture").get(pk=blob.pk)


def opened(blob: Blob | None) -> Image.Image:
    assert blob is not None
    assert blob.is_our_copy
    assert blob.media_type == "image/webp"
    with store().open(blob.sha256) as file:
        return Image.open(io.BytesIO(file.read()))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_a_picture_gets_two_clean_copies(form: str) -> None:
    blob = copied(picture(form, (3000, 1000)))
    assert (blob.width, blob.height) == (3000, 1000)
    assert opened(blob.picture).size == (2560, 853)
    assert opened(blob.thumbnail).size == (480, 160)


def test_copies_stand_upright_and_carry_nothing_but_pixels() -> None:
    secret = "taken at home"
    blob = copied(picture("JPEG", (600, 400), turned=True, note=secret) + b"<script>x()</script>")
    assert (blob.width, blob.height) == (400, 600)
    shown = opened(blob.picture)
    assert shown.size == (400, 600)
    red, white = shown.convert("RGB").getpixel((200, 20)), shown.convert("RGB").getpixel((200, 580))
    assert isinstance(red, tuple)
    assert isinstance(white, tuple)
    assert red[2] < 80 < white[2]
    assert not shown.getexif()
    for copy in (blob.picture, blob.thumbnail):
        assert copy is not None
        with store().open(copy.sha256) as file:
            content = file.read()
        assert secret.encode() not in content
        assert b"script" not in content


@pytest.mark.parametrize(
    "content",
    [
        png_that_claims(50_000, 50_000),
        png_that_claims(7_000, 6_000),
        PNG_MAGIC + b"\x00" * 100,
        b"\xff\xd8\xff" + b"\x00" * 1000,
        b"GIF89a/*<svg/onload=x()>*/=1;",
        picture("PNG", (2000, 2000))[:400],
    ],
)
def test_bombs_and_broken_pictures_get_no_copies(content: bytes, folder: Path) -> None:
    blob = copied(content)
    assert blob.thumbnail is None
    assert blob.picture is None
    assert Blob.objects.count() == 1
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_a_pdf_gets_pictures_of_its_first_pages() -> None:
    pytest.importorskip("pypdfium2")
    blob = copied(pdf(pages=7))
    assert opened(blob.picture).width == 1200
    assert opened(blob.picture).height > 5 * 1600
    assert opened(blob.thumbnail).size == (339, 480)


def test_a_broken_pdf_gets_no_pictures() -> None:
    assert copied(pdf()[:300]).picture is None


def test_other_files_are_left_alone() -> None:
    assert copied(b"words").picture is None


def test_making_copies_twice_makes_them_once() -> None:
    blob = copied(picture())
    make_copies(blob.pk)
    assert blob.picture is not None
    make_copies(blob.picture.pk)
    assert Blob.objects.count() <= 3


def test_a_small_picture_is_not_blown_up() -> None:
    blob = copied(picture("PNG", (16, 16)))
    assert opened(blob.picture).size == (16, 16)
    assert opened(blob.thumbnail).size == (16, 16)
