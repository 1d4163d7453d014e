"""Several connections at once: they see one moment, keep the caller's time, and one that has written goes alone."""

import pytest
from django.db import connection, transaction

from gis_platform.identity.models import User
from rules.benefits.lanes import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def look():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), current_setting('statement_timeout'), count(*) FROM identity_user")
        return cursor.fetchone()


def test_each_task_has_a_connection_with_the_callers_time():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '77s'")
        (one, limit, _), (other, its_limit, _) = at_once([look, look])
        mine, *_ = look()
    assert (limit, its_limit) == ("77s", "77s")
    assert mine not in (one, other)


def test_what_is_written_meanwhile_is_not_seen():
    def write_and_look():
        User.objects.create(username="meanwhile")
        return look()

    def look_late():
        return User.objects.count()

    found = at_once([look_late] * 4)
    assert found == [0] * 4
    assert at_once([write_and_look, look_late, look_late])[1:] == [0, 0]
    assert User.objects.count() == 1


def test_a_transaction_that_has_written_goes_one_after_the_other_and_sees_its_own():
    with transaction.atomic():
        User.objects.create(username="own")
        mine, *_ = look()
        assert [(process, users) for process, _, users in at_once([look, look])] == [(mine, 1), (mine, 1)]


def test_what_a_task_raises_comes_through():
    def fail():
        raise LookupError

    with pytest.raises(LookupError):
        at_once([look, fail])
