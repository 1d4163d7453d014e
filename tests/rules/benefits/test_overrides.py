from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from gis_platform.core import clock
from gis_platform.core.models import AuditEntry
from rules.benefits import overrides
from rules.benefits.errors import (
    OwnSuspension,
    SuspensionCannotBeLifted,
    SuspensionNotDraft,
    SuspensionOver,
    SuspensionRefused,
)
from rules.benefits.models import Override
from tests.people import a_user
from tests.rules.benefits.programmes import a_programme

pytestmark = pytest.mark.django_db

BEFORE = datetime(2021, 9, 20, 9, 0, tzinfo=UTC)
PUPILS = {"op": "a_contains", "args": [{"property": "resident.groups"}, ["pupil"]]}
PUPIL = {"resident.groups": frozenset({"pupil"})}
SENIOR = {"resident.groups": frozenset({"senior"})}


@pytest.fixture(autouse=True)
def autumn_2021():
    with clock.frozen(BEFORE):
        yield


def autumn(**parts):
    """All municipal discounts suspended from 1 October to 14 November 2021; for pupils up to 24 October only."""
    return {
        "legal_act": "Decision of the city council",
        "legal_number": "21-114",
        "legal_date": "2021-09-30",
        "first_day": "2021-10-01",
        "end_day": "2021-11-15",
        "exceptions": [{"when": PUPILS, "end_day": "2021-10-25"}],
    } | parts


def in_force(**parts):
    return overrides.approve(overrides.draft(autumn(**parts), author=a_user()).pk, approver=a_user())


@pytest.mark.parametrize(
    ("day", "pupil", "senior"),
    [
        (date(2021, 9, 30), False, False),
        (date(2021, 10, 1), True, True),
        (date(2021, 10, 24), True, True),
        (date(2021, 10, 25), False, True),
        (date(2021, 11, 14), False, True),
        (date(2021, 11, 15), False, False),
    ],
)
def test_it_begins_and_ends_by_itself_and_for_pupils_on_another_day(day, pupil, senior):
    override = in_force()
    held = {"trips": f"suspended-{override.pk}"}
    assert overrides.withheld(PUPIL, ["trips"], day) == (held if pupil else {})
    assert overrides.withheld(SENIOR, ["trips"], day) == (held if senior else {})


def test_an_exception_may_also_end_later():
    in_force(exceptions=[{"when": PUPILS, "end_day": "2021-12-01"}])
    assert overrides.withheld(PUPIL, ["trips"], date(2021, 11, 30))
    assert not overrides.withheld(SENIOR, ["trips"], date(2021, 11, 30))


def test_an_exception_that_ends_on_the_first_day_is_never_suspended():
    in_force(exceptions=[{"when": PUPILS, "end_day": "2021-10-01"}])
    assert not overrides.withheld(PUPIL, ["trips"], date(2021, 10, 1))


def test_of_two_exceptions_that_hold_the_earliest_end_counts():
    in_force(exceptions=[{"when": PUPILS, "end_day": "2021-10-25"}, {"when": PUPILS, "end_day": "2021-10-10"}])
    assert not overrides.withheld(PUPIL, ["trips"], date(2021, 10, 10))


def test_an_exception_whose_facts_are_not_known_does_not_hold():
    in_force()
    assert overrides.withheld({}, ["trips"], date(2021, 10, 25))


def test_named_programmes_are_suspended_and_the_others_are_not():
    a_programme("trips")
    override = in_force(programmes=["trips"])
    assert overrides.withheld(SENIOR, ["meals", "trips"], date(2021, 10, 1)) == {"trips": f"suspended-{override.pk}"}


def test_a_draft_suspends_nothing():
    overrides.draft(autumn(), author=a_user())
    assert overrides.withheld(SENIOR, ["trips"], date(2021, 10, 1)) == {}


def test_the_author_does_not_approve():
    author = a_user()
    override = overrides.draft(autumn(), author=author)
    with pytest.raises(OwnSuspension):
        overrides.approve(override.pk, approver=author)
    assert overrides.withheld(SENIOR, ["trips"], date(2021, 10, 1)) == {}


def test_who_rewrites_a_draft_is_its_author_from_then_on():
    second = a_user()
    override = overrides.draft(autumn(), author=a_user())
    overrides.change(override.pk, autumn(legal_number="21-115"), author=second)
    with pytest.raises(OwnSuspension):
        overrides.approve(override.pk, approver=second)


def test_four_eyes_hold_in_the_database_too():
    override = overrides.draft(autumn(), author=a_user())
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.filter(pk=override.pk).update(approver=override.author, approved_at=clock.now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE benefits_override SET period = '[2021-10-01,2021-10-02)'",
        "UPDATE benefits_override SET exceptions = '[]'",
        "UPDATE benefits_override SET state = 'draft', approver_id = NULL",
        "DELETE FROM benefits_override",
        "TRUNCATE benefits_override",
    ],
)
def test_raw_sql_cannot_change_one_that_is_active(statement):
    in_force()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked would refuse the TRUNCATE too
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_it_is_lifted_once_from_a_later_day_by_somebody_else():
    override = in_force()
    with pytest.raises(OwnSuspension):
        overrides.lift(override.pk, from_day=date(2021, 10, 8), actor=override.approver)
    overrides.lift(override.pk, from_day=date(2021, 10, 8), actor=a_user())
    assert overrides.withheld(SENIOR, ["trips"], date(2021, 10, 7))
    assert not overrides.withheld(SENIOR, ["trips"], date(2021, 10, 8))
    with pytest.raises(SuspensionCannotBeLifted):
        overrides.lift(override.pk, from_day=date(2021, 10, 9), actor=a_user())
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.filter(pk=override.pk).update(lifted_from=date(2021, 12, 1))


@pytest.mark.parametrize("day", [date(2021, 9, 20), date(2021, 11, 15)])
def test_it_is_not_lifted_today_nor_after_its_end(day):
    override = in_force()
    with pytest.raises(SuspensionCannotBeLifted):
        overrides.lift(override.pk, from_day=day, actor=a_user())


def test_an_active_one_is_neither_changed_nor_dropped_nor_approved_again():
    override = in_force()
    for verb in (
        lambda: overrides.change(override.pk, autumn(), author=a_user()),
        lambda: overrides.drop(override.pk, actor=a_user()),
        lambda: overrides.approve(override.pk, approver=a_user()),
    ):
        with pytest.raises(SuspensionNotDraft):
            verb()


def test_one_whose_days_have_passed_is_not_approved():
    override = overrides.draft(autumn(), author=a_user())
    with clock.frozen(datetime(2021, 11, 15, 9, 0, tzinfo=UTC)), pytest.raises(SuspensionOver):
        overrides.approve(override.pk, approver=a_user())


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"end_day": "2021-10-01"}, "end_day"),
        ({"end_day": "2031-11-15"}, "end_day"),
        ({"legal_number": ""}, "legal_number"),
        ({"legal_date": "soon"}, "legal_date"),
        ({"programmes": ["nowhere"]}, "programmes"),
        ({"exceptions": [{"when": PUPILS, "end_day": "2021-09-30"}]}, "exceptions.0.end_day"),
        ({"exceptions": [{"when": {"op": "=", "args": [{"property": "shoe"}, 1]}, "end_day": "2021-10-20"}]},
         "exceptions.0.when.args[0]"),
        ({"exceptions": [{"when": "pupils", "end_day": "2021-10-20"}]}, "exceptions.0.when"),
        ({"who": "me"}, "who"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_and_named(parts, field):
    with pytest.raises(SuspensionRefused) as refused:
        overrides.draft(autumn(**parts), author=a_user())
    assert list(refused.value.fields) == [field], refused.value.fields
    assert not Override.objects.exists()


def test_who_did_what_is_on_record():
    override = in_force()
    overrides.lift(override.pk, from_day=date(2021, 10, 8), actor=a_user())
    recorded = AuditEntry.objects.filter(subject=f"suspension:{override.pk}").order_by("pk")
    assert [entry.action.rpartition("-")[2] for entry in recorded] == ["drafted", "approved", "lifted"]
