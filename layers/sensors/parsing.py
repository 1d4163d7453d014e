"""Turns messages into readings. What cannot be read becomes a `Misread`; only a message as a whole can be refused."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput, TooLarge
from layers.sensors.readings import KEY_LENGTH_MAX, PAYLOAD_LENGTH_MAX, Cause, Misread, Reading

READINGS_MAX = 1000  # in one message
SENML = "application/senml+json"

type Entries = list[Reading | Misread]


def parse(body: bytes, *, media_type: str = "application/json") -> Entries:
    """The readings of a JSON array of {"stream", "time", "value"}, or of SenML (RFC 8428) by its media type.

    Raises InvalidInput for what is not such an array, and TooLarge for more than READINGS_MAX entries.
    """
    entries = json_array(body)
    if media_type.partition(";")[0].strip().lower() == SENML:
        return parse_senml(entries)
    return [_reading_of(entry) for entry in entries]


def json_array(body: bytes) -> list[Any]:
    content = json_content(body)
    if not isinstance(content, list):
        raise InvalidInput(_("The message is not a JSON array of readings."))
    return limited(content)


def json_content(body: bytes) -> Any:
    """The JSON value, NaN and infinities included, which are rejected one by one. Raises InvalidInput."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_("The message is not JSON in UTF-8.")) from error


def limited(entries: list[Any]) -> list[Any]:
    if len(entries) > READINGS_MAX:
        raise TooLarge(_("A message holds at most %(max)d readings.") % {"max": READINGS_MAX}, max=READINGS_MAX)
    return entries


def reading(stream: Any, time: Any, value: Any, *, raw: Any) -> Reading | Misread:
    """A reading of JSON values; else a Misread that keeps `raw`."""
    # Printable: neither NUL nor half of a surrogate pair, which PostgreSQL does not take.
    if not isinstance(stream, str) or not 0 < len(stream) <= KEY_LENGTH_MAX or not stream.isprintable():
        return misread(raw)
    instant = _instant(time)
    if instant is None:
        return misread(raw, stream=stream)
    number = _number(value)
    if number is None:
        return misread(raw, stream=stream, cause=Cause.NOT_A_NUMBER)
    return Reading(stream, instant, number)


def misread(raw: Any, *, stream: str = "", cause: Cause = Cause.MALFORMED) -> Misread:
    try:
        text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    except RecursionError:
        text = _("(nested too deeply)")
    return Misread(text[:PAYLOAD_LENGTH_MAX], cause, stream)


def parse_senml(records: list[Any], *, prefix: str = "") -> Entries:
    """The readings of a SenML pack: numeric values by resolved name and time; `prefix` comes before names without "/".

    A record without an absolute time is malformed: "now" (RFC 8428, 4.5.3) would be another instant when the message
    is delivered again, and one reading would become two. Units are the stream's own; those of the pack are not read.
    """
    return list(_senml_entries(records, prefix))


def _senml_entries(records: list[Any], prefix: str) -> Iterator[Reading | Misread]:
    base: dict[str, Any] = {"bn": "", "bt": 0, "bv": 0}
    for record in records:
        if not isinstance(record, dict) or any(key.endswith("_") for key in record):  # 4.4: must-understand labels
            yield misread(record)
            continue
        base |= {key: record[key] for key in base if key in record}
        if "v" not in record and "n" not in record and not {"vs", "vb", "vd"} & record.keys():
            continue  # only base values, or a sum, which no stream keeps
        yield _senml_reading(record, base, prefix)


def _senml_reading(record: dict[str, Any], base: dict[str, Any], prefix: str) -> Reading | Misread:
    name = f"{base['bn']}{record.get('n', '')}"
    stream = name if "/" in name else prefix + name
    offset, start = _number(record.get("t", 0)), _number(base["bt"])
    seconds = None if offset is None or start is None else start + offset
    if seconds is None or seconds < 2**28:
        return misread(record, stream=stream[:KEY_LENGTH_MAX])
    own, shared = _number(record.get("v")), _number(base["bv"])
    value = None if own is None or shared is None else own + shared
    return reading(stream, seconds, value, raw=record)


def _reading_of(entry: Any) -> Reading | Misread:
    if not isinstance(entry, dict):
        return misread(entry)
    return reading(entry.get("stream"), entry.get("time"), entry.get("value"), raw=entry)


def _instant(time: Any) -> datetime | None:
    """ISO 8601 with its offset from UTC, or seconds since 1970; None for anything else."""
    try:
        if isinstance(time, str):
            instant = datetime.fromisoformat(time)
            return instant.astimezone(UTC) if instant.tzinfo else None
        if isinstance(time, int | float) and not isinstance(time, bool):
            return datetime.fromtimestamp(time, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _number(value: Any) -> float | None:
    """A finite float; None for anything else, booleans and numbers in quotes included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
