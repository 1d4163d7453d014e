from django.utils.translation import gettext_lazy as _

from layers.base.declaring import declare
from layers.boundaries.models import Boundary, LandCover
from layers.catalog import Style, register

register(
    declare(
        Boundary,
        id="boundaries",
        title=_("Boundaries"),
        description=_("The city's limit, its districts and the municipalities around it."),
        geometry_type="MultiPolygon",
        own=("kind", "code", "population"),
        keywords=(_("boundaries"), _("districts"), _("municipalities")),
        frequency="ANNUAL",
        style=Style(color="#6b5b95", order=20),
        group=_("Land"),
    ),
    declare(
        LandCover,
        id="land_cover",
        title=_("Water and green"),
        description=_("Rivers, lakes, parks, woods and islands."),
        geometry_type="MultiPolygon",
        own=("kind",),
        keywords=(_("water"), _("parks"), _("woods")),
        theme="ENVI",
        frequency="ANNUAL",
        style=Style(color="#5b9bb5", order=10),
        group=_("Land"),
    ),
)
