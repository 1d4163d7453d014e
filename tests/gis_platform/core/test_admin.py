import pytest
from django.contrib.admin import site
from django.contrib.auth import get_user_model
from django.contrib.messages.storage.base import BaseStorage
from django.test import RequestFactory

from gis_platform.core import admin, audit
from gis_platform.core.clock import now
from gis_platform.core.models import AuditEntry, OutboxEntry

pytestmark = pytest.mark.django_db


class Heard(BaseStorage):
    """Keeps the messages of one request."""

    def _get(self, *args):
        return [], True

    def _store(self, messages, response, *args):
        return []


@pytest.fixture
def request_of_chief():
    request = RequestFactory().get("/console/")
    request.user = get_user_model().objects.create_superuser("chief", password=None)
    request._messages = Heard(request)
    return request


def letter(state: str) -> OutboxEntry:
    return OutboxEntry.objects.create(
        topic="t", payload={}, actor="x:1", published_at=now(), due_at=now(), state=state, attempts=8
    )


def test_dead_letters_are_tried_again_and_the_log_knows_by_whom(request_of_chief):
    dead, done = letter("dead"), letter("done")
    shelf = admin.OutboxEntryAdmin(OutboxEntry, site)
    shelf.try_again(request_of_chief, OutboxEntry.objects.all())
    states = dict(OutboxEntry.objects.values_list("pk", "state"))
    assert states == {dead.pk: "due", done.pk: "done"}
    assert [str(message) for message in request_of_chief._messages._queued_messages] == ["1 entry will be tried again."]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("outbox.try-again", f"outbox:{dead.pk}")
    assert entry.actor == f"user:{request_of_chief.user.pk}"


def test_trying_again_needs_a_right(request_of_chief):
    shelf = admin.OutboxEntryAdmin(OutboxEntry, site)
    assert "try_again" in shelf.get_actions(request_of_chief)
    request_of_chief.user = get_user_model().objects.create_user("clerk", password=None, is_staff=True)
    assert "try_again" not in shelf.get_actions(request_of_chief)


@pytest.mark.parametrize("model", [OutboxEntry, AuditEntry])
def test_nothing_is_added_changed_or_deleted_by_hand(request_of_chief, model):
    page = site._registry[model]
    assert not page.has_add_permission(request_of_chief)
    assert not page.has_change_permission(request_of_chief)
    assert not page.has_delete_permission(request_of_chief)
    assert page.has_view_permission(request_of_chief)


def test_the_lists_can_be_read(request_of_chief):
    letter("dead")
    audit.record("a", "b:1")
    for model in (OutboxEntry, AuditEntry):
        page = site._registry[model]
        assert page.get_changelist_instance(request_of_chief).result_count == 1
