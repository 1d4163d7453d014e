"""Programmes in the console: drafted by one clerk, approved by another; decisions are there to be read."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError
from gis_platform.identity.console import RoleAdmin
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role
from rules.benefits import explaining, versions
from rules.benefits.models import Budget, Decision, Programme, ProgrammeVersion

if TYPE_CHECKING:  # Django's own classes take no type arguments at run time
    Inline = admin.TabularInline[Budget, Programme]
    Form = forms.ModelForm[ProgrammeVersion]
else:
    Inline, Form = admin.TabularInline, forms.ModelForm


class BudgetInline(Inline):
    model = Budget
    extra = 0
    can_delete = False
    fields = ("period", "limit_cents", "used_cents", "warned_at")
    readonly_fields = ("used_cents", "warned_at")


@admin.register(Programme)
class ProgrammeAdmin(RoleAdmin):
    view_roles: ClassVar = (Role.PLANNER,)
    change_roles: ClassVar = (Role.CLERK,)
    list_display = ("code", "name", "legal_basis", "funder")
    search_fields = ("code", "name_lv", "name_lt", "name_en")
    inlines = (BudgetInline,)


class VersionForm(Form):
    """A draft is written and changed here; that its definition can stand is checked before it is saved."""

    class Meta:
        model = ProgrammeVersion
        fields = ("programme", "definition", "examples", "effective")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        programme, definition = cleaned.get("programme"), cleaned.get("definition")
        if programme and definition is not None:
            try:
                versions.read(programme, definition)
            except CityError as error:
                self.add_error("definition", str(error.detail))
        return cleaned


@admin.register(ProgrammeVersion)
class ProgrammeVersionAdmin(RoleAdmin):
    view_roles: ClassVar = (Role.PLANNER,)
    change_roles: ClassVar = (Role.CLERK,)
    form = VersionForm  # type: ignore[assignment]  # the page's type argument is any model
    list_display = ("programme", "number", "state", "effective", "author", "approver", "approved_at")
    list_filter = ("state", "programme")
    list_select_related = ("programme", "author", "approver")
    actions = ("submit", "approve")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or _is_own_draft(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or _is_own_draft(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            versions.revise(
                obj.pk,
                author=_user(request),
                definition=obj.definition,
                first_day=obj.effective.lower,
                end_day=obj.effective.upper,
                examples=obj.examples,
            )
            return
        made = versions.draft(
            obj.programme,
            definition=obj.definition,
            first_day=obj.effective.lower,
            end_day=obj.effective.upper,
            examples=obj.examples,
            author=_user(request),
        )
        obj.pk, obj.number = made.pk, made.number

    @admin.action(description=_("Submit for approval"), permissions=["change"])
    def submit(self, request: HttpRequest, drafts: QuerySet[ProgrammeVersion]) -> None:
        for version in drafts:
            try:
                versions.submit(version.pk, author=_user(request))
            except CityError as error:
                self.message_user(request, f"{version}: {error.detail}", messages.ERROR)
            else:
                self.message_user(request, _("%(version)s waits for approval.") % {"version": version})

    @admin.action(description=_("Approve"), permissions=["change"])
    def approve(self, request: HttpRequest, submitted: QuerySet[ProgrammeVersion]) -> None:
        for version in submitted:
            try:
                versions.approve(version.pk, approver=_user(request))
            except CityError as error:
                self.message_user(request, f"{version}: {error.detail}", messages.ERROR)
            else:
                self.message_user(request, _("%(version)s is in force.") % {"version": version}, messages.SUCCESS)


@admin.register(Decision)
class DecisionAdmin(RoleAdmin):
    view_roles: ClassVar = (Role.CLERK,)
    list_display = ("code", "decided_at", "trigger", "reason", "discount_cents", "points", "status")
    list_filter = ("trigger", "reason", "status")
    search_fields = ("=code",)
    date_hierarchy = "decided_at"
    show_full_result_count = False
    fields: ClassVar[tuple[str, ...]] = (
        *("code", "decided_at", "trigger", "place_id", "terminal", "merchant", "reason", "in_words", "lines", "facts"),
        *("discount_cents", "points", "status", "status_at", "entry"),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.fields

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("explanation"))
    def in_words(self, decision: Decision) -> SafeString:
        return format_html_join("\n", "<p>{}</p>", ((sentence,) for sentence in explaining.in_words(decision)))


def _is_own_draft(request: HttpRequest, version: Model) -> bool:
    return (
        isinstance(version, ProgrammeVersion)
        and version.state == ProgrammeVersion.State.DRAFT
        and version.author_id == _user(request).pk
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
