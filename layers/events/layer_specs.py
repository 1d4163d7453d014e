from django.utils.translation import gettext_lazy as _

from layers.base.declaring import declare
from layers.catalog import Style, register
from layers.events.models import Event

register(
    declare(
        Event,
        id="events",
        title=_("Events"),
        description=_("Festivals, concerts, markets and competitions."),
        geometry_type="Point",
        own=("category", "starts_at", "ends_at", "recurrence", "organiser"),
        keywords=(_("events"), _("concerts"), _("festivals")),
        theme="EDUC",
        frequency="DAILY",
        style=Style(color="#a21caf", icon="star", order=75),
        group=_("Visit"),
        interval=("starts_at", "ends_at"),
        edit_role="tourism_editor",
        inside_city=True,
    )
)
