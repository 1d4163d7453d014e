"""At the door, with a network and without."""

from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from gis_platform.core import clock
from rules.loyalty.models import Admission, TicketSale
from rules.loyalty.tickets import booking, doors, errors, offline, tokens
from rules.loyalty.tickets.buyers import Buyer
from rules.loyalty.tickets.offline import Scan, door_list, doubles, hash_of, sync
from tests.people import a_device, a_user
from tests.rules.loyalty.tickets.concerts import a_concert, a_talk, paid

pytestmark = pytest.mark.django_db


def a_ticket(sale: TicketSale):
    return booking.order(sale, Buyer.of(a_user()), {"free": 1}).tickets.select_related("order__sale").get()


def claims_of(text: str) -> dict[str, object]:
    """As any program reads it, with the keys that the city publishes."""

    def key(token):
        return next(OKPKey.import_key(key) for key in tokens.public_keys() if key["kid"] == token.headers()["kid"])

    return jwt.decode(text, key, algorithms=["Ed25519"]).claims


class TestToken:
    def test_any_program_can_check_it_with_the_published_key_and_it_names_nobody(self):
        ticket = a_ticket(a_talk())
        text = tokens.token_of(ticket)
        claims = claims_of(text)
        assert claims == {
            "iss": "jelgava", "jti": str(ticket.pk), "event": ticket.order.sale.event_id, "seats": 1
        }  # fmt: skip
        assert len(text) < tokens.LENGTH_MAX
        assert tokens.read(text) == ticket.pk

    def test_the_same_ticket_gives_the_same_text(self):
        ticket = a_ticket(a_talk())
        assert tokens.token_of(ticket) == tokens.token_of(ticket)

    @pytest.mark.parametrize("change", [lambda t: t[:-4], lambda t: t.replace(".", ""), lambda t: "", lambda t: t * 9])
    def test_a_changed_text_is_forged(self, change):
        with pytest.raises(errors.TicketForged):
            tokens.read(change(tokens.token_of(a_ticket(a_talk()))))

    def test_another_key_another_kind_and_no_algorithm_are_forged(self, settings):
        sale = a_talk()
        listed = door_list(sale, a_device())
        ours = tokens.token_of(a_ticket(sale))
        nobodys = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqZWxnYXZhIn0."  # {"alg": "none"}
        for text in (listed, nobodys):
            with pytest.raises(errors.TicketForged):
                tokens.read(text)
        settings.SECRET_KEY = "another city's secret"
        with pytest.raises(errors.TicketForged):
            tokens.read(ours)


class TestScan:
    def test_a_ticket_lets_its_people_in_once_and_the_first_door_is_named(self):
        sale, door = a_concert(), a_device("validator", code="north-door")
        order = paid(booking.order(sale, Buyer.of(a_user()), {"family": 1}))
        token = tokens.token_of(order.tickets.select_related("order__sale").get())
        with clock.frozen(clock.now()) as at:
            assert doors.admit(sale, token, door=door.actor).seats == 4
        with pytest.raises(errors.TicketUsed) as refused:
            doors.admit(sale, token, door="user:9")
        assert refused.value.data == {"first_at": at.isoformat(), "first_door": "north-door"}

    def test_each_wrong_ticket_has_its_own_refusal(self):
        sale, other = a_talk(), a_talk()
        given_back = a_ticket(sale)
        booking.refund(given_back.pk)
        held = booking.order(a_concert(), Buyer.of(a_user()), {"guest": 1})
        unpaid = held.tickets.select_related("order__sale").get()
        cases = {
            errors.TicketElsewhere: (sale, a_ticket(other)),
            errors.TicketRefunded: (sale, given_back),
            errors.TicketNotPaid: (unpaid.order.sale, unpaid),
        }
        for refusal, (at, ticket) in cases.items():
            with pytest.raises(refusal):
                doors.admit(at, tokens.token_of(ticket), door="user:1")
        with pytest.raises(errors.TicketForged):
            doors.admit(sale, "no ticket", door="user:1")
        assert not Admission.objects.exists()

    def test_nobody_comes_before_the_doors_open(self):
        sale = a_talk()
        TicketSale.objects.filter(pk=sale.pk).update(doors_at=clock.now() + timedelta(hours=1))
        sale.refresh_from_db()
        with pytest.raises(errors.DoorsClosed):
            doors.admit(sale, tokens.token_of(a_ticket(sale)), door="user:1")

    def test_only_an_appointed_device_is_a_door(self):
        sale, door, other = a_talk(), a_device(), a_device()
        sale.doors.add(door)
        assert doors.sale_at(door, sale.event_id) == sale
        with pytest.raises(errors.NotADoor):
            doors.sale_at(other, sale.event_id)


class TestOffline:
    def test_the_list_is_signed_for_the_device_and_holds_no_ticket_itself(self):
        sale, door = a_talk(), a_device()
        ticket, used, given_back = a_ticket(sale), a_ticket(sale), a_ticket(sale)
        doors.admit(sale, tokens.token_of(used), door="user:1")
        booking.refund(given_back.pk)
        text = door_list(sale, door)
        claims = claims_of(text)
        assert claims["aud"] == door.actor
        assert set(claims["tickets"]) == {hash_of(ticket.pk), hash_of(used.pk)}
        assert claims["used"] == [hash_of(used.pk)]
        assert str(ticket.pk) not in str(claims)

    def test_two_doors_that_did_not_see_each_other_are_found(self):
        sale, north, south = a_talk(), a_device(code="north"), a_device(code="south")
        token = tokens.token_of(a_ticket(sale))
        first, later = clock.now() - timedelta(minutes=9), clock.now() - timedelta(minutes=4)
        # The later scan is told first: the clocks of the doors decide who was first, not who found a network sooner.
        (told,) = sync(sale, south, [Scan(key="1", token=token, scanned_at=later)])
        assert told.outcome == offline.ADMITTED
        (told,) = sync(sale, north, [Scan(key="1", token=token, scanned_at=first)])
        assert (told.outcome, told.first_at, told.first_door) == (offline.DOUBLE, first, "north")
        (double,) = doubles(sale)
        assert (double.door, double.at) == (south.actor, later)

    def test_told_again_nothing_is_kept_twice(self):
        sale, door = a_talk(), a_device()
        scans = [Scan(key="1", token=tokens.token_of(a_ticket(sale)), scanned_at=clock.now())]
        assert sync(sale, door, scans) == sync(sale, door, scans)
        assert (Admission.objects.count(), doubles(sale)) == (1, [])

    def test_every_scan_is_answered_whatever_became_of_the_others(self):
        sale, door = a_talk(), a_device()
        good, at = tokens.token_of(a_ticket(sale)), clock.now()
        scans = [
            Scan(key="forged", token="x.y.z", scanned_at=at),
            Scan(key="early", token=good, scanned_at=sale.doors_at - timedelta(minutes=1)),
            Scan(key="ahead", token=good, scanned_at=at + timedelta(minutes=5)),
            Scan(key="good", token=good, scanned_at=at),
        ]
        assert [told.outcome for told in sync(sale, door, scans)] == [
            "ticket-forged", "doors-not-open", "scan-from-the-future", "admitted"
        ]  # fmt: skip
