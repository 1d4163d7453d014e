import pytest
from broker import Broker


@pytest.fixture
def broker(tmp_path, settings):
    broker = Broker(tmp_path)
    broker.start()
    settings.MQTT_URL = broker.url
    yield broker
    broker.stop()
