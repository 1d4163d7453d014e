"""A resident's bookings are given out; they stay when the resident is erased, or the books would not balance."""

from typing import Any

from gis_platform.residents.models import Resident
from gis_platform.residents.privacy.rules import kept_by_handle
from rules.ledger.models import Account, Leg


@kept_by_handle("points")
def bookings(resident: Resident) -> list[dict[str, Any]]:
    own = Leg.objects.filter(account__kind=Account.Kind.RESIDENT, account__holder=str(resident.handle))
    return [
        dict(leg) for leg in own.order_by("pk").values("entry__kind", "entry__posted_at", "account__unit", "amount")
    ]
