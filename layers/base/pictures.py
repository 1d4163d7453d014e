"""Pictures on their way in: really pictures, of a bearable size, and without what a camera writes into them."""

from collections.abc import Callable
from typing import IO

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput, TooLarge

FORMATS = ("JPEG", "PNG", "WEBP")
FILE_BYTES_MAX = 20 * 1024 * 1024
PIXELS_MAX = 50_000_000  # a file of few bytes can unfold to gigabytes
SIDE_PX_MAX = 2000
SIDE_PX_MIN = 200
JPEG_QUALITY = 85


class InvalidPicture(InvalidInput):
    code = "invalid-picture"


class PictureTooLarge(TooLarge, InvalidPicture):
    code = "picture-too-large"


def clean_picture(file: IO[bytes], *, size_bytes: int) -> bytes:
    """The picture drawn anew as a JPEG, upright, at most SIDE_PX_MAX wide and high; raises InvalidPicture.

    Nothing but pixels and their colour profile is carried over: no position, no camera, no hidden thumbnail.
    """
    if size_bytes > FILE_BYTES_MAX:
        reason = _("The picture is larger than {limit} MB.").format(limit=FILE_BYTES_MAX >> 20)
        raise PictureTooLarge(reason, fields={"image": reason})
    draw: Callable[[IO[bytes]], bytes] = import_string("layers.base.picture_drawing.drawn_anew")
    return draw(file)


def invalid(reason: str) -> InvalidPicture:
    return InvalidPicture(reason, fields={"image": reason})
