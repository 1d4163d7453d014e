from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from stations import a_reading, a_stream

from layers.sensors import services
from layers.sensors.models import Stream

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def stream(db, city_of_jelgava) -> Stream:
    return a_stream()


@pytest.fixture
def with_ten(stream) -> Stream:
    """Ten observations, a minute apart, from 20.0 on."""
    services.ingest([a_reading(20.0 + n, time=NOW - timedelta(minutes=60 - n)) for n in range(10)])
    return stream


@pytest.fixture
def get(client):
    def get(path: str, *, status: int = 200, **options: str):
        """Options by name, without their $."""
        url = path if path.startswith("http") else f"/sta/v1.1/{path}"
        if options:
            url += "?" + "&".join(f"${name}={quote(value)}" for name, value in options.items())
        response = client.get(url)
        assert response.status_code == status, response.content
        if status >= 400:
            assert response["Content-Type"] == "application/problem+json"
        return response.json()

    return get
