"""The resident's cards and codes, and the clerk's desk for them."""

from datetime import timedelta

import pytest
from django.test import Client

from gis_platform.core import clock
from gis_platform.core.models import AuditEntry
from gis_platform.residents import printing, rotating, services
from gis_platform.residents.models import Means
from tests.people import a_resident, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
CARD_NUMBER = "4111111111111111"


def signed_in(user) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def a_card(resident, number=1, **fields):
    return services.issue_means(resident, kind="library", token=f"JB-{number:04}", actor="user:1", **fields)


@pytest.fixture
def anna():
    return a_resident()


@pytest.fixture
def clerk():
    return signed_in(a_user("clerk", is_staff=True))


def test_the_page_of_the_code_names_nobody_and_may_be_kept(anna):
    answer = signed_in(anna.user).get("/card/")
    text = answer.content.decode()
    assert anna.user.username not in text
    assert "Bērziņa" not in text
    assert "private" not in answer.get("Cache-Control", "")


def test_a_phone_gets_its_secret_once(anna):
    answer = signed_in(anna.user).post("/card/phone/", {"label": "Anna's phone"})
    given = answer.json()
    assert (answer.status_code, answer["Cache-Control"], given["city"]) == (201, "no-store", "JELGAVA")
    assert rotating.FORM.fullmatch(f"R1:JELGAVA:{given['card']}:1:{given['card']}")
    shown = signed_in(anna.user).get("/card/means/").content.decode()
    assert "Anna&#x27;s phone" in shown
    assert given["secret"] not in shown


def test_one_is_blocked_and_the_other_still_works(anna):
    lost, other = a_card(anna, 1), a_card(anna, 2)
    answer = signed_in(anna.user).post(f"/card/means/{lost.pk}/", {"wish": "block"}, follow=True)
    assert "Your other cards and codes still work." in answer.content.decode()
    assert services.means_behind("library", "JB-0002") == other
    assert Means.objects.get(pk=lost.pk).blocked_at


def test_one_is_renamed_and_a_card_number_is_no_name(anna):
    card = a_card(anna)
    client = signed_in(anna.user)
    client.post(f"/card/means/{card.pk}/", {"wish": "rename", "label": "Blue one"})
    refused = client.post(f"/card/means/{card.pk}/", {"wish": "rename", "label": CARD_NUMBER}, follow=True)
    assert Means.objects.get(pk=card.pk).label == "Blue one"
    assert CARD_NUMBER not in refused.content.decode()


def test_a_printed_code_is_ordered_once(anna):
    client = signed_in(anna.user)
    for sentence in ("is ordered", "is on its way already"):
        assert sentence in client.post("/card/order/", follow=True).content.decode()


@pytest.mark.parametrize("wish", ["block", "rename"])
def test_owner_colleague_and_stranger_of_a_card(anna, wish):
    path = f"/card/means/{a_card(anna).pk}/"
    colleague, stranger = signed_in(a_resident().user), Client()
    assert colleague.post(path, {"wish": wish}).status_code == 404
    assert stranger.post(path, {"wish": wish}).status_code == 302
    assert Means.objects.get().blocked_at is None
    assert signed_in(anna.user).post(path, {"wish": wish}).status_code == 302
    assert signed_in(a_user()).get("/card/means/").status_code == 403  # an account that is nobody's


def test_the_desk_finds_by_the_token_and_keeps_that_it_looked(clerk, anna):
    a_card(anna)
    assert "Anna Bērziņa" in clerk.post("/cards/", {"kind": "library", "token": "JB-0001"}).content.decode()
    assert AuditEntry.objects.get(action="residents.looked-up").subject == f"resident:{anna.pk}"
    unknown = clerk.post("/cards/", {"kind": "library", "token": "JB-9999"}).content.decode()
    assert "Nobody is known by this card or code" in unknown
    refused = clerk.post("/cards/", {"kind": "bank_token", "token": CARD_NUMBER}).content.decode()
    assert "Card numbers are not kept here" in refused
    assert CARD_NUMBER not in refused


def test_the_desk_replaces_and_prints(clerk, anna):
    lost = a_card(anna)
    clerk.post(f"/cards/{lost.pk}/", {"wish": "replace"})
    sheet = clerk.post("/cards/print/")
    assert "no-store" in sheet["Cache-Control"]
    assert sheet.content.decode().count("<svg") >= 1
    assert "There is nothing to print." in clerk.post("/cards/print/", follow=True).content.decode()


def test_the_desk_renews_a_series(clerk, anna):
    old = a_card(anna, series="2023")
    day = (clock.today() + timedelta(days=60)).isoformat()
    clerk.post("/cards/renew/", {"series": "2023", "new_series": "2026", "overlap_until": day})
    printing.renew(printing.Renewal.objects.get().pk)
    old.refresh_from_db()
    assert clock.local(old.expires_at - timedelta(seconds=1)).date().isoformat() == day  # that day still counts
    assert "2023 → 2026" in clerk.get("/cards/").content.decode()
    wrong = clerk.post("/cards/renew/", {"series": "2023", "new_series": "x", "overlap_until": "soon"}, follow=True)
    assert "Choose a day that is still to come" in wrong.content.decode()


def test_who_expires_is_listed_sorted_and_exported(clerk):
    for number, (name, days) in enumerate((("=Zeta", 10), ("Alfa", 80), ("Late", 91))):
        a_card(a_resident(family_name=name), number, expires_at=clock.now() + timedelta(days=days))
    by_day, by_name = (clerk.get(f"/cards/?order={order}").content.decode() for order in ("day", "name"))
    assert by_day.index("Zeta") < by_day.index("Alfa")
    assert "Late" not in by_day
    assert by_name.index("=Zeta") < by_name.index("Alfa")  # "=" sorts before letters
    exported = clerk.get("/cards/expiring.csv").content.decode()
    assert "'=Zeta" in exported
    assert exported.count("\n") == 3


@pytest.mark.parametrize("path", ["/cards/", "/cards/expiring.csv"])
def test_the_desk_is_for_clerks(path):
    assert signed_in(a_user("tourism_editor")).get(path).status_code == 403
    assert signed_in(a_resident().user).get(path).status_code == 403
    assert Client().get(path).status_code == 403


def test_what_the_desk_does_is_for_clerks(anna):
    card = a_card(anna)
    for path in (f"/cards/{card.pk}/", "/cards/renew/", "/cards/print/"):
        assert signed_in(a_user("operator")).post(path).status_code == 403
    assert Means.objects.get().blocked_at is None
