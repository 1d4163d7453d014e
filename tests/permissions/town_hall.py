"""Devices, labels, check-ins, reports and webhooks."""

from gis_platform.core import clock
from gis_platform.devices import services as devices
from gis_platform.integrations.webhooks import services as webhooks
from gis_platform.integrations.webhooks.models import Subscription
from gis_platform.reports import jobs
from gis_platform.reports import services as reports
from gis_platform.reports.models import Report
from gis_platform.residents.services import mint_means
from layers.places.services import label_token
from rules.loyalty.services import Fix, book
from tests.people import LIBRARY, a_beacon, a_category, a_department, a_device, a_place, a_resident, a_user
from tests.permissions import Trial, as_device, as_user, trial


@trial("POST /api/v1/devices/heartbeat")
def heartbeat() -> Trial:
    lost = a_device()
    colleague = as_device(lost)
    devices.revoke(lost, actor="user:1")
    return Trial(path="/api/v1/devices/heartbeat", owner=as_device(a_device()), colleague=colleague)


@trial("POST /api/v1/devices/key")
def change_key() -> Trial:
    lost = a_device()
    colleague = as_device(lost)
    devices.revoke(lost, actor="user:1")
    return Trial(path="/api/v1/devices/key", owner=as_device(a_device()), colleague=colleague)


@trial("POST /api/v1/devices/entries")
def entries() -> Trial:
    """What one device has sent is answered to it alone: the colleague's id of the same name is another entry."""
    lost = a_device()
    colleague = as_device(lost)
    devices.revoke(lost, actor="user:1")
    entry = {"id": "1", "kind": "identify", "at": clock.now().isoformat(), "data": {"kind": "nfc", "token": "04FF"}}
    path = "/api/v1/devices/entries"
    return Trial(path=path, owner=as_device(a_device()), colleague=colleague, body={"entries": [entry]})


@trial("POST /api/v1/identify")
def identify() -> Trial:
    _means, token = mint_means(a_resident(), kind="qr", actor="user:1")
    return Trial(
        path="/api/v1/identify",
        owner=as_device(a_device("till")),
        colleague=as_device(a_device("camera")),
        body={"kind": "qr", "token": token},
    )


@trial("POST /api/v1/readings")
def readings() -> Trial:
    return Trial(
        path="/api/v1/readings",
        owner=as_device(a_device("gateway")),
        colleague=as_device(a_device("till")),
        body=[{"stream": "air", "time": clock.now().isoformat(), "value": 1.0}],
    )


@trial("GET /api/v1/beacons/{beacon_id}/label.svg")
def label() -> Trial:
    return Trial(
        path=f"/api/v1/beacons/{a_beacon().pk}/label.svg",
        owner=as_user(a_user("tourism_editor")),
        colleague=as_user(a_user("clerk")),
    )


@trial("POST /api/v1/check-ins")
def check_in() -> Trial:
    return Trial(
        path="/api/v1/check-ins",
        owner=as_user(a_resident().user),
        colleague=as_user(a_user()),
        body={"label": label_token(a_beacon()), "position": _here() | {"taken_at": clock.now().isoformat()}},
    )


@trial("GET /api/v1/check-ins")
def my_check_ins() -> Trial:
    anna = a_resident()
    beacon = a_beacon(a_place(name_lv="Slepenā vieta", name_en="Secret garden"))
    book(anna, beacon=beacon, fix=Fix(taken_at=clock.now(), **_here()))
    return Trial(
        path="/api/v1/check-ins",
        owner=as_user(anna.user),
        colleague=as_user(a_resident().user),
        secret="Secret garden",
    )


@trial("GET /api/v1/reports/notices")
def notices() -> Trial:
    anna = a_resident()
    report = _a_report(by=anna.user)
    clerk = a_user("clerk", department=report.department)
    moved = reports.move(report, "accepted", by=clerk, note="We come on Monday.")
    jobs.tell_reporter(event_id=moved.pk)
    return Trial(
        path="/api/v1/reports/notices",
        owner=as_user(anna.user),
        colleague=as_user(a_resident().user),
        secret="We come on Monday.",
    )


@trial("POST /api/v1/reports/{code}/moves")
def move() -> Trial:
    report = _a_report(by=a_user())
    return Trial(
        path=f"/api/v1/reports/{report.code}/moves",
        owner=as_user(a_user("clerk", department=report.department)),
        colleague=as_user(a_user("clerk", department=a_department("parks"))),
        body={"to": "accepted", "note": ""},
    )


@trial("GET /api/v1/webhooks")
def all_webhooks() -> Trial:
    _a_webhook()
    return _by_planner("")


@trial("POST /api/v1/webhooks")
def subscribe() -> Trial:
    return _by_planner("", body={"layer": "tourism", "url": "https://example.org/", "condition": ""})


@trial("DELETE /api/v1/webhooks/{webhook_id}")
def unsubscribe() -> Trial:
    return _by_planner(f"/{_a_webhook().pk}")


@trial("POST /api/v1/webhooks/{webhook_id}/ping")
def ping() -> Trial:
    return _by_planner(f"/{_a_webhook().pk}/ping")


@trial("POST /api/v1/webhooks/{webhook_id}/pause")
def pause() -> Trial:
    return _by_planner(f"/{_a_webhook().pk}/pause")


@trial("POST /api/v1/webhooks/{webhook_id}/resume")
def resume() -> Trial:
    return _by_planner(f"/{_a_webhook().pk}/resume")


@trial("POST /api/v1/webhooks/{webhook_id}/secret")
def rotate() -> Trial:
    return _by_planner(f"/{_a_webhook().pk}/secret")


@trial("GET /api/v1/webhooks/{webhook_id}/deliveries")
def deliveries() -> Trial:
    return _by_planner(f"/{_a_webhook().pk}/deliveries")


@trial("POST /api/v1/webhooks/{webhook_id}/deliveries/{event_id}")
def redeliver() -> Trial:
    webhook = _a_webhook()
    event = webhooks.ping(webhook, actor="user:1")
    return _by_planner(f"/{webhook.pk}/deliveries/{event.pk}")


def _here() -> dict[str, float]:
    return {"longitude": LIBRARY.x, "latitude": LIBRARY.y, "accuracy_m": 8}


def _a_report(by) -> Report:
    a_category()
    draft = reports.Draft(category="lighting", text="The lamp is dark.", longitude=LIBRARY.x, latitude=LIBRARY.y)
    return reports.receive(draft, by=by)


def _a_webhook() -> Subscription:
    return webhooks.subscribe(a_user("planner"), layer="tourism", url="https://example.org/")[0]


def _by_planner(rest: str, body: object = None) -> Trial:
    owner, colleague = as_user(a_user("planner")), as_user(a_user("clerk"))
    return Trial(path=f"/api/v1/webhooks{rest}", owner=owner, colleague=colleague, body=body or {})
