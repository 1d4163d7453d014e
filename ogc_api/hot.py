"""The way of programs to items and tiles: no middleware, one view, and the same answer to the byte.

Who reads without a cookie and without a credential is nobody, so nobody is looked for. All else goes the whole way.
"""

from typing import cast

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.functional import cached_property

from gis_platform.core.anonymous import is_anonymous_reading
from gis_platform.identity.short_way import Environ, ShortRequest, ShortWay
from ogc_api.features.urls import urlpatterns as feature_patterns
from ogc_api.formats.offered import HTML
from ogc_api.links import PLAIN
from ogc_api.tiles.urls import urlpatterns as tile_patterns

PREFIX = "/ogc/"
NAMES = ("ogc-items", "ogc-item", "ogc-layer-tile", "ogc-tile")
PATTERNS = [pattern for pattern in (*feature_patterns, *tile_patterns) if pattern.name in NAMES]
PLAIN_LENGTH_MAX = 2_000  # characters


class HotPaths(ShortWay):
    def taken(self, environ: Environ) -> ShortRequest | None:
        if (match := _match(environ)) and _is_for_a_program(request := ProgramRequest(environ)):
            request.resolver_match = match
            return request
        return None

    def view(self, request: HttpRequest) -> HttpResponseBase:
        match = request.resolver_match
        assert match is not None
        return cast("HttpResponseBase", match.func(request, *match.args, **match.kwargs))


class ProgramRequest(ShortRequest):
    @cached_property
    def GET(self) -> dict[str, str]:  # type: ignore[override]  # noqa: N802
        """The last value of each name, as `QueryDict` gives it; a query without percent-encoding is read at once."""
        text = self.environ.get("QUERY_STRING", "")
        if len(text) > PLAIN_LENGTH_MAX or not PLAIN.fullmatch(text):
            return cast("dict[str, str]", super().GET)
        parts = (part.partition("=") for part in text.split("&") if part)
        return {name: value for name, _, value in parts}


def _match(environ: Environ) -> ResolverMatch | None:
    path = environ.get("PATH_INFO", "")
    if not path.startswith(PREFIX) or "HTTP_AUTHORIZATION" in environ or environ.get("SCRIPT_NAME"):
        return None
    rest = path[len(PREFIX) :]
    return next((match for pattern in PATTERNS if (match := pattern.resolve(rest))), None)


def _is_for_a_program(request: HttpRequest) -> bool:
    try:
        return is_anonymous_reading(request) and request.GET.get("f") not in HTML.names
    except SuspiciousOperation:  # more parameters than anybody may send
        return False
