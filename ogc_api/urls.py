from django.urls import path

from ogc_api import items, schemas, tiles, window

LAYER = "collections/<slug:layer_id>"

urlpatterns = [
    path("", window.landing_page, name="ogc"),
    path("conformance", window.conformance),
    path("openapi", window.openapi),
    path("collections", window.collections),
    path(LAYER, window.collection),
    path(f"{LAYER}/items", items.items, name="ogc-items"),
    path(f"{LAYER}/items/<str:feature_id>", items.item, name="ogc-item"),
    path(f"{LAYER}/queryables", schemas.queryables),
    path(f"{LAYER}/schema", schemas.schema),
    path(f"{LAYER}/tiles/WebMercatorQuad", tiles.layer_tilejson),
    path(f"{LAYER}/tiles/WebMercatorQuad/<int:z>/<int:y>/<int:x>", tiles.layer_tile),
    path("tiles/WebMercatorQuad/<int:z>/<int:y>/<int:x>", tiles.city_tile),
]
