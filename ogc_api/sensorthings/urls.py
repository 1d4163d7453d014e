from django.urls import path

from ogc_api.sensorthings import views

urlpatterns = [
    path("", views.service_root, name="sensorthings"),
    path("CreateObservations", views.create_observations),
    path("<path:resource>", views.resource),
]
