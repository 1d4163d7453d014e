"""A feature from draft to deletion and back, and two editors at once."""

import pytest
from django.test import Client
from shapely import Point

from layers.base.drafting import draft
from layers.base.editing import delete_feature, restore_feature, update_feature
from layers.base.models import Change
from layers.tourism.models import TourismObject
from tests.maps.editor.conftest import form_of

pytestmark = pytest.mark.django_db
NEW = {"name_lv": "Tornis", "category": "viewpoint", "longitude": "23,72", "latitude": "56,65", "version": "0"}


def url_of(feature):
    return f"/editor/tourism/{feature.id}/"


def name_of(feature):
    return TourismObject.objects.get(pk=feature.id).name_en


def test_a_new_feature_is_a_draft_that_nobody_sees(at_desk, guide):
    response = at_desk.post("/editor/tourism/new/", NEW | {"reason": "Seen on a walk"})
    added = TourismObject.objects.get()
    assert response["Location"] == f"/editor/tourism/{added.pk}/"
    assert (added.status, added.name_lv, added.geometry.coords) == ("draft", "Tornis", (23.72, 56.65))
    change = Change.objects.get()
    assert (change.actor, change.reason, change.operation) == (guide.actor, "Seen on a walk", "create")
    assert at_desk.get(f"/ogc/collections/tourism/items/{added.pk}").status_code == 404


def test_an_area_is_drawn_by_its_geojson(at_desk, city_of_jelgava):
    ring = [[23.7, 56.6], [23.71, 56.6], [23.71, 56.61], [23.7, 56.6]]
    text = f'{{"type": "Feature", "geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}'
    at_desk.post("/editor/tourism/new/", NEW | {"geojson": text})
    assert TourismObject.objects.get().geometry.geom_type == "Polygon"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"longitude": "", "latitude": ""}, "Say where it is"),
        ({"longitude": "east"}, "two numbers"),
        ({"longitude": "56.65", "latitude": "23.72"}, "swapped"),
        ({"longitude": "nan"}, "between -180 and 180"),
        ({"longitude": "10", "latitude": "50"}, "outside of Jelgava"),
        ({"geojson": "{"}, "not GeoJSON"),
        ({"geojson": '{"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [1, 2], [2, 1], [1, 1]]]}'}, "not valid"),
        ({"opening_hours": "whenever"}, "is not understood as opening hours"),
        ({"website": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"name_en": "<b>Tower</b>"}, "HTML is not allowed"),
        ({"name_en": "x" * 301}, "At most 300 characters"),
        ({"category": "volcano"}, "is not one of"),
        ({"valid_from": "2026-02-30T10:00"}, "This must be a time"),
    ],
)
def test_a_fault_is_named_at_its_field_and_nothing_is_lost(at_desk, changed, sentence):
    response = at_desk.post("/editor/tourism/new/", NEW | {"description_lv": "Skaists skats"} | changed)
    page = response.content.decode()
    assert response.status_code == 400
    assert sentence in page
    assert "Skaists skats" in page
    assert 'value="Tornis"' in page
    assert not TourismObject.objects.exists()


def test_saving_stores_what_was_changed_and_nothing_else(at_desk, palace, guide):
    sent = form_of(at_desk, url_of(palace)) | {"name_en": "Mitava Palace", "reason": "Old name"}
    assert at_desk.post(url_of(palace), sent).status_code == 302
    before, after = Change.objects.order_by("version")
    assert {k for k in after.state if after.state[k] != before.state[k]} == {"name_en", "version", "updated_at"}
    assert after.geometry.equals_exact(before.geometry)
    assert (after.actor, after.reason) == (guide.actor, "Old name")


def test_saving_without_a_change_makes_no_version(at_desk, palace):
    assert at_desk.post(url_of(palace), form_of(at_desk, url_of(palace))).status_code == 302
    assert Change.objects.count() == 1


def test_a_marker_that_was_dragged_moves_the_feature(at_desk, palace):
    at_desk.post(url_of(palace), form_of(at_desk, url_of(palace)) | {"longitude": "23.735"})
    assert TourismObject.objects.get().geometry.coords == (23.735, 56.6556)


def test_a_stale_save_shows_both_and_loses_nothing(at_desk, palace, tourism):
    mine = form_of(at_desk, url_of(palace)) | {"name_en": "My name", "address": "My street"}
    theirs = {"name_en": "Their name", "phone": "123"}
    update_feature(tourism, palace.id, properties=theirs, version=1, actor="user:999")
    response = at_desk.post(url_of(palace), mine)
    assert response.status_code == 409
    assert name_of(palace) == "Their name"
    rows = {row.title: (row.before, row.theirs, row.mine, row.both) for row in response.context["form"].rows}
    assert rows == {
        "Name in English": ("Jelgava Palace", "Their name", "My name", True),
        "Address": ("", "", "My street", False),
        "Phone": ("", "123", "", False),
    }
    # The form that came back has both, and saves when it is sent again.
    again = form_from(response)
    assert (again["version"], again["name_en"], again["phone"], again["address"]) == (
        "2",
        "My name",
        "123",
        "My street",
    )
    assert at_desk.post(url_of(palace), again).status_code == 302
    stored = TourismObject.objects.get()
    assert (stored.name_en, stored.phone, stored.address) == ("My name", "123", "My street")


def form_from(response):
    fields = [f for section in response.context["sections"] for group in section.groups for f in group.fields]
    form = response.context["form"]
    position = {name: getattr(form.position, name) for name in ("longitude", "latitude", "geojson")}
    return {f.name: f.value for f in fields} | position | {"version": str(form.version)}


def test_a_position_that_both_moved_is_shown_too(at_desk, palace, tourism):
    mine = form_of(at_desk, url_of(palace)) | {"longitude": "23.74"}
    update_feature(tourism, palace.id, properties={}, geometry=Point(23.73, 56.65), version=1, actor="user:999")
    response = at_desk.post(url_of(palace), mine)
    (row,) = response.context["form"].rows
    assert (row.title, row.theirs, row.mine, row.both) == ("Position", "56.65, 23.73", "56.6556, 23.74", True)


def test_a_newer_version_that_changed_no_field_does_not_stop_a_save(at_desk, palace, tourism):
    mine = form_of(at_desk, url_of(palace)) | {"name_en": "My name"}
    update_feature(tourism, palace.id, properties={"status": "draft"}, version=1, actor="user:999")
    assert at_desk.post(url_of(palace), mine).status_code == 302
    stored = TourismObject.objects.get()
    assert (stored.name_en, stored.status) == ("My name", "draft")


def test_a_save_of_what_was_deleted_keeps_the_form(at_desk, palace, tourism):
    mine = form_of(at_desk, url_of(palace)) | {"name_en": "My name"}
    delete_feature(tourism, palace.id, version=1, actor="user:999")
    response = at_desk.post(url_of(palace), mine)
    assert response.status_code == 409
    assert 'value="My name"' in response.content.decode()
    restore_feature(tourism, palace.id, to_version=1, version=2, actor="user:999")
    assert at_desk.post(url_of(palace), mine).status_code == 302
    assert name_of(palace) == "My name"


def test_the_way_from_draft_to_archive(at_desk, cafe, tourism):
    seen = []
    for to in ("review", "published", "archived", "draft"):
        version = draft(tourism, cafe.id).version
        at_desk.post(f"{url_of(cafe)}status/", {"to": to, "version": version})
        public = at_desk.get(f"/ogc/collections/tourism/items/{cafe.id}").status_code
        seen.append((draft(tourism, cafe.id).status, public))
    assert seen == [("review", 404), ("published", 200), ("archived", 404), ("draft", 404)]


@pytest.mark.parametrize("to", ["published", "draft", "nonsense", ""])
def test_a_move_that_the_table_does_not_have_is_refused(at_desk, cafe, tourism, to):
    response = at_desk.post(f"{url_of(cafe)}status/", {"to": to, "version": "1"}, follow=True)
    assert "there is no way to" in response.content.decode()
    assert draft(tourism, cafe.id).version == 1


def test_a_move_of_a_stale_version_is_refused(at_desk, cafe, tourism):
    update_feature(tourism, cafe.id, properties={"phone": "1"}, version=1, actor="user:999")
    response = at_desk.post(f"{url_of(cafe)}status/", {"to": "review", "version": "1"}, follow=True)
    assert "Somebody has changed the feature" in response.content.decode()
    assert draft(tourism, cafe.id).status == "draft"


def test_deleting_asks_first_and_can_be_undone(at_desk, palace):
    assert "Delete “Jelgava Palace”?" in at_desk.get(f"{url_of(palace)}delete/").content.decode()
    response = at_desk.post(f"{url_of(palace)}delete/", {"version": "1", "reason": "closed"}, follow=True)
    assert f'<a href="{url_of(palace)}history/">Undo</a>' in response.content.decode()
    assert not TourismObject.objects.exists()
    history = at_desk.get(f"{url_of(palace)}history/")
    assert history.context["deleted"]
    at_desk.post(f"{url_of(palace)}restore/", {"version": "2", "to_version": "2"})
    assert TourismObject.objects.get(pk=palace.id).name_en == "Jelgava Palace"


def test_the_history_says_who_when_why_and_what(at_desk, palace, guide, tourism):
    update_feature(
        tourism, palace.id, properties={"name_en": "Mitava Palace"}, version=1, actor=guide.actor, reason="Old name"
    )
    response = at_desk.get(f"{url_of(palace)}history/")
    newest, oldest = response.context["versions"]
    assert (newest.actor, newest.change.reason, newest.changed) == ("Gita Guide", "Old name", ("name in English",))
    assert (oldest.actor, oldest.change.reason) == ("the platform (test)", "first")
    (difference,) = response.context["differences"]
    assert [p.text for p in difference.before if p.changed] == ["Jelgava"]
    assert [p.text for p in difference.after if p.changed] == ["Mitava"]


def test_any_two_versions_are_compared(at_desk, palace, tourism):
    for version, name in enumerate(("Second", "Third"), start=1):
        update_feature(tourism, palace.id, properties={"name_en": name}, version=version, actor="user:1")
    response = at_desk.get(f"{url_of(palace)}history/", {"older": "3", "newer": "1"})
    (difference,) = response.context["differences"]
    assert ("".join(p.text for p in difference.before), "".join(p.text for p in difference.after)) == (
        "Jelgava Palace",
        "Third",
    )
    assert at_desk.get(f"{url_of(palace)}history/", {"older": "77"}).status_code == 404


def test_an_earlier_version_is_restored_as_a_new_one(at_desk, palace, tourism):
    update_feature(tourism, palace.id, properties={"name_en": "Wrong"}, version=1, actor="user:1")
    at_desk.post(f"{url_of(palace)}restore/", {"version": "2", "to_version": "1"})
    assert name_of(palace) == "Jelgava Palace"
    assert Change.objects.first().reason == "version 1 restored"
    stale = at_desk.post(f"{url_of(palace)}restore/", {"version": "2", "to_version": "2"}, follow=True)
    assert "Somebody has changed the feature" in stale.content.decode()


def test_opening_hours_are_checked_at_once(at_desk):
    good = at_desk.get("/editor/opening-hours/", {"text": "Mo-Fr 09:00-18:00"}).content.decode()
    assert "09:00–18:00" in good
    bad = at_desk.get("/editor/opening-hours/", {"text": "<b>never</b>"}).content.decode()
    assert "is not understood" in bad
    assert "<b>" not in bad


def test_a_form_without_a_csrf_token_is_refused(palace, guide):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(guide)
    assert strict.post(url_of(palace), {"version": "1", "name_en": "Evil"}).status_code == 403
