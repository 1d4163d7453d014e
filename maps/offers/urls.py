from django.urls import path

from maps.offers import mine, planning

urlpatterns = [
    path("", mine.my_offers, name="offers"),
    path("manage/", planning.list_page, name="offers-manage"),
    path("manage/new/", planning.form_page, name="offer-new"),
    path("manage/<int:offer_id>/", planning.form_page, name="offer-form"),
    path("manage/<int:offer_id>/pause/", planning.pause, name="offer-pause"),
]
