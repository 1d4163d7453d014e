"""New observations, brought by the city's people and gateways: checked, stored, and only then answered."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.devices.authentication import DeviceKey
from gis_platform.devices.models import Device
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.errors import NotSignedIn
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role
from layers.sensors.models import Observation, Stream
from layers.sensors.parsing import json_content, limited, reading
from layers.sensors.readings import Misread, Reading
from layers.sensors.services import ingest
from ogc_api.sensorthings.entities import OBSERVATIONS, SETS
from ogc_api.sensorthings.errors import NotOffered, ObservationExists, ReadingRefused
from ogc_api.sensorthings.naming import observation_id
from ogc_api.sensorthings.options import Options
from ogc_api.sensorthings.reading import Node, the_one
from ogc_api.sensorthings.resources import Selection

KEPT = {"result", "phenomenonTime", "resultTime", "Datastream"}
COMPONENTS = {"result", "phenomenonTime", "resultTime"}
ARRAY = {"Datastream", "components", "dataArray", "dataArray@iot.count"}
gateway = DeviceKey(Device.Role.GATEWAY)

type Entry = Reading | Misread
type Addressed = tuple[int, Entry]  # the datastream's id


def sender(request: HttpRequest) -> str:
    """Who brings readings; raises NotSignedIn, RoleMissing and DeviceRoleMissing."""
    if request.headers.get("Authorization", "").lower().startswith("device "):
        return gateway(request).actor
    user = authenticate_request(request)
    if not isinstance(user, User):
        raise NotSignedIn(_("Sign in, or send an API key, to add observations."))
    require_role(user, Role.OPERATOR, Role.PLANNER)
    return user.actor


def observe(sent_by: str, selection: Selection, body: bytes) -> Node:
    """Stores the observation of a POST and returns it as it is read.

    Raises NotOffered, InvalidInput, ReadingRefused and ObservationExists.
    """
    content = _content(json_content(body))
    stream_id = selection.source.get("id") if "Datastream" not in content else _named(content.pop("Datastream"))
    if selection.source and stream_id != selection.source.get("id"):
        raise InvalidInput(_("The path and the body name different datastreams."))
    entry = _entry(_key(stream_id), content)
    result = ingest([entry], sender=sent_by)
    for cause in result.rejected:
        raise ReadingRefused(
            _("The observation was not stored: %(cause)s.") % {"cause": cause.value}, cause=cause.value
        )
    if result.duplicate:
        raise ObservationExists
    assert isinstance(entry, Reading)  # a misread one has been rejected
    stored = {"stream_id": stream_id, "phenomenon_time": entry.time}
    return the_one(Selection(SETS[OBSERVATIONS], key=stored, one=True), Options())


def observe_many(sent_by: str, body: bytes) -> list[str | None]:
    """The ids of a data array's observations in its order (18-088, 13.3), None for one that was not stored.

    One that is known already keeps its id, so an array may be sent again.
    """
    content = json_content(body)
    arrays = content if isinstance(content, list) else [content]
    addressed = [entry for array in limited(arrays) for entry in _array(array)]
    ingest([entry for _id, entry in limited(addressed)], sender=sent_by)
    wanted = [(stream_id, entry.time) for stream_id, entry in addressed if isinstance(entry, Reading)]
    stored = _stored(wanted)
    return [
        observation_id(stream_id, entry.time)
        if isinstance(entry, Reading) and stored.get((stream_id, entry.time)) == entry.value
        else None
        for stream_id, entry in addressed
    ]


def _stored(wanted: Sequence[tuple[int, Any]]) -> dict[tuple[int, Any], float]:
    found = Observation.objects.filter(pk__in=wanted).values_list("stream_id", "phenomenon_time", "result")
    return {(stream_id, time): result for stream_id, time, result in found} if wanted else {}


def _array(array: Any) -> Iterator[Addressed]:
    if not isinstance(array, dict) or not isinstance(array.get("components"), list):
        raise InvalidInput(_("A data array is a JSON object with Datastream, components and dataArray."))
    if others := sorted(set(array) - ARRAY):
        raise NotOffered(_("Not kept here: %(names)s.") % {"names": ", ".join(others)[:200]})
    names, rows = array["components"], array.get("dataArray")
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        raise InvalidInput(_("Every row of a dataArray has a value for each of the components."))
    if others := sorted({str(name) for name in names} - COMPONENTS):
        raise NotOffered(_("Not kept here: %(names)s.") % {"names": ", ".join(others)[:200]})
    if "result" not in names or len({*names}) != len(names):
        raise InvalidInput(_("The components name result, and each only once."))
    stream_id = _named(array.get("Datastream"))
    key = _key(stream_id)
    for row in rows:
        yield stream_id, _entry(key, dict(zip(names, row, strict=True)))


def _content(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict) or "result" not in content:
        raise InvalidInput(_("An observation is a JSON object with a result."))
    if others := sorted(name for name, value in content.items() if name not in KEPT and value not in (None, {})):
        raise NotOffered(_("Not kept here: %(names)s.") % {"names": ", ".join(others)[:200]})
    return content


def _named(datastream: Any) -> int:
    stream_id = datastream.get("@iot.id") if isinstance(datastream, dict) else None
    if not isinstance(stream_id, int) or isinstance(stream_id, bool) or not 0 < stream_id < 2**63:
        raise _unnamed()
    return stream_id


def _key(stream_id: int | None) -> str:
    """Of a datastream that is shown: through the window, those of hidden sensors are not there."""
    if stream_id is None:
        raise _unnamed()
    the_one(Selection(SETS["Datastreams"], key={"id": stream_id}, one=True), Options(select=()))
    return Stream.objects.values_list("key", flat=True).get(pk=stream_id)


def _unnamed() -> InvalidInput:
    return InvalidInput(_('Name the datastream: {"Datastream": {"@iot.id": 7}}.'))


def _entry(key: str, content: dict[str, Any]) -> Entry:
    # Without a time the server's own is meant (18-088, 8.2.6).
    time = content.get("phenomenonTime") or clock.now().isoformat()
    if not isinstance(time, str) or "/" in time:
        raise NotOffered(_("phenomenonTime is one instant in ISO 8601, with its offset from UTC."))
    entry = reading(key, time, content["result"], raw=content)
    if isinstance(entry, Reading) and content.get("resultTime") is not None:
        known = reading(key, content["resultTime"], 0, raw=content)
        if not isinstance(known, Reading) or known.time != entry.time:
            raise NotOffered(_("resultTime is the phenomenonTime here: a reading is there the moment it is taken."))
    return entry
