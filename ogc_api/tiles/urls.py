from django.urls import path

from ogc_api.tiles import views

LAYER = "collections/<slug:layer_id>"

urlpatterns = [
    path(f"{LAYER}/tiles/WebMercatorQuad", views.layer_tilejson),
    path(f"{LAYER}/tiles/WebMercatorQuad/<int:z>/<int:y>/<int:x>", views.layer_tile),
    path("tiles/WebMercatorQuad/<int:z>/<int:y>/<int:x>", views.city_tile),
]
