"""Funders in the console: who is sent the claims. All else of the ledger is shown by the settlement pages."""

from typing import ClassVar

from django.contrib import admin

from gis_platform.identity.console import RoleAdmin
from gis_platform.identity.roles import Role
from rules.ledger.models import Funder


@admin.register(Funder)
class FunderAdmin(RoleAdmin):
    view_roles: ClassVar = (Role.PLANNER,)
    change_roles: ClassVar = (Role.CLERK,)
    list_display = ("code", "name", "registration_number", "is_city")
    search_fields = ("code", "name")
