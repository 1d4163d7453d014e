"""Addresses of the editor. Those that are no layer's have a hyphen, which no layer's id has."""

from django.urls import path

from maps.editor import feature_pages, history_pages, hours, import_pages, layer_pages, photo_pages, style_pages

LAYER = "<slug:layer_id>/"
FEATURE = f"{LAYER}<int:feature_id>/"

urlpatterns = [
    path("", layer_pages.index, name="editor"),
    path("opening-hours/", hours.check_hours, name="editor-hours"),
    path("file-imports/", import_pages.runs_page, name="editor-imports"),
    path("file-imports/<uuid:run_id>/", import_pages.run_page, name="editor-import"),
    path("file-imports/<uuid:run_id>/state/", import_pages.run_state, name="editor-import-state"),
    path("file-imports/<uuid:run_id>/shapes/", import_pages.run_shapes, name="editor-import-shapes"),
    path("file-imports/<uuid:run_id>/act/", import_pages.run_act, name="editor-import-act"),
    path("add-layer/", import_pages.add_layer_page, name="editor-add-layer"),
    path(LAYER, layer_pages.layer_page, name="editor-layer"),
    path(f"{LAYER}shapes/", layer_pages.layer_shapes, name="editor-shapes"),
    path(f"{LAYER}changes/", layer_pages.layer_changes, name="editor-changes"),
    path(f"{LAYER}styles/", style_pages.styles_page, name="editor-styles"),
    path(f"{LAYER}import/", import_pages.upload_page, name="editor-upload"),
    path(f"{LAYER}new/", feature_pages.new_feature, name="editor-new"),
    path(FEATURE, feature_pages.feature_page, name="editor-feature"),
    path(f"{FEATURE}status/", feature_pages.change_status, name="editor-status"),
    path(f"{FEATURE}delete/", feature_pages.delete_page, name="editor-delete"),
    path(f"{FEATURE}history/", history_pages.history_page, name="editor-history"),
    path(f"{FEATURE}restore/", history_pages.restore, name="editor-restore"),
    path(f"{FEATURE}photos/", photo_pages.photos_page, name="editor-photos"),
    path(f"{FEATURE}photos/<int:photo_id>/", photo_pages.photo_act, name="editor-photo"),
]
