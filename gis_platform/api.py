"""The HTTP API of the rooms under /api/v1/: one OpenAPI document, one form of refusal."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Swagger
from ninja.errors import HttpError, ValidationError

import gis_platform.devices.endpoints
import gis_platform.integrations.webhooks.endpoints
import gis_platform.reports.endpoints
import layers.places.endpoints
import layers.sensors.endpoints
import maps.endpoints
import rules.benefits.endpoints
import rules.benefits.entitlement_endpoints
import rules.benefits.event_endpoints
import rules.benefits.voucher_endpoints
import rules.loyalty.device_endpoints
import rules.loyalty.endpoints
import rules.loyalty.offers.endpoints
import rules.loyalty.reward_endpoints
import rules.loyalty.tickets.door_endpoints
import rules.loyalty.tickets.endpoints
from gis_platform.core.errors import CityError, InvalidInput, Text, problem
from gis_platform.core.middleware import as_city_error
from gis_platform.identity.errors import NotSignedIn
from gis_platform.identity.guards import InRole
from gis_platform.identity.roles import Role

api = NinjaAPI(
    title="City platform",
    version="1.0.0",
    description="Places, check-ins, benefits, devices and reports of the city. Geographic data: see /ogc/.",
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url="/docs",
    docs=Swagger(settings={"persistAuthorization": False, "validatorUrl": None}),
)
api.add_router("", layers.places.endpoints.router)
api.add_router("", layers.places.endpoints.staff_router, auth=InRole(Role.PLANNER, Role.TOURISM_EDITOR))
api.add_router("", layers.sensors.endpoints.router)
api.add_router("", gis_platform.devices.endpoints.router)
api.add_router("", rules.benefits.endpoints.router)
api.add_router("", rules.benefits.entitlement_endpoints.router)
api.add_router("", rules.benefits.event_endpoints.router)
api.add_router("", rules.benefits.voucher_endpoints.router)
api.add_router("", rules.loyalty.endpoints.router)
api.add_router("", rules.loyalty.device_endpoints.router)
api.add_router("", rules.loyalty.reward_endpoints.router)
api.add_router("", rules.loyalty.reward_endpoints.staff_router, auth=InRole(Role.PLANNER))
api.add_router("", rules.loyalty.offers.endpoints.router)
api.add_router("", rules.loyalty.tickets.endpoints.router)
api.add_router("", rules.loyalty.tickets.door_endpoints.router)
api.add_router("", gis_platform.reports.endpoints.router)
api.add_router("", maps.endpoints.router)
api.add_router("", gis_platform.integrations.webhooks.endpoints.router, auth=InRole(Role.PLANNER))


@api.exception_handler(CityError)
def refuse(request: HttpRequest, error: CityError) -> HttpResponse:
    response = problem(error)
    if isinstance(error, NotSignedIn):
        response["WWW-Authenticate"] = 'Bearer realm="city"'
    return response


@api.exception_handler(ValidationError)
def refuse_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names each field that was not understood, and what was wrong with it."""
    fields: dict[str, Text] = {_field(entry): str(entry.get("msg", "")) for entry in error.errors}
    return problem(InvalidInput(_("Correct the fields that are named."), fields=fields))


@api.exception_handler(HttpError)
def refuse_unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON, and the like."""
    return problem(InvalidInput(str(error)))


@api.exception_handler(Exception)
def refuse_unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    refused = as_city_error(error)
    if refused is None:
        raise error  # our mistake: the middleware logs it and tells nobody
    return problem(refused)


def _field(entry: dict[str, Any]) -> str:
    # ("body", "<name of the parameter>", "code") and ("query", "technology")
    location = [str(part) for part in entry.get("loc", ())]
    return ".".join(location[2:] or location[1:] or location)
