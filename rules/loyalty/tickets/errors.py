"""Refusals of the ticket office and of the doors: one code for each thing that can be wrong."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError, Conflict, Forbidden, InvalidInput, NotFound


class SaleUnknown(NotFound):
    code = "ticket-sale-unknown"
    title = _("No tickets are sold for this event")


class OrderUnknown(NotFound):
    code = "ticket-order-unknown"
    title = _("You have no such order")


class SaleNotOpen(Conflict):
    code = "ticket-sale-not-open"
    title = _("The sale of these tickets has not begun yet")


class SaleOver(Conflict):
    code = "ticket-sale-over"
    title = _("The sale of these tickets is over")


class TariffUnknown(InvalidInput):
    code = "tariff-unknown"
    title = _("This event has no such tariff")


class TariffNotYours(Forbidden):
    code = "tariff-not-yours"
    title = _("This tariff is for others; choose another, or show the card that entitles you")


class TicketsTooMany(Conflict):
    code = "tickets-too-many"
    title = _("So many tickets are not sold to one person")


class SoldOut(Conflict):
    code = "tickets-sold-out"
    title = _("So many seats are not left; take fewer, or join the waiting list")


class NotSoldOut(Conflict):
    code = "tickets-not-sold-out"
    title = _("There are seats left; order them")


class OrderEnded(Conflict):
    code = "ticket-order-ended"
    title = _("This order has ended; make a new one")


class PaymentMissing(Conflict):
    code = "ticket-payment-missing"
    title = _("This order is not paid yet")


class RefundTooLate(Conflict):
    code = "ticket-refund-too-late"
    title = _("These tickets cannot be given back any more")


class NotADoor(Forbidden):
    code = "not-a-door-of-this-event"
    title = _("This device is no door of this event; have the organiser appoint it")


class TicketForged(CityError):
    code = "ticket-forged"
    title = _("This is no ticket of the city")


class TicketElsewhere(Conflict):
    code = "ticket-of-another-event"
    title = _("This ticket is for another event")


class TicketRefunded(Conflict):
    code = "ticket-refunded"
    title = _("This ticket was given back; it lets nobody in")


class TicketNotPaid(Conflict):
    code = "ticket-not-paid"
    title = _("This ticket is not paid; pay the order first")


class TicketUsed(Conflict):
    code = "ticket-used"
    title = _("This ticket has been used already")


class DoorsClosed(Conflict):
    code = "doors-not-open"
    title = _("The doors are not open yet")
