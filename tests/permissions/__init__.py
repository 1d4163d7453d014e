"""Who may call an endpoint, tried by three people: its owner, a colleague of the same kind, and a stranger.

Every guarded operation of the OpenAPI document needs a trial here; `test_permissions` fails for one that has none.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.test import Client

from gis_platform.devices.models import Device
from gis_platform.identity.models import User
from tests.people import device_header


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One call, made by who may and by who may not.

    Where the colleague is answered too, because everybody has such a thing of their own, `secret` stands in the
    owner's answer and must not stand in the colleague's.
    """

    path: str
    owner: Client
    colleague: Client
    body: object = field(default_factory=dict)
    secret: str = ""


IN_ENGLISH = {"Accept-Language": "en"}
TRIALS: dict[str, Callable[[], Trial]] = {}


def trial(operation: str) -> Callable[[Callable[[], Trial]], Callable[[], Trial]]:
    """Registers how an operation, such as "GET /api/v1/check-ins", is tried."""

    def register(make: Callable[[], Trial]) -> Callable[[], Trial]:
        assert operation not in TRIALS, f"{operation} is tried twice"
        TRIALS[operation] = make
        return make

    return register


def as_user(user: User) -> Client:
    client = Client(headers=IN_ENGLISH)
    client.force_login(user)
    return client


def as_device(device: Device) -> Client:
    return Client(headers=IN_ENGLISH, **device_header(device))


def ask(client: Client, operation: str, trial: Trial) -> HttpResponse:
    headers = {"Idempotency-Key": "permissions-1"}
    method = operation.partition(" ")[0]
    body = "" if method == "GET" else json.dumps(trial.body)
    return client.generic(method, trial.path, body, content_type="application/json", headers=headers)


def judge(trial: Trial, *, owner: HttpResponse, colleague: HttpResponse, stranger: HttpResponse) -> None:
    """Raises AssertionError where somebody got what is not theirs, or the owner did not get it."""
    assert stranger.status_code == 401, f"a stranger is answered {stranger.status_code}"
    if trial.secret:
        assert trial.secret not in colleague.content.decode(), "a colleague reads what is the owner's"
        assert trial.secret in owner.content.decode(), "the owner does not read what is theirs"
    else:
        assert colleague.status_code in (401, 403, 404), f"a colleague is answered {colleague.status_code}"
    assert owner.status_code < 300, f"the owner is answered {owner.status_code}: {owner.content.decode()[:300]}"
