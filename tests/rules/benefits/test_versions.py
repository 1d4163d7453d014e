from datetime import date

import pytest
from django.db import Error, IntegrityError, connection, transaction

from rules.benefits import versions
from rules.benefits.errors import DefinitionRefused, OwnVersion, VersionNotDraft, VersionsOverlap
from rules.benefits.models import ProgrammeVersion
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
    with pytest.raises(VersionNotDraft):
        versions.approve(version.pk, approver=a_user())


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


@pytest.mark.parametrize("missing", ["legal_act", "legal_number", "funder"])
def test_a_programme_without_its_act_or_funder_is_refused(missing):
    with pytest.raises(IntegrityError, match="benefits_programme_has"):
        a_programme(**{missing: ""})
