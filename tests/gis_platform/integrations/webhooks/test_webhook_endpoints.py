"""Webhooks by the API and by the console: for planners and administrators."""

import pytest
from django.test import Client

from gis_platform.integrations.webhooks.models import Delivery, Subscription
from tests.people import a_user

pytestmark = pytest.mark.django_db
WEBHOOKS = "/api/v1/webhooks"


@pytest.fixture
def desk(client):
    client.force_login(a_user("planner"))
    return client


def post(client, path, body=None):
    return client.post(path, body or {}, content_type="application/json")


def test_a_webhook_from_its_making_to_its_end(desk, receiver, tourism, work):
    made = post(desk, WEBHOOKS, {"layer": "tourism", "url": receiver.url})
    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    at = f"{WEBHOOKS}/{made.json()['id']}"
    assert "secret" not in desk.get(WEBHOOKS).json()[0]
    assert post(desk, f"{at}/ping").status_code == 202
    work()
    (sent,) = desk.get(f"{at}/deliveries").json()
    assert (sent["event"], sent["state"], sent["status"]) == ("ping", "done", 200)
    assert post(desk, f"{at}/deliveries/{sent['id']}").json()["state"] == "due"
    assert post(desk, f"{at}/secret").json()["secret"] != made.json()["secret"]
    assert post(desk, f"{at}/pause").json()["paused_at"]
    assert post(desk, f"{at}/resume").json()["paused_at"] is None
    assert desk.delete(at).status_code == 204
    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "https://127.0.0.1/"}, "webhook-address-refused"),
        ({"layer": "nowhere"}, "unknown-layer"),
        ({"condition": "colour = 'red'"}, "invalid-input"),
    ],
)
def test_what_cannot_be_is_refused(desk, tourism, change, code):
    response = post(desk, WEBHOOKS, {"layer": "tourism", "url": "https://example.org/"} | change)
    assert (response.json()["code"], Subscription.objects.count()) == (code, 0)


def test_an_unknown_one_is_not_found(desk):
    assert post(desk, f"{WEBHOOKS}/77/ping").json()["code"] == "unknown-webhook"
    assert post(desk, f"{WEBHOOKS}/{10**30}/ping").status_code in (400, 404)


def test_owner_colleague_and_stranger(desk):
    colleague = Client()
    colleague.force_login(a_user("clerk"))
    assert [c.get(WEBHOOKS).status_code for c in (desk, colleague, Client())] == [200, 403, 401]


def test_the_console_shows_the_secret_once_and_names_a_fault_at_its_field(desk, receiver, tourism):
    planner = a_user("planner", is_staff=True)
    desk.force_login(planner)
    form = {"layer": "tourism", "url": receiver.url, "condition": "colour = 'red'"}
    refused = desk.post("/console/webhooks/subscription/add/", form)
    assert "colour" in refused.content.decode()
    assert not Subscription.objects.exists()
    made = desk.post("/console/webhooks/subscription/add/", form | {"condition": ""}, follow=True)
    assert "whsec_" in made.content.decode()
    assert "whsec_" not in desk.get("/console/webhooks/subscription/").content.decode()
