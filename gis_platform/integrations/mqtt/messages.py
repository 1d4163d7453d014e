"""What a message on a sensor's topic means.

The topic names the sensor, and the broker's access list guards the topic; so a message can only bring readings of that
sensor. The body is an object of values by observed property with their time, an array of such objects, or SenML.
"""

import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from gis_platform.core.errors import InvalidInput
from layers.sensors.parsing import READINGS_MAX, Entries, json_content, misread, parse_senml, reading
from layers.sensors.readings import PAYLOAD_LENGTH_MAX, Cause, Misread, Reading

PAYLOAD_SIZE_MAX = 256 * 1024  # bytes
SENML_LABELS = frozenset({"bn", "bt", "bv", "bver", "n"})


def readings_topic(city: str, sensor_code: str = "+") -> str:
    return f"city/{city}/readings/{sensor_code}"


def entries_of(topic: str, payload: bytes) -> Entries:
    """The readings of a message; never raises. Whatever cannot be read is a `Misread`, an empty message is nothing."""
    if not payload:
        return []  # how MQTT clears a retained message
    try:
        if len(payload) > PAYLOAD_SIZE_MAX:
            raise InvalidInput
        content = json_content(payload)
    except InvalidInput:
        return [misread(payload[:PAYLOAD_LENGTH_MAX].decode(errors="replace"))]
    records = content if isinstance(content, list) else [content]
    code = topic.rpartition("/")[2]
    entries = _senml(records, code) if _is_senml(records) else _plain(records, code)
    if len(entries) > READINGS_MAX:
        return [misread(content)]
    return entries


def body_of(readings: Iterable[Reading]) -> bytes:
    """One sensor's readings as a message that `entries_of` understands: an object for each instant."""
    objects: dict[str, dict[str, Any]] = {}
    for entry in readings:
        time = entry.time.astimezone(UTC).isoformat()
        objects.setdefault(time, {"time": time})[entry.stream.partition("/")[2]] = entry.value
    return json.dumps(list(objects.values())).encode()


def _is_senml(records: list[Any]) -> bool:
    return bool(records) and isinstance(records[0], dict) and not SENML_LABELS.isdisjoint(records[0])


def _senml(records: list[Any], code: str) -> Entries:
    return [_of_sensor(entry, code) for entry in parse_senml(records, prefix=f"{code}/")]


def _of_sensor(entry: Reading | Misread, code: str) -> Reading | Misread:
    if isinstance(entry, Misread) or entry.stream.startswith(f"{code}/"):
        return entry
    return misread(str(entry), stream=entry.stream, cause=Cause.UNKNOWN_STREAM)


def _plain(records: list[Any], code: str) -> Entries:
    return [entry for record in records for entry in _of_record(record, code)]


def _of_record(record: Any, code: str) -> Entries:
    if not isinstance(record, dict) or not record.keys() - {"time"}:
        return [misread(record)]
    # Without a time of its own a reading would get another one each time that the message is delivered again.
    time = record.get("time")
    return [
        reading(f"{code}/{observed}", time, value, raw={"time": time, observed: value})
        for observed, value in record.items()
        if observed != "time"
    ]
