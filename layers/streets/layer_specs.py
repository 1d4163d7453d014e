from django.utils.translation import gettext_lazy as _

from layers.base.declaring import declare
from layers.catalog import Style, register
from layers.streets.models import Route, Stop, Street

register(
    declare(
        Street,
        id="streets",
        title=_("Streets"),
        description=_("Streets and paths, connected where they share an end."),
        geometry_type="MultiLineString",
        own=("category", "surface", "oneway", "oneway_bicycle"),
        keywords=(_("streets"), _("roads")),
        theme="TRAN",
        frequency="MONTHLY",
        style=Style(color="#8a8f98", order=30),
        group=_("Land"),
    ),
    declare(
        Route,
        id="transit_routes",
        title=_("Public transport routes"),
        description=_("Routes of buses, trams and trains with their course."),
        geometry_type="MultiLineString",
        own=("code", "mode", "color"),
        keywords=(_("public transport"), _("routes")),
        theme="TRAN",
        frequency="MONTHLY",
        style=Style(color="#0e7490", order=40, visible=False, attributes=("color",)),
        group=_("Transport"),
    ),
    declare(
        Stop,
        id="transit_stops",
        title=_("Public transport stops"),
        description=_("Stops of public transport."),
        geometry_type="Point",
        own=("code", "zone", "wheelchair"),
        keywords=(_("public transport"), _("stops")),
        theme="TRAN",
        frequency="MONTHLY",
        style=Style(color="#0e7490", icon="bus", zoom_min=13, order=55),
        group=_("Transport"),
    ),
)
