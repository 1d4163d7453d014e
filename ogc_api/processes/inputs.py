"""Inputs that several processes share: a layer, a filter, one of a layer's properties."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.catalog import LayerSpec, Property, PropertyType
from ogc_api.processes.declaring import Caller, Input, Kind, Schema, Text
from ogc_api.processes.reading import refused

FILTER: Schema = {
    "oneOf": [
        {"type": "string", "format": "cql2-text", "maxLength": 10_000},
        {"type": "object", "format": "cql2-json"},
    ]
}
POINTS = frozenset({"Point", "MultiPoint"})
NUMBERS = frozenset({PropertyType.INTEGER, PropertyType.NUMBER})


def layer_input(
    title: Text, *, description: Text = "", required: bool = True, fits: Callable[[LayerSpec], bool] | None = None
) -> Input:
    """A layer that the caller may read, by its id."""

    def schema(caller: Caller) -> Schema:
        return {"type": "string", "enum": [spec.id for spec in caller.layers() if fits is None or fits(spec)]}

    return Input(title=title, description=description, schema=schema, required=required, kind=Kind.LAYER)


FILTER_TITLE = gettext_lazy("Filter")


def filter_input(title: Text = FILTER_TITLE) -> Input:
    return Input(
        title=title,
        description=gettext_lazy(
            "A condition in CQL2, as text or as JSON, on the layer's properties and its geometry."
        ),
        schema=FILTER,
        required=False,
        kind=Kind.FILTER,
    )


def number_property(spec: LayerSpec, name: str, *, named: str) -> Property:
    """A public property that holds numbers; raises InvalidExecution naming the input."""
    prop = spec.property(name)
    known = [p.name for p in spec.public_properties if p.type in NUMBERS]
    if prop is None or prop.name not in known:
        raise refused(
            named,
            _("The layer “{layer}” has no number called “{name}”; it has: {known}.").format(
                layer=spec.title, name=name[:60], known=", ".join(known) or "–"
            ),
        )
    return prop
