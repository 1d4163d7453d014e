"""Where somebody asks: a published place or shop, by its layer and id."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import InvalidInput
from layers.base.models import Status
from layers.merchants.models import Merchant
from layers.places.models import Place

PLACES, MERCHANTS = "places", "merchants"
BIGINT_MAX = 2**63 - 1


class PlaceUnknown(InvalidInput):
    code = "place-unknown"
    title = _("There is no such place or shop; name one as places/12 or merchants/3")


@dataclass(frozen=True, kw_only=True)
class At:
    """One of the two, or none of them: everywhere."""

    place: Place | None = None
    merchant: Merchant | None = None

    @property
    def name(self) -> str:
        found = self.place or self.merchant
        return found.name if found else ""


def found_at(text: str) -> At:
    """Raises PlaceUnknown for anything that is not on the map."""
    if not text:
        return At()
    layer, _slash, number = text.partition("/")
    if not (number.isascii() and number.isdecimal() and int(number) <= BIGINT_MAX):
        raise PlaceUnknown
    if layer == PLACES and (place := Place.objects.filter(pk=number, status=Status.PUBLISHED).first()):
        return At(place=place)
    if layer == MERCHANTS and (merchant := Merchant.objects.filter(pk=number, status=Status.PUBLISHED).first()):
        return At(merchant=merchant)
    raise PlaceUnknown
