"""A phone's codes at the readers: once each, and every wrong one with its own answer."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from unittest import mock

import pytest
from django.db import connection, connections

from gis_platform.core import clock, prepared
from gis_platform.core.luhn import CardNumberRefused
from gis_platform.residents import errors, phones, rotating, services
from gis_platform.residents.models import Means, PhoneKey, SpentCode
from gis_platform.residents.phones import Presentation
from tests.people import a_resident

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def at_noon():
    with clock.frozen(NOON):
        yield


class Phone:
    def __init__(self, resident, label="Anna's phone"):
        self.given = phones.add_phone(resident, actor="user:1", label=label)

    def shows(self, at=NOON, *, slow_s=0):
        secret = base64.b64decode(self.given.secret)
        return rotating.code_of(secret, at - timedelta(seconds=slow_s), card=self.given.card)


@pytest.fixture
def phone(at_noon):
    return Phone(a_resident())


def show(code, *, by="device:1", key="", after_s=0):
    with clock.frozen(NOON + timedelta(seconds=after_s)):
        return services.means_behind("qr", code, Presentation(by=by, key=key))


def test_a_code_tells_whose_phone_shows_it(phone):
    assert show(phone.shows()).pk == phone.given.means_id


@pytest.mark.parametrize("after_s", [60, 120, 600])
def test_a_picture_of_a_code_is_refused_after_its_window(phone, after_s):
    with pytest.raises(errors.CodeExpired):
        show(phone.shows(), after_s=after_s)


def test_a_picture_stays_a_picture_however_often_it_is_shown(phone):
    for after_s in (120, 121, 150):
        with pytest.raises(errors.CodeExpired):
            show(phone.shows(), after_s=after_s)


def test_the_same_code_twice_is_refused(phone):
    show(phone.shows())
    for by in ("device:1", "device:2"):
        with pytest.raises(errors.CodeUsed):
            show(phone.shows(), by=by)


def test_the_same_request_may_come_again_with_the_same_code(phone):
    show(phone.shows(), key="receipt-7")
    assert show(phone.shows(), key="receipt-7").pk == phone.given.means_id
    for other in ({"by": "device:2", "key": "receipt-7"}, {"key": "receipt-8"}):
        with pytest.raises(errors.CodeUsed):
            show(phone.shows(), **other)


@pytest.mark.parametrize("slow_s", [30, -30])
def test_one_step_of_a_wrong_clock_is_accepted(phone, slow_s):
    assert show(phone.shows(slow_s=slow_s))


def test_a_clock_two_minutes_ahead_is_called_so(phone):
    with pytest.raises(errors.CodeClockOff, match="clock of the phone is wrong"):
        show(phone.shows(slow_s=-120))


def test_a_clock_two_minutes_behind_is_called_so_at_the_second_code(phone):
    with pytest.raises(errors.CodeExpired):
        show(phone.shows(slow_s=120))
    later = NOON + timedelta(seconds=30)
    with pytest.raises(errors.CodeClockOff):
        show(phone.shows(later, slow_s=120), after_s=30)


def test_a_code_with_another_key_and_one_of_another_city_are_told_apart(phone):
    forged = rotating.code_of(bytes(32), NOON, card=phone.given.card)
    with pytest.raises(errors.CodeForged):
        show(forged)
    with pytest.raises(errors.CodeOfAnotherCity):
        show(rotating.code_of(bytes(32), NOON, card=phone.given.card, city="siauliai"))
    with pytest.raises(errors.MeansUnknown):
        show(rotating.code_of(bytes(32), NOON, card="A" * 16))


def test_a_blocked_phone_is_refused_at_once_and_the_other_still_works(phone):
    resident = Means.objects.get(pk=phone.given.means_id).resident
    other = Phone(resident, "tablet")
    services.block_means(Means.objects.get(pk=phone.given.means_id), actor="user:1")
    with pytest.raises(errors.MeansBlocked):
        show(phone.shows())
    assert show(other.shows()).resident == resident


def test_a_phone_ends_after_two_years(phone):
    after = timedelta(days=730)
    with pytest.raises(errors.MeansExpired):
        show(phone.shows(NOON + after), after_s=after.total_seconds())


def test_a_resident_has_five_phones_at_most(at_noon):
    resident = a_resident()
    given = [phones.add_phone(resident, actor="user:1", label=str(number)) for number in range(5)]
    with pytest.raises(errors.TooManyPhones):
        phones.add_phone(resident, actor="user:1", label="sixth")
    services.block_means(Means.objects.get(pk=given[0].means_id), actor="user:1")
    assert phones.add_phone(resident, actor="user:1", label="sixth")


def test_the_secret_lies_sealed_and_a_card_number_is_no_name(phone):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM residents_phonekey")
        (kept,) = cursor.fetchone()
    assert phone.given.secret.encode() not in bytes(kept)
    assert PhoneKey.objects.get().secret == phone.given.secret
    with pytest.raises(CardNumberRefused):
        phones.add_phone(a_resident(), actor="user:1", label="4111 1111 1111 1111")


def test_used_codes_are_forgotten_when_they_are_too_old_anyway(phone):
    show(phone.shows())
    with clock.frozen(NOON + timedelta(days=14, seconds=1)):
        assert phones.prune() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", [False, True], ids=["as-it-is", "broken-twin"])
def test_two_tills_that_read_a_code_at_once(broken, city_of_jelgava):
    """The twin looks first and writes then, as one would without the unique row: both tills take the code."""
    with clock.frozen(NOON):
        phone = Phone(a_resident())
    both_have_looked = Barrier(2, timeout=10)

    def look_then_write(name, values):
        taken = SpentCode.objects.filter(means_id=values["means"], step=values["step"]).exists()
        both_have_looked.wait()
        return None if taken else (1,)

    def till(number):
        try:
            return bool(show(phone.shows(), by=f"device:{number}"))
        except errors.CodeUsed:
            return False
        finally:
            connections.close_all()

    spending = look_then_write if broken else prepared.row
    with mock.patch.object(phones.prepared, "row", spending), ThreadPoolExecutor(2) as tills:
        taken = sum(tills.map(till, (1, 2)))
    assert taken == (2 if broken else 1)
