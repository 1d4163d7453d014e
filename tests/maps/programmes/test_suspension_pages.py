"""Suspensions in the browser: written by one clerk, approved by another, read by planners."""

from datetime import UTC, date, datetime

import pytest

from gis_platform.core import clock
from gis_platform.residents.models import Group
from rules.benefits import overrides
from rules.benefits.models import Override
from tests.rules.benefits.programmes import a_programme
from tests.rules.benefits.test_overrides import PUPILS, autumn

TYPED = {
    "legal_act": "Decision of the city council",
    "legal_number": "21-114",
    "legal_date": "2021-09-30",
    "first_day": "2021-10-01",
    "last_day": "2021-11-14",
}
FOR_PUPILS = {"exception-0-groups": "pupil", "exception-0-last_day": "2021-10-24"}


@pytest.fixture(autouse=True)
def autumn_2021():
    with clock.frozen(datetime(2021, 9, 20, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def pupils(db):
    return Group.objects.create(code="pupil", name_en="Pupils")


@pytest.fixture
def draft(clerk):
    return overrides.draft(autumn(), author=clerk)


def act(client, override, name, **fields):
    return client.post(f"/programmes/_suspensions/{override.pk}/act/", {"act": name} | fields, follow=True)


def test_nobody_gets_in_without_signing_in(client, draft):
    for path in ("", "new/", f"{draft.pk}/"):
        assert "/sign-in" in client.get(f"/programmes/_suspensions/{path}").url


def test_a_stranger_is_refused_and_changes_nothing(client, draft, stranger):
    client.force_login(stranger)
    for path in ("", "new/", f"{draft.pk}/", f"{draft.pk}/edit/"):
        assert client.get(f"/programmes/_suspensions/{path}").status_code == 403
    assert act(client, draft, "approve").status_code == 403
    assert Override.objects.get().state == "draft"


def test_a_planner_reads_and_does_not_write(client, draft, planner):
    client.force_login(planner)
    page = client.get(f"/programmes/_suspensions/{draft.pk}/")
    assert "From 2021-10-01 to 2021-11-14, all programmes are suspended." in page.content.decode()
    assert client.get("/programmes/_suspensions/new/").status_code == 403
    assert act(client, draft, "approve").status_code == 403


def test_a_clerk_writes_one_with_an_exception_for_pupils(at_desk, pupils, clerk):
    answer = at_desk.post("/programmes/_suspensions/new/", TYPED | FOR_PUPILS)
    override = Override.objects.get()
    assert answer.url == f"/programmes/_suspensions/{override.pk}/"
    assert (override.first_day, override.end_day) == (date(2021, 10, 1), date(2021, 11, 15))
    pupil = {"op": "a_overlaps", "args": [{"property": "resident.groups"}, ["pupil"]]}
    assert override.exceptions == [{"when": pupil, "end_day": "2021-10-25"}]
    assert override.author == clerk
    assert "2021-10-24: Pupils" in at_desk.get(answer.url).content.decode()


def test_its_author_does_not_approve_and_a_colleague_does(at_desk, client, draft, colleague):
    assert "somebody other than its author" in act(at_desk, draft, "approve").content.decode()
    assert Override.objects.get().state == "draft"
    client.force_login(colleague)
    act(client, draft, "approve")
    assert Override.objects.get().state == "active"


def test_a_draft_is_changed_in_the_form_without_loss(at_desk, pupils):
    at_desk.post("/programmes/_suspensions/new/", TYPED | FOR_PUPILS)
    override = Override.objects.get()
    page = at_desk.get(f"/programmes/_suspensions/{override.pk}/edit/").content.decode()
    assert 'value="2021-10-24"' in page
    at_desk.post(f"/programmes/_suspensions/{override.pk}/edit/", TYPED | FOR_PUPILS | {"legal_number": "21-115"})
    changed = Override.objects.get()
    assert (changed.legal_number, changed.exceptions) == ("21-115", override.exceptions)


def test_one_that_the_form_could_not_write_is_not_opened_in_it(at_desk, draft):
    Override.objects.filter(pk=draft.pk).update(
        exceptions=[{"when": {"op": "not", "args": [PUPILS]}, "end_day": "2021-10-25"}]
    )
    assert at_desk.get(f"/programmes/_suspensions/{draft.pk}/edit/").url == f"/programmes/_suspensions/{draft.pk}/"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"legal_act": ""}, "id_legal_act_error"),
        ({"last_day": "2021-09-30"}, "id_last_day_error"),
        ({"last_day": "soon"}, "id_last_day_error"),
        ({"exception-0-groups": "pupil"}, "id_exception-0-last_day_error"),
        (FOR_PUPILS | {"exception-0-last_day": "2021-09-01"}, "id_exception-0-last_day_error"),
        ({"exception-1-age_min": "-1", "exception-1-last_day": "2021-10-24"}, "id_exception-1-age_min_error"),
        (FOR_PUPILS | {"exception-0-age_min": "9", "exception-0-age_max": "7"}, "id_exception-0-age_max_error"),
    ],
)
def test_what_cannot_stand_is_said_beside_its_field(at_desk, pupils, typed, field):
    answer = at_desk.post("/programmes/_suspensions/new/", TYPED | typed)
    assert answer.status_code == 422
    assert f'id="{field}"' in answer.content.decode()
    assert not Override.objects.exists()


def test_an_unknown_programme_or_group_is_refused(at_desk, pupils):
    for typed in ({"programmes": "none"}, FOR_PUPILS | {"exception-0-groups": "nobody"}):
        assert at_desk.post("/programmes/_suspensions/new/", TYPED | typed).status_code == 422


def test_named_programmes_are_named(at_desk, pupils):
    a_programme("trips", name_en="Trips")
    at_desk.post("/programmes/_suspensions/new/", TYPED | {"programmes": "trips"})
    override = Override.objects.get()
    assert override.programmes == ["trips"]
    page = at_desk.get(f"/programmes/_suspensions/{override.pk}/").content.decode()
    assert "these programmes are suspended: Trips." in page


def test_one_in_force_is_lifted_by_somebody_other_than_its_approver(at_desk, client, draft, colleague):
    overrides.approve(draft.pk, approver=colleague)
    act(at_desk, draft, "lift", from_day="2021-10-08")
    assert Override.objects.get().lifted_from == date(2021, 10, 8)


def test_a_day_that_is_none_lifts_nothing(at_desk, draft, colleague):
    overrides.approve(draft.pk, approver=colleague)
    for day in ("", "soon", "2021-09-20"):
        act(at_desk, draft, "lift", from_day=day)
    assert Override.objects.get().lifted_from is None


def test_a_draft_is_dropped_and_an_active_one_is_not(at_desk, clerk, colleague):
    one, two = (overrides.draft(autumn(), author=clerk) for _ in range(2))
    overrides.approve(two.pk, approver=colleague)
    act(at_desk, one, "drop")
    act(at_desk, two, "drop")
    assert list(Override.objects.values_list("pk", flat=True)) == [two.pk]


def test_an_act_that_is_none_is_refused(at_desk, draft):
    assert act(at_desk, draft, "burn").status_code == 400


def test_the_list_says_where_each_stands(at_desk, draft, colleague):
    overrides.approve(draft.pk, approver=colleague)
    assert "To come" in at_desk.get("/programmes/_suspensions/").content.decode()
    with clock.frozen(datetime(2021, 10, 2, 9, tzinfo=UTC)):
        assert "In force" in at_desk.get("/programmes/_suspensions/").content.decode()
    with clock.frozen(datetime(2021, 12, 2, 9, tzinfo=UTC)):
        assert "Over" in at_desk.get("/programmes/_suspensions/").content.decode()
