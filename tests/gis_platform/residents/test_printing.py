"""Printed codes: ordered, replaced, renewed as a series."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.core.outbox import HANDLERS
from gis_platform.residents import errors, printing, services
from gis_platform.residents.models import Means, Renewal
from tests.people import a_resident

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]


def a_card(number, *, series="2023", resident=None, **fields):
    resident = resident or a_resident(given_name=f"Resident {number}")
    token = f"CARD-{number:04}"
    return services.issue_means(resident, kind="library", token=token, actor="user:1", series=series, **fields)


def a_renewal(**fields):
    values = {"series": "2023", "new_series": "2026", "overlap_until": clock.now() + timedelta(days=60)}
    return printing.start_renewal(**values | fields, actor="user:1")


def works(kind, token):
    return services.identify(kind, token)


def test_what_is_printed_works_and_is_known_to_nobody_afterwards():
    anna = a_resident()
    ordered = printing.order(anna, actor="user:1")
    (printed,) = printing.take_prints([ordered], actor="user:2")
    assert printed.text.startswith("P1:JELGAVA:")
    assert works("qr", printed.text) == works("printed", printed.text) == anna
    assert printing.take_prints([ordered], actor="user:2") == []
    assert Means.objects.get(pk=ordered.pk).unprinted is None


def test_it_lies_sealed_until_then():
    ordered = printing.order(a_resident(), actor="user:1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT unprinted FROM residents_means WHERE id = %s", [ordered.pk])
        (kept,) = cursor.fetchone()
    assert b"JELGAVA" not in bytes(kept)


def test_one_order_at_a_time():
    anna = a_resident()
    printing.order(anna, actor="user:1")
    with pytest.raises(printing.OrderOpen):
        printing.order(anna, actor="user:1")


def test_a_print_of_the_partner_city_is_called_so():
    with pytest.raises(errors.CodeOfAnotherCity):
        services.identify("qr", "P1:SIAULIAI:abcdefgh")


def test_a_lost_card_is_blocked_and_gets_a_successor():
    lost = a_card(1)
    new = printing.replace(lost, actor="user:1")
    assert (new.replaces, new.resident) == (lost, lost.resident)
    with pytest.raises(errors.MeansBlocked):
        services.identify("library", "CARD-0001")
    with pytest.raises(printing.NotReplaceable):
        printing.replace(lost, actor="user:1")


def test_old_and_new_cards_of_a_series_are_both_accepted_until_a_date():
    old = a_card(1, expires_at=clock.now() + timedelta(days=3))  # would have ended before the new one is there
    renewal = a_renewal()
    assert printing.renew(renewal.pk) == 1
    (printed,) = printing.take_prints([old.replaced_by], actor="user:1")
    for day, accepted in ((59, True), (61, False)):
        with clock.frozen(clock.now() + timedelta(days=day)):
            assert works("qr", printed.text) == old.resident
            if accepted:
                assert works("library", "CARD-0001") == old.resident
            else:
                with pytest.raises(errors.MeansExpired):
                    services.identify("library", "CARD-0001")


def test_a_renewal_goes_on_where_a_worker_died_and_doubles_nothing():
    for number in range(5):
        a_card(number)
    services.block_means(a_card(5), actor="user:1")
    a_card(6, series="others")
    renewal = a_renewal()
    assert renewal.total == 5
    with mock.patch.object(printing, "BATCH", 2):
        printing._renew_batch(renewal.pk)
        renewal.refresh_from_db()
        assert (renewal.done, renewal.state) == (2, Renewal.State.RUNNING)
        HANDLERS[printing.RENEWED].run(renewal_id=renewal.pk)
        HANDLERS[printing.RENEWED].run(renewal_id=renewal.pk)
    renewal.refresh_from_db()
    assert (renewal.done, renewal.state) == (5, Renewal.State.DONE)
    assert Means.objects.filter(series="2026").count() == Means.objects.to_print().count() == 5


def test_a_series_is_renewed_once_at_a_time():
    a_card(1)
    a_renewal()
    with pytest.raises(printing.RenewalRunning):
        a_renewal()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"series": "none"}, "series"), ({"new_series": "2023"}, "new_series"), ({"new_series": ""}, "new_series")],
)
def test_what_cannot_be_renewed_is_named(wrong, field):
    a_card(1)
    with pytest.raises(InvalidInput) as refused:
        a_renewal(**wrong)
    assert list(refused.value.fields) == [field]


def test_an_overlap_that_is_over_is_refused():
    a_card(1)
    with pytest.raises(InvalidInput) as refused:
        a_renewal(overlap_until=clock.now())
    assert "overlap_until" in refused.value.fields


def test_who_expires_within_90_days():
    now = clock.now()
    soon = a_card(1, expires_at=now + timedelta(days=89))
    a_card(2, expires_at=now + timedelta(days=91))
    services.block_means(a_card(3, expires_at=now + timedelta(days=5)), actor="user:1")
    a_card(4, expires_at=now - timedelta(days=1))
    assert list(Means.objects.expiring(after=now, until=now + timedelta(days=90))) == [soon]
