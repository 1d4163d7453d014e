"""Publishes what the city's sensors would be saying now, so that a development city is alive."""

from collections import defaultdict
from datetime import datetime, timedelta
from threading import Event

import structlog
from django.conf import settings

from gis_platform.core import clock
from gis_platform.integrations.base import growing_waits
from gis_platform.integrations.mqtt.broker import connect, new_client
from gis_platform.integrations.mqtt.listener import QOS
from gis_platform.integrations.mqtt.messages import body_of, readings_topic
from layers.sensors import queries
from layers.sensors.readings import Reading
from layers.sensors.simulation import SimulatedStream, readings

log = structlog.get_logger(__name__)


def publish_until(stop: Event, *, every_s: float, seed: int) -> None:
    """Every so many seconds, one message for each sensor that has a new reading; at first the newest of each stream.

    A broker that is away is waited for.
    """
    client = new_client(f"city-{settings.CITY.id}-simulator")
    client.max_queued_messages_set(1000)  # while the broker is away; what is made up may be lost
    waits = growing_waits()
    while not stop.is_set():
        try:
            connect(client)
            break
        except OSError as error:
            log.warning("the broker cannot be reached", reason=str(error))
            stop.wait(next(waits))
    client.loop_start()
    said: datetime | None = None
    try:
        while not stop.is_set():
            at = clock.now()
            for code, spoken in by_sensor(queries.simulated_streams(), since=said, until=at, seed=seed).items():
                client.publish(readings_topic(settings.CITY.id, code), body_of(spoken), qos=QOS)
            said = at
            stop.wait(every_s)
    finally:
        client.disconnect()
        client.loop_stop()


def by_sensor(
    streams: list[SimulatedStream], *, since: datetime | None, until: datetime, seed: int
) -> dict[str, list[Reading]]:
    """The readings after `since` up to and with `until`, by sensor code; without `since`, the last of each stream."""
    spoken: dict[str, list[Reading]] = defaultdict(list)
    instant = timedelta(microseconds=1)
    for stream in streams:
        start = until - timedelta(seconds=stream.every_s) if since is None else since
        code = stream.key.partition("/")[0]
        spoken[code] += readings(stream, start + instant, until + instant, seed)
    return {code: found for code, found in spoken.items() if found}
