from django.utils.translation import gettext_lazy as _

from layers.base.declaring import declare
from layers.catalog import Style, register
from layers.merchants.models import Merchant

register(
    declare(
        Merchant,
        id="merchants",
        title=_("City card accepted"),
        description=_("Merchants and carriers where the city's card and its benefits are used."),
        geometry_type="Point",
        own=("code", "category"),
        private=("registration_number", "bank_account"),
        keywords=(_("merchants"), _("city card"), _("discounts")),
        theme="ECON",
        frequency="WEEKLY",
        style=Style(color="#15803d", icon="shop", order=65, cluster_below=12),
        group=_("City services"),
        edit_role="clerk",
        inside_city=True,
    )
)
