"""Addresses of the resident's benefits. Mounted at /benefits/."""

from django.urls import path

from maps.benefits import history_pages, pages

urlpatterns = [
    path("", pages.benefits, name="benefits"),
    path("history/", history_pages.history, name="benefits-history"),
    path("history.csv", history_pages.export, name="benefits-export"),
]
