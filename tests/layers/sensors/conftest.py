import pytest
from stations import a_stream

from layers.sensors.models import Stream


@pytest.fixture
def stream(db, city_of_jelgava) -> Stream:
    return a_stream()
