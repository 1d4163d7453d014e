"""Files in the editor: looked at first, applied, taken back; and a layer of one's own."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from layers import catalog
from layers.imports import jobs
from layers.imports.models import ImportRun
from layers.places.models import Place
from tests.people import a_user

pytestmark = pytest.mark.django_db
TABLE = """code;name_lv;category;opening_hours;lon;lat
L-1;Centra bibliotēka;library;Mo-Fr 10:00-18:00;23.715;56.652
L-2;Otra bibliotēka;library;;23.725;56.655
L-3;Tālu prom;library;;10.0;50.0
"""


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.LOCAL_DIR = tmp_path


@pytest.fixture
def office(client, planner, city_of_jelgava):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(planner)
    return client


def upload(client, text=TABLE, url="/editor/places/import/", name="places.csv", **data):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(url, {"mode": "merge", "file": file, "key": "code"} | data)


def run_url(run):
    return f"/editor/file-imports/{run.pk}/"


@pytest.fixture
def previewed(office):
    assert upload(office).status_code == 302
    run = ImportRun.objects.get()
    jobs.preview(str(run.pk))
    run.refresh_from_db()
    return run


def test_an_upload_waits_for_a_worker_and_says_how_far_it_is(office):
    response = upload(office, follow=True)
    run = ImportRun.objects.get()
    assert response["Location"] == run_url(run)
    assert "data-waiting" in office.get(run_url(run)).content.decode()
    assert office.get(f"{run_url(run)}state/").json() == {"state": "uploaded", "progress": 0, "message": ""}


def test_the_preview_shows_counts_rows_and_reasons_and_changes_nothing(office, previewed):
    page = office.get(run_url(previewed))
    assert (page.context["run"].adds, page.context["run"].rejects) == (2, 1)
    assert [row.properties["code"] for row, _called in page.context["rows"]] == ["L-1", "L-2"]
    rejected = office.get(run_url(previewed), {"action": "reject"})
    assert "outside of Jelgava" in rejected.content.decode()
    shapes = office.get(f"{run_url(previewed)}shapes/", {"action": "add"}).json()["features"]
    assert [f["geometry"]["coordinates"] for f in shapes] == [[23.715, 56.652], [23.725, 56.655]]
    assert shapes[0]["properties"]["label"] == "Centra bibliotēka"
    assert not Place.objects.exists()


def test_it_is_applied_and_undone(office, previewed):
    office.post(f"{run_url(previewed)}act/", {"act": "apply"})
    jobs.apply(str(previewed.pk))
    assert set(Place.objects.values_list("code", flat=True)) == {"L-1", "L-2"}
    assert "Undo the import" in office.get(run_url(previewed)).content.decode()
    response = office.post(f"{run_url(previewed)}act/", {"act": "undo"}, follow=True)
    assert "2 features are as they were before." in response.content.decode()
    assert not Place.objects.exists()


def test_an_undo_leaves_what_was_changed_since(office, previewed):
    office.post(f"{run_url(previewed)}act/", {"act": "apply"})
    jobs.apply(str(previewed.pk))
    Place.objects.filter(code="L-1").update(phone="123")
    response = office.post(f"{run_url(previewed)}act/", {"act": "undo"}, follow=True)
    assert "1 feature was changed since and stays as it is." in response.content.decode()
    assert list(Place.objects.values_list("code", flat=True)) == ["L-1"]


def test_it_is_dropped(office, previewed):
    office.post(f"{run_url(previewed)}act/", {"act": "drop"})
    previewed.refresh_from_db()
    assert previewed.state == "dropped"
    again = office.post(f"{run_url(previewed)}act/", {"act": "apply"}, follow=True)
    assert "cannot be done" in again.content.decode()


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [("", "empty.csv", "empty"), ("%PDF-1.4 hello", "plan.pdf", "not a file that can be imported")],
)
def test_a_file_that_is_none_is_refused_at_once(office, text, name, sentence):
    response = upload(office, text, name=name)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert not ImportRun.objects.exists()


def test_a_refused_file_says_why(office):
    upload(office, "a;b\n1;2\n")
    run = ImportRun.objects.get()
    jobs.preview(str(run.pk))
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.error_text in office.get(run_url(run)).content.decode()


@pytest.mark.parametrize("path", ["", "state/", "shapes/"])
def test_a_colleague_does_not_see_it(client, previewed, path):
    client.force_login(a_user("tourism_editor"))
    assert client.get(f"{run_url(previewed)}{path}").status_code == 403
    assert client.post(f"{run_url(previewed)}act/", {"act": "apply"}).status_code == 403
    assert "places.csv" not in client.get("/editor/file-imports/").content.decode()


def test_the_list_of_imports_has_it(office, previewed):
    assert "places.csv" in office.get("/editor/file-imports/").content.decode()


def test_a_planner_adds_a_layer_from_a_file(office):
    data = {"title": "Shelters", "id": "shelters", "access": "public", "color": "#112233"}
    response = upload(office, url="/editor/add-layer/", **data)
    assert response.status_code == 302
    assert str(catalog.layer("shelters").title) == "Shelters"
    listed = office.get("/editor/shelters/")
    assert listed.context["matched"] == 3  # a layer of one's own may lie anywhere
    key = listed.context["lines"][0].feature.id
    page = office.get(f"/editor/shelters/{key}/")
    assert page.status_code == 200
    assert "shelters" in [c["id"] for c in office.get("/ogc/collections", {"f": "json"}).json()["collections"]]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"id": "places"}, "There is already a layer"),
        ({"id": "Not An Id"}, "Small letters, digits and underscores"),
        ({"color": "red"}, "Choose a colour."),
        ({"title": ""}, "This field is required."),
    ],
)
def test_a_layer_that_cannot_be_is_refused_at_its_field(office, changed, sentence):
    data = {"title": "Shelters", "id": "shelters", "access": "public", "color": "#112233"} | changed
    response = upload(office, url="/editor/add-layer/", **data)
    assert response.status_code == 400
    assert sentence in response.content.decode()
