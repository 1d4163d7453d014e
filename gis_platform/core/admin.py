"""The dead-letter shelf and the audit log, to be read; the only thing to do is to try a dead letter again."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gis_platform.core import audit, outbox
from gis_platform.core.actor import acting
from gis_platform.core.models import AuditEntry, OutboxEntry


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(OutboxEntry)
class OutboxEntryAdmin(ReadOnlyAdmin):
    list_display = ("topic", "state", "attempts", "published_at", "finished_at", "error")
    list_filter = ("state", "topic")
    ordering = ("-pk",)
    show_full_result_count = False
    actions = ("try_again",)

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("core.change_outboxentry")

    @admin.action(description=_("Try again"), permissions=["try_again"])
    def try_again(self, request: HttpRequest, entries: models.QuerySet[OutboxEntry]) -> None:
        with acting(f"user:{request.user.pk}", reason="try again"):
            revived = [pk for pk in entries.values_list("pk", flat=True) if outbox.try_again(pk)]
            for pk in revived:
                audit.record("outbox.try-again", f"outbox:{pk}")
        count = len(revived)
        text = ngettext("%(count)d entry will be tried again.", "%(count)d entries will be tried again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "subject")
    list_filter = ("action",)
    search_fields = ("=subject", "=actor", "=request_id")
    ordering = ("-at",)
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in AuditEntry._meta.fields]
