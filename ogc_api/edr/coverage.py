"""Series as CoverageJSON (OGC 21-069r2): a PointSeries for each station."""

from collections.abc import Sequence
from typing import Any

from gis_platform.core.crs import WGS84, Crs, transformer
from ogc_api.edr.observations import Series
from ogc_api.edr.stations import Stream

UCUM = "http://www.opengis.net/def/uom/UCUM/"


def coverage_json(series: Sequence[Series], crs: Crs) -> dict[str, Any]:
    """One Coverage, or a collection of them where several stations answer."""
    coverages = [_coverage(one, crs) for one in series]
    if len(coverages) == 1:
        return coverages[0]
    # Parameters are said in each coverage, for two stations may observe one property in two units.
    return {"type": "CoverageCollection", "domainType": "PointSeries", "coverages": coverages}


def parameter(stream: Stream, *, label: str | dict[str, str]) -> dict[str, Any]:
    """`label` is what is observed, in words: of one language, or by language where the format allows that."""
    known: dict[str, Any] = {
        "type": "Parameter",
        "observedProperty": {"id": stream.definition or stream.observes, "label": label},
    }
    if stream.unit:
        known["unit"] = {
            "label": stream.unit if isinstance(label, str) else {"en": stream.unit},
            "symbol": {"value": stream.unit, "type": UCUM},
        }
    return known


def position(stream: Stream, crs: Crs) -> tuple[float, float]:
    """Easting or longitude, then northing or latitude."""
    if crs.srid == WGS84:
        return (stream.lon, stream.lat)
    x, y = transformer(from_srid=WGS84, to_srid=crs.srid).transform(stream.lon, stream.lat)
    return (round(x, crs.digits), round(y, crs.digits))


def _coverage(series: Series, crs: Crs) -> dict[str, Any]:
    return {
        "type": "Coverage",
        "id": series.station.station,
        "domain": _domain(series, crs),
        "parameters": {stream.observes: parameter(stream, label=stream.names) for stream in series.streams},
        "ranges": {
            stream.observes: {
                "type": "NdArray",
                "dataType": "float",
                "axisNames": ["t"],
                "shape": [len(series.times)],
                "values": values,
            }
            for stream, values in zip(series.streams, series.values, strict=True)
        },
    }


def _domain(series: Series, crs: Crs) -> dict[str, Any]:
    x, y = position(series.station, crs)
    return {
        "type": "Domain",
        "domainType": "PointSeries",
        "axes": {
            "x": {"values": [x]},
            "y": {"values": [y]},
            "t": {"values": [f"{time}Z" for time in series.times]},
        },
        "referencing": [
            {
                # In the order of the system's own axes; x stays the easting and y the northing.
                "coordinates": ["y", "x"] if crs.northing_first else ["x", "y"],
                "system": {"type": "GeographicCRS" if crs.geographic else "ProjectedCRS", "id": crs.uri},
            },
            {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}},
        ],
    }
