"""Webhooks: what is sent, how it is signed, and that nothing is lost when the receiver is away."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from shapely import Point

from gis_platform.core import clock
from gis_platform.core.errors import Forbidden, InvalidInput
from gis_platform.core.models import OutboxEntry
from gis_platform.identity.models import RowRule
from gis_platform.integrations.webhooks import jobs, services, signing
from gis_platform.integrations.webhooks.models import Delivery, Subscription
from layers import catalog
from layers.base.editing import create_feature, delete_feature, update_feature
from layers.base.feed import KEPT_FOR
from tests.people import a_user

pytestmark = pytest.mark.django_db
HERE = Point(23.7344, 56.6556)


def create(spec, **properties):
    values = {"name_lv": "Pils", "category": "castle"} | properties
    return create_feature(spec, properties=values, geometry=HERE, actor="user:1")


def update(spec, stored, **properties):
    return update_feature(spec, stored.id, properties=properties, version=stored.version, actor="user:1")


@pytest.fixture
def planner():
    return a_user("planner")


@pytest.fixture
def webhook(planner, receiver, tourism):
    return services.subscribe(planner, layer="tourism", url=receiver.url)


def events(receiver):
    found = [json.loads(got.body) for got in receiver.got]
    return [(event["type"], event["data"].get("id"), event["data"].get("version")) for event in found]


def is_genuine(secret, got):
    """As the receiver checks it: written from the specification, not from our code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{got.id}.{got.timestamp}.".encode() + got.body
    expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return expected in got.signature.split(" ")


def test_a_subscriber_is_told_of_each_change(webhook, receiver, tourism, work):
    stored = create(tourism)
    work()
    stored = update(tourism, stored, name_lv="Rūmi")
    work()
    delete_feature(tourism, stored.id, version=2, actor="user:1")
    work()
    assert events(receiver) == [
        ("feature.create", stored.id, 1),
        ("feature.replace", stored.id, 2),
        ("feature.delete", stored.id, 3),
    ]
    second = json.loads(receiver.got[1].body)["data"]
    assert second["feature"]["properties"]["name_lv"] == "Rūmi"
    assert second["url"].endswith(f"/ogc/collections/tourism/items/{stored.id}")
    assert "status" not in second["feature"]["properties"]


def test_each_event_is_signed_and_can_be_checked(webhook, receiver, tourism, work):
    create(tourism)
    work()
    (got,) = receiver.got
    assert is_genuine(webhook[1], got)
    assert not is_genuine(webhook[1], got._replace(body=got.body + b" "))
    assert not is_genuine(webhook[1], got._replace(timestamp="1"))
    assert abs(int(got.timestamp) - clock.now().timestamp()) < 60


def test_after_a_rotation_both_secrets_sign_for_a_day(webhook, planner, receiver, tourism, work):
    subscription, former = webhook
    latter = services.rotate_secret(subscription, by=planner)
    create(tourism)
    work()
    assert is_genuine(former, receiver.got[0])
    assert is_genuine(latter, receiver.got[0])
    with clock.frozen(clock.now() + signing.OVERLAP + timedelta(seconds=1)):
        headers = signing.headers(Subscription.objects.get(), message_id="msg_1", body=b"{}")
    assert len(headers["webhook-signature"].split(" ")) == 1


def test_the_secret_lies_nowhere_in_the_database(webhook):
    subscription, secret = webhook
    kept = str(Subscription.objects.filter(pk=subscription.pk).values().get())
    assert secret not in kept
    assert secret.removeprefix("whsec_") not in kept


def test_nobody_is_told_of_a_draft(webhook, receiver, tourism, work):
    create(tourism, status="draft")
    work()
    assert receiver.got == []


def test_a_condition_chooses_and_what_leaves_it_is_deleted(planner, receiver, tourism, work):
    services.subscribe(planner, layer="tourism", url=receiver.url, condition="category = 'museum'")
    seen = create(tourism, category="museum")
    create(tourism, category="castle")
    work()
    update(tourism, seen, category="castle")
    work()
    assert events(receiver) == [("feature.create", seen.id, 1), ("feature.delete", seen.id, 2)]


@pytest.mark.parametrize(
    "condition", ["status = 'draft'", "colour = 'red'", "category =", "pg_sleep(5) = 1", "(" * 500]
)
def test_a_condition_that_cannot_stand_is_refused(planner, receiver, tourism, condition):
    with pytest.raises(InvalidInput) as refusal:
        services.subscribe(planner, layer="tourism", url=receiver.url, condition=condition)
    assert "condition" in refusal.value.fields


def test_who_may_read_a_part_of_a_layer_may_not_have_all_of_it_sent(receiver, city_of_jelgava):
    clerk = a_user("clerk")
    RowRule.objects.create(layer="beacons", role="clerk", action="read", condition="technology = 'qr'")
    with pytest.raises(Forbidden):
        services.subscribe(clerk, layer="beacons", url=receiver.url)


# --- The receiver is away --------------------------------------------------------------------------------------------


def test_a_receiver_that_was_away_gets_everything_once_it_is_back(webhook, receiver, tourism, work, hurry):
    receiver.stop()
    made = [create(tourism).id for _ in range(3)]
    work()
    assert Delivery.objects.filter(state="due", attempts=1).count() == 3
    assert "refused" in Delivery.objects.first().error
    receiver.start()
    hurry()
    work()
    assert sorted(f for _type, f, _version in events(receiver)) == made
    assert set(Delivery.objects.values_list("state", "status", "error")) == {("done", 200, "")}


@pytest.mark.parametrize("status", [500, 503, 404, 302, 429])
def test_an_attempt_that_is_not_answered_well_is_made_again_with_the_same_id_and_body(
    webhook, receiver, tourism, work, hurry, status
):
    receiver.answers = [status, status]
    create(tourism)
    for _ in range(3):
        hurry()
        work()
    assert len(receiver.got) == 3  # and a redirection was not followed
    assert len({(got.id, got.body) for got in receiver.got}) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.status) == ("done", 3, 200)
    assert delivery.duration_ms is not None


def test_the_waits_grow(webhook, receiver, tourism, work, hurry):
    receiver.answers = [500] * 4
    create(tourism)
    waits = []
    for _ in range(4):
        hurry()
        work()
        entry = OutboxEntry.objects.get(topic=services.DELIVER)
        waits.append(round((entry.due_at - clock.now()).total_seconds()))
    assert waits == [5, 10, 20, 40]


def test_a_delivery_that_is_done_is_not_sent_again_when_its_job_runs_twice(webhook, receiver, tourism, work):
    create(tourism)
    work()
    jobs.deliver(Delivery.objects.get().pk)
    assert len(receiver.got) == 1


def test_after_the_last_attempt_it_is_given_up_and_can_be_sent_by_hand(
    webhook, planner, receiver, tourism, work, hurry, monkeypatch
):
    monkeypatch.setattr(jobs, "ATTEMPTS", 2)
    receiver.answers = [500, 500]
    create(tourism)
    for _ in range(3):
        hurry()
        work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status) == ("dead", 500)
    assert OutboxEntry.objects.dead().filter(topic=services.DELIVER).count() == 1
    assert services.redeliver(delivery, by=planner)
    assert not services.redeliver(delivery, by=planner)
    work()
    assert Delivery.objects.get().state == "done"
    assert len({got.id for got in receiver.got}) == 1


def test_events_of_one_feature_keep_their_order_and_hold_up_no_other(webhook, receiver, tourism, work, hurry):
    receiver.answers = [500]
    first = create(tourism)
    work()
    update(tourism, first, name_lv="Rūmi")
    other = create(tourism)
    work()
    assert events(receiver)[1:] == [("feature.create", other.id, 1)]
    hurry()
    work()
    of_first = [version for _type, feature, version in events(receiver) if feature == first.id]
    assert of_first == [1, 1, 2]


def test_the_check_of_the_order_catches_one_who_lets_everything_go_at_once(
    webhook, receiver, tourism, work, hurry, monkeypatch
):
    """The broken twin: no event ever waits for an earlier one."""
    monkeypatch.setattr(services, "OPEN", ())
    receiver.answers = [500]
    first = create(tourism)
    work()
    update(tourism, first, name_lv="Rūmi")
    work()
    hurry()
    work()
    assert [version for _type, _feature, version in events(receiver)] == [1, 2, 1]


def test_a_receiver_that_is_gone_is_paused(webhook, receiver, tourism, work):
    receiver.answers = [410]
    create(tourism)
    work()
    assert Subscription.objects.get().paused_at is not None
    create(tourism)
    work()
    assert len(receiver.got) == 1


def test_a_paused_webhook_goes_on_where_it_stopped(webhook, planner, receiver, tourism, work):
    subscription, _secret = webhook
    services.pause(subscription, actor=planner.actor)
    made = create(tourism)
    work()
    assert receiver.got == []
    services.resume(subscription, by=planner)
    work()
    assert events(receiver) == [("feature.create", made.id, 1)]


def test_after_a_long_pause_the_receiver_is_told_to_read_anew(webhook, planner, receiver, tourism, work):
    subscription, _secret = webhook
    services.pause(subscription, actor=planner.actor)
    create(tourism)
    with clock.frozen(clock.now() + KEPT_FOR + timedelta(days=1)):
        services.resume(subscription, by=planner)
        work()
    assert [event for event, _feature, _version in events(receiver)] == ["layer.resync"]


def test_what_came_by_sql_is_told_by_the_sweep(webhook, receiver, tourism, work):
    create(tourism)
    OutboxEntry.objects.all().delete()
    jobs.catch_up()
    work()
    assert len(receiver.got) == 1


def test_a_ping_carries_a_token_of_the_feed(webhook, planner, receiver, client, work):
    services.ping(webhook[0], actor=planner.actor)
    work()
    event = json.loads(receiver.got[0].body)
    assert event["type"] == "ping"
    assert client.get("/ogc/collections/tourism/changes", {"since": event["data"]["token"]}).status_code == 200


def test_a_feature_that_is_too_large_is_left_to_be_fetched(webhook, receiver, tourism, work, monkeypatch):
    monkeypatch.setattr(services, "BODY_BYTES_MAX", 200)
    create(tourism)
    work()
    data = json.loads(receiver.got[0].body)["data"]
    assert (data["feature"], data["truncated"]) == (None, True)
    assert data["url"]


def test_the_edit_and_the_promise_to_tell_of_it_are_one(webhook, tourism, monkeypatch):
    def fail(*_args, **_values):
        raise RuntimeError("the process dies here")

    before = OutboxEntry.objects.count()
    monkeypatch.setattr("layers.base.editing.outbox.publish", fail)
    with pytest.raises(RuntimeError):
        create(catalog.layer("tourism"))
    assert OutboxEntry.objects.count() == before
