"""Addresses of the clerks' desk. Mounted at /people/."""

from django.urls import path

from maps.people import group_pages, list_pages, person_pages, privacy_pages

urlpatterns = [
    path("", person_pages.people, name="people"),
    path("privacy/", privacy_pages.desk, name="privacy-desk"),
    path("privacy/<uuid:erasure_id>/", privacy_pages.answer, name="erasure-answer"),
    path("groups/", group_pages.groups, name="groups"),
    path("groups/new/", group_pages.edit, name="group-new"),
    path("groups/of-merchants/", group_pages.merchant_groups, name="merchant-groups"),
    path("groups/of/<slug:code>/", group_pages.group, name="group"),
    path("groups/of/<slug:code>/edit/", group_pages.edit, name="group-edit"),
    path("groups/of/<slug:code>/recompute/", group_pages.recompute, name="group-recompute"),
    path("groups/of/<slug:code>/members.csv", group_pages.export, name="group-export"),
    path("groups/of/<slug:code>/lists/", list_pages.upload, name="group-upload"),
    path("groups/of/<slug:code>/lists/<uuid:run_id>/", list_pages.run_page, name="group-import"),
    path("groups/of/<slug:code>/lists/<uuid:run_id>/act/", list_pages.act, name="group-import-act"),
    path("<uuid:handle>/", person_pages.person, name="person"),
    path("<uuid:handle>/mandates/", person_pages.add_mandate, name="person-mandate"),
    path("<uuid:handle>/mandates/<int:mandate_id>/end/", person_pages.end_mandate, name="person-mandate-end"),
    path("<uuid:handle>/groups/", person_pages.add_membership, name="person-membership"),
    path("<uuid:handle>/registers/<slug:code>/", person_pages.check_register, name="person-register"),
]
