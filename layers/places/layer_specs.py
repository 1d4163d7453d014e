from django.utils.translation import gettext_lazy as _

from layers.base.declaring import declare
from layers.catalog import Access, Style, register
from layers.places.models import Beacon, Place

register(
    declare(
        Place,
        id="places",
        title=_("Smart places"),
        description=_("Places where a resident's card or phone meets the city: schools, libraries, stops, desks."),
        geometry_type="Point",
        own=("code", "category", "accessibility", "visit_radius_m"),
        keywords=(_("schools"), _("libraries"), _("city services")),
        theme="GOVE",
        frequency="WEEKLY",
        style=Style(color="#1f6feb", icon="town-hall", order=70, cluster_below=12),
        group=_("City services"),
        inside_city=True,
    ),
    declare(
        Beacon,
        id="beacons",
        title=_("Beacons and labels"),
        description=_("QR labels, NFC tags and Bluetooth beacons fixed at places."),
        geometry_type="Point",
        own=("place", "technology", "identifier", "floor", "note", "revoked_at"),
        style=Style(color="#57606a", icon="communications-tower", order=60, visible=False),
        group=_("City services"),
        access=Access.STAFF,
        inside_city=True,
    ),
)
