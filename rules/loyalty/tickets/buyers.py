"""Who buys: an account, or whoever shows a card at a till."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from gis_platform.identity.models import User
from gis_platform.residents.models import Resident
from gis_platform.residents.services import identify
from gis_platform.residents.standing import standing
from layers.boundaries.models import Boundary
from rules.loyalty.models import Tariff


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """`holder` is what orders are kept under; a visitor with an account and no profile buys what everybody may."""

    holder: str
    resident: Resident | None = None

    @classmethod
    def of(cls, user: User) -> Self:
        resident = Resident.objects.filter(user=user).first()
        return cls.known(resident) if resident else cls(holder=f"user:{user.pk}")

    @classmethod
    def by_card(cls, kind: str, token: str) -> Self:
        """Raises what `residents.services.identify` raises."""
        return cls.known(identify(kind, token))

    @classmethod
    def known(cls, resident: Resident) -> Self:
        return cls(holder=f"resident:{resident.handle}", resident=resident)

    @classmethod
    def nobody(cls, key: str) -> Self:
        """Who pays at the till and shows no card; each is another."""
        return cls(holder=f"till:{key}"[:60])

    def may_have(self, tariff: Tariff, *, on: date) -> bool:
        """Whether the person is entitled on the day of the event; the tariff does not tell why."""
        if tariff.audience == Tariff.Audience.EVERYONE:
            return True
        if self.resident is None:
            return False
        holds = standing(self.resident, on=on)
        if tariff.group is not None:
            return tariff.group.code in holds.groups
        return is_district(holds.district)


def is_district(code: str) -> bool:
    """Whether the code is that of a district of this city; a neighbour's home carries its municipality's."""
    return bool(code) and Boundary.objects.filter(kind=Boundary.Kind.DISTRICT, code=code).exists()
