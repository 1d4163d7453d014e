"""What becomes of the visits and rewards of a resident. Tickets and points know the handle alone and stay."""

from typing import Any

from gis_platform.residents.models import Resident
from gis_platform.residents.privacy.rules import declare, kept_by_handle
from rules.loyalty.models import TicketOrder

declare("loyalty.CheckIn")
declare("loyalty.Given")
declare("loyalty.Invitation")
declare("loyalty.Referral", "inviter")
declare("loyalty.Referral", "newcomer")
declare("loyalty.QuestCompletion")
declare("loyalty.Redemption")


@kept_by_handle("tickets")
def tickets(resident: Resident) -> list[dict[str, Any]]:
    orders = TicketOrder.objects.filter(holder=f"resident:{resident.handle}").select_related("sale")
    return [{"order": str(one.pk), "event": str(one.sale), "tickets": one.tickets.count()} for one in orders]
