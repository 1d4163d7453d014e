"""Addresses of cards and codes. Mounted at the root."""

from django.urls import path

from maps.cards import desk_pages, print_pages, resident_pages

urlpatterns = [
    path("card/", resident_pages.code, name="card"),
    path("card/means/", resident_pages.means, name="card-means"),
    path("card/means/<int:means_id>/", resident_pages.change, name="card-means-change"),
    path("card/phone/", resident_pages.add_phone, name="card-phone"),
    path("card/order/", resident_pages.order, name="card-order"),
    path("cards/", desk_pages.desk, name="cards"),
    path("cards/expiring.csv", desk_pages.expiring_csv, name="cards-expiring"),
    path("cards/renew/", desk_pages.renew, name="cards-renew"),
    path("cards/print/", print_pages.sheet, name="cards-print"),
    path("cards/<int:means_id>/", desk_pages.act, name="cards-act"),
]
