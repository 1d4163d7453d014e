"""The ways in which a layer can be had: one list for the links of a record and for DCAT's distributions."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.catalog import LayerSpec
from layers.exports.files import FORMATS

FILE_TYPES = {"geojson": "GEOJSON", "gpkg": "GPKG", "csv": "CSV"}  # in the EU's table of file types
OGC_REL = "http://www.opengis.net/def/rel/ogc/1.0"
SPECIFICATIONS = {
    "features": "http://www.opengis.net/spec/ogcapi-features-1/1.0",
    "tiles": "http://www.opengis.net/spec/ogcapi-tiles-1/1.0",
    "edr": "http://www.opengis.net/spec/ogcapi-edr-1/1.1",
}
OBSERVED_LAYER = "sensors"  # its readings are served by EDR


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """`path` begins behind the address of the window. A file has no `service`, a service no file."""

    key: str
    title: str
    path: str
    media_type: str
    rel: str
    file_type: str = ""
    service: str = ""  # a key of SPECIFICATIONS


def distributions(spec: LayerSpec) -> list[Distribution]:
    here = f"/collections/{spec.id}"
    files = [
        Distribution(
            key=known.ending,
            title=known.title,
            path=f"{here}/download/{spec.id}.{known.ending}",
            media_type=known.media_type.partition(";")[0],
            rel="enclosure",
            file_type=FILE_TYPES.get(known.ending, ""),
        )
        for known in FORMATS
    ]
    services = [
        Distribution(
            key="features",
            title="OGC API Features",
            path=f"{here}/items",
            media_type="application/geo+json",
            rel="items",
            file_type="GEOJSON",
            service="features",
        ),
        Distribution(
            key="tiles",
            title=_("Vector tiles"),
            path=f"{here}/tiles/WebMercatorQuad",
            media_type="application/json",
            rel=f"{OGC_REL}/tilesets-vector",
            service="tiles",
        ),
    ]
    if spec.id == OBSERVED_LAYER:
        services.append(
            Distribution(
                key="edr",
                title=_("Observations (EDR)"),
                path="/edr/collections/observations",
                media_type="application/json",
                rel="related",
                service="edr",
            )
        )
    return [*files, *services]
