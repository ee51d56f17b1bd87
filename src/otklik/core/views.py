from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from otklik.core.errors import NotFound
from otklik.core.live import page_token


@require_GET
@never_cache
def live_token(request: HttpRequest) -> HttpResponseBase:
    """Renew the grant of an open page, `?page=ticket:IT-1042`, by the rights of this moment."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise NotFound
    return JsonResponse({"token": page_token(request, request.GET.get("page", ""))})
