from django.utils.translation import gettext_lazy as _

from layers.base.declaring import declare
from layers.catalog import Property, PropertyType, Style, register
from layers.sensors.models import Sensor

register(
    declare(
        Sensor,
        id="sensors",
        title=_("Sensors"),
        description=_("Sensors of weather, air, water, noise and traffic, each with its newest readings."),
        geometry_type="Point",
        own=("code", "category", "details"),
        private=("device",),
        keywords=(_("sensors"), _("weather"), _("air quality"), _("traffic")),
        theme="ENVI",
        frequency="UPDATE_CONT",
        computed=(
            Property(name="latest", type=PropertyType.OBJECT, title=_("newest readings"), editable=False),
            Property(name="observed_at", type=PropertyType.INSTANT, title=_("last heard of"), editable=False),
        ),
        relation=("public", "sensors_with_latest"),
        style=Style(color="#475569", icon="observation-tower", order=60),
        group=_("City services"),
        inside_city=True,
    )
)
