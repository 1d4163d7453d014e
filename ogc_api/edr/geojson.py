"""Locations and series as EDR GeoJSON (requirements class edr-geojson)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from gis_platform.core.languages import preferred_languages
from ogc_api.edr.coverage import parameter
from ogc_api.edr.observations import Series
from ogc_api.edr.stations import Stream
from ogc_api.records.record import utc


def locations(streams: Sequence[Stream], *, endpoint: str) -> dict[str, Any]:
    """Every station of the streams, with the time and the names of what it observed; `endpoint` lists them."""
    features = []
    for code, group in groupby(streams, key=lambda stream: stream.station):
        together = list(group)
        features.append(
            _feature(
                together,
                endpoint=f"{endpoint}/{code}",
                starts=min((stream.first_at for stream in together if stream.first_at), default=None),
                ends=max((stream.last_at for stream in together if stream.last_at), default=None),
            )
        )
    return {"type": "FeatureCollection", "features": features, "parameters": _parameters(streams)}


def series_features(series: Sequence[Series], *, endpoint: str) -> dict[str, Any]:
    """A feature for each station, with its readings by property."""
    features = []
    for one in series:
        feature = _feature(list(one.streams), endpoint=f"{endpoint}/{one.station.station}", starts=None, ends=None)
        feature["properties"] |= {
            "datetime": f"{one.times[0]}Z/{one.times[-1]}Z",
            "observations": {
                stream.observes: [
                    {"datetime": f"{time}Z", "value": value}
                    for time, value in zip(one.times, values, strict=True)
                    if value is not None
                ]
                for stream, values in zip(one.streams, one.values, strict=True)
            },
        }
        features.append(feature)
    streams = [stream for one in series for stream in one.streams]
    return {"type": "FeatureCollection", "features": features, "parameters": _parameters(streams)}


def property_name(stream: Stream) -> str:
    """In the active language, else in the city's, else in any."""
    return next((stream.names[code] for code in preferred_languages() if stream.names.get(code)), stream.observes)


def _feature(
    streams: Sequence[Stream], *, endpoint: str, starts: datetime | None, ends: datetime | None
) -> dict[str, Any]:
    first = streams[0]
    return {
        "type": "Feature",
        "id": first.station,
        "geometry": {"type": "Point", "coordinates": [first.lon, first.lat]},
        "properties": {
            "label": first.station_name,
            "category": first.category,
            "datetime": f"{utc(starts)}/{utc(ends)}" if starts and ends else "",
            "parameter-name": sorted({stream.observes for stream in streams}),
            "edrqueryendpoint": endpoint,
        },
    }


def _parameters(streams: Iterable[Stream]) -> list[dict[str, Any]]:
    by_name = {stream.observes: stream for stream in streams}
    return [{"id": name} | parameter(stream, label=stream.names) for name, stream in sorted(by_name.items())]
