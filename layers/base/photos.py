"""The writing verbs of a feature's photos. Each raises the feature's version, so that caches and editors notice."""

import uuid
from dataclasses import asdict, dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Identifier

from gis_platform.core.actor import acting
from gis_platform.core.errors import Conflict, InvalidInput, NotFound
from layers.base.drafting import BIGINT_MAX
from layers.base.editing import FeatureNotFound
from layers.base.models import Photo
from layers.base.pictures import clean_picture
from layers.catalog import LayerSpec

FOLDER = "photos"
PHOTOS_MAX = 20  # of one feature


class InvalidPhoto(InvalidInput):
    code = "invalid-photo"


class PhotoNotFound(NotFound):
    code = "photo-not-found"


class TooManyPhotos(Conflict):
    code = "too-many-photos"


@dataclass(frozen=True, kw_only=True)
class About:
    """Whose picture it is, under which licence, and what it shows, for those who do not see it."""

    author: str
    licence: str
    alternative_lv: str
    alternative_lt: str
    alternative_en: str


def takes_photos(spec: LayerSpec) -> bool:
    return spec.writable and spec.property("photos") is not None


def photo_field(name: str) -> "models.Field[Any, Any]":
    """The model's field behind a part of About: its title and longest length."""
    field = Photo._meta.get_field(name)
    assert isinstance(field, models.Field), "About names columns alone"
    return field


def photos_of(spec: LayerSpec, feature_id: int) -> list[Photo]:
    return list(Photo.objects.filter(layer=spec.id, feature_id=feature_id))


def add_photo(spec: LayerSpec, feature_id: int, *, file: IO[bytes], size_bytes: int, about: About, actor: str) -> Photo:
    """Keeps a picture, drawn anew and stripped of its metadata, as the feature's last.

    Raises InvalidPicture, InvalidPhoto, TooManyPhotos or FeatureNotFound.
    """
    clean = _clean(about)
    content = clean_picture(file, size_bytes=size_bytes)
    name = default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}.jpg", ContentFile(content))
    try:
        with acting(actor, _("photo added")):
            _touch(spec, feature_id)
            number = Photo.objects.filter(layer=spec.id, feature_id=feature_id).count()
            if number >= PHOTOS_MAX:
                raise TooManyPhotos(_("A feature has at most {limit} photos.").format(limit=PHOTOS_MAX))
            return Photo.objects.create(
                layer=spec.id, feature_id=feature_id, image=name, position=number, **asdict(clean)
            )
    except BaseException:
        default_storage.delete(name)
        raise


def describe_photo(spec: LayerSpec, feature_id: int, photo_id: int, *, about: About, actor: str) -> None:
    """Raises InvalidPhoto or PhotoNotFound."""
    clean = _clean(about)
    with acting(actor, _("photo described")):
        _touch(spec, feature_id)
        _require(Photo.objects.filter(layer=spec.id, feature_id=feature_id, pk=photo_id).update(**asdict(clean)))


def put_first(spec: LayerSpec, feature_id: int, photo_id: int, *, actor: str) -> None:
    """Makes the photo the one that is shown first; raises PhotoNotFound."""
    with acting(actor, _("photo put first")):
        _touch(spec, feature_id)
        others = Photo.objects.filter(layer=spec.id, feature_id=feature_id)
        _require(others.filter(pk=photo_id).exists())
        for position, key in enumerate(others.exclude(pk=photo_id).values_list("pk", flat=True), start=1):
            others.filter(pk=key).update(position=position)
        others.filter(pk=photo_id).update(position=0)


def remove_photo(spec: LayerSpec, feature_id: int, photo_id: int, *, actor: str) -> None:
    """Removes the photo and its file for good; raises PhotoNotFound."""
    with acting(actor, _("photo removed")):
        _touch(spec, feature_id)
        photo = Photo.objects.filter(layer=spec.id, feature_id=feature_id, pk=photo_id).first()
        if photo is None:
            raise PhotoNotFound(_("There is no such photo."))
        name = str(photo.image.name)
        photo.delete()
        transaction.on_commit(lambda: default_storage.delete(name))


def _touch(spec: LayerSpec, feature_id: int) -> None:
    """Raises the version through the layer's own triggers, and holds the feature's row until the end."""
    statement = SQL("UPDATE {} SET version = version WHERE id = %s").format(Identifier(*spec.table))
    with connection.cursor() as cursor:
        cursor.execute(statement, [min(feature_id, BIGINT_MAX)])
        if cursor.rowcount != 1:
            raise FeatureNotFound(_("There is no such feature."))


def _clean(about: About) -> About:
    """The same without spaces around; raises InvalidPhoto, naming what is missing or too long."""
    values = {name: text.strip() for name, text in asdict(about).items()}
    faults: dict[str, str] = {}
    for name, text in values.items():
        length_max = photo_field(name).max_length or 0
        if not text:
            faults[name] = _("A value is needed.")
        elif len(text) > length_max:
            faults[name] = _("At most {limit} characters.").format(limit=length_max)
    if faults:
        raise InvalidPhoto(_("Say whose photo it is and what it shows, in three languages."), fields=dict(faults))
    return About(**values)


def _require(found: int | bool) -> None:
    if not found:
        raise PhotoNotFound(_("There is no such photo."))
