from django.urls import path

from ogc_api.pages.showing import for_people
from ogc_api.styles import views

urlpatterns = [
    path("styles", for_people(views.styles), name="ogc-styles"),
    path("styles/<slug:name>", for_people(views.one_style), name="ogc-style"),
    path("styles/<slug:name>/metadata", views.style_metadata),
    path("collections/<slug:layer_id>/styles", for_people(views.layer_styles), name="ogc-layer-styles"),
]
