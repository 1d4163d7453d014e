"""A planner, two clerks and a stranger before the programmes."""

import pytest
from django.test import Client

from tests.people import a_user

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def client() -> Client:
    """A browser that asks for English; the city's own language would come otherwise."""
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def clerk(db, city_of_jelgava):
    return a_user("clerk", username="clerk", is_staff=True)


@pytest.fixture
def colleague(db):
    return a_user("clerk", username="colleague", is_staff=True)


@pytest.fixture
def planner(db):
    return a_user("planner", username="planner", is_staff=True)


@pytest.fixture
def stranger(db):
    return a_user("tourism_editor", username="stranger", is_staff=True)


@pytest.fixture
def at_desk(client, clerk):
    """A browser in which the clerk is signed in, in English."""
    client.defaults |= ENGLISH
    client.force_login(clerk)
    return client
