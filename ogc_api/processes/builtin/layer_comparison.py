"""What has changed: between two layers, or in one layer between two times."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gis_platform.core.crs import metric_srid
from layers.base.declaring import PROVENANCE
from layers.catalog import LayerSpec, PropertyType
from ogc_api.processes import comparing, former, geojson, reading
from ogc_api.processes.comparing import Difference, State
from ogc_api.processes.declaring import GEOJSON, Caller, Example, Input, Inputs, Output, Process, Progress, Results
from ogc_api.processes.errors import ProcessTooLarge
from ogc_api.processes.inputs import filter_input, layer_input

FEATURES_MAX = 50_000
DIFFERENCES_MAX = 20_000
KINDS = ("added", "removed", "moved", "changed")
# Where the data came from differs between two layers of the same things, and says nothing about the things.
NOT_COMPARED = frozenset(PROVENANCE) | {"photos"}


def _run(inputs: Inputs, progress: Progress, caller: Caller) -> Results:
    srid = metric_srid()
    progress(2, _("Reading"))
    before, after = _two_states(inputs, caller, srid)
    progress(50, _("Comparing"))
    if "key" in inputs or "before" in inputs:
        pairs = comparing.by_key(before, after)
    else:
        pairs = comparing.by_distance(before, after, metres_max=float(inputs["distance_m"]))
    found = comparing.differences(before, after, pairs, moved_m_min=float(inputs["moved_m"]))
    if len(found) > DIFFERENCES_MAX:
        raise ProcessTooLarge(
            gettext("There are {count} differences, more than {limit}; filter the layers.").format(
                count=len(found), limit=DIFFERENCES_MAX
            )
        )
    progress(80, _("Drawing"))
    counts = Counter(difference.kind for difference in found)
    return {
        "changes": geojson.collection(_feature(difference, srid) for difference in found),
        "totals": {
            "before": len(before),
            "after": len(after),
            **{kind: counts[kind] for kind in KINDS},
            "unchanged": len(pairs) - counts["moved"] - counts["changed"],
        },
    }


def _two_states(inputs: Inputs, caller: Caller, srid: int) -> tuple[list[State], list[State]]:
    layer = caller.layer(inputs["layer"])
    if "before" in inputs:
        if "other_layer" in inputs or "filter" in inputs or "key" in inputs:
            raise reading.refused(
                "before", gettext("A layer's history is compared as a whole, without another layer, filter or key.")
            )
        return _former(inputs, caller, layer, srid)
    if "other_layer" not in inputs:
        raise reading.refused("other_layer", gettext("Name a second layer, or a time to compare with."))
    other = caller.layer(inputs["other_layer"])
    names = [name for name in _compared(layer) if name in _compared(other)]
    key = inputs.get("key")
    if key is not None and not (_has(layer, key) and _has(other, key)):
        raise reading.refused("key", gettext("Both layers must have this property."))
    return (
        _present(inputs, caller, layer, "filter", names, srid),
        _present(inputs, caller, other, "other_filter", names, srid),
    )


def _former(inputs: Inputs, caller: Caller, layer: LayerSpec, srid: int) -> tuple[list[State], list[State]]:
    start = datetime.fromisoformat(inputs["before"].upper())
    end = datetime.fromisoformat(inputs["after"].upper()) if "after" in inputs else datetime.now(start.tzinfo)
    if start >= end:
        raise reading.refused("after", gettext("It must be later than the first time."))
    names = [p.name for p in layer.public_properties if p.editable and p.name not in NOT_COMPARED]
    first, last = (former.states(caller, layer, at, names=names, srid=srid, most=FEATURES_MAX) for at in (start, end))
    return first, last


def _present(inputs: Inputs, caller: Caller, layer: LayerSpec, named: str, names: list[str], srid: int) -> list[State]:
    key = inputs.get("key")
    columns = list(dict.fromkeys([*names, *([key] if key else []), *reading.label_columns(layer)]))
    read = reading.features(
        caller, layer, condition=inputs.get(named), named=named, columns=columns, srid=srid, most=FEATURES_MAX
    )
    keys = [str(value) for value in read.columns[key]] if key else [str(one) for one in read.ids.tolist()]
    rows = zip(keys, reading.labels(layer, read), read.geometries, range(len(read)), strict=True)
    states = [
        State(own_key, label, shape, {name: read.columns[name][place] for name in names})
        for own_key, label, shape, place in rows
        if own_key not in ("", "None")
    ]
    if key and (twice := comparing.repeated(states)):
        raise reading.refused(
            "key",
            gettext("In “{layer}” more than one feature has “{value}”.").format(layer=layer.title, value=twice[0][:60]),
        )
    return states


def _compared(layer: LayerSpec) -> list[str]:
    return [
        p.name
        for p in layer.public_properties
        if p.name not in NOT_COMPARED and p.type not in (PropertyType.OBJECT, PropertyType.ARRAY)
    ]


def _has(layer: LayerSpec, name: str) -> bool:
    prop = layer.property(name)
    return prop is not None and not prop.private and prop.type in (PropertyType.STRING, PropertyType.INTEGER)


def _feature(difference: Difference, srid: int) -> dict[str, Any]:
    shown = difference.after or difference.before
    assert shown is not None
    properties: dict[str, Any] = {"change": difference.kind, "key": shown.key, "label": shown.label}
    if difference.moved_m:
        properties["moved_m"] = difference.moved_m
    if difference.changed and difference.before and difference.after:
        properties["properties"] = {
            name: [_plain(difference.before.values.get(name)), _plain(difference.after.values[name])]
            for name in difference.changed
        }
    return geojson.feature(None, geojson.to_wgs84(shown.geometry, srid=srid), properties)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)


TIME = {"type": "string", "format": "date-time", "maxLength": 40}
LAYER_COMPARISON = Process(
    id="layer-comparison",
    version="1.0.0",
    title=_("What has changed"),
    description=_(
        "Compares two layers of the same things, by a key or by where they lie, or one layer at two times from its"
        " history: what was added, removed, moved and changed, with the values before and after."
    ),
    keywords=("comparison", "difference", "history"),
    inputs={
        "layer": layer_input(_("Layer"), description=_("The one that counts as before.")),
        "filter": filter_input(),
        "other_layer": layer_input(_("Second layer"), description=_("The one that counts as after."), required=False),
        "other_filter": filter_input(_("Filter of the second layer")),
        "key": Input(
            title=_("Key"),
            description=_("A property that names the same thing in both layers; without one, the nearest is the same."),
            schema={"type": "string", "maxLength": 100},
            required=False,
        ),
        "distance_m": Input(
            title=_("Distance, metres"),
            description=_("Without a key: what is further apart is not the same thing."),
            schema={"type": "number", "exclusiveMinimum": 0, "maximum": 5_000, "default": 50},
            required=False,
        ),
        "moved_m": Input(
            title=_("Moved from, metres"),
            description=_("What has moved by less counts as unmoved."),
            schema={"type": "number", "minimum": 0, "maximum": 5_000, "default": 1},
            required=False,
        ),
        "before": Input(
            title=_("Compare since"),
            description=_("For staff, instead of a second layer: what the layer showed at this time."),
            schema=TIME,
            required=False,
        ),
        "after": Input(title=_("Compare until"), description=_("Now, unless given."), schema=TIME, required=False),
    },
    outputs={
        "changes": Output(
            title=_("Changes"),
            description=_("A feature for each difference; `change` is added, removed, moved or changed."),
            schema={"type": "object", "format": "geojson-feature-collection"},
            media_type=GEOJSON,
        ),
        "totals": Output(title=_("Totals"), schema={"type": "object"}),
    },
    run=_run,
    examples=(
        Example(
            title=_("Which places are also in the layer for tourism"),
            inputs={"layer": "places", "other_layer": "tourism", "distance_m": 30},
        ),
    ),
)
