from gis_platform.core.outbox import periodic
from rules.loyalty.offers import giving


@periodic("loyalty-forget-offers", every_s=24 * 3600)
def forget_who_got_offers() -> None:
    giving.forget()
