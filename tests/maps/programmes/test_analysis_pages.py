"""Conflicts, what-if and forecast in the browser: who may, what is shown, and what a wrong day brings."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from gis_platform.core import clock
from rules.benefits import services, versions, what_if
from rules.benefits.facts import ResidentFacts
from rules.benefits.models import Decision, WhatIfRun
from tests.rules.benefits.programmes import NOON, a_budget, a_case, a_programme, definition, put_in_force

HALF = {"kind": "percent", "basis_points": 5_000}
PAGES = ["versions/2/conflicts/", "versions/2/what-if/", "forecast/"]
PAST = {"first_day": "2026-09-01", "last_day": "2026-09-02"}


@pytest.fixture(autouse=True)
def afterwards():
    with clock.frozen(datetime(2026, 9, 10, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def draft(clerk):
    """Half price, in place of the free trips that six people of one district had on 1 September."""
    programme = a_programme()
    put_in_force(programme)
    a_budget(programme)
    for number in range(6):
        resident = ResidentFacts(handle=f"p{number}", home_district="north")
        services.decide(a_case(resident=resident), key=f"k{number}")
    return versions.draft(programme, definition=definition(HALF), first_day=date(2026, 10, 1), author=clerk)


@pytest.fixture
def run(draft, clerk):
    found = what_if.request(draft.pk, first_day=date(2026, 9, 1), last_day=date(2026, 9, 2), user=clerk)
    what_if.run(str(found.pk))
    return found


def text_of(answer):
    return answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_nobody_gets_in_without_signing_in(client, draft, page):
    assert "/sign-in" in client.get(f"/programmes/trips/{page}").url


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_refused(client, draft, stranger, page):
    client.force_login(stranger)
    assert client.get(f"/programmes/trips/{page}").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_planner_and_colleague_read(client, draft, planner, colleague, page):
    for user in (planner, colleague):
        client.force_login(user)
        assert client.get(f"/programmes/trips/{page}").status_code == 200


def test_a_stranger_sees_no_run_and_cancels_none(client, run, stranger):
    client.force_login(stranger)
    for part in ("", "state/", "table.csv"):
        assert client.get(f"/programmes/_what-if/{run.pk}/{part}").status_code == 403
    assert client.post(f"/programmes/_what-if/{run.pk}/cancel/").status_code == 403


@pytest.mark.parametrize("path", ["none/forecast/", "trips/versions/9/conflicts/", f"_what-if/{uuid4()}/"])
def test_what_is_not_there_is_not_found(at_desk, draft, path):
    assert at_desk.get(f"/programmes/{path}").status_code == 404


def test_a_meeting_is_shown_with_its_receipt_and_its_winner(at_desk, draft):
    other = a_programme("relief")
    put_in_force(other, definition({"kind": "percent", "basis_points": 8_000}))
    page = text_of(at_desk.get("/programmes/trips/versions/2/conflicts/"))
    assert "The line goes to “Relief: only”: it gives more here." in page
    # 50 % and 80 % of 10.00.
    assert "€5.00" in page
    assert "€8.00" in page


def test_warnings_and_the_absence_of_conflicts_are_said(at_desk, draft):
    page = text_of(at_desk.get("/programmes/trips/versions/2/conflicts/"))
    assert "No two rules of a group can meet on one line." in page
    assert "is alone in the group “transport”" in page


def test_a_replay_is_asked_waited_for_and_looked_at(at_desk, draft):
    answer = at_desk.post("/programmes/trips/versions/2/what-if/", PAST)
    run = WhatIfRun.objects.get()
    assert answer.url == f"/programmes/_what-if/{run.pk}/"
    assert "The past is being replayed." in text_of(at_desk.get(answer.url))
    assert at_desk.get(f"{answer.url}state/").json() == {"state": "waiting", "progress": 0, "busy": True}
    what_if.run(str(run.pk))
    page = text_of(at_desk.get(answer.url))
    # Six tickets of 0.85 cost the city 5.10; at half of 0.85, rounded to 0.43, they cost 2.58.
    for amount in ("€5.10", "€2.58", "−€2.52"):
        assert amount in page
    assert at_desk.get(f"{answer.url}state/").json()["busy"] is False
    assert f"/programmes/_what-if/{run.pk}/" in text_of(at_desk.get("/programmes/trips/versions/2/what-if/"))


def test_the_table_has_the_numbers_of_the_page(at_desk, run):
    answer = at_desk.get(f"/programmes/_what-if/{run.pk}/table.csv")
    rows = list(csv.DictReader(io.StringIO(text_of(answer))))
    assert {row["part"]: row["change_cents"] for row in rows} == {
        "programme": "-252",
        "district": "-252",
        "day": "-252",
    }
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    "days",
    [
        {"first_day": "2026-09-02", "last_day": "2026-09-01"},
        {"first_day": "2026-09-01", "last_day": "2026-12-01"},
        {"first_day": "soon", "last_day": "2026-09-01"},
        {},
    ],
)
def test_days_that_cannot_be_asked_are_refused_beside_their_field(at_desk, draft, days):
    answer = at_desk.post("/programmes/trips/versions/2/what-if/", days)
    assert answer.status_code == 422
    assert "field-error" in text_of(answer)
    assert not WhatIfRun.objects.exists()


def test_days_without_receipts_and_a_failed_and_a_cancelled_run_say_so(at_desk, draft, clerk):
    empty = what_if.request(draft.pk, first_day=date(2026, 8, 1), last_day=date(2026, 8, 2), user=clerk)
    what_if.run(str(empty.pk))
    assert "nothing to compare" in text_of(at_desk.get(f"/programmes/_what-if/{empty.pk}/"))
    waiting = what_if.request(draft.pk, first_day=date(2026, 8, 1), last_day=date(2026, 8, 2), user=clerk)
    at_desk.post(f"/programmes/_what-if/{waiting.pk}/cancel/")
    assert "It was cancelled" in text_of(at_desk.get(f"/programmes/_what-if/{waiting.pk}/"))
    answer = at_desk.post(f"/programmes/_what-if/{waiting.pk}/cancel/", follow=True)
    assert "The run has ended" in text_of(answer)
    WhatIfRun.objects.filter(pk=waiting.pk).update(state="failed", error_text="It took too long.")
    assert "It took too long." in text_of(at_desk.get(f"/programmes/_what-if/{waiting.pk}/"))


def test_a_table_of_a_run_without_a_result_has_its_head_alone(at_desk, draft, clerk):
    waiting = what_if.request(draft.pk, first_day=date(2026, 8, 1), last_day=date(2026, 8, 2), user=clerk)
    assert len(text_of(at_desk.get(f"/programmes/_what-if/{waiting.pk}/table.csv")).splitlines()) == 1


def test_a_forecast_without_history_is_not_computable_and_says_why(at_desk, draft):
    page = text_of(at_desk.get("/programmes/trips/forecast/"))
    assert "Not computable: 9 days are known, and 28 are needed." in page  # from 1 to 9 September


def test_a_forecast_names_the_day(at_desk, clerk):
    programme = a_programme()
    put_in_force(programme)
    a_budget(programme, limit_cents=85 * 60)
    for day in range(30):
        at = NOON - timedelta(days=day)
        services.decide(a_case(at=at), key=f"d{day}")
    with clock.frozen(datetime(2026, 9, 2, 9, tzinfo=UTC)):
        page = text_of(at_desk.get("/programmes/trips/forecast/"))
    # 30 of 60 tickets are left, one goes each day from 2 September on: the last one on 1 October.
    assert "Runs out on 2026-10-01." in page


def test_a_programme_without_a_budget_has_nothing_that_runs_out(at_desk, clerk):
    put_in_force(a_programme())
    assert "has no budget today" in text_of(at_desk.get("/programmes/trips/forecast/"))


def test_looking_books_nothing(at_desk, run):
    before = Decision.objects.count()
    for page in PAGES:
        at_desk.get(f"/programmes/trips/{page}")
    assert Decision.objects.count() == before
