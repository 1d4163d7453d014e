"""Addresses of the resident's profile. Mounted at /profile/."""

from django.urls import path

from maps.profile import mandate_pages, pages

urlpatterns = [
    path("", pages.profile, name="profile"),
    path("consents/<slug:purpose>/", pages.consent, name="profile-consent"),
    path("mandates/", mandate_pages.ask, name="profile-mandate-ask"),
    path("mandates/<int:mandate_id>/", mandate_pages.answer, name="profile-mandate-answer"),
    path("export/", pages.export_page, name="profile-export"),
    path("export.json", pages.export_json, name="profile-export-json"),
    path("erasure/", pages.erasure, name="profile-erasure"),
]
