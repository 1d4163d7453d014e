from datetime import UTC, date, datetime

import pytest
from django.db import Error, IntegrityError, connection, transaction

from gis_platform.core import clock
from gis_platform.core.models import AuditEntry
from rules.benefits import versions
from rules.benefits.errors import (
    DefinitionRefused,
    EndNotAllowed,
    ExamplesFail,
    LegalBasisMissing,
    OwnVersion,
    SomebodyElsesDraft,
    VersionNotActive,
    VersionNotDraft,
    VersionNotSubmitted,
    VersionsOverlap,
)
from rules.benefits.models import Programme, ProgrammeVersion
from tests.people import a_user
from tests.rules.benefits.programmes import FIRST_DAY, a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db

HALF = {"kind": "percent", "basis_points": 5_000}


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_nobody_approves_their_own_version():
    author = a_user()
    draft = versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=author)
    versions.submit(draft.pk, author=author)
    with pytest.raises(OwnVersion):
        versions.approve(draft.pk, approver=author)
    assert versions.in_force(FIRST_DAY) == []


def test_four_eyes_hold_in_the_database_too():
    draft = versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=a_user())
    with pytest.raises(IntegrityError, match="four_eyes"):
        run("UPDATE benefits_programmeversion SET approver_id = author_id")
    with pytest.raises(IntegrityError, match="active_is_approved"):
        run("UPDATE benefits_programmeversion SET state = 'active'")
    assert ProgrammeVersion.objects.get(pk=draft.pk).state == "draft"


def test_a_new_version_ends_the_one_before():
    programme = a_programme()
    put_in_force(programme)
    put_in_force(programme, definition(HALF), first_day=date(2026, 10, 1))
    (before,) = versions.in_force(date(2026, 9, 30))
    (after,) = versions.in_force(date(2026, 10, 1))
    assert before.version_id != after.version_id
    assert after.compiled.rules[0].form.effect.basis_points == 5_000


def test_days_that_another_version_holds_are_not_rewritten():
    programme = a_programme()
    put_in_force(programme, first_day=date(2026, 10, 1))
    with pytest.raises(VersionsOverlap):
        put_in_force(programme, definition(HALF), first_day=date(2026, 9, 1))


def test_a_version_is_approved_once():
    version = put_in_force(a_programme())
    with pytest.raises(VersionNotSubmitted):
        versions.approve(version.pk, approver=a_user())


def test_what_was_not_submitted_is_not_approved():
    draft = versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=a_user())
    with pytest.raises(VersionNotSubmitted):
        versions.approve(draft.pk, approver=a_user())


def test_a_draft_is_changed_by_its_author_alone():
    author, colleague = a_user(), a_user()
    draft = versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=author)
    for act in (
        lambda: versions.revise(draft.pk, author=colleague, definition=definition(HALF)),
        lambda: versions.submit(draft.pk, author=colleague),
        lambda: versions.discard(draft.pk, author=colleague),
    ):
        with pytest.raises(SomebodyElsesDraft):
            act()
    versions.revise(draft.pk, author=author, definition=definition(HALF), first_day=date(2026, 2, 1))
    draft.refresh_from_db()
    assert draft.definition["rules"][0]["effect"] == HALF
    assert draft.effective.lower == date(2026, 2, 1)


def test_what_waits_for_approval_stays_as_it_was_submitted_until_it_is_sent_back():
    author = a_user()
    draft = versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=author)
    versions.submit(draft.pk, author=author)
    with pytest.raises(VersionNotDraft):
        versions.revise(draft.pk, author=author, definition=definition(HALF))
    versions.send_back(draft.pk, user=a_user())
    assert versions.revise(draft.pk, author=author, definition=definition(HALF)).state == "draft"


@pytest.mark.parametrize("missing", [{"legal_act": ""}, {"legal_number": ""}, {"legal_date": None}])
def test_no_version_comes_into_force_without_act_number_and_date(missing):
    author, programme = a_user(), a_programme(**missing)
    draft = versions.draft(programme, definition=definition(), first_day=FIRST_DAY, author=author)
    with pytest.raises(LegalBasisMissing) as refused:
        versions.submit(draft.pk, author=author)
    assert refused.value.code == "legal-basis-missing"
    with pytest.raises(IntegrityError, match="needs act, number and date"):
        run(
            "UPDATE benefits_programmeversion SET state = 'active', approved_at = now(),"
            f" approver_id = {a_user().pk} WHERE id = {draft.pk}"
        )


def test_a_programme_in_force_keeps_its_act():
    programme = a_programme()
    put_in_force(programme)
    with pytest.raises(IntegrityError, match="needs act, number and date"), transaction.atomic():
        Programme.objects.update(legal_number="")


TICKET = {"id": "1", "category": "bus-ticket", "amount_cents": 85}
RIDE = {"name": "A ride", "facts": {"trigger": "receipt"}, "lines": [TICKET]}


def test_a_failing_example_refuses_the_version_and_says_what_comes_out():
    author = a_user()
    # Half of 85 cents is 42.5, rounded half up: 43, not 42.
    wrong = RIDE | {"discounts": {"1": 42}}
    draft = versions.draft(
        a_programme(), definition=definition(HALF), first_day=FIRST_DAY, examples=[wrong], author=author
    )
    with pytest.raises(ExamplesFail) as refused:
        versions.submit(draft.pk, author=author)
    assert refused.value.data["fields"] == {"examples.0.discounts.1": "A ride: 42 ≠ 43"}
    versions.revise(draft.pk, author=author, examples=[RIDE | {"discounts": {"1": 43}}])
    assert versions.submit(draft.pk, author=author).state == "submitted"


def test_an_example_that_cannot_be_refuses_the_version():
    author = a_user()
    broken = RIDE | {"facts": {"trigger": "receipt", "colour": "red"}}
    draft = versions.draft(
        a_programme(), definition=definition(), first_day=FIRST_DAY, examples=[broken], author=author
    )
    with pytest.raises(ExamplesFail, match="worked example"):
        versions.submit(draft.pk, author=author)


def test_a_version_ends_after_today_at_the_earliest():
    version, clerk = put_in_force(a_programme()), a_user()
    with clock.frozen(datetime(2026, 6, 1, 9, 0, tzinfo=UTC)):
        with pytest.raises(EndNotAllowed):
            versions.end(version.pk, last_day=date(2026, 5, 31), user=clerk)
        versions.end(version.pk, last_day=date(2026, 6, 30), user=clerk)
        with pytest.raises(EndNotAllowed):
            versions.end(version.pk, last_day=date(2026, 7, 1), user=clerk)
    assert [bool(versions.in_force(day)) for day in (date(2026, 6, 30), date(2026, 7, 1))] == [True, False]


def test_a_draft_is_discarded_and_not_ended():
    author = a_user()
    draft = versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=author)
    with pytest.raises(VersionNotActive):
        versions.end(draft.pk, last_day=date(2099, 1, 1), user=author)
    versions.discard(draft.pk, author=author)
    assert not ProgrammeVersion.objects.exists()


def test_every_act_is_in_the_audit():
    author, approver = a_user(), a_user()
    draft = versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=author)
    versions.revise(draft.pk, author=author, definition=definition(HALF))
    versions.submit(draft.pk, author=author)
    versions.send_back(draft.pk, user=approver)
    versions.submit(draft.pk, author=author)
    versions.approve(draft.pk, approver=approver)
    entries = AuditEntry.objects.filter(subject="programme:trips").order_by("pk")
    acts = [(entry.action.removeprefix("benefits.version-"), entry.actor) for entry in entries]
    mine, theirs = author.actor, approver.actor
    assert acts == [
        ("drafted", mine),
        ("revised", mine),
        ("submitted", mine),
        ("sent-back", theirs),
        ("submitted", mine),
        ("approved", theirs),
    ]


def test_versions_never_overlap_in_the_database():
    programme = a_programme()
    put_in_force(programme)
    draft = versions.draft(programme, definition=definition(), first_day=FIRST_DAY, author=a_user())
    approver = a_user()
    with pytest.raises(IntegrityError, match="never_overlap"):
        run(
            "UPDATE benefits_programmeversion SET state = 'active', approved_at = now(),"
            f" approver_id = {approver.pk} WHERE id = {draft.pk}"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE benefits_programmeversion SET definition = '{}'",
        "UPDATE benefits_programmeversion SET state = 'draft'",
        "UPDATE benefits_programmeversion SET effective = '[2020-01-01,)'",
        "DELETE FROM benefits_programmeversion",
    ],
)
def test_an_active_version_stays(statement):
    put_in_force(a_programme())
    with pytest.raises(Error, match="is active: make a new version instead"):
        run(statement)


def test_a_draft_may_change_and_go():
    versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=a_user())
    run("UPDATE benefits_programmeversion SET definition = '{}'")
    run("DELETE FROM benefits_programmeversion")
    assert not ProgrammeVersion.objects.exists()


def test_a_definition_that_cannot_stand_is_refused_by_the_name_of_its_part():
    written = definition(when={"op": ">=", "args": [{"property": "resident.age"}, "62"]})
    with pytest.raises(DefinitionRefused) as refused:
        versions.draft(a_programme(), definition=written, first_day=FIRST_DAY, author=a_user())
    assert list(refused.value.fields) == ["when.>="]
    assert "resident.age" in str(refused.value.detail)


def test_two_programmes_cannot_see_one_group_differently():
    put_in_force(a_programme("one"))
    written = definition()
    written["rules"][0]["group"]["mode"] = "all"
    with pytest.raises(DefinitionRefused, match="two modes"):
        put_in_force(a_programme("two"), written)


def test_a_programme_without_its_funder_is_refused():
    with pytest.raises(IntegrityError, match="benefits_programme_has"):
        a_programme(funder="")
