"""Every address of the platform: each room brings its own, this file says where they hang."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from gis_platform.api import api
from gis_platform.core.health import healthz, readyz
from gis_platform.core.metrics import metrics
from layers.places.views import label

urlpatterns = [
    path("ogc/", include("ogc_api.urls")),  # asked most often, so looked at first
    path("", include("maps.urls")),
    path("q/<str:token>", label, name="label"),
    path("sta/v1.1/", include("ogc_api.sensorthings.urls")),
    path("api/v1/", RedirectView.as_view(pattern_name="api:openapi-view"), name="api"),
    path("api/v1/", api.urls),
    path("console/", admin.site.urls),
    path("favicon.ico", RedirectView.as_view(url=static("icons/city.svg"))),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]

handler400 = "gis_platform.core.pages.bad_request"
handler403 = "gis_platform.core.pages.forbidden"
handler404 = "gis_platform.core.pages.not_found"
handler500 = "gis_platform.core.pages.failed"
