import pytest
from django.test import Client


@pytest.fixture
def client() -> Client:
    """A browser that asks for English; the city's own language would come otherwise."""
    return Client(headers={"Accept-Language": "en"})
