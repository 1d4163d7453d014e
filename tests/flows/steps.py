"""What people and machines do over HTTP in the journeys."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from gis_platform.devices import services as device_services
from gis_platform.devices.models import Device
from tests.people import PASSWORD


def sign_in(browser: Client, username: str) -> None:
    page = browser.get("/sign-in/")
    assert page.status_code == 200
    form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert browser.post("/sign-in/", form).status_code == 302


def post(browser: Client, path: str, body: Any, **headers: str) -> HttpResponse:
    """JSON, with the session's CSRF token where there is one, as the pages' scripts send it."""
    if token := browser.cookies.get("csrftoken"):
        headers["X-CSRFToken"] = token.value
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.post(path, json.dumps(body), content_type="application/json", headers=names)


def register(machine: Client, device: Device) -> str:
    """The value of the Authorization header, got by the device itself for its one-time code."""
    code = device_services.open_registration(device, actor="user:1")
    answer = post(machine, "/api/v1/devices/register", {"code": code, "firmware": "1.0"})
    return f"Device {answer.json()['key']}"
