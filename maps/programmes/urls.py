"""Addresses of the programmes. Those that are no programme's begin with an underscore, which no code has."""

from django.urls import include, path

from gis_platform.core.card_numbers import takes_article_numbers
from maps.programmes import bench_pages, exchange_pages, feature_options, form_pages, list_pages, version_pages

PROGRAMME = "<slug:code>/"
VERSION = f"{PROGRAMME}versions/<int:number>/"

urlpatterns = [
    path("", list_pages.programmes_page, name="programmes"),
    path("_new/", form_pages.new_programme, name="programme-new"),
    path("_words/", form_pages.preview, name="programme-words"),
    path("_features/", feature_options.feature_options, name="programme-features"),
    path("_import/", exchange_pages.import_page, name="programme-import"),
    path("_schema.json", exchange_pages.schema, name="programme-schema"),
    path("", include("maps.programmes.analysis_urls")),
    path(PROGRAMME, version_pages.programme_page, name="programme"),
    path(f"{PROGRAMME}export.json", exchange_pages.export, name="programme-export"),
    path(f"{PROGRAMME}budget/", version_pages.budget, name="programme-budget"),
    path(f"{PROGRAMME}differences/", version_pages.differences_page, name="programme-differences"),
    path(f"{PROGRAMME}new-version/", form_pages.new_version, name="programme-new-version"),
    path(VERSION, version_pages.version_page, name="programme-version"),
    path(f"{VERSION}edit/", form_pages.edit_version, name="programme-edit"),
    path(f"{VERSION}act/", version_pages.act, name="programme-act"),
    path(f"{VERSION}bench/", bench_pages.bench_page, name="programme-bench"),
]

for name in ("programme-new", "programme-edit", "programme-new-version", "programme-words", "programme-bench"):
    takes_article_numbers(name, "*gtin", "*gtins", "*when", "*when.further")
