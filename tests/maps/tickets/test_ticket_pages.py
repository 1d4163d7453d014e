"""The pages of the ticket office: whose they are, two steps to a ticket, the organiser's list, the door."""

import csv
import io

import pytest

from rules.loyalty.models import Ticket, TicketOrder
from rules.loyalty.tickets import booking
from rules.loyalty.tickets.buyers import Buyer
from rules.loyalty.tickets.tokens import token_of
from tests.people import a_user
from tests.rules.loyalty.tickets.concerts import a_concert, a_talk, paid

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def text(response) -> str:
    return response.content.decode()


def as_somebody(client, *roles):
    user = a_user(*roles)
    client.force_login(user)
    return user


def test_a_visitor_sees_prices_and_is_asked_to_sign_in_to_order(client):
    page = text(client.get(f"/tickets/{a_concert(capacity=4).event_id}/", headers=ENGLISH))
    assert "€8.00" in page
    assert "4 left" in page
    assert "lets 4 people in" in page
    assert "Sign in to order" in page


def test_two_steps_lead_to_a_paid_ticket_with_its_code(client, settings):
    settings.DEMO = True
    as_somebody(client)
    sale = a_concert()
    placed = client.post(f"/tickets/{sale.event_id}/order/", {"count-guest": "2", "count-family": "0"})
    order = TicketOrder.objects.get()
    assert placed["Location"] == f"/tickets/orders/{order.pk}/"
    assert "Pay now" in text(client.get(placed["Location"], headers=ENGLISH))
    checkout = client.post(f"/tickets/orders/{order.pk}/pay/")["Location"]
    assert "No money moves" in text(client.get(checkout, headers=ENGLISH))
    client.post(checkout, {"paid": "yes"})
    page = text(client.get(f"/tickets/orders/{order.pk}/", headers=ENGLISH))
    assert page.count("<svg") >= 2
    assert "Show the code at the door" in page


def test_the_recorded_counterpart_is_closed_outside_of_the_demo(client, settings):
    settings.DEMO = False
    user = as_somebody(client)
    order = booking.order(a_concert(), Buyer.of(user), {"guest": 1})
    assert client.get(booking.pay(order).url).status_code == 404


def test_a_refused_order_is_said_on_the_page(client):
    as_somebody(client)
    sale = a_concert(capacity=1)
    answer = client.post(f"/tickets/{sale.event_id}/order/", {"count-guest": "3"}, follow=True, headers=ENGLISH)
    assert "So many seats are not left" in text(answer)


@pytest.mark.parametrize("counts", [{}, {"count-guest": "-1"}, {"count-guest": "x"}, {"count-guest": "9999"}])
def test_a_form_without_a_count_orders_nothing(client, counts):
    as_somebody(client)
    sale = a_concert()
    answer = client.post(f"/tickets/{sale.event_id}/order/", counts, follow=True, headers=ENGLISH)
    assert "Order at least one ticket." in text(answer)
    assert not TicketOrder.objects.exists()


def test_who_finds_it_sold_out_waits(client):
    as_somebody(client)
    sale = a_talk(capacity=0)
    assert "Wait for: Free" in text(client.get(f"/tickets/{sale.event_id}/", headers=ENGLISH))
    answer = client.post(f"/tickets/{sale.event_id}/wait/", {"tariff": "free"}, follow=True, headers=ENGLISH)
    assert "You are on the waiting list." in text(answer)


def test_an_order_is_its_owners_alone(client):
    owner = as_somebody(client)
    order = booking.order(a_talk(), Buyer.of(owner), {"free": 1})
    path, statuses = f"/tickets/orders/{order.pk}/", {}
    statuses["owner"] = client.get(path).status_code
    as_somebody(client)
    statuses["colleague"] = client.get(path).status_code
    statuses["colleague cancels"] = client.post(f"{path}cancel/").status_code
    client.logout()
    statuses["stranger"] = client.get(path).status_code
    assert statuses == {"owner": 200, "colleague": 404, "colleague cancels": 404, "stranger": 302}


def test_my_tickets_says_what_to_do_when_there_are_none(client):
    as_somebody(client)
    page = text(client.get("/tickets/", headers=ENGLISH))
    assert "You have no tickets yet." in page
    assert "No tickets are on sale just now." in page


@pytest.mark.parametrize("path", ["manage/", "manage/{}/", "manage/{}/tickets.csv", "manage/{}/door/"])
def test_the_organisers_pages_are_for_organisers(client, path):
    path = f"/tickets/{path.format(a_talk().event_id)}"
    statuses = {"stranger": client.get(path).status_code}
    for role in ("tourism_editor", "clerk", "planner"):
        as_somebody(client, role)
        statuses[role] = client.get(path).status_code
    as_somebody(client)
    statuses["resident"] = client.get(path).status_code
    assert statuses == {"stranger": 302, "tourism_editor": 200, "clerk": 200, "planner": 403, "resident": 403}


def test_the_organiser_finds_sorts_exports_and_gives_back_without_a_name(client):
    sale = a_concert()
    orders = [paid(booking.order(sale, Buyer.of(a_user(username=f"anna{n}")), {"guest": 1})) for n in range(3)]
    as_somebody(client, "tourism_editor")
    path = f"/tickets/manage/{sale.event_id}/"
    page = text(client.get(path, {"q": orders[0].code.lower(), "sort": "price"}, headers=ENGLISH))
    assert orders[0].code in page
    assert orders[1].code not in page
    assert "No ticket fits." in text(client.get(path, {"q": "no code"}, headers=ENGLISH))
    rows = list(csv.DictReader(io.StringIO(text(client.get(f"{path}tickets.csv")))))
    assert [(row["tariff"], row["price_cents"], row["state"]) for row in rows] == [("guest", "800", "valid")] * 3
    assert "anna" not in text(client.get(f"{path}tickets.csv")) + text(client.get(path))
    ticket = orders[0].tickets.get()
    client.post(f"{path}refund/", {"ticket": str(ticket.pk)})
    assert Ticket.objects.get(pk=ticket.pk).refunded_at
    again = client.post(f"{path}refund/", {"ticket": str(ticket.pk)}, follow=True, headers=ENGLISH)
    assert "This ticket was given back" in text(again)


def test_the_door_lets_in_once_and_says_why_not(client):
    sale = a_talk()
    ticket = booking.order(sale, Buyer.of(a_user()), {"free": 1}).tickets.select_related("order__sale").get()
    as_somebody(client, "clerk")
    path, body = f"/tickets/manage/{sale.event_id}/door/", {"token": token_of(ticket)}
    first, again = client.post(path, body, headers=ENGLISH), client.post(path, body, headers=ENGLISH)
    assert (first.status_code, again.status_code) == (200, 409)
    assert "Come in" in text(first)
    assert "ticket-used" in text(again)
    forged = client.post(path, {"token": "x"}, headers=ENGLISH)
    assert "This is no ticket of the city" in text(forged)
