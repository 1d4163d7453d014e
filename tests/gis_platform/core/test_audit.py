from datetime import UTC, datetime

import pytest
import structlog
from django.db import connection, transaction
from django.db.utils import DatabaseError

from gis_platform.core import audit, clock
from gis_platform.core.actor import UNATTRIBUTED, acting
from gis_platform.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_it_keeps_who_did_what_to_whom_when_and_in_which_request():
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    with clock.frozen(at), acting("user:5"), structlog.contextvars.bound_contextvars(request_id="abcdefgh"):
        audit.record("place.publish", "place:7", version=3)
    entry = AuditEntry.objects.get()
    assert (entry.at, entry.actor, entry.action, entry.subject) == (at, "user:5", "place.publish", "place:7")
    assert (entry.data, entry.request_id) == ({"version": 3}, "abcdefgh")


def test_without_an_actor_it_says_so():
    assert audit.record("sign-in.refused", "account:?").actor == UNATTRIBUTED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditentry SET actor = 'user:6'",
        "DELETE FROM core_auditentry",
        "TRUNCATE core_auditentry",
        "TRUNCATE core_auditentry CASCADE",
    ],
)
def test_raw_sql_cannot_change_it(statement):
    audit.record("place.publish", "place:7")
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        cursor.execute(statement)
    assert AuditEntry.objects.get().actor == UNATTRIBUTED


def test_neither_can_the_orm():
    entry = audit.record("place.publish", "place:7")
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        entry.delete()
    entry.subject = "place:8"
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        entry.save()


def test_what_fails_is_not_recorded_as_done():
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        audit.record("place.publish", "place:7")
        _ = 1 // 0
    assert not AuditEntry.objects.exists()
