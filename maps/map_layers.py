"""The public layers as the map's page wants them: what to draw, how, under which title and in which group."""

from typing import Any, TypedDict

from layers import catalog
from layers.catalog import Access, LayerSpec
from layers.styles.models import SavedStyle
from layers.styles.queries import default_styles

SHAPES = {"Point": "Point", "MultiPoint": "Point", "LineString": "LineString", "MultiLineString": "LineString"}
BACKGROUND_ORDER_MAX = 39  # what is drawn below is the paper of the map: seen, named, not an entry of the list
CALLED = {"label_zoom": "labelZoom"}  # choices of a style, as the map's script calls them
KINDS = ("category", "kind", "mode")  # the properties that say what sort of thing a feature is, first found first


class Group(TypedDict):
    id: str
    title: str


class MapLayer(TypedDict):
    """One layer. `kinds` maps the values of its category to their titles; `label` is the property that names things."""

    id: str
    title: str
    description: str
    geometry: str
    color: str
    icon: str
    minzoom: int
    visible: bool
    order: int
    group: Group
    listed: bool
    label: str
    attribution: str
    kinds: dict[str, str]
    clustered: int  # the zoom below which near features are sent as one
    size: float
    labels: bool
    labelZoom: float  # 0: as the map thinks fit
    classes: dict[str, str]  # colours by category
    drawn: list[dict[str, Any]]  # MapLibre layers that a planner wrote; they take the place of ours


def map_layers() -> list[MapLayer]:
    """Every public layer, in drawing order, with titles in the active language."""
    chosen = default_styles()
    return [styled(map_layer(spec), chosen.get(spec.id)) for spec in public_layers()]


def styled(layer: MapLayer, style: SavedStyle | None) -> MapLayer:
    """The layer as a planner wants it drawn; as it is declared without a style."""
    if style is None:
        return layer
    known = {CALLED.get(name, name): value for name, value in style.choices.items()}
    return MapLayer(**{**layer, **known, "drawn": style.drawn})


def public_layers() -> list[LayerSpec]:
    return [spec for spec in catalog.layers() if spec.access is Access.PUBLIC]


def public_layer(layer_id: str) -> LayerSpec:
    """The public layer of that id; raises UnknownLayer for others too, so that nobody learns of them."""
    spec = catalog.layer(layer_id)
    if spec.access is not Access.PUBLIC:
        raise catalog.UnknownLayer(f"No layer is called {layer_id!r}.")
    return spec


def is_listed(spec: LayerSpec) -> bool:
    """Whether the layer holds things to go to, rather than the map's background."""
    return spec.style.order > BACKGROUND_ORDER_MAX


def shape(spec: LayerSpec) -> str:
    """Point, LineString or Polygon. A layer of mixed geometry is one of points that may also have areas."""
    if spec.geometry_type.endswith("Polygon"):
        return "Polygon"
    return SHAPES.get(spec.geometry_type, "Point")


def kind_property(spec: LayerSpec) -> str:
    """The name of the property that says what sort of thing a feature is; empty where the layer has none."""
    return next((name for name in KINDS if spec.property(name)), "")


def kinds(spec: LayerSpec) -> dict[str, str]:
    """Titles of the values that a feature's category can take."""
    found = spec.property(kind_property(spec))
    return {value: str(title) for value, title in found.choices} if found else {}


def map_layer(spec: LayerSpec) -> MapLayer:
    group = str(spec.group)
    return MapLayer(
        id=spec.id,
        title=str(spec.title),
        description=str(spec.description),
        geometry=shape(spec),
        color=spec.style.color,
        icon=spec.style.icon,
        minzoom=spec.style.zoom_min,
        visible=spec.style.visible,
        order=spec.style.order,
        group=Group(id=group, title=group),
        listed=is_listed(spec),
        label=spec.label,
        attribution=str(spec.attribution),
        kinds=kinds(spec),
        clustered=spec.style.cluster_below,
        size=1.0,
        labels=True,
        labelZoom=0,
        classes={},
        drawn=[],
    )
