from django.contrib import admin

from gis_platform.identity.console import RoleAdmin
from gis_platform.identity.roles import Role
from rules.loyalty.models import PlaceDay


@admin.register(PlaceDay)
class PlaceDayAdmin(RoleAdmin):
    """Visits by place and day. The check-ins of single people are not shown to staff."""

    view_roles = (Role.PLANNER, Role.TOURISM_EDITOR)
    list_display = ["place", "day", "visits", "people"]
    date_hierarchy = "day"
