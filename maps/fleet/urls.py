"""Addresses of the fleet. Mounted at /fleet/. What is no device's begins with an underscore, as no code may."""

from django.urls import path

from maps.fleet import device_pages, list_pages

urlpatterns = [
    path("", list_pages.fleet_page, name="fleet"),
    path("_export.csv", list_pages.fleet_csv, name="fleet-export"),
    path("_new/", device_pages.new_device, name="fleet-new"),
    path("_alarms/<int:alarm_id>/", list_pages.acknowledge, name="fleet-acknowledge"),
    path("<slug:code>/", device_pages.device_page, name="fleet-device"),
    path("<slug:code>/act/", device_pages.act, name="fleet-act"),
]
