"""Who gets in: the editor, a colleague with another role, a resident, a stranger."""

import pytest

from tests.people import a_user

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client, city_of_jelgava):
    response = client.get("/editor/tourism/?q=pils")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=/editor/tourism/%3Fq%3Dpils"


def test_a_resident_is_refused(client, city_of_jelgava):
    client.force_login(a_user())
    assert client.get("/editor/").status_code == 403


@pytest.mark.parametrize(
    "path", ["", "new/", "import/", "shapes/", "changes/", "{id}/", "{id}/history/", "{id}/photos/"]
)
def test_a_colleague_of_another_department_is_refused(client, palace, path):
    client.force_login(a_user("clerk"))
    assert client.get(f"/editor/tourism/{path.format(id=palace.id)}").status_code == 403


@pytest.mark.parametrize("path", ["{id}/", "{id}/status/", "{id}/delete/", "{id}/restore/", "{id}/photos/", "new/"])
def test_a_colleagues_writing_is_refused_and_changes_nothing(client, palace, tourism, path):
    client.force_login(a_user("clerk"))
    data = {"version": "1", "to_version": "1", "to": "archived", "name_en": "Mine"}
    assert client.post(f"/editor/tourism/{path.format(id=palace.id)}", data).status_code == 403
    assert client.get(f"/ogc/collections/tourism/items/{palace.id}")["ETag"] == '"1"'


def test_each_role_sees_the_layers_that_it_keeps(at_desk, planner):
    page = at_desk.get("/editor/").content.decode()
    assert "/editor/tourism/" in page
    assert "/editor/events/" in page
    assert "/editor/places/" not in page
    assert "/editor/add-layer/" not in page
    at_desk.force_login(planner)
    page = at_desk.get("/editor/").content.decode()
    assert "/editor/places/" in page
    assert "/editor/tourism/" not in page
    assert "/editor/add-layer/" in page


def test_a_layer_that_is_not_there_is_not_found(at_desk):
    assert at_desk.get("/editor/nothing/").status_code == 404
    assert at_desk.get("/editor/tourism/999999/").status_code == 404
    assert at_desk.get(f"/editor/tourism/{10**30}/").status_code == 404
    assert at_desk.get(f"/editor/tourism/{10**30}/history/").status_code == 404


def test_only_planners_add_layers(at_desk):
    assert at_desk.get("/editor/add-layer/").status_code == 403


def test_the_editors_pages_are_not_kept_by_caches(at_desk, palace):
    assert "no-store" in at_desk.get(f"/editor/tourism/{palace.id}/")["Cache-Control"]
