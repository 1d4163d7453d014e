"""What residents agreed to, by purpose: asked before each use, given and taken back by themselves alone."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import InvalidInput
from gis_platform.residents.models import Consent, Resident

Purpose = Consent.Purpose


def given(resident: Resident, purpose: str) -> bool:
    """Whether the resident agrees at this moment. A purpose that nobody can agree to is a mistake of ours."""
    return Consent.objects.filter(resident=resident, purpose=Purpose(purpose), withdrawn_at=None).exists()


def give(resident: Resident, purpose: str) -> bool:
    """False when it was given before."""
    _require_known(purpose)
    with acting(f"resident:{resident.pk}", "consent given"):
        Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
        if given(resident, purpose):
            return False
        Consent.objects.create(resident=resident, purpose=purpose, given_at=clock.now())
        audit.record("residents.consent-given", f"resident:{resident.pk}", purpose=purpose)
    return True


def withdraw(resident: Resident, purpose: str) -> bool:
    """From this moment; that it was given stays. False when it was not."""
    _require_known(purpose)
    with acting(f"resident:{resident.pk}", "consent taken back"):
        open_ones = Consent.objects.filter(resident=resident, purpose=purpose, withdrawn_at=None)
        withdrawn = open_ones.update(withdrawn_at=clock.now())
        if withdrawn:
            audit.record("residents.consent-withdrawn", f"resident:{resident.pk}", purpose=purpose)
    return withdrawn == 1


def _require_known(purpose: str) -> None:
    if purpose not in Purpose.values:
        raise InvalidInput(fields={"purpose": _("There is no such purpose")})
