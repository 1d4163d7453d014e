import pytest
from django.core.cache import cache
from django.test import Client

from gis_platform.core import outbox
from gis_platform.core.models import OutboxEntry


@pytest.fixture(autouse=True)
def empty_counters():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def phone() -> Client:
    """A browser that asks for English and keeps to the CSRF rules, as a real one must."""
    return Client(headers={"Accept-Language": "en"}, enforce_csrf_checks=True)


@pytest.fixture
def machine() -> Client:
    """A till or a gateway: no cookies, a key in each request."""
    return Client(headers={"Accept-Language": "en"}, enforce_csrf_checks=True)


@pytest.fixture
def deliver():
    """Does what the workers would: delivers everything that was promised, and says which topics."""

    def run_all() -> list[str]:
        entries = list(OutboxEntry.objects.alive().order_by("pk"))
        assert all(outbox.run(entry.pk) for entry in entries)
        return [entry.topic for entry in entries]

    return run_all
