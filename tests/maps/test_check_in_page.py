"""The page that a scanned label opens, and the resident's own, as the server sends them."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from gis_platform.core import clock
from gis_platform.reports import jobs, services
from gis_platform.reports.states import State
from gis_platform.residents.models import Means
from gis_platform.residents.services import block_means, mint_means
from layers.places.models import Beacon
from layers.places.services import label_token, page_of, revoke_prints
from rules.loyalty.models import CheckIn
from rules.loyalty.services import Fix, book
from tests.people import LIBRARY, PASSWORD, a_beacon, a_category, a_place, a_resident, a_user
from tests.rules.benefits.programmes import a_programme, definition, put_in_force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
BUTTON = "data-check-in>"


@pytest.fixture
def beacon() -> Beacon:
    return a_beacon()


@pytest.fixture
def anna():
    return a_resident(user=a_user(username="anna", password=PASSWORD))


def scanned(beacon: Beacon, label: str = "") -> str:
    return page_of(beacon, label=label or label_token(beacon))


def page(client, path, *, status=200, language="en"):
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def send(client, place, label, key="press-1"):
    path = f"/places/places/{place.pk}/check-in/"
    return client.post(path, {"label": label, "key": key}, headers={"Accept-Language": "en"})


def said(client, answer) -> str:
    """The message on the page that the answer leads to."""
    assert answer.status_code == 302
    messages = re.search(r'<div class="messages" role="status">(.*?)</div>', page(client, answer["Location"]))
    return messages[1]


def here() -> Fix:
    return Fix(longitude=LIBRARY.x, latitude=LIBRARY.y, accuracy_m=10, taken_at=clock.now())


# --- The card of the label -------------------------------------------------------------------------------------------


def test_the_label_leads_a_resident_to_the_button(client, beacon, anna):
    client.force_login(anna.user)
    html = client.get(f"/q/{label_token(beacon)}", follow=True, headers={"Accept-Language": "en"}).content.decode()
    assert "You are at Library" in html
    assert BUTTON in html
    assert 'src="/static/check-in/check-in.js"' in html


def test_without_a_label_there_is_nothing_to_press(client, beacon, anna):
    client.force_login(anna.user)
    assert "check-in/check-in.js" not in page(client, page_of(beacon))


def test_an_account_without_a_profile_reads_why_it_cannot_check_in(client, beacon):
    client.force_login(a_user("planner"))
    html = page(client, scanned(beacon))
    assert "This account has no resident’s card" in html
    assert BUTTON not in html
    assert "My card" not in html


def test_a_stranger_signs_in_and_comes_back(client, beacon, anna):
    html = page(client, scanned(beacon))
    assert BUTTON not in html
    (address,) = re.findall(r'href="([^"]+)">Sign in to check in', html)
    assert address == f"/sign-in/?next={quote(scanned(beacon), safe='/')}"
    back, *_others = re.findall(r'name="next" value="(/places[^"]+)"', page(client, address).replace("&amp;", "&"))
    answer = client.post("/sign-in/", {"username": "anna", "password": PASSWORD, "next": back})
    assert answer["Location"] == scanned(beacon)


@pytest.mark.parametrize("label", ["forged", "Zm9vYmFyYmF6cXV4AQ", "ā", "<b>"])
def test_a_forged_label_offers_nothing(client, beacon, anna, label):
    client.force_login(anna.user)
    html = page(client, scanned(beacon, label))
    assert "This label was not made by the city" in html
    assert BUTTON not in html
    assert "<b>" not in html


def test_a_replaced_label_offers_nothing(client, beacon, anna):
    client.force_login(anna.user)
    label = label_token(beacon)
    revoke_prints(beacon, actor="user:1", reason="peeled off")
    html = page(client, scanned(beacon, label))
    assert "This label has been replaced; scan the new one" in html
    assert BUTTON not in html


def test_a_label_of_another_place_offers_nothing(client, beacon, anna):
    client.force_login(anna.user)
    elsewhere = label_token(a_beacon(a_place(name_en="Museum")))
    assert "This label belongs to another place" in page(client, scanned(beacon, elsewhere))
    assert "belongs to another place" in said(client, send(client, beacon.place, elsewhere))
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("lv", "Jūs esat šeit: Bibliotēka"), ("lt", "Jūs esate čia:")])
def test_the_card_speaks_the_reader_s_language(client, beacon, language, words):
    assert words in page(client, scanned(beacon), language=language)


# --- Without JavaScript ----------------------------------------------------------------------------------------------


def test_the_form_checks_in_without_a_position_once(client, beacon, anna):
    client.force_login(anna.user)
    first = said(client, send(client, beacon.place, label_token(beacon)))
    assert first.startswith('<p class="notice notice-warning">A stronger proof is needed. Allow the app')
    assert said(client, send(client, beacon.place, label_token(beacon))) == first
    assert [record.decision for record in anna.check_ins.all()] == ["needs-stronger-proof"]


def test_the_form_of_a_stranger_leads_to_the_sign_in(client, beacon):
    answer = send(client, beacon.place, label_token(beacon))
    assert answer["Location"] == f"/sign-in/?next={quote(scanned(beacon), safe='/')}"


def test_the_form_refuses_an_account_without_a_profile(client, beacon):
    client.force_login(a_user("planner"))
    assert "not tied to a resident" in said(client, send(client, beacon.place, label_token(beacon)))


@pytest.mark.parametrize(("key", "sentence"), [("", "The input is not valid"), ("press-1", "not made by the city")])
def test_the_form_says_what_is_wrong_with_it(client, beacon, anna, key, sentence):
    client.force_login(anna.user)
    label = label_token(beacon) if not key else "forged"
    assert sentence in said(client, send(client, beacon.place, label, key))


def test_the_form_needs_its_csrf_token(beacon, anna):
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(anna.user)
    assert send(phone, beacon.place, label_token(beacon)).status_code == 403
    assert phone.get(f"/places/places/{beacon.place_id}/check-in/").status_code == 405


# --- My card ---------------------------------------------------------------------------------------------------------


def test_my_card_shows_means_points_and_check_ins(client, beacon, anna):
    written = definition(effect={"kind": "points", "points": 25}, triggers=["check-in"])
    written["rules"][0]["target"] = {"kind": "receipt"}
    put_in_force(a_programme("visits"), written, first_day=clock.today())
    book(anna, beacon=beacon, fix=here())
    book(anna, beacon=beacon, fix=here())
    mint_means(anna, kind=Means.Kind.QR, actor="user:1", label="Phone")
    lost, _token = mint_means(anna, kind=Means.Kind.LIBRARY, actor="user:1")
    block_means(lost, actor="user:1")
    mint_means(anna, kind=Means.Kind.PRINTED, actor="user:1", expires_at=clock.now() - timedelta(days=1))

    client.force_login(anna.user)
    html = page(client, "/me/")
    assert "Anna Bērziņa" in html
    assert '<span class="figure-number">35</span>' in html
    tags = ["Expired", "Blocked", "In use", "Refused", "Accepted"]
    assert re.findall(r'class="tag tag-\w+">([^<]+)<', html) == tags
    assert "You have checked in here within the last hour; come back later." in html
    assert '<a href="/me/" aria-current="page">My card</a>' in html


def test_my_card_shows_what_became_of_a_report(client, anna):
    draft = services.Draft(category=a_category().code, text="Dark.", longitude=LIBRARY.x, latitude=LIBRARY.y)
    report = services.receive(draft, by=anna.user)
    moved = services.move(report, State.ACCEPTED, by=a_user("operator"), note="Tomorrow.")
    jobs.tell_reporter(event_id=moved.pk)
    client.force_login(anna.user)
    html = page(client, "/me/")
    assert report.code in html
    assert "Tomorrow." in html


def test_my_card_shows_nobody_else_s(client, beacon, anna):
    book(anna, beacon=beacon, fix=here())
    client.force_login(a_resident(given_name="Ilze").user)
    html = page(client, "/me/")
    assert '<span class="figure-number">0</span>' in html
    assert "None yet." in html
    assert "Anna" not in html


def test_my_card_is_kept_by_nobody_and_is_for_residents(client, anna):
    assert client.get("/me/")["Location"] == "/sign-in/?next=/me/"
    client.force_login(a_user("planner"))
    assert "not tied to a resident" in page(client, "/me/", status=403)
    client.force_login(anna.user)
    assert "no-store" in client.get("/me/")["Cache-Control"]
