"""Decisions, entitlements and vouchers: of one till, of one resident."""

import json

from django.test import Client

from gis_platform.core import clock
from gis_platform.residents.models import Resident
from gis_platform.residents.services import mint_means
from rules.benefits import vouchers
from rules.benefits.models import Programme
from tests.people import a_device, a_place, a_resident, a_user
from tests.permissions import Trial, as_device, as_user, trial
from tests.rules.benefits.issuing import a_voucher
from tests.rules.benefits.programmes import a_budget, a_programme, definition, put_in_force

LINES = [{"id": "1", "category": "bus-ticket", "amount_cents": 85}]


def a_till(role: str = "till") -> Client:
    return as_device(a_device(role, place=a_place()))


def in_force() -> None:
    programme = a_programme("trips", name_en="Free trips")
    put_in_force(programme, definition())
    a_budget(programme)


def a_receipt_of(resident: Resident, **parts: object) -> dict[str, object]:
    _means, token = mint_means(resident, kind="qr", actor="user:1")
    return {"kind": "qr", "token": token, "lines": LINES} | parts


def a_decision(till: Client, resident: Resident, **parts: object) -> str:
    in_force()
    body = json.dumps(a_receipt_of(resident, **parts))
    headers = {"Idempotency-Key": "made-before"}
    made = till.post("/api/v1/decisions", body, content_type="application/json", headers=headers)
    assert made.status_code == 200, made.content
    return f"/api/v1/decisions/{made.json()['decision']}"


@trial("POST /api/v1/decisions")
def price() -> Trial:
    in_force()
    return Trial(path="/api/v1/decisions", owner=a_till(), colleague=a_till("gateway"), body=a_receipt_of(a_resident()))


@trial("POST /api/v1/decisions/{decision_id}/commit")
def commit() -> Trial:
    till = a_till()
    return Trial(path=f"{a_decision(till, a_resident(), mode='reserve')}/commit", owner=till, colleague=a_till())


@trial("POST /api/v1/decisions/{decision_id}/void")
def void() -> Trial:
    till = a_till()
    return Trial(path=f"{a_decision(till, a_resident())}/void", owner=till, colleague=a_till())


@trial("POST /api/v1/decisions/{decision_id}/returns")
def give_back() -> Trial:
    till = a_till()
    path = f"{a_decision(till, a_resident())}/returns"
    return Trial(path=path, owner=till, colleague=a_till(), body={"lines": [{"id": "1", "units": 1}]})


@trial("GET /api/v1/decisions/{decision_id}")
def explain() -> Trial:
    anna = a_resident()
    path = a_decision(a_till(), anna)
    return Trial(path=path, owner=as_user(anna.user), colleague=as_user(a_resident().user))


@trial("GET /api/v1/entitlements")
def entitlements() -> Trial:
    in_force()
    return Trial(path="/api/v1/entitlements", owner=as_user(a_resident().user), colleague=as_user(a_user()))


@trial("POST /api/v1/entitlements/quote")
def quote() -> Trial:
    in_force()
    return Trial(
        path="/api/v1/entitlements/quote",
        owner=as_user(a_resident().user),
        colleague=as_user(a_user()),
        body={"lines": LINES},
    )


@trial("POST /api/v1/zone-entries")
def enter_zones() -> Trial:
    here = {"consent": True, "longitude": 23.725, "latitude": 56.655, "accuracy_m": 8}
    return Trial(
        path="/api/v1/zone-entries",
        owner=as_user(a_resident().user),
        colleague=as_user(a_user()),
        body=here | {"taken_at": clock.now().isoformat()},
    )


@trial("GET /api/v1/vouchers")
def my_vouchers() -> Trial:
    anna = a_resident()
    voucher = a_voucher(_meals(), holder=f"resident:{anna.handle}")
    return Trial(
        path="/api/v1/vouchers",
        owner=as_user(anna.user),
        colleague=as_user(a_resident().user),
        secret=str(voucher.pk),
    )


@trial("GET /api/v1/vouchers/terminal")
def vouchers_of_the_terminal() -> Trial:
    till = a_device("till", place=a_place())
    voucher = a_voucher(_meals(), holder=till.actor)
    return Trial(path="/api/v1/vouchers/terminal", owner=as_device(till), colleague=a_till(), secret=str(voucher.pk))


@trial("POST /api/v1/vouchers/redemptions")
def redeem() -> Trial:
    use = {"key": "1", "token": vouchers.token_of(a_voucher(_meals())), "cents": 250}
    return Trial(
        path="/api/v1/vouchers/redemptions",
        owner=a_till(),
        colleague=a_till("gateway"),
        body={"redemptions": [use | {"used_at": clock.now().isoformat()}]},
    )


def _meals() -> Programme:
    programme = a_programme("meals")
    a_budget(programme)
    return programme
