"""A new observation, brought by a person of the city: checked, stored, and only then answered."""

from typing import Any

from django.utils.translation import gettext as _

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.identity.errors import NotSignedIn
from gis_platform.identity.layer_access import Caller
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role
from layers.sensors.parsing import json_content, reading
from layers.sensors.readings import Misread, Reading
from layers.sensors.services import ingest
from ogc_api.sensorthings.entities import SETS, Row
from ogc_api.sensorthings.errors import NotOffered, ObservationExists, ReadingRefused
from ogc_api.sensorthings.resources import OBSERVATIONS, Selection, the_one

OFFERED = {"result", "phenomenonTime", "Datastream"}


def observe(user: Caller, selection: Selection, body: bytes) -> Row:
    """Stores the observation of a POST and returns its row.

    Raises NotSignedIn, RoleMissing, NotOffered, InvalidInput, ReadingRefused and ObservationExists.
    """
    if selection.entities.name != OBSERVATIONS or selection.one:
        raise NotOffered(_("Only Observations can be added here."))
    if not isinstance(user, User):
        raise NotSignedIn(_("Sign in, or send an API key, to add observations."))
    require_role(user, Role.OPERATOR, Role.PLANNER)
    content = _content(body)
    stream = _datastream(selection, content)
    entry = _reading(stream, content)
    result = ingest([entry], sender=f"user:{user.pk}")
    for cause in result.rejected:
        raise ReadingRefused(
            _("The observation was not stored: %(cause)s.") % {"cause": cause.value}, cause=cause.value
        )
    if result.duplicate:
        raise ObservationExists
    assert isinstance(entry, Reading)  # a misread one has been rejected
    return _stored(stream, entry)


def _content(body: bytes) -> dict[str, Any]:
    content = json_content(body)
    if not isinstance(content, dict) or "result" not in content:
        raise InvalidInput(_("An observation is a JSON object with a result."))
    if others := sorted(set(content) - OFFERED):
        raise NotOffered(_("Not kept here: %(names)s.") % {"names": ", ".join(others)[:200]})
    return content


def _datastream(selection: Selection, content: dict[str, Any]) -> Row:
    """The one that the path names, else the body's."""
    stream_id = selection.value("stream_id")
    if stream_id is None:
        named = content.get("Datastream")
        stream_id = named.get("@iot.id") if isinstance(named, dict) else None
    if not isinstance(stream_id, int) or isinstance(stream_id, bool) or not 0 < stream_id < 2**63:
        raise InvalidInput(_('Name the datastream: {"Datastream": {"@iot.id": 7}}.'))
    return the_one(Selection(SETS["Datastreams"], (("id", stream_id),), one=True))


def _reading(stream: Row, content: dict[str, Any]) -> Reading | Misread:
    # Without a time the server's own is meant (18-088, 8.2.6).
    time = content.get("phenomenonTime") or clock.now().isoformat()
    if not isinstance(time, str) or "/" in time:
        raise NotOffered(_("phenomenonTime is one instant in ISO 8601, with its offset from UTC."))
    return reading(stream["key"], time, content["result"], raw=content)


def _stored(stream: Row, entry: Reading) -> Row:
    where = (("stream_id", stream["id"]), ("phenomenon_time", entry.time))
    return the_one(Selection(SETS[OBSERVATIONS], where, one=True))
