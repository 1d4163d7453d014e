"""What the editor's maps start from: the city's ground alone, so that what is edited stands out."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from maps.map_layers import is_listed, public_layers, shape
from maps.reading import labels
from maps.start import language
from maps.start import start as city_start


def start() -> dict[str, Any]:
    """As the resident's map, without the layers that people go to."""
    ground = [spec for spec in public_layers() if not is_listed(spec) and shape(spec) == "Polygon"]
    begun = city_start()
    return begun | {
        "layers": [layer for layer in begun["layers"] if not layer["listed"]],
        "labels": [asdict(label) for spec in ground for label in labels(spec, language=language())],
        "texts": texts(),
    }


def texts() -> dict[str, str]:
    return {
        "mapLabel": _("Map of the features"),
        "positionLabel": _("Map: press to set the position, or drag the marker"),
        "shapeLabel": _("Map of the geometry"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "nameless": _("Without a name"),
        "charactersLeft": _("{count} of {limit} characters"),
        "unsaved": _("There are changes that are not saved."),
        "checking": _("Checking…"),
        "notGeoJson": _("This is not GeoJSON that can be read."),
        "dropped": _("Theirs was taken over."),
    }
