from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError
from gis_platform.identity.console import RoleAdmin, staff
from gis_platform.identity.roles import Role
from gis_platform.reports import services
from gis_platform.reports.models import Category, Report, Routing
from gis_platform.reports.rights import readable_by
from gis_platform.reports.states import State


@admin.register(Category)
class CategoryAdmin(RoleAdmin):
    view_roles = (Role.CLERK, Role.OPERATOR)
    list_display = ["code", "name_lv", "name_lt", "name_en", "department", "deadline_days", "active"]
    search_fields = ["code", "name_lv", "name_lt", "name_en"]
    autocomplete_fields = ["department"]


@admin.register(Routing)
class RoutingAdmin(RoleAdmin):
    view_roles = (Role.CLERK, Role.OPERATOR)
    list_display = ["category", "district", "department"]
    autocomplete_fields = ["category", "department"]


def _move_to(state: State) -> Any:
    """The console's action that moves the chosen reports to a state."""

    def act(page: Any, request: HttpRequest, chosen: QuerySet[Report]) -> None:
        for report in chosen:
            try:
                services.move(report, state, by=staff(request))
            except CityError as refusal:
                messages.error(request, f"{report.code}: {refusal}")
            else:
                messages.success(request, f"{report.code}: {state.label}")

    act.__name__ = f"move_to_{state}"
    return admin.action(description=_("Move to: %(state)s") % {"state": state.label})(act)


@admin.register(Report)
class ReportAdmin(RoleAdmin):
    """Reports are read here and moved by the actions, so that every move goes by the table and is told."""

    view_roles = (Role.CLERK, Role.OPERATOR)
    list_display = ["code", "category", "district", "department", "state", "received_on", "due_at"]
    list_filter = ["state", "department", "category"]
    search_fields = ["code", "submission__text"]
    actions = [_move_to(state) for state in State if state is not State.RECEIVED]
    fields = ["code", "category", "words", "district", "department", "routed_by", "state", "received_at", "due_at"]

    @admin.display(description=_("text"))
    def words(self, report: Report) -> str:
        return report.submission.text

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return readable_by(staff(request)).select_related("category", "department", "submission")

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
