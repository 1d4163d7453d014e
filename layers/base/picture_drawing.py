"""Pictures drawn anew. Imported at the first picture: Pillow would take memory of every web worker."""

import io
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from layers.base.pictures import FORMATS, JPEG_QUALITY, PIXELS_MAX, SIDE_PX_MAX, SIDE_PX_MIN, invalid


def drawn_anew(file: IO[bytes]) -> bytes:
    """Raises InvalidPicture."""
    try:
        with Image.open(file, formats=FORMATS) as found:
            _require_size(*found.size)
            profile = found.info.get("icc_profile")
            profile = profile if found.mode == "RGB" else None
            found.draft("RGB", (SIDE_PX_MAX, SIDE_PX_MAX))  # a large JPEG is unfolded only as far as needed
            return _as_jpeg(ImageOps.exif_transpose(found), profile)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise invalid(_("This is not a picture that can be read. Send a JPEG, PNG or WebP file.")) from error


def _require_size(width: int, height: int) -> None:
    if width * height > PIXELS_MAX:
        raise invalid(_("The picture has more than {limit} million pixels.").format(limit=PIXELS_MAX // 1_000_000))
    if min(width, height) < SIDE_PX_MIN:
        raise invalid(_("The picture is smaller than {limit} pixels on a side.").format(limit=SIDE_PX_MIN))


def _as_jpeg(picture: Image.Image, profile: bytes | None) -> bytes:
    rgba = picture.convert("RGBA")
    rgba.thumbnail((SIDE_PX_MAX, SIDE_PX_MAX), Image.Resampling.LANCZOS)
    opaque = Image.new("RGB", rgba.size, "white")  # what was transparent becomes paper
    opaque.paste(rgba, mask=rgba.getchannel("A"))
    out = io.BytesIO()
    opaque.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True, icc_profile=profile)
    return out.getvalue()
