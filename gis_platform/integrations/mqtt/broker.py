"""How to reach the broker that MQTT_URL names."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

KEEP_ALIVE_S = 30
SESSION_EXPIRY_S = 7 * 86_400  # how long the broker keeps messages for a listener that is away
PORTS = {"mqtt": 1883, "mqtts": 8883}


def new_client(client_id: str, *, manual_ack: bool = False) -> Client:
    """A client with the URL's user and password, and TLS for mqtts; not connected yet."""
    url = urlsplit(settings.MQTT_URL)
    # Version 5, for a client may say there how many messages it takes unacknowledged. Before that Mosquitto sends 20 at
    # a time, and 20 a batch would be 100 a second.
    client = Client(
        CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=manual_ack
    )
    if url.username:
        client.username_pw_set(unquote(url.username), unquote(url.password or ""))
    if url.scheme == "mqtts":
        client.tls_set()
    return client


def connect(client: Client, *, lasting: bool = False, unacknowledged_max: int = 20) -> None:
    """Opens the connection; a `lasting` session is resumed, with the messages that came meanwhile. Raises OSError."""
    url = urlsplit(settings.MQTT_URL)
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_EXPIRY_S if lasting else 0
    properties.ReceiveMaximum = unacknowledged_max
    client.connect(
        url.hostname or "127.0.0.1",
        url.port or PORTS[url.scheme],
        keepalive=KEEP_ALIVE_S,
        clean_start=not lasting,
        properties=properties,
    )
