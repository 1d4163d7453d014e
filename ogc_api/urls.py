from django.urls import include, path

from ogc_api import window
from ogc_api.pages.downloads import download
from ogc_api.pages.showing import for_people

LAYER = "collections/<slug:layer_id>"

urlpatterns = [
    path("", for_people(window.landing_page), name="ogc"),
    path("conformance", for_people(window.conformance)),
    path("openapi", for_people(window.openapi)),
    path("collections", for_people(window.collections)),
    path(LAYER, for_people(window.collection)),
    path(f"{LAYER}/download/<slug:name>.<slug:ending>", for_people(download), name="ogc-download"),
    path("", include("ogc_api.features.urls")),
    path("", include("ogc_api.changes.urls")),
    path("", include("ogc_api.records.urls")),
    path("", include("ogc_api.edr.urls")),
    path("", include("ogc_api.tiles.urls")),
    path("", include("ogc_api.styles.urls")),
    path("", include("ogc_api.processes.urls")),
]
