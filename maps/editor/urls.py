"""Addresses of the editor. Those that are no layer's have a hyphen, which no layer's id has."""

from django.urls import path

from maps.editor import feature_pages, history_pages, hours, layer_pages, photo_pages

LAYER = "<slug:layer_id>/"
FEATURE = f"{LAYER}<int:feature_id>/"

urlpatterns = [
    path("", layer_pages.index, name="editor"),
    path("opening-hours/", hours.check_hours, name="editor-hours"),
    path(LAYER, layer_pages.layer_page, name="editor-layer"),
    path(f"{LAYER}shapes/", layer_pages.layer_shapes, name="editor-shapes"),
    path(f"{LAYER}changes/", layer_pages.layer_changes, name="editor-changes"),
    path(f"{LAYER}new/", feature_pages.new_feature, name="editor-new"),
    path(FEATURE, feature_pages.feature_page, name="editor-feature"),
    path(f"{FEATURE}status/", feature_pages.change_status, name="editor-status"),
    path(f"{FEATURE}delete/", feature_pages.delete_page, name="editor-delete"),
    path(f"{FEATURE}history/", history_pages.history_page, name="editor-history"),
    path(f"{FEATURE}restore/", history_pages.restore, name="editor-restore"),
    path(f"{FEATURE}photos/", photo_pages.photos_page, name="editor-photos"),
    path(f"{FEATURE}photos/<int:photo_id>/", photo_pages.photo_act, name="editor-photo"),
]
