from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.identity import services
from gis_platform.identity.console import RoleAdmin, staff_actor
from gis_platform.identity.models import ApiKey, Department, RowRule, User
from gis_platform.identity.roles import RoleMissing
from gis_platform.identity.row_rules import RowRuleForm
from gis_platform.identity.services import KEY_LIFETIME


def one_door(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """The console has no sign-in of its own: the city's asks for the second factor too."""
    if request.user.is_authenticated:  # but not as staff
        raise RoleMissing
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


admin.site.login = one_door  # type: ignore[method-assign]


@admin.register(Department)
class DepartmentAdmin(RoleAdmin):
    list_display = ["code", "name_lv", "name_lt", "name_en", "email"]
    search_fields = ["code", "name_lv", "name_lt", "name_en"]


@admin.register(User)
class AccountAdmin(RoleAdmin, UserAdmin):  # type: ignore[type-arg] # UserAdmin is generic in the stubs only
    list_display = ["username", "display_name", "email", "department", "is_active", "is_staff"]
    list_filter = ["groups", "department", "is_active"]
    search_fields = ["username", "display_name", "email"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Personal info"), {"fields": ("display_name", "first_name", "last_name", "email", "language")}),
        (_("Work"), {"fields": ("department", "groups", "is_active", "is_staff", "is_superuser")}),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )


@admin.register(ApiKey)
class ApiKeyAdmin(RoleAdmin):
    """The key's text is shown once, in the message after it was made."""

    list_display = ["label", "prefix", "user", "scopes", "expires_at", "used_at", "revoked_at"]
    list_filter = ["scopes"]
    autocomplete_fields = ["user"]
    fields = ["user", "label", "scopes", "expires_at", "revoked_at"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"scopes": ApiKey.Scope.READ.value, "expires_at": clock.now() + KEY_LIFETIME}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        record, text = services.issue_api_key(
            obj.user, label=obj.label, scopes=obj.scopes, expires_at=obj.expires_at, actor=staff_actor(request)
        )
        obj.pk = record.pk
        messages.warning(request, _("Write the key down, it is not shown again: %(key)s") % {"key": text})


@admin.register(RowRule)
class RowRuleAdmin(RoleAdmin):
    """Administrators alone say who is limited to what."""

    form = RowRuleForm  # type: ignore[assignment] # the stubs want a form of any model
    list_display = ["layer", "role", "action", "condition"]
    list_filter = ["layer", "role", "action"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with acting(staff_actor(request), "row rule changed"):
            super().save_model(request, obj, form, change)
            rule = {name: getattr(obj, name) for name in ("layer", "role", "action", "condition")}
            audit.record("identity.row-rule-saved", f"row-rule:{obj.pk}", rule=rule)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with acting(staff_actor(request), "row rule removed"):
            audit.record("identity.row-rule-removed", f"row-rule:{obj.pk}", layer=obj.layer, role=obj.role)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        for rule in queryset:
            self.delete_model(request, rule)
