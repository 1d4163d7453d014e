"""The ticket office: capacities, holds, limits, money, waiting."""

from datetime import timedelta

import pytest

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.core.models import OutboxEntry
from gis_platform.residents.moving import move
from rules.ledger.models import Leg
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from rules.loyalty.models import Ticket, TicketOrder, TicketPayment
from rules.loyalty.tickets import booking, errors
from rules.loyalty.tickets.buyers import Buyer
from rules.loyalty.tickets.doors import admit
from rules.loyalty.tickets.paying import organiser_of
from rules.loyalty.tickets.tariffs import offered
from rules.loyalty.tickets.tokens import token_of
from tests.people import a_device, a_resident, a_user
from tests.rules.loyalty.tickets.concerts import (
    a_concert,
    a_quota,
    a_sale,
    a_talk,
    a_tariff,
    a_townsman,
    paid,
    taken,
)

pytestmark = pytest.mark.django_db


def somebody() -> Buyer:
    return Buyer.of(a_user())


def left(sale, buyer=None):
    return {line.tariff.code: line.left for line in offered(sale, buyer)}


class TestCapacity:
    def test_tariffs_share_one_capacity_by_seats(self):
        sale = a_concert(capacity=10)
        order = booking.order(sale, somebody(), {"family": 2, "guest": 1})
        assert (order.state, order.total_cents) == ("held", 2 * 1500 + 800)
        assert taken(sale) == [2 * 4 + 1]
        assert left(sale) == {"resident": 1, "family": 0, "guest": 1}

    def test_a_refused_order_takes_nothing_and_says_what_is_left(self):
        sale = a_concert(capacity=10)
        with pytest.raises(errors.SoldOut) as refused:
            booking.order(sale, somebody(), {"family": 2, "guest": 3})
        assert refused.value.data == {"left": 10}
        assert (taken(sale), TicketOrder.objects.count(), Ticket.objects.count()) == ([0], 0, 0)

    def test_every_capacity_of_a_tariff_must_have_room(self):
        sale = a_sale(capacity=100)
        boat = a_quota(sale, "boat", 3)
        a_tariff(sale, "walk", quotas=[sale.quotas.get(name="hall")])
        a_tariff(sale, "cruise", quotas=[sale.quotas.get(name="hall"), boat])
        booking.order(sale, somebody(), {"cruise": 3})
        with pytest.raises(errors.SoldOut):
            booking.order(sale, somebody(), {"cruise": 1})
        booking.order(sale, somebody(), {"walk": 5})
        assert taken(sale) == [8, 3]

    def test_seats_that_are_not_paid_in_time_free_themselves(self):
        sale = a_concert(capacity=4)
        order = booking.order(sale, somebody(), {"family": 1})
        with clock.frozen(clock.now() + timedelta(minutes=14)), pytest.raises(errors.SoldOut):
            booking.order(sale, somebody(), {"guest": 1})
        with clock.frozen(clock.now() + timedelta(minutes=16)):
            assert left(sale)["guest"] == 4
            booking.order(sale, somebody(), {"guest": 4})
        order.refresh_from_db()
        assert (order.state, taken(sale)) == ("expired", [4])

    def test_a_till_with_the_last_seat_finds_it_by_itself(self):
        sale = a_concert(capacity=1)
        booking.order(sale, somebody(), {"guest": 1})
        with clock.frozen(clock.now() + timedelta(minutes=16)):
            assert booking.release(sale.pk) == 1
            assert taken(sale) == [0]
            assert booking.release(sale.pk) == 0


class TestWhoMayBuy:
    def test_residents_are_known_by_where_they_live(self):
        sale = a_concert()
        booking.order(sale, a_townsman(), {"resident": 1})
        neighbour = a_resident()
        move(neighbour, on=clock.today(), source="register", district="JEL-NOV", actor="user:1")
        for other in (somebody(), Buyer.known(neighbour)):
            with pytest.raises(errors.TariffNotYours) as refused:
                booking.order(sale, other, {"resident": 1})
            assert refused.value.data == {"tariff": "resident"}

    def test_a_person_gets_at_most_so_many_whatever_the_orders(self):
        sale = a_talk(per_person_max=2)
        one, other = somebody(), somebody()
        booking.order(sale, one, {"free": 1})
        with pytest.raises(errors.TicketsTooMany) as refused:
            booking.order(sale, one, {"free": 2})
        assert refused.value.data == {"tariff": "free", "most": 2}
        booking.order(sale, one, {"free": 1})
        booking.order(sale, other, {"free": 2})
        assert taken(sale) == [4]

    def test_what_was_given_back_may_be_ordered_again(self):
        sale = a_talk(per_person_max=1)
        one = somebody()
        booking.cancel(booking.order(sale, one, {"free": 1}))
        assert booking.order(sale, one, {"free": 1}).state == "confirmed"

    @pytest.mark.parametrize(
        ("wanted", "refusal"),
        [
            ({}, InvalidInput),
            ({"guest": 0}, InvalidInput),
            ({"vip": 1}, errors.TariffUnknown),
            ({"guest": 11}, errors.TicketsTooMany),
        ],
    )
    def test_a_wrong_order_is_refused(self, wanted, refusal):
        with pytest.raises(refusal):
            booking.order(a_concert(capacity=50), somebody(), wanted)

    def test_a_tariff_has_a_window_of_its_own_within_the_sales(self):
        now = clock.now()
        sale = a_sale()
        a_tariff(sale, "late", opens_at=now + timedelta(days=1))
        a_tariff(sale, "early", closes_at=now)
        with pytest.raises(errors.SaleNotOpen):
            booking.order(sale, somebody(), {"late": 1})
        with pytest.raises(errors.SaleOver):
            booking.order(sale, somebody(), {"early": 1})
        assert {line.tariff.code: line.closed for line in offered(sale, None)} == {"late": "not-yet", "early": "over"}


class TestMoney:
    def test_a_paid_order_is_confirmed_and_booked_on_both_sides(self):
        sale = a_concert()
        order = paid(booking.order(sale, somebody(), {"guest": 2}))
        assert order.state == "confirmed"
        assert balance(organiser_of(sale)) == 2 * 800
        assert balance(AccountKey(kind="clearing", holder="ticket-payments", unit="cents")) == -2 * 800
        assert sum(Leg.objects.values_list("amount", flat=True)) == 0

    def test_being_told_twice_books_once_and_a_failure_leaves_the_hold(self):
        sale = a_concert()
        order = booking.order(sale, somebody(), {"guest": 1})
        reference = booking.pay(order).reference
        assert booking.pay(order).reference == reference
        assert booking.payment_told(reference, paid=False).state == "held"
        again = booking.pay(order).reference
        booking.payment_told(again, paid=True)
        booking.payment_told(again, paid=True)
        assert balance(organiser_of(sale)) == 800

    def test_a_refund_returns_seat_and_price(self):
        sale = a_concert()
        order = paid(booking.order(sale, somebody(), {"guest": 2}))
        booking.refund(order.tickets.first().pk)
        assert (taken(sale), balance(organiser_of(sale))) == ([1], 800)
        promise = OutboxEntry.objects.get(topic=booking.REFUND)
        assert promise.payload["cents"] == 800
        assert TicketPayment.objects.get().refunded_cents == 800
        with pytest.raises(errors.TicketRefunded):
            booking.refund(Ticket.objects.exclude(refunded_at=None).get().pk)

    def test_a_used_ticket_is_not_given_back(self):
        sale = a_talk()
        ticket = booking.order(sale, somebody(), {"free": 1}).tickets.get()
        admit(sale, token_of(ticket), door="user:1")
        with pytest.raises(errors.TicketUsed):
            booking.refund(ticket.pk)

    def test_after_the_day_only_the_organiser_gives_back(self):
        sale = a_concert(refunds_until=clock.now() - timedelta(minutes=1))
        ticket = paid(booking.order(sale, somebody(), {"guest": 1})).tickets.get()
        with pytest.raises(errors.RefundTooLate):
            booking.refund(ticket.pk)
        assert booking.refund(ticket.pk, by_organiser=True).refunded_at

    def test_money_that_comes_late_gets_the_seat_that_is_still_free(self):
        sale = a_concert(capacity=1)
        order = booking.order(sale, somebody(), {"guest": 1})
        reference = booking.pay(order).reference
        with clock.frozen(clock.now() + timedelta(minutes=30)):
            booking.release(sale.pk)
            assert booking.payment_told(reference, paid=True).state == "confirmed"
        assert taken(sale) == [1]

    def test_money_for_a_seat_that_is_gone_is_given_back_whole(self):
        sale = a_concert(capacity=1)
        order = booking.order(sale, somebody(), {"guest": 1})
        reference = booking.pay(order).reference
        with clock.frozen(clock.now() + timedelta(minutes=30)):
            booking.order(sale, somebody(), {"guest": 1})
            assert booking.payment_told(reference, paid=True).state == "expired"
        assert OutboxEntry.objects.get(topic=booking.REFUND).payload["cents"] == 800
        assert balance(organiser_of(sale)) == 0

    def test_a_till_sells_and_confirms_at_once_on_its_own_account(self):
        sale, till = a_concert(), a_device(code="box-office")
        order = booking.order(sale, Buyer.nobody("1"), {"guest": 1}, till=till)
        assert order.state == "confirmed"
        assert balance(AccountKey(kind="clearing", holder="till:box-office", unit="cents")) == -800


class TestWaiting:
    def test_a_seat_that_comes_back_is_held_for_the_longest_waiting(self):
        sale = a_talk(capacity=1)
        owner, first, second = somebody(), somebody(), somebody()
        order = booking.order(sale, owner, {"free": 1})
        for waiting in (first, second):
            booking.wait(sale, waiting, code="free", count=1)
        booking.cancel(order)
        (held,) = TicketOrder.objects.filter(state="held")
        assert (held.holder, taken(sale)) == (first.holder, [1])
        with pytest.raises(errors.SoldOut):
            booking.order(sale, somebody(), {"free": 1})

    def test_a_hold_that_lapses_goes_to_who_waits_before_who_asks(self):
        sale = a_concert(capacity=1)
        booking.order(sale, somebody(), {"guest": 1})
        waiting = somebody()
        booking.wait(sale, waiting, code="guest", count=1)
        with clock.frozen(clock.now() + timedelta(minutes=20)):
            with pytest.raises(errors.SoldOut):
                booking.order(sale, somebody(), {"guest": 1})
            booking.release(sale.pk)
        assert TicketOrder.objects.filter(state="held").values_list("holder", flat=True)[0] == waiting.holder

    def test_whom_the_free_seats_do_not_fit_keeps_the_place(self):
        sale = a_concert(capacity=4)
        orders = [booking.order(sale, somebody(), {"guest": 1}) for _ in range(4)]
        family, guest = somebody(), somebody()
        booking.wait(sale, family, code="family", count=1)
        booking.wait(sale, guest, code="guest", count=1)
        booking.cancel(orders[0])
        assert TicketOrder.objects.get(state="held", holder=guest.holder)
        assert not TicketOrder.objects.filter(holder=family.holder).exists()

    def test_nobody_waits_for_what_can_be_had(self):
        with pytest.raises(errors.NotSoldOut):
            booking.wait(a_talk(), somebody(), code="free", count=1)

    def test_asking_again_keeps_the_place(self):
        sale, waiting = a_talk(capacity=1), somebody()
        booking.order(sale, somebody(), {"free": 1})
        places = {booking.wait(sale, waiting, code="free", count=1).pk for _ in range(2)}
        assert len(places) == 1


def test_somebody_elses_order_is_not_known():
    order = booking.order(a_talk(), somebody(), {"free": 1})
    with pytest.raises(errors.OrderUnknown):
        booking.of_holder(somebody().holder, order.pk)


def test_an_order_that_ended_is_neither_paid_nor_cancelled():
    order = booking.cancel(booking.order(a_concert(), somebody(), {"guest": 1}))
    for act in (booking.pay, booking.cancel):
        with pytest.raises(errors.OrderEnded):
            act(order)
