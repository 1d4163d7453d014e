"""The way of tills to a decision: no middleware for people, no second reading of the receipt, and the same answer.

A request that is plainly a till's takes it. Whatever is doubtful (a cookie, another way to prove who asks, a body that
is not understood) goes the whole way, which says what is wrong with it.
"""

import re
from functools import cached_property
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from ninja import NinjaAPI
from pydantic import ValidationError

from gis_platform.core.card_numbers import is_doubtful
from gis_platform.core.errors import CityError
from gis_platform.devices.authentication import proven
from gis_platform.identity.short_way import Application, Environ, ShortRequest, ShortWay
from rules.benefits.at_a_till import AtATill
from rules.benefits.endpoints import ReceiptIn, at_a_till, priced

PATH = "/api/v1/decisions"
ARTICLE_NUMBER = re.compile(rb'"gtin"\s*:\s*"\d{8,14}"')  # one in ten might be a payment card's number
FOR_OTHERS = ("HTTP_COOKIE", "SCRIPT_NAME", "QUERY_STRING", "HTTP_SIGNATURE", "HTTP_SIGNATURE_INPUT")


class TillRequest(ShortRequest):
    question: ReceiptIn


class HotDecisions(ShortWay):
    def __init__(self, whole_way: Application, api: NinjaAPI) -> None:
        super().__init__(whole_way)
        self._api = api

    def taken(self, environ: Environ) -> TillRequest | None:
        if not _is_of_a_till(environ):
            return None
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(body)  # for whoever reads it after us
        try:
            question = ReceiptIn.model_validate_json(body)
        except ValidationError:
            return None
        if is_doubtful(body, but_for=ARTICLE_NUMBER):
            return None
        request = TillRequest(environ)
        request.question, request.resolver_match = question, self._match
        return request

    def view(self, request: HttpRequest) -> HttpResponseBase:
        assert isinstance(request, TillRequest)
        try:
            answer = self._answer(request)
        except CityError as error:
            return self._api.on_exception(request, error)
        body = self._api.renderer.render(request, answer, response_status=200)
        return HttpResponse(body, content_type=self._api.get_content_type())

    def _answer(self, request: TillRequest) -> dict[str, Any]:
        asked = request.question
        key = request.META["HTTP_AUTHORIZATION"].partition(" ")[2].strip()
        read = AtATill.read(key=key, kind=asked.kind, token=asked.token, purchased_at=asked.purchased_at)
        device = at_a_till.admitted(proven(key, read.device)) if read else at_a_till(request)
        return priced(device, asked, request.META["HTTP_IDEMPOTENCY_KEY"], read)

    @cached_property
    def _match(self) -> ResolverMatch:
        return resolve(PATH)


def _is_of_a_till(environ: Environ) -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ.get("PATH_INFO") == PATH
        and environ["REQUEST_METHOD"] == "POST"
        and environ.get("HTTP_AUTHORIZATION", "")[:7].lower() == "device "
        and bool(environ.get("HTTP_IDEMPOTENCY_KEY"))
        and not any(environ.get(name) for name in FOR_OTHERS)
        and length.isdecimal()
        and int(length) <= (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
    )
