"""The classifiers in the console: residents and where they live, groups of residents and of merchants, cards."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gis_platform.identity.console import RoleAdmin, staff_actor
from gis_platform.identity.roles import Role
from gis_platform.residents import services
from gis_platform.residents.grouping.members import recompute_soon
from gis_platform.residents.looking import looked
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
class ResidentAdmin(FactsAdmin):
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Resident | None:
        """Whoever opens the page of a person has looked at it, and the person reads so."""
        found: Resident | None = super().get_object(request, object_id, from_field)
        if found is not None:
            looked(found, actor=staff_actor(request), what="profile", purpose="desk")
        return found

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
class HouseholdAdmin(FactsAdmin):
    change_roles = (Role.CLERK,)
    list_display = ["handle"]
    search_fields = ["members__resident__family_name"]
    inlines = [HouseholdMemberInline]


@admin.register(Group)
class GroupAdmin(RoleAdmin):
    change_roles = (Role.CLERK,)
    list_display = ["code", "name_lv", "name_lt", "name_en"]
    search_fields = ["code", "name_lv", "name_lt", "name_en"]


@admin.register(Membership)
class MembershipAdmin(RoleAdmin):
    change_roles = (Role.CLERK,)
    list_display = ["resident", "group", "period", "evidence"]
    list_filter = ["group"]
    autocomplete_fields = ["resident", "group"]


@admin.register(Means)
class MeansAdmin(RoleAdmin):
    """Cards are issued where their token is read, never typed here; blocking is for the desk and the telephone."""

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
