"""The declarations of the layers added at run time, remembered for a second by each worker."""

import time
from dataclasses import dataclass, field

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from layers.base.models import LayerRevision
from layers.base.watching import Memory, is_listening
from layers.catalog import Access, LayerSpec, Property, PropertyType, Style, Text
from layers.custom.models import CustomLayer

CATALOGUE = "catalogue"  # the row of LayerRevision that rises when a layer is added or removed
REMEMBERED_S = 1.0


@dataclass
class _Memory:
    revision: int = -1
    asked_at: float = float("-inf")
    specs: list[LayerSpec] = field(default_factory=list)


_memory = _Memory()


_listened: Memory[list[LayerSpec]] = Memory()


def custom_specs(fresh: bool) -> list[LayerSpec]:
    """The specs of all layers added at run time; at most REMEMBERED_S old unless `fresh`.

    Where the process listens for changes they are kept until there is one, and no query is needed to know it.
    """
    known = None if fresh else _listened.get(CATALOGUE)
    if known is None:
        mark = _listened.mark(CATALOGUE)
        known = _remembered(fresh or is_listening())
        _listened.keep(CATALOGUE, known, mark=mark)
    return known


def _remembered(fresh: bool) -> list[LayerSpec]:
    if fresh or time.monotonic() - _memory.asked_at > REMEMBERED_S:
        revision = LayerRevision.objects.filter(layer=CATALOGUE).values_list("revision", flat=True).first() or 0
        if revision != _memory.revision:
            _memory.specs = [spec_of(layer) for layer in CustomLayer.objects.order_by("id")]
            _memory.revision = revision
        _memory.asked_at = time.monotonic()
    return _memory.specs


def forget() -> None:
    """Makes the next look-up read the database."""
    _memory.revision, _memory.asked_at = -1, float("-inf")
    _listened.forget(CATALOGUE)


def spec_of(layer: CustomLayer) -> LayerSpec:
    return LayerSpec(
        id=layer.id,
        title=_translated(layer),
        description=layer.description,
        geometry_type=layer.geometry_type,
        properties=tuple(
            Property(
                name=p["name"],
                column=p["column"],
                type=PropertyType(p["type"]),
                title=p["name"],
                max_length=p.get("max_length"),
            )
            for p in layer.properties
        ),
        table=("custom", layer.id),
        owner="layers.custom",
        style=Style(color=layer.color, order=68, cluster_below=12),
        group=_("Added layers"),
        access=Access(layer.access),
        named=False,
        label=layer.label,
        licence=layer.licence,
        attribution=layer.attribution,
    )


class _Title:
    """A layer's title in the language of whoever reads it."""

    def __init__(self, layer: CustomLayer) -> None:
        self._layer = layer

    def __str__(self) -> str:
        return text_of(self._layer, "title") or self._layer.id


def _translated(layer: CustomLayer) -> Text:
    return lazystr(_Title(layer))
