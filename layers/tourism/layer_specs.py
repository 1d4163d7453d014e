from django.utils.translation import gettext_lazy as _

from layers.base.declaring import declare
from layers.catalog import Style, register
from layers.tourism.models import TourismObject

register(
    declare(
        TourismObject,
        id="tourism",
        title=_("Tourism"),
        description=_("Sights, museums, nature, accommodation and food, kept by the tourism centre."),
        geometry_type="Geometry",
        own=("category", "season"),
        keywords=(_("tourism"), _("sights"), _("museums")),
        theme="EDUC",
        frequency="WEEKLY",
        style=Style(color="#c2410c", icon="attraction", order=80, cluster_below=12),
        group=_("Visit"),
        edit_role="tourism_editor",
        inside_city=True,
    )
)
