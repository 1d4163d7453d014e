"""Addresses of the monitor. Mounted at /monitor/."""

from django.urls import path

from maps.monitor import views

urlpatterns = [
    path("", views.monitor, name="monitor"),
    path("summary/", views.summary, name="monitor-summary"),
    path("courses/", views.courses, name="monitor-courses"),
    path("map/", views.map_frame, name="monitor-map"),
    path("alarms/<int:alarm_id>/acknowledge/", views.acknowledge, name="monitor-acknowledge"),
]
