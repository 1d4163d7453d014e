"""The statement time limit of published reads: a slow question is ended and told so, not a fault of ours."""

import pytest
from django.db import connections

pytestmark = pytest.mark.django_db(transaction=True)
ITEMS = "/ogc/collections/tourism/items"
FEATURES = 5000


@pytest.fixture
def crowded(castle):
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO tourism_tourismobject (geometry, category, name_lv)"
            " SELECT ST_SetSRID(ST_MakePoint(23.7 + n / 1e6, 56.6), 4326), 'castle', repeat('a', 200)"
            f" FROM generate_series(1, {FEATURES}) AS n"
        )


@pytest.fixture
def hurried(crowded):
    with connections["published"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 2")  # milliseconds
        yield
        cursor.execute("RESET statement_timeout")


def test_a_query_that_takes_too_long_is_ended_and_called_so(client, hurried):
    response = client.get(ITEMS, {"limit": FEATURES})
    assert (response.status_code, response.json()["code"]) == (400, "query-too-slow")
    assert response.headers["Content-Type"] == "application/problem+json"
