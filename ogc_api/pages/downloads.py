"""A whole layer as a file, in the formats that people's programs open; filtered, where the address says how."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gis_platform.core.errors import NotFound
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer, row_rule
from gis_platform.identity.models import RowRule
from layers.exports.files import FORMATS
from ogc_api.formats.selecting import selected
from ogc_api.formats.sending import send
from ogc_api.parameters import items_request

FILES = tuple((file_format.ending, file_format.title) for file_format in FORMATS)
_BY_ENDING = {file_format.ending: file_format for file_format in FORMATS}


class NoSuchFile(NotFound):
    code = "no-such-file"


@require_safe
def download(request: HttpRequest, layer_id: str, name: str, ending: str) -> HttpResponseBase:
    """Takes the parameters of items; raises UnknownLayer, NoSuchFile, InvalidParameter or TooManyDownloads."""
    user = authenticate_request(request)
    spec = readable_layer(user, layer_id)
    if name != spec.id or ending not in _BY_ENDING:
        raise NoSuchFile(
            _("The layer can be had as {names}.").format(
                names=", ".join(f"{spec.id}.{known}" for known, _title in FILES)
            )
        )
    wanted = items_request(spec, request, rule=row_rule(user, spec, RowRule.Action.READ))
    return send(request, _BY_ENDING[ending], selected(request, spec, wanted))
