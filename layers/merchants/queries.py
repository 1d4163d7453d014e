"""Which groups a merchant is in."""

from datetime import date

from layers.merchants.models import MerchantMembership


def groups_of(merchant_id: int, *, on: date) -> frozenset[str]:
    """The codes of the groups on that local day."""
    memberships = MerchantMembership.objects.on(on).filter(merchant_id=merchant_id)
    return frozenset(memberships.values_list("group__code", flat=True))
