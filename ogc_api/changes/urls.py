from django.urls import path

from ogc_api.changes.views import changes

urlpatterns = [path("collections/<slug:layer_id>/changes", changes, name="ogc-changes")]
