from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gis_platform.devices import services
from gis_platform.devices.models import Device, Question
from gis_platform.identity.console import RoleAdmin, staff_actor
from gis_platform.identity.roles import Role

if TYPE_CHECKING:  # Django's own classes take no type arguments at run time
    QuestionLines = admin.TabularInline[Question, Device]
else:
    QuestionLines = admin.TabularInline


class QuestionInline(QuestionLines):
    model = Question
    extra = 0


@admin.register(Device)
class DeviceAdmin(RoleAdmin):
    """The operations centre watches and keys the machines."""

    change_roles = (Role.OPERATOR,)
    view_roles = (Role.MERCHANT_MANAGER,)
    list_display = ["code", "role", "place", "merchant", "last_seen_at", "firmware", "revoked_at"]
    list_filter = ["role"]
    search_fields = ["code"]
    raw_id_fields = ["place", "merchant"]
    readonly_fields = ["key_prefix", "public_key", "firmware", "battery_percent", "last_seen_at", "revoked_at"]
    inlines = [QuestionInline]
    actions = ["open_registration", "revoke"]

    @admin.action(description=_("Give a registration code; the present key ends"), permissions=["change"])
    def open_registration(self, request: HttpRequest, chosen: QuerySet[Device]) -> None:
        for device in chosen:
            code = services.open_registration(device, actor=staff_actor(request))
            text = _("Registration code of %(device)s, not shown again: %(code)s")
            messages.warning(request, text % {"device": device.code, "code": code})

    @admin.action(description=_("Revoke the key"), permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Device]) -> None:
        for device in chosen:
            services.revoke(device, actor=staff_actor(request))
