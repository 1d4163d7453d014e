"""The settlement pages: who gets in, what stands on them, and every act by its button."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gis_platform.core import clock
from gis_platform.identity.models import User
from rules.ledger.models import Finding, Funder, Period, Run, Statement
from rules.ledger.settlement import periods, runs
from tests.people import a_user
from tests.rules.ledger.bank import execute
from tests.rules.ledger.bookings import OCTOBER_2, OTHER_IBAN, a_merchant, close, grant, programme, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return a_user("clerk")


@pytest.fixture
def desk(clerk) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(clerk)
    return client


@pytest.fixture
def shops():
    return [a_merchant("Maiznīca Žagars"), a_merchant("Kafejnīca", iban=OTHER_IBAN), a_merchant("Stands", iban="")]


@pytest.fixture
def month(shops) -> Period:
    grant(shops[0], 185, code="K7QF2MWX9P"), grant(shops[1], 4000, by=programme("meals", "district"))
    grant(shops[2], 40)
    return close()


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", response.content.decode())


def pages(period: Period, run: Run) -> list[str]:
    statement = Statement.objects.filter(period=period).first()
    return [
        "/settlement/",
        f"/settlement/periods/{period.pk}/",
        f"/settlement/periods/{period.pk}/journal.csv",
        f"/settlement/periods/{period.pk}/journal.json",
        f"/settlement/runs/{run.pk}/",
        f"/settlement/runs/{run.pk}/payments.xml",
        f"/settlement/statements/{statement.number}/",
        f"/settlement/statements/{statement.number}.pdf",
        f"/settlement/statements/{statement.number}.csv",
        "/settlement/bank/",
        "/settlement/balances/",
        "/settlement/entries/",
    ]


def test_only_clerks_get_in(desk, month):
    """A clerk does, a colleague of another role and a resident do not, and a stranger is asked to sign in."""
    run = settle(month)
    for page in pages(month, run):
        assert desk.get(page).status_code == 200, page
        assert Client().get(page)["Location"].startswith("/sign-in/?next=/settlement/"), page
        for other in (a_user("planner"), a_user("merchant_manager"), a_user()):
            client = Client()
            client.force_login(other)
            assert client.get(page).status_code == 403, page


@pytest.mark.parametrize(
    "path", ["close/", "periods/{period}/prepare/", "runs/{run}/act/", "findings/1/resolve/", "bank/"]
)
def test_nobody_else_writes(month, path):
    run = runs.prepare(month, by=a_user("clerk"))
    client = Client()
    client.force_login(a_user("planner"))
    response = client.post(f"/settlement/{path.format(period=month.pk, run=run.pk)}", {"act": "approve"})
    assert response.status_code == 403
    run.refresh_from_db()
    assert run.state == Run.State.PREPARED


def test_empty_pages_say_what_will_be_there(desk):
    assert "The first period begins with the first decision." in read(desk, "/settlement/")
    assert "No statement was read yet." in read(desk, "/settlement/bank/")
    assert "Nothing was booked before that day." in read(desk, "/settlement/balances/")
    assert "Nothing was booked yet." in read(desk, "/settlement/entries/")


def test_the_menu_shows_settlement_to_clerks_alone(desk):
    link = '<a href="/settlement/"'
    staff = a_user("clerk", is_staff=True)
    desk.force_login(staff)
    assert link in read(desk, "/monitor/")
    desk.force_login(a_user("planner", is_staff=True))
    assert link not in read(desk, "/monitor/")


def test_a_period_is_closed_by_its_button(desk, shops):
    grant(shops[0], 185)
    with clock.frozen(OCTOBER_2):
        assert "Close the period" in read(desk, "/settlement/")
        response = desk.post("/settlement/close/")
    period = Period.objects.get()
    assert response["Location"] == f"/settlement/periods/{period.pk}/"
    waiting = read(desk, response["Location"])
    assert "The statements are being made" in waiting
    assert 'http-equiv="refresh"' in waiting
    periods.complete(period.pk)
    assert "Prepare a run" in read(desk, response["Location"])


def test_a_period_that_lasts_is_not_closed(desk, shops):
    grant(shops[0], 185, clock.today())
    assert "It can be closed from" in read(desk, "/settlement/")
    response = desk.post("/settlement/close/", follow=True)
    assert "The period can be closed from" in response.content.decode()
    assert not Period.objects.exists()


def test_a_run_goes_through_four_eyes_on_its_page(desk, clerk, month):
    Funder.objects.create(code="district", name="Jelgavas novads")
    with clock.frozen(OCTOBER_2):
        address = desk.post(f"/settlement/periods/{month.pk}/prepare/", {"pay_on": "2026-10-05"})["Location"]
        page = read(desk, address)
        assert "somebody else has to approve it" in page
        assert "Approve and book" not in page
        assert "The merchant has no bank account on record." in page
        assert "Jelgavas novads" in page
        desk.post(f"{address}act/", {"act": "approve"})
        assert Run.objects.get().state == Run.State.PREPARED
        desk.force_login(a_user("clerk"))
        assert "Approve and book" in read(desk, address)
        assert "waits for approval" in read(desk, "/settlement/")
        desk.post(f"{address}act/", {"act": "approve"})
    run = Run.objects.get()
    assert (run.state, run.pay_on.isoformat(), run.maker) == ("approved", "2026-10-05", clerk)
    file = desk.get(f"{address}payments.xml")
    assert file["Content-Disposition"] == f'attachment; filename="payments-2026-09-{run.pk}.xml"'
    assert -sum(line.cents for line in execute(file.content).lines) == 4185
    assert b"Jelgavas novads" in desk.get(f"/settlement/claims/{run.claims.get().number}.xml").content


def test_a_run_that_is_not_approved_has_no_file(desk, month):
    run = runs.prepare(month, by=a_user("clerk"))
    assert desk.get(f"/settlement/runs/{run.pk}/payments.xml").status_code == 404
    desk.post(f"/settlement/runs/{run.pk}/act/", {"act": "cancel"})
    assert "Cancelled" in read(desk, f"/settlement/runs/{run.pk}/")


def test_a_funder_of_whom_nothing_is_known_is_named(desk, month):
    assert "not on record: add the funder in the console" in read(desk, f"/settlement/periods/{month.pk}/")


def test_a_statement_leads_to_its_decisions_and_shows_the_city_its_programmes(desk, month):
    bakery, café, _stall = Statement.objects.filter(period=month).order_by("pk")
    page = read(desk, f"/settlement/statements/{bakery.number}/")
    assert "K7QF2MWX9P" in page
    assert "€1.85" in page
    page = read(desk, f"/settlement/statements/{café.number}/")
    assert "meals" in page
    assert "the merchant does not see this" in page
    assert desk.get("/settlement/statements/nothing/").status_code == 404


def test_a_bank_statement_is_imported_and_its_faults_stand_on_top(desk, month):
    paper = execute(bytes(settle(month).payment_file))
    file = SimpleUploadedFile("camt.xml", paper.but(lines=paper.lines[1:]).xml())
    page = desk.post("/settlement/bank/", {"file": file}, follow=True).content.decode()
    assert "1 thing does not fit" in page
    assert page.index("Missing at the bank") < page.index("Import a statement")
    finding = Finding.objects.get()
    desk.post(f"/settlement/findings/{finding.pk}/resolve/", {"note": ""})
    assert Finding.objects.get().resolved_at is None
    desk.post(f"/settlement/findings/{finding.pk}/resolve/", {"note": "Paid by hand."})
    page = read(desk, "/settlement/bank/")
    assert "What does not fit" not in page
    assert "Paid by hand." in page
    assert "Confirmed" in read(desk, f"/settlement/bank/{finding.statement_id}/")


@pytest.mark.parametrize("content", [b"<a/>", b"no xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_file_that_is_no_statement_is_refused_beside_the_field(desk, content):
    response = desk.post("/settlement/bank/", {"file": SimpleUploadedFile("camt.xml", content)})
    assert response.status_code == 400
    assert 'id="file-error"' in response.content.decode()


def test_balances_before_a_day_and_of_each_kind(desk, month):
    settle(month)
    before = read(desk, "/settlement/balances/?day=2026-10-01&kind=merchant")
    assert "€42.25" in before  # 1.85 + 40.00 + 0.40
    assert "Both sides are equal" in before
    assert "Payments on their way" in read(desk, "/settlement/balances/?kind=clearing")
    assert read(desk, "/settlement/balances/?kind=resident&day=never")


@pytest.mark.parametrize(("query", "found"), [("q=K7QF2MWX9P", 1), ("q=payments", 2), ("kind=payment", 2), ("q=x", 0)])
def test_entries_are_found_by_code_account_and_kind(desk, month, query, found):
    settle(month)
    assert read(desk, f"/settlement/entries/?{query}").count('<dl class="legs">') == found


def test_late_bookings_are_marked_in_the_entries(desk, month, shops):
    grant(shops[0], -30)
    assert "settled with 2026-10-01" in read(desk, "/settlement/entries/")


@pytest.mark.parametrize("language", ["lv", "lt", "en"])
def test_a_statement_on_paper_comes_in_the_readers_language(desk, month, language):
    number = Statement.objects.filter(period=month).first().number
    response = desk.get(f"/settlement/statements/{number}.pdf", headers={"Accept-Language": language})
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="statement-{number}-{language}.pdf"'
