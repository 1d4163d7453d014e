"""Clerks write, planners read, nobody else sees; a draft is its author's."""

import pytest

from rules.benefits import versions
from tests.rules.benefits.programmes import FIRST_DAY, a_programme, definition

READ = ["", "trips/", "trips/export.json", "trips/differences/", "trips/versions/1/", "trips/versions/1/bench/"]
WRITE = ["_new/", "_import/", "trips/new-version/"]


@pytest.fixture
def draft(clerk):
    return versions.draft(a_programme(), definition=definition(), first_day=FIRST_DAY, author=clerk)


@pytest.mark.parametrize("path", READ + WRITE)
def test_nobody_gets_in_without_signing_in(client, draft, path):
    assert "/sign-in" in client.get(f"/programmes/{path}").url


@pytest.mark.parametrize("path", READ + WRITE)
def test_a_stranger_is_refused(client, draft, stranger, path):
    client.force_login(stranger)
    assert client.get(f"/programmes/{path}").status_code == 403


@pytest.mark.parametrize("path", READ)
def test_a_planner_reads(client, draft, planner, path):
    client.force_login(planner)
    assert client.get(f"/programmes/{path}").status_code == 200


@pytest.mark.parametrize("path", WRITE)
def test_a_planner_does_not_write(client, draft, planner, path):
    client.force_login(planner)
    assert client.get(f"/programmes/{path}").status_code == 403
    assert client.post("/programmes/trips/versions/1/act/", {"act": "submit"}).status_code == 403


def test_a_colleague_does_not_change_the_draft(client, draft, colleague):
    client.force_login(colleague)
    assert client.get("/programmes/trips/versions/1/edit/").status_code == 403
    for act in ("submit", "discard"):
        assert client.post("/programmes/trips/versions/1/act/", {"act": act}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_schema_is_public(client, db):
    assert client.get("/programmes/_schema.json").json()["title"] == "ProgrammeDocument"
