from django.utils.translation import gettext_lazy as _

from gis_platform.reports.models import Report
from layers.base.declaring import declare
from layers.catalog import Property, PropertyType, Style, register

register(
    declare(
        Report,
        id="reports",
        title=_("Problem reports"),
        description=_("What residents reported, where it is and how far it has got. No person and no text of one."),
        geometry_type="Point",
        own=("code", "district", "state", "received_on"),
        computed=(
            Property(
                name="category",
                type=PropertyType.STRING,
                title=_("category"),
                editable=False,
                column="category_id",
            ),
        ),
        style=Style(color="#b42318", icon="roadblock", order=75),
        group=_("City services"),
        writable=False,
        inside_city=True,
    )
)
