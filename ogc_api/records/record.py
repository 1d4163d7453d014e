"""A record: a layer's declaration and facts in the form of OGC API Records (20-004r1, clause 7)."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gis_platform.core.crs import Box
from gis_platform.core.languages import active_language
from layers.catalog import LayerSpec
from ogc_api.links import link
from ogc_api.records.distributions import OGC_REL, distributions
from ogc_api.records.facts import LayerFacts
from ogc_api.records.vocabularies import AUTHORITY, DATA_THEMES, FREQUENCIES, THEMES, licence_of

CATALOGUE = "/records/collections/city"
RECORD_PROFILE = "http://www.opengis.net/def/profile/OGC/0/ogc-record"
CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"
LANGUAGE_NAMES = dict(settings.LANGUAGES)


def record(spec: LayerSpec, facts: LayerFacts, *, base: str) -> dict[str, Any]:
    """GeoJSON in the active language; `base` is the address of the window."""
    return {
        "id": spec.id,
        "type": "Feature",
        "conformsTo": [CORE],
        "geometry": polygon(facts.box),
        **({"bbox": list(facts.box)} if facts.box else {}),
        "time": _time(facts),
        "extent": extent(facts),
        "properties": _properties(spec, facts, base),
        "links": _links(spec, base),
        "linkTemplates": [_tile_template(spec, base)],
    }


def polygon(box: Box | None) -> dict[str, Any] | None:
    if box is None:
        return None
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def extent(facts: LayerFacts) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if facts.box:
        found["spatial"] = {"bbox": [list(facts.box)], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
    if facts.timed:
        found["temporal"] = {"interval": [[utc(facts.starts), utc(facts.ends)]]}
    return found


def languages() -> list[dict[str, str]]:
    return [{"code": code, "name": LANGUAGE_NAMES[code]} for code in settings.CITY.languages]


def contacts(spec: LayerSpec | None = None) -> list[dict[str, Any]]:
    email = spec.contact if spec else ""
    about = {"href": settings.PUBLIC_URL, "rel": "about", "type": "text/html"}
    found: dict[str, Any] = {"organization": settings.CITY.name, "roles": ["publisher"], "links": [about]}
    return [found | ({"emails": [{"value": email}]} if email else {})]


def utc(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None


def _time(facts: LayerFacts) -> dict[str, Any] | None:
    if not facts.timed:
        return None
    return {"interval": [utc(facts.starts) or "..", utc(facts.ends) or ".."]}


def _properties(spec: LayerSpec, facts: LayerFacts, base: str) -> dict[str, Any]:
    code = active_language()
    known: dict[str, Any] = {
        "type": "dataset",
        "title": str(spec.title),
        "description": str(spec.description),
        "keywords": [str(word) for word in spec.keywords] or [spec.id],
        "themes": [_theme(spec)],
        "language": {"code": code, "name": LANGUAGE_NAMES[code]},
        "languages": languages(),
        "resourceLanguages": languages() if spec.named else languages()[:1],
        "externalIds": [{"scheme": "dcat", "value": f"{settings.PUBLIC_URL}/ogc/dcat/{spec.id}"}],
        "formats": [{"name": way.title, "mediaType": way.media_type} for way in distributions(spec)],
        "contacts": contacts(spec),
        "license": licence_of(spec.licence, explained_at=_page_url(spec, base)).spdx,
        "rights": str(spec.attribution) or settings.CITY.name,
        "accrualPeriodicity": f"{AUTHORITY}/frequency/{spec.frequency}",
        "accrualPeriodicityLabel": str(FREQUENCIES[spec.frequency]),
        "features": facts.count,
    }
    times = {"created": utc(facts.created), "updated": utc(facts.updated)}
    return known | {name: text for name, text in times.items() if text}


def _theme(spec: LayerSpec) -> dict[str, Any]:
    url = f"{DATA_THEMES}/{spec.theme}"
    return {"scheme": DATA_THEMES, "concepts": [{"id": spec.theme, "title": str(THEMES[spec.theme]), "url": url}]}


def _links(spec: LayerSpec, base: str) -> list[dict[str, str]]:
    here, layer = f"{base}{CATALOGUE}/items/{spec.id}", f"{base}/collections/{spec.id}"
    licence = licence_of(spec.licence, explained_at=_page_url(spec, base))
    schema = "application/schema+json"
    translated = [
        link(f"{here}?lang={code}", rel="alternate", media_type="application/geo+json") | {"hreflang": code}
        for code in settings.CITY.languages
    ]
    ways = [
        link(base + way.path, rel=way.rel, media_type=way.media_type, title=way.title) for way in distributions(spec)
    ]
    return [
        link(here, rel="self", media_type="application/geo+json"),
        link(f"{here}?f=html", rel="alternate", media_type="text/html"),
        link(f"{base}/dcat/{spec.id}?f=ttl", rel="alternate", media_type="text/turtle", title="DCAT-AP"),
        *translated,
        link(RECORD_PROFILE, rel="profile", media_type="application/json"),
        link(f"{base}{CATALOGUE}", rel="collection", media_type="application/json"),
        link(layer, rel="describes", media_type="application/json", title=str(spec.title)),
        link(licence.url, rel="license", media_type="text/html", title=spec.licence or licence.spdx),
        link(f"{layer}/schema", rel="describedby", media_type=schema, title=_("Schema")),
        link(f"{layer}/styles", rel=f"{OGC_REL}/styles", media_type="application/json", title=_("Styles")),
        link(f"{layer}/queryables", rel=f"{OGC_REL}/queryables", media_type=schema, title=_("Queryables")),
        *ways,
    ]


def _tile_template(spec: LayerSpec, base: str) -> dict[str, Any]:
    return {
        "uriTemplate": f"{base}/collections/{spec.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}",
        "rel": "item",
        "type": "application/vnd.mapbox-vector-tile",
        "title": _("Vector tiles"),
        "variables": {name: {"type": "integer", "minimum": 0} for name in ("z", "y", "x")},
    }


def _page_url(spec: LayerSpec, base: str) -> str:
    return f"{base}/collections/{spec.id}?f=html"
