"""Addresses of the city map. Mounted at the root."""

from django.urls import include, path, re_path

from maps import shell, views
from maps.check_in import check_in
from maps.editor import media
from maps.my_card import my_card

urlpatterns = [
    path("", views.map_page, name="map"),
    path("", include("maps.account.urls")),
    path("places/<slug:layer_id>/<int:feature_id>/", views.place_page, name="place"),
    path("places/<slug:layer_id>/<int:feature_id>/card/", views.place_card, name="place-card"),
    path("places/places/<int:place_id>/check-in/", check_in, name="check-in"),
    path("me/", my_card, name="my-card"),
    path("", include("maps.cards.urls")),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("sw.js", shell.service_worker, name="service-worker"),
    path("benefits/", include("maps.benefits.urls")),
    path("profile/", include("maps.profile.urls")),
    path("people/", include("maps.people.urls")),
    path("editor/", include("maps.editor.urls")),
    path("fleet/", include("maps.fleet.urls")),
    path("loyalty/", include("maps.loyalty.urls")),
    path("monitor/", include("maps.monitor.urls")),
    path("programmes/", include("maps.programmes.urls")),
    path("settlement/", include("maps.settlement.urls")),
    path("tickets/", include("maps.tickets.urls")),
    path("offers/", include("maps.offers.urls")),
    path("terminal/", include("maps.terminal.urls")),
    re_path(r"^media/photos/(?P<name>[0-9a-f]{32})\.jpg$", media.photo, name="photo"),
    path("i18n/", include("django.conf.urls.i18n")),
]
