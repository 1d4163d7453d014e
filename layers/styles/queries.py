"""Reads saved styles."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from layers.styles.models import SavedStyle, StyleVersion
from layers.styles.services import UnknownStyle

VERSIONS_SHOWN = 20


def style(name: str) -> SavedStyle:
    """Raises UnknownStyle."""
    found = SavedStyle.objects.filter(name=name).first()
    if found is None:
        raise UnknownStyle(_("There is no such style."))
    return found


def styles_of(layers: Iterable[str]) -> list[SavedStyle]:
    return list(SavedStyle.objects.filter(layer__in=list(layers)))


def default_styles() -> dict[str, SavedStyle]:
    """The styles by which the map draws layers otherwise than they are declared, by layer."""
    return {found.layer: found for found in SavedStyle.objects.filter(is_default=True)}


def versions_of(name: str) -> list[StyleVersion]:
    """The latest first."""
    return list(StyleVersion.objects.filter(name=name)[:VERSIONS_SHOWN])
