"""A whole layer as a file, in the formats that people's programs open."""

import tempfile
from pathlib import Path

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gis_platform.core.errors import NotFound
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer
from layers.exports.files import MEDIA_TYPES, STREAMS, export_layer

# Ending and the name that people know; layers.exports knows a few more endings of the same formats.
FILES = (
    ("geojson", "GeoJSON"),
    ("gpkg", "GeoPackage"),
    ("fgb", "FlatGeobuf"),
    ("csv", "CSV"),
)


class NoSuchFile(NotFound):
    code = "no-such-file"


@require_safe
def download(request: HttpRequest, layer_id: str, name: str, ending: str) -> HttpResponseBase:
    """Raises UnknownLayer or NoSuchFile."""
    spec = readable_layer(authenticate_request(request), layer_id)
    if name != spec.id or ending not in dict(FILES):
        raise NoSuchFile(
            _("The layer can be had as {names}.").format(
                names=", ".join(f"{spec.id}.{known}" for known, _title in FILES)
            )
        )
    headers = {"Cache-Control": "no-cache"}
    if ending in STREAMS:
        headers["Content-Disposition"] = f'attachment; filename="{spec.id}.{ending}"'
        return StreamingHttpResponse(STREAMS[ending](spec), content_type=MEDIA_TYPES[ending], headers=headers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{spec.id}.{ending}"
        export_layer(spec, path)
        # Opened before its folder goes: the file lives on until the answer has been sent.
        return FileResponse(path.open("rb"), as_attachment=True, content_type=MEDIA_TYPES[ending], headers=headers)
