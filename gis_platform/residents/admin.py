"""The classifiers in the console: residents and where they live, groups of residents and of merchants, cards."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gis_platform.identity.console import RoleAdmin, staff_actor
from gis_platform.identity.roles import Role
from gis_platform.residents import services
from gis_platform.residents.grouping.members import recompute_soon
from gis_platform.residents.looking import looked_at_all
from gis_platform.residents.models import Group, Household, HouseholdMember, Means, Membership, Residence, Resident
from layers.merchants.models import MerchantGroup, MerchantMembership

if TYPE_CHECKING:  # Django's own classes take no type arguments at run time
    ResidenceLines = admin.TabularInline[Residence, Resident]
    MemberLines = admin.TabularInline[HouseholdMember, Household]
    MerchantLines = admin.TabularInline[MerchantMembership, MerchantGroup]
else:
    ResidenceLines = MemberLines = MerchantLines = admin.TabularInline


class ResidenceInline(ResidenceLines):
    model = Residence
    extra = 0
    fields = ("period", "district", "source", "checked_at")


class PersonAdmin(RoleAdmin):
    """Whoever opens a list or the page of a person has looked at it, and the person reads so."""

    what = "profile"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if "cl" in shown:
            people = [person for one in shown["cl"].result_list for person in self.people_in(one)]
            looked_at_all(people, actor=staff_actor(request), what="found", purpose="desk")
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            looked_at_all(self.people_of(found), actor=staff_actor(request), what=self.what, purpose="desk")
        return found

    def people_of(self, shown: Any) -> list[Resident]:
        """Whom the page of a record shows."""
        return [shown if isinstance(shown, Resident) else shown.resident]

    def people_in(self, line: Any) -> list[Resident]:
        """Whom its line in the list shows."""
        return self.people_of(line)


class FactsAdmin(RoleAdmin):
    """What is changed here is asked about by the rules of groups."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        recompute_soon()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        recompute_soon()

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        super().delete_queryset(request, queryset)
        recompute_soon()


@admin.register(Resident)
class ResidentAdmin(PersonAdmin, FactsAdmin):
    change_roles = (Role.CLERK,)
    list_display = ["family_name", "given_name", "birth_date"]
    search_fields = ["family_name", "given_name"]
    autocomplete_fields = ["user"]
    fields = ["given_name", "family_name", "birth_date", "languages", "user", "handle"]
    readonly_fields = ["handle"]
    inlines = [ResidenceInline]


class HouseholdMemberInline(MemberLines):
    model = HouseholdMember
    extra = 0
    autocomplete_fields = ["resident"]


@admin.register(Household)
class HouseholdAdmin(PersonAdmin, FactsAdmin):
    change_roles = (Role.CLERK,)
    list_display = ["handle"]
    search_fields = ["members__resident__family_name"]
    inlines = [HouseholdMemberInline]

    def people_of(self, shown: Any) -> list[Resident]:
        return [one.resident for one in shown.members.select_related("resident")]

    def people_in(self, line: Any) -> list[Resident]:
        return []  # a handle names nobody


@admin.register(Group)
class GroupAdmin(RoleAdmin):
    change_roles = (Role.CLERK,)
    list_display = ["code", "name_lv", "name_lt", "name_en"]
    search_fields = ["code", "name_lv", "name_lt", "name_en"]


@admin.register(Membership)
class MembershipAdmin(PersonAdmin):
    what = "groups"
    change_roles = (Role.CLERK,)
    list_display = ["resident", "group", "period", "evidence"]
    list_filter = ["group"]
    autocomplete_fields = ["resident", "group"]


@admin.register(Means)
class MeansAdmin(PersonAdmin):
    """Cards are issued where their token is read, never typed here; blocking is for the desk and the telephone."""

    what = "means"
    view_roles = (Role.CLERK,)
    list_display = ["resident", "kind", "label", "issued_at", "expires_at", "blocked_at"]
    list_filter = ["kind"]
    search_fields = ["resident__family_name", "resident__given_name", "label"]
    actions = ["block"]

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        return False

    @admin.action(description=_("Block the chosen cards and codes"))
    def block(self, request: HttpRequest, chosen: QuerySet[Means]) -> None:
        blocked = sum(services.block_means(means, actor=staff_actor(request)) for means in chosen)
        messages.success(
            request, ngettext("%(count)d was blocked.", "%(count)d were blocked.", blocked) % {"count": blocked}
        )


class MerchantMembershipInline(MerchantLines):
    model = MerchantMembership
    extra = 0
    raw_id_fields = ["merchant"]


@admin.register(MerchantGroup)
class MerchantGroupAdmin(RoleAdmin):
    change_roles = (Role.CLERK, Role.MERCHANT_MANAGER)
    list_display = ["code", "name_lv", "name_lt", "name_en"]
    search_fields = ["code", "name_lv", "name_lt", "name_en"]
    inlines = [MerchantMembershipInline]
