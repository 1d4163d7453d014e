"""From an account to the resident who owns it."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Forbidden
from gis_platform.identity.models import User
from gis_platform.residents.models import Resident


class ProfileMissing(Forbidden):
    code = "resident-profile-missing"
    title = _("This account is not tied to a resident; register as one first")


def resident_of(user: User) -> Resident:
    """Raises ProfileMissing for an account that is nobody's."""
    resident = Resident.objects.filter(user=user).first()
    if resident is None:
        raise ProfileMissing
    return resident
