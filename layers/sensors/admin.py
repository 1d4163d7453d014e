from django.contrib import admin

from gis_platform.core.admin import ReadOnlyAdmin
from layers.sensors.models import Instrument, ObservedProperty, ReadingCount, RejectedReading, Stream


@admin.register(ObservedProperty)
class ObservedPropertyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    list_display = ("code", "name_lv", "name_lt", "name_en", "definition")
    search_fields = ("code", "name_lv", "name_lt", "name_en")


@admin.register(Instrument)
class InstrumentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "description", "metadata")
    search_fields = ("name", "description")


@admin.register(Stream)
class StreamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("key", "sensor", "observed_property", "unit", "minimum", "maximum", "expected_every_s")
    list_filter = ("observed_property",)
    list_select_related = ("sensor", "observed_property")
    search_fields = ("key",)
    raw_id_fields = ("sensor", "instrument")


@admin.register(RejectedReading)
class RejectedReadingAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "cause", "stream_key", "sender", "payload")
    list_filter = ("cause",)
    search_fields = ("stream_key",)
    show_full_result_count = False


@admin.register(ReadingCount)
class ReadingCountAdmin(ReadOnlyAdmin):
    list_display = ("day", "outcome", "total")
    list_filter = ("outcome",)
    date_hierarchy = "day"
    ordering = ("-day", "outcome")
