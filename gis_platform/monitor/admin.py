from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError
from gis_platform.identity.console import RoleAdmin, staff
from gis_platform.identity.roles import Role
from gis_platform.monitor import services
from gis_platform.monitor.models import Alarm


@admin.register(Alarm)
class AlarmAdmin(RoleAdmin):
    """Alarms are made and ended by the watch; people acknowledge them, here or on the monitor."""

    view_roles = (Role.OPERATOR, Role.PLANNER)
    list_display = ["kind", "layer", "feature_id", "state", "since", "raised_at", "acknowledged_by", "recovered_at"]
    list_filter = ["state", "kind", "layer"]
    list_select_related = ["acknowledged_by"]
    date_hierarchy = "raised_at"
    actions = ["acknowledge"]

    @admin.action(description=_("Acknowledge"))
    def acknowledge(self, request: HttpRequest, chosen: QuerySet[Alarm]) -> None:
        for alarm in chosen:
            try:
                services.acknowledge(alarm.pk, by=staff(request))
            except CityError as refusal:
                messages.error(request, f"{alarm}: {refusal}")
            else:
                messages.success(request, str(alarm))

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
