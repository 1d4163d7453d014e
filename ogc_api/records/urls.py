from django.urls import path

from ogc_api.pages.showing import for_people
from ogc_api.records import dcat_views, views

CATALOGUE = "records/collections/<slug:catalogue_id>"

urlpatterns = [
    path("records", for_people(views.landing)),
    path("records/", for_people(views.landing), name="ogc-records"),
    path("records/conformance", for_people(views.conformance)),
    path("records/collections", for_people(views.collections)),
    path(CATALOGUE, for_people(views.catalogue)),
    path(f"{CATALOGUE}/items", for_people(views.records)),
    path(f"{CATALOGUE}/items/<str:record_id>", for_people(views.one_record)),
    path(f"{CATALOGUE}/queryables", for_people(views.queryables)),
    path(f"{CATALOGUE}/sortables", for_people(views.sortables)),
    path("dcat", for_people(dcat_views.catalogue), name="ogc-dcat"),
    path("dcat/<slug:layer_id>", for_people(dcat_views.dataset)),
]
