"""Pages of other origins may read what is open, as nobody: no cookie and no credential of theirs counts (CORS)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

PREFIXES = ("/ogc", "/sta/")
METHODS = ("GET", "HEAD", "OPTIONS")
SENT = "Accept, Accept-Crs, Accept-Language, If-None-Match, Prefer"
SHOWN = (
    "Allow, Content-Crs, ETag, Link, OGC-NumberMatched, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After"
)
REMEMBERED_S = 86_400


class CrossOriginMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIXES):
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return _preflight()
        response = self.get_response(request)
        if request.method in METHODS:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = SHOWN
        return response


def _preflight() -> HttpResponse:
    """Without Access-Control-Allow-Credentials a browser sends none, so what is asked for is what everybody sees."""
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": ", ".join(METHODS),
        "Access-Control-Allow-Headers": SENT,
        "Access-Control-Max-Age": str(REMEMBERED_S),
    }
    return HttpResponse(status=204, headers=headers)
