"""Three people at the editor's door, and things to edit."""

import pytest
from shapely import Point

from layers import catalog
from layers.base.editing import create_feature
from tests.people import a_user

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def tourism():
    return catalog.layer("tourism")


@pytest.fixture
def guide(db):
    return a_user("tourism_editor", username="guide", display_name="Gita Guide")


@pytest.fixture
def planner(db):
    return a_user("planner", username="planner")


@pytest.fixture
def at_desk(client, guide, city_of_jelgava):
    """A browser in which the guide is signed in, in English."""
    client.defaults |= ENGLISH
    client.force_login(guide)
    return client


@pytest.fixture
def palace(city_of_jelgava, tourism, db):
    return create_feature(
        tourism,
        properties={
            "name_lv": "Jelgavas pils",
            "name_lt": "Jelgavos rūmai",
            "name_en": "Jelgava Palace",
            "category": "castle",
            "opening_hours": "Mo-Fr 09:00-18:00",
        },
        geometry=Point(23.7344, 56.6556),
        actor="system:test",
        reason="first",
    )


@pytest.fixture
def cafe(city_of_jelgava, tourism, db):
    return create_feature(
        tourism,
        properties={"name_lv": "Kafejnīca Šokolāde", "category": "cafe", "status": "draft"},
        geometry=Point(23.72, 56.65),
        actor="system:test",
    )


def form_of(client, url):
    """The fields of the feature's form with what stands in them, as a browser would send them back."""
    context = client.get(url).context
    form = context["form"]
    texts = {field.name: field.value for section in context["sections"] for g in section.groups for field in g.fields}
    position = {name: getattr(form.position, name) for name in ("longitude", "latitude", "geojson")}
    return texts | position | {"version": str(form.version), "reason": ""}
