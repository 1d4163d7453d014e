from django.urls import path

from ogc_api.features import items, schemas, searching
from ogc_api.pages.showing import for_people

LAYER = "collections/<slug:layer_id>"

urlpatterns = [
    path(f"{LAYER}/items", for_people(items.items), name="ogc-items"),
    path(f"{LAYER}/items/<str:feature_id>", for_people(items.item), name="ogc-item"),
    path(f"{LAYER}/search", searching.search, name="ogc-search"),
    path(f"{LAYER}/queryables", schemas.queryables),
    path(f"{LAYER}/sortables", schemas.sortables),
    path(f"{LAYER}/schema", schemas.schema),
]
