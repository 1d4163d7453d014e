import json

import pytest

from gis_platform.identity.roles import Role
from rules.benefits import services, versions
from rules.benefits.models import Decision, ProgrammeVersion
from tests.people import a_user
from tests.rules.benefits.programmes import FIRST_DAY, a_case, a_programme, definition, worked

pytestmark = pytest.mark.django_db

VERSIONS = "/console/benefits/programmeversion/"
DECISIONS = "/console/benefits/decision/"


@pytest.fixture
def clerk(client):
    user = a_user(Role.CLERK, is_staff=True)
    client.force_login(user)
    return user


def write(client, programme, written):
    form = {
        "programme": programme.pk,
        "definition": json.dumps(written),
        "examples": "[]",
        "effective_0": "2026-01-01",
        "effective_1": "",
    }
    return client.post(f"{VERSIONS}add/", form)


def act(client, action, version):
    return client.post(VERSIONS, {"action": action, "_selected_action": [version.pk]}, follow=True)


def test_a_clerk_drafts_a_version(client, clerk):
    assert write(client, a_programme(), definition()).status_code == 302
    version = ProgrammeVersion.objects.get()
    assert (version.number, version.state, version.author) == (1, "draft", clerk)


def test_a_definition_that_cannot_stand_is_shown_with_its_reason(client, clerk):
    response = write(client, a_programme(), definition(when={"op": "=", "args": [{"property": "age"}, 1]}))
    assert "there is no fact “age”" in response.content.decode()
    assert not ProgrammeVersion.objects.exists()


def test_another_clerk_approves_it_and_the_author_cannot(client, clerk):
    write(client, a_programme(), definition())
    version = ProgrammeVersion.objects.get()
    assert "waits for approval" in act(client, "submit", version).content.decode()
    assert "somebody other than its author" in act(client, "approve", version).content.decode()
    client.force_login(a_user(Role.CLERK, is_staff=True))
    assert "is in force" in act(client, "approve", version).content.decode()
    assert ProgrammeVersion.objects.get().state == "active"


def test_a_draft_is_changed_by_its_author_alone(client, clerk):
    write(client, a_programme(), definition())
    version = ProgrammeVersion.objects.get()
    client.force_login(a_user(Role.CLERK, is_staff=True))
    assert client.post(f"{VERSIONS}{version.pk}/change/", {}).status_code == 403
    assert client.post(f"{VERSIONS}{version.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_active_version_is_there_to_be_read(client, clerk):
    worked("pupils-free-trips")
    version = ProgrammeVersion.objects.get()
    assert client.get(f"{VERSIONS}{version.pk}/change/").status_code == 200
    assert client.post(f"{VERSIONS}{version.pk}/change/", {}).status_code == 403
    assert client.post(f"{VERSIONS}{version.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_decision_is_shown_in_words_and_cannot_be_changed(client, clerk):
    worked("pupils-free-trips")
    services.decide(a_case(groups=("pupil",)), key="k1")
    decision = Decision.objects.get()
    page = client.get(f"{DECISIONS}{decision.pk}/change/").content.decode()
    assert "Free trips for pupils: granted €0.85." in page
    assert client.post(f"{DECISIONS}{decision.pk}/change/", {}).status_code == 403
    assert client.get(f"{DECISIONS}add/").status_code == 403


def test_a_planner_reads_versions_and_no_decisions(client):
    draft = versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=a_user())
    client.force_login(a_user(Role.PLANNER, is_staff=True))
    assert client.get(VERSIONS).status_code == 200
    assert client.post(f"{VERSIONS}{draft.pk}/change/", {}).status_code == 403
    assert client.get(DECISIONS).status_code == 403
