"""Pictures on their way in: really pictures, of a bearable size, and without what a camera writes into them."""

import io
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

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
    try:
        with Image.open(file, formats=FORMATS) as found:
            _require_size(*found.size)
            profile = found.info.get("icc_profile")
            profile = profile if found.mode == "RGB" else None
            found.draft("RGB", (SIDE_PX_MAX, SIDE_PX_MAX))  # a large JPEG is unfolded only as far as needed
            return _as_jpeg(ImageOps.exif_transpose(found), profile)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise _invalid(_("This is not a picture that can be read. Send a JPEG, PNG or WebP file.")) from error


def _require_size(width: int, height: int) -> None:
    if width * height > PIXELS_MAX:
        raise _invalid(_("The picture has more than {limit} million pixels.").format(limit=PIXELS_MAX // 1_000_000))
    if min(width, height) < SIDE_PX_MIN:
        raise _invalid(_("The picture is smaller than {limit} pixels on a side.").format(limit=SIDE_PX_MIN))


def _as_jpeg(picture: Image.Image, profile: bytes | None) -> bytes:
    rgba = picture.convert("RGBA")
    rgba.thumbnail((SIDE_PX_MAX, SIDE_PX_MAX), Image.Resampling.LANCZOS)
    opaque = Image.new("RGB", rgba.size, "white")  # what was transparent becomes paper
    opaque.paste(rgba, mask=rgba.getchannel("A"))
    out = io.BytesIO()
    opaque.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True, icc_profile=profile)
    return out.getvalue()


def _invalid(reason: str) -> InvalidPicture:
    return InvalidPicture(reason, fields={"image": reason})
