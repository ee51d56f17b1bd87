import gzip
import secrets

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from otklik.core.compressing import LEAST, MOST_PADDING, CompressionMiddleware

PAGE = "<p>Возврат платежа по счёту</p>" * 40


def passed(response: HttpResponseBase, accepts: str = "br, gzip") -> HttpResponseBase:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = accepts
    return CompressionMiddleware(lambda _request: response)(request)


def test_a_page_is_compressed_and_opens_as_it_was() -> None:
    said = passed(HttpResponse(PAGE))
    assert isinstance(said, HttpResponse)
    assert gzip.decompress(said.content).decode() == PAGE
    assert said.headers["Content-Encoding"] == "gzip"
    assert int(said.headers["Content-Length"]) == len(said.content) < len(PAGE)
    assert said.headers["Vary"] == "Accept-Encoding"


def test_its_length_tells_nothing_for_sure() -> None:
    lengths = {int(passed(HttpResponse(PAGE)).headers["Content-Length"]) for _ in range(50)}
    assert 1 < len(lengths) <= MOST_PADDING


def test_who_cannot_open_it_gets_it_plain() -> None:
    said = passed(HttpResponse(PAGE), accepts="br")
    assert isinstance(said, HttpResponse)
    assert said.content.decode() == PAGE
    assert said.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("x" * (LEAST - 1)),
        HttpResponse(PAGE, content_type="image/svg+xml"),
        HttpResponse(PAGE, headers={"ETag": '"7"'}),
        HttpResponse(PAGE, headers={"Content-Encoding": "br"}),
        StreamingHttpResponse([PAGE]),
    ],
)
def test_what_is_short_or_packed_or_named_by_its_bytes_goes_as_it_is(
    response: HttpResponseBase,
) -> None:
    before = dict(response.headers)
    assert passed(response) is response
    assert dict(response.headers) == before


def test_what_would_only_grow_stays_plain() -> None:
    noise = secrets.token_urlsafe(150)
    answers = [passed(HttpResponse(noise)) for _ in range(50)]
    assert all(int(one.headers.get("Content-Length", 0)) < len(noise) for one in answers)
    assert not all(one.has_header("Content-Encoding") for one in answers)
