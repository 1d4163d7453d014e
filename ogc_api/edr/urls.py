from django.urls import path, re_path

from ogc_api.edr import queries, views
from ogc_api.pages.showing import for_people

COLLECTION = "edr/collections/<slug:collection_id>"

urlpatterns = [
    path("edr", for_people(views.landing)),
    path("edr/", for_people(views.landing), name="ogc-edr"),
    path("edr/conformance", for_people(views.conformance)),
    path("edr/collections", for_people(views.collections)),
    path(COLLECTION, for_people(views.one_collection)),
    path(f"{COLLECTION}/locations", for_people(views.locations)),
    path(f"{COLLECTION}/locations/<str:location_id>", for_people(queries.location)),
    re_path(
        rf"^edr/collections/(?P<collection_id>[\w-]+)/(?P<query_type>{'|'.join(queries.QUERIES)})$",
        for_people(queries.data),
    ),
]
