from django.urls import path

from ogc_api.pages.showing import for_people
from ogc_api.tiles import tilesets, views

LAYER = "collections/<slug:layer_id>"
TILE = "tiles/<str:grid>/<int:matrix>/<int:row>/<int:column>"

urlpatterns = [
    path("tileMatrixSets", for_people(tilesets.matrix_sets_page), name="ogc-tile-matrix-sets"),
    path("tileMatrixSets/<str:grid>", for_people(tilesets.matrix_set_page), name="ogc-tile-matrix-set"),
    path("tiles", for_people(tilesets.city_tilesets), name="ogc-tilesets"),
    path("tiles/<str:grid>", for_people(tilesets.city_tileset), name="ogc-tileset"),
    path(f"{LAYER}/tiles", for_people(tilesets.layer_tilesets), name="ogc-layer-tilesets"),
    path(f"{LAYER}/tiles/<str:grid>", for_people(tilesets.layer_tileset), name="ogc-layer-tileset"),
    path(f"{LAYER}/{TILE}", views.layer_tile, name="ogc-layer-tile"),
    path(TILE, views.city_tile, name="ogc-tile"),
]
