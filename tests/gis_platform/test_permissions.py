"""Owner, colleague and stranger at every guarded operation of the API; one that nobody tries fails."""

import pytest
from django.http import HttpResponse
from django.test import Client

from gis_platform.api import api
from tests.gis_platform import test_api
from tests.gis_platform.test_api import guarded
from tests.permissions import (  # noqa: F401 - they register their trials
    TRIALS,
    Trial,
    ask,
    benefits,
    judge,
    loyalty,
    offers,
    tickets,
    town_hall,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
SENTENCE = "Anna's own"


def test_nothing_is_tried_that_is_not_there():
    assert not set(TRIALS) - set(guarded())


def trial_of(operation: str) -> Trial:
    assert operation in TRIALS, f"write a trial for {operation} in tests/permissions"
    return TRIALS[operation]()


@pytest.mark.parametrize("operation", guarded())
def test_owner_colleague_and_stranger(operation):
    trial = trial_of(operation)
    people = {"stranger": Client(), "colleague": trial.colleague, "owner": trial.owner}
    judge(trial, **{who: ask(client, operation, trial) for who, client in people.items()})


def test_an_endpoint_that_came_without_a_trial_is_found(monkeypatch):
    """The document gets an operation more, as by a new router; of all guarded ones it is the one without a trial."""
    document = api.get_openapi_schema()
    document["paths"]["/api/v1/twins"] = {"get": {"security": [{"SignedIn": []}]}}
    monkeypatch.setattr(test_api, "operations", lambda: list(_operations(document)))
    assert set(guarded()) - set(TRIALS) == {"GET /api/v1/twins"}
    with pytest.raises(AssertionError, match="write a trial for GET /api/v1/twins"):
        trial_of("GET /api/v1/twins")


def _operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


@pytest.mark.parametrize(
    ("secret", "owner", "colleague", "stranger"),
    [
        ("", 200, 200, 401),  # no look at whose it is
        ("", 200, 404, 200),  # no guard at all
        ("", 404, 404, 401),  # nobody gets it, so nothing is shown by that
        (SENTENCE, 200, 200, 401),  # the list of everybody
    ],
)
def test_the_check_catches_an_endpoint_that_forgets_whose_it_is(secret, owner, colleague, stranger):
    trial = Trial(path="/", owner=Client(), colleague=Client(), secret=secret)
    statuses = {"owner": owner, "colleague": colleague, "stranger": stranger}
    with pytest.raises(AssertionError):
        judge(trial, **{who: HttpResponse(SENTENCE, status=status) for who, status in statuses.items()})
