from django.urls import path

from ogc_api import items, schemas, tiles, window
from ogc_api.pages.downloads import download
from ogc_api.pages.showing import for_people

LAYER = "collections/<slug:layer_id>"

urlpatterns = [
    path("", for_people(window.landing_page), name="ogc"),
    path("conformance", for_people(window.conformance)),
    path("openapi", for_people(window.openapi)),
    path("collections", for_people(window.collections)),
    path(LAYER, for_people(window.collection)),
    path(f"{LAYER}/items", for_people(items.items), name="ogc-items"),
    path(f"{LAYER}/items/<str:feature_id>", for_people(items.item), name="ogc-item"),
    path(f"{LAYER}/download/<slug:name>.<slug:ending>", for_people(download), name="ogc-download"),
    path(f"{LAYER}/queryables", schemas.queryables),
    path(f"{LAYER}/schema", schemas.schema),
    path(f"{LAYER}/tiles/WebMercatorQuad", tiles.layer_tilejson),
    path(f"{LAYER}/tiles/WebMercatorQuad/<int:z>/<int:y>/<int:x>", tiles.layer_tile),
    path("tiles/WebMercatorQuad/<int:z>/<int:y>/<int:x>", tiles.city_tile),
]
