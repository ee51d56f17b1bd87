"""Pages travel compressed; files, streams and answers with an ETag go as they are."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from typing_extensions import override

KINDS = ("text/html", "application/json", "text/plain", "text/csv")


class CompressionMiddleware(GZipMiddleware):
    """Django's own, with its random padding against guessing secrets by length (BREACH)."""

    @override
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith(KINDS) or response.has_header("ETag"):
            return response
        return super().process_response(request, response)
