"""Photos, served to everybody: they are named by chance, and say themselves that they never change."""

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gis_platform.core.errors import NotFound
from layers.base.photos import FOLDER

YEAR_S = 31_536_000


class NoSuchPicture(NotFound):
    code = "no-such-picture"


@require_safe
def photo(request: HttpRequest, name: str) -> FileResponse:
    """One of our own JPEGs; the address pattern lets no other name through."""
    try:
        file = default_storage.open(f"{FOLDER}/{name}.jpg")
    except FileNotFoundError as error:
        raise NoSuchPicture(_("There is no such picture.")) from error
    return FileResponse(
        file,
        content_type="image/jpeg",
        headers={
            "Cache-Control": f"public, max-age={YEAR_S}, immutable",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )
