from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError
from gis_platform.identity.console import RoleAdmin, staff, staff_actor
from gis_platform.identity.roles import Role
from gis_platform.integrations.webhooks import services
from gis_platform.integrations.webhooks.addresses import require_address
from gis_platform.integrations.webhooks.models import Delivery, Subscription
from layers import catalog

if TYPE_CHECKING:  # Django's own class takes no type argument at run time
    Form = ModelForm[Subscription]
else:
    Form = ModelForm


class SubscriptionForm(Form):
    """Refuses at its field what the service would refuse."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        checks: dict[str, Callable[[], object]] = {
            "layer": lambda: catalog.layer(cleaned.get("layer", "")),
            "url": lambda: require_address(cleaned.get("url", "")),
            "condition": lambda: services.require_condition(cleaned["layer"], cleaned.get("condition", "")),
        }
        for field, check in checks.items():
            if self.errors:
                break
            try:
                check()
            except CityError as error:
                self.add_error(field, ValidationError(str(error), code=error.code))
        return cleaned


@admin.register(Subscription)
class SubscriptionAdmin(RoleAdmin):
    """The secret is shown once, in the message after it was made."""

    change_roles = (Role.PLANNER,)
    form = SubscriptionForm  # type: ignore[assignment] # the stubs want a form of any model
    list_display = ["layer", "url", "condition", "created_by", "paused_at"]
    list_filter = ["layer"]
    fields = ["layer", "url", "condition"]
    actions = ["ping", "pause", "resume", "rotate"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Who is told what is decided once: another address is another webhook.
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made, secret = services.subscribe(staff(request), layer=obj.layer, url=obj.url, condition=obj.condition)
        obj.pk = made.pk
        messages.warning(request, _("Write the secret down, it is not shown again: %(secret)s") % {"secret": secret})

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.unsubscribe(obj, by=staff(request))

    @admin.action(description=_("Send a test event"), permissions=["change"])
    def ping(self, request: HttpRequest, chosen: QuerySet[Subscription]) -> None:
        for subscription in chosen:
            services.ping(subscription, actor=staff_actor(request))

    @admin.action(description=_("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, chosen: QuerySet[Subscription]) -> None:
        for subscription in chosen:
            services.pause(subscription, actor=staff_actor(request))

    @admin.action(description=_("Resume"), permissions=["change"])
    def resume(self, request: HttpRequest, chosen: QuerySet[Subscription]) -> None:
        for subscription in chosen:
            services.resume(subscription, by=staff(request))

    @admin.action(description=_("Replace the secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, chosen: QuerySet[Subscription]) -> None:
        text = _("Write the secret down, it is not shown again: %(secret)s")
        for subscription in chosen:
            messages.warning(request, text % {"secret": services.rotate_secret(subscription, by=staff(request))})


@admin.register(Delivery)
class DeliveryAdmin(RoleAdmin):
    view_roles = (Role.PLANNER,)
    list_display = ["subscription", "event", "feature_id", "state", "attempts", "status", "duration_ms", "tried_at"]
    list_filter = ["state", "event"]
    list_select_related = ["subscription"]
    show_full_result_count = False
    actions = ["redeliver"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Send again"), permissions=["view"])
    def redeliver(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        for delivery in chosen:
            services.redeliver(delivery, by=staff(request))
