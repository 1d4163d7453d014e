"""The way of signed-in residents to a check-in: no middleware, and the same answer.

Taken by who has a session that is plainly in order and brings nothing else to say who asks. The CSRF token is checked
by the same function as on the whole way.
"""

from functools import cached_property
from io import BytesIO

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import Error
from django.http import HttpRequest, parse_cookie
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils.cache import patch_vary_headers
from ninja import NinjaAPI
from pydantic import ValidationError

from gis_platform.core.card_numbers import is_doubtful
from gis_platform.core.errors import CityError
from gis_platform.identity.authentication import require_csrf_token
from gis_platform.identity.models import User
from gis_platform.identity.short_way import Application, Environ, ShortRequest, ShortWay
from gis_platform.residents.models import Resident
from gis_platform.residents.signed_in import resident_signed_in
from rules.loyalty.endpoints import Scan, checked_in

PATH = "/api/v1/check-ins"
FOR_OTHERS = ("HTTP_AUTHORIZATION", "SCRIPT_NAME", "QUERY_STRING", "HTTP_SIGNATURE", "HTTP_SIGNATURE_INPUT")


class CheckInRequest(ShortRequest):
    scan: Scan
    resident: Resident
    sent: bytes


class HotCheckIns(ShortWay):
    def __init__(self, whole_way: Application, api: NinjaAPI) -> None:
        super().__init__(whole_way)
        self._api = api

    def taken(self, environ: Environ) -> CheckInRequest | None:
        session = _session(environ)
        if session is None:
            return None
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(body)  # for whoever reads it after us
        try:
            scan = Scan.model_validate_json(body)
            resident = None if is_doubtful(body) else resident_signed_in(session)
        except (ValidationError, Error):
            return None
        if resident is None:
            return None
        request = CheckInRequest(environ)
        request.scan, request.resident, request.sent, request.resolver_match = scan, resident, body, self._match
        return request

    def user_of(self, request: HttpRequest) -> User | AnonymousUser:
        assert isinstance(request, CheckInRequest)
        assert request.resident.user is not None
        return request.resident.user

    def view(self, request: HttpRequest) -> HttpResponseBase:
        assert isinstance(request, CheckInRequest)
        response: HttpResponseBase
        try:
            require_csrf_token(request)
            response = checked_in(
                request.resident, request.scan, key=request.META["HTTP_IDEMPOTENCY_KEY"], body=request.sent
            )
        except CityError as error:
            response = self._api.on_exception(request, error)
        patch_vary_headers(response, ("Cookie",))
        return response

    @cached_property
    def _match(self) -> ResolverMatch:
        return resolve(PATH)


def _session(environ: Environ) -> str | None:
    """The session of a request that brings this and nothing else to say who asks."""
    if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "POST":
        return None
    length = environ.get("CONTENT_LENGTH") or ""
    if (
        not environ.get("HTTP_IDEMPOTENCY_KEY")
        or any(environ.get(name) for name in FOR_OTHERS)
        or not length.isdecimal()
        or int(length) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
    ):
        return None
    cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
    known = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    return cookies.get(settings.SESSION_COOKIE_NAME) if cookies.keys() <= known else None
