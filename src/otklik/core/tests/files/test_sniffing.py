import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.core.files.sniff import UNKNOWN, decoded, kind_of, sniff
from otklik.core.tests.files.samples import picture

SHOWN_KINDS = {"picture", "pdf", "text", "audio", "video"}
PDF = b"%PDF-1.7\n1 0 obj"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (picture("PNG"), "a.png", "picture"),
        (picture("JPEG"), "a.JPG", "picture"),
        (picture("GIF"), "a.gif", "picture"),
        (picture("WEBP"), "a.webp", "picture"),
        (PDF, "a.pdf", "pdf"),
        ("Здравейте\nред 2".encode(), "a.txt", "text"),
        ("Здравейте".encode("utf-16"), "a.log", "text"),
        ("Здравствуйте".encode("cp1251"), "a.csv", "text"),
        (b"ID3\x04\x00", "a.mp3", "audio"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a.wav", "audio"),
        (b"OggS\x00\x02" + b"\x00" * 22 + b"\x01vorbis", "a.ogg", "audio"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00", "a.mp4", "video"),
        (b"\x1a\x45\xdf\xa3\x01", "a.webm", "video"),
        (b"PK\x03\x04" + b"\x00" * 60, "a.docx", "other"),
        (b"MZ" + b"\x00" * 60, "a.exe", "other"),
        (b"", "a.txt", "other"),
        (SVG, "a.svg", "other"),
        (b"\xef\xbb\xbf \n" + SVG, "a.txt", "other"),
        (b"<!doctype html><script>x()</script>", "a.txt", "other"),
        ("<html>".encode("utf-16"), "a.txt", "other"),
        (b"<?xml version='1.0'?><x/>", "a.txt", "other"),
        (b"<?php x(); ?>", "a.txt", "other"),
        (picture("PNG"), "a.html", "other"),
        (picture("PNG"), "a.jpg", "other"),
        (picture("GIF"), "a", "other"),
        (b"GIF89a/*<svg/onload=x()>*/=1;", "a.js", "other"),
        (b"GIF89a/*<svg/onload=x()>*/=1;", "a.svg", "other"),
        (PDF + b"<script>", "a.html", "other"),
        (b"junk" + PDF, "a.pdf", "other"),
        (b"plain words", "a.html", "other"),
        (b"plain words", ".htaccess", "other"),
        (b"a\x00b", "a.txt", "other"),
        (b"a\x1b[31mb", "a.log", "text"),
    ],
)
def test_bytes_tell_the_type_and_the_name_must_agree(head: bytes, name: str, kind: str) -> None:
    assert kind_of(sniff(head), name) == kind


@given(st.binary(max_size=300))
def test_any_bytes_have_a_type_and_none_is_a_document(content: bytes) -> None:
    found = sniff(content)
    assert found == UNKNOWN or "/" in found
    assert "html" not in found
    assert "xml" not in found.replace("openxmlformats", "")
    assert "svg" not in found
    decoded(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_text_is_read_in_its_encoding(encoding: str) -> None:
    assert decoded("Заплащане на сметка".encode(encoding)) == "Заплащане на сметка"


def test_half_a_letter_at_the_end_is_left_out() -> None:
    assert decoded("сметка".encode()[:-1]) == "сметк"
