"""Two editors at once: exactly one of two writes made from the same version wins, and the other one learns of it."""

import json
import threading

import pytest
from django.db import connections
from django.test import Client

from layers.base import editing as verbs
from layers.base.drafting import draft
from ogc_api.features import editing

ITEMS = "/ogc/collections/tourism/items"
ROUNDS = 5

pytestmark = pytest.mark.django_db(transaction=True)


def both_at_once(monkeypatch, user, number, write):
    """Both requests have read the version before either writes; what they were answered."""
    meeting = threading.Barrier(2, timeout=10)

    def met(*args, **values):
        meeting.wait()
        return write(*args, **values)

    monkeypatch.setattr(editing, "update_feature", met)
    answers = []

    def send(name):
        try:
            client = Client()
            client.force_login(user)
            answers.append(
                client.patch(
                    f"{ITEMS}/{number}",
                    json.dumps({"properties": {"name_lv": name}}),
                    content_type="application/merge-patch+json",
                    headers={"If-Match": '"1"'},
                )
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(name,)) for name in ("Anna", "Berta")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(answers, key=lambda answer: answer.status_code)


def without_version(spec, feature_id, *, version, **values):
    """The broken twin: writes on top of whatever is there."""
    while True:
        try:
            return verbs.update_feature(spec, feature_id, version=draft(spec, feature_id).version, **values)
        except verbs.StaleVersion:
            continue


def exactly_one_won(answers):
    return [answer.status_code for answer in answers] == [200, 412]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_exactly_one_of_two_stale_writes_wins(monkeypatch, tourism_editor, castle, _round):
    won, lost = both_at_once(monkeypatch, tourism_editor, castle.id, verbs.update_feature)
    assert exactly_one_won((won, lost))
    assert (lost.json()["code"], lost.json()["current_version"], lost.headers["ETag"]) == ("stale-version", 2, '"2"')
    assert won.headers["ETag"] == '"2"'


def test_the_check_catches_one_who_does_not_look_at_the_version(monkeypatch, tourism_editor, castle):
    assert not exactly_one_won(both_at_once(monkeypatch, tourism_editor, castle.id, without_version))
