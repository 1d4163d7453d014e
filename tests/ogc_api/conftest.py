import pytest
from django.contrib.auth.models import Group
from shapely import Point

from gis_platform.identity.models import User
from gis_platform.identity.roles import Role
from layers import catalog
from layers.base.editing import create_feature

PASSWORD = "a long enough password"


def person(username: str, *roles: Role) -> User:
    user = User.objects.create_user(username, email=f"{username}@example.org", password=PASSWORD)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


@pytest.fixture
def tourism_editor(db):
    return person("editor", Role.TOURISM_EDITOR)


@pytest.fixture
def clerk(db):
    return person("clerk", Role.CLERK)


@pytest.fixture
def castle(db, city_of_jelgava):
    return create_feature(
        catalog.layer("tourism"),
        properties={"name_lv": "Jelgavas pils", "name_en": "Jelgava Palace", "category": "castle"},
        geometry=Point(23.7344, 56.6556),
        actor="user:1",
    )


@pytest.fixture
def church(db, city_of_jelgava):
    return create_feature(
        catalog.layer("tourism"),
        properties={"name_lv": "Svētās Annas katedrāle", "name_en": "St Anne & co", "category": "church"},
        geometry=Point(23.7263, 56.6489),
        actor="user:1",
    )
