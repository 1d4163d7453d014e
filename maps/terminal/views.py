"""The page of the terminal. What it knows it asks of the API, with the key of the device that it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gis_platform.residents.models import Means

CARDS = (Means.Kind.QR, Means.Kind.PRINTED, Means.Kind.NFC, Means.Kind.LIBRARY)


@require_safe
@cache_control(no_cache=True)
def terminal(request: HttpRequest) -> HttpResponse:
    """The same for everybody, so that the browser may keep it: who the device is, it knows itself."""
    cards = [(kind.value, kind.label) for kind in CARDS]
    return render(request, "maps/terminal/terminal.html", {"cards": cards, "texts": _texts()})


def _texts() -> dict[str, str]:
    """What the scripts say."""
    return {
        "ready": _("Ready"),
        "known": _("Known to the city"),
        "unknown": _("Not accepted"),
        "admitted": _("Come in"),
        "admittedOffline": _("Come in. It is told when the network is back."),
        "refused": _("No entry"),
        "usedHere": _("This ticket was scanned at this door already"),
        "notListed": _("This ticket is not on the list of this event"),
        "forged": _("This code was not signed by the city"),
        "expired": _("This voucher has expired"),
        "voucherUsed": _("This voucher was taken by this terminal already"),
        "noDiscount": _("No discount"),
        "takeOff": _("Take off {amount}"),
        "toPay": _("To pay: {amount}"),
        "left": _("{count} left"),
        "voucher": _("Voucher accepted: {amount}"),
        "voucherOffline": _("It is paid out when the network is back."),
        "voided": _("The purchase is taken back"),
        "noNetwork": _("No network"),
        "noNetworkCard": _("A card is read with a network only. Vouchers and tickets are accepted without one."),
        "waiting": _("Waiting to be told: {count}"),
        "nothingWaiting": _("Everything is told"),
        "notTaken": _("Not accepted by the city: {sentence}"),
        "noCamera": _("The camera cannot be used; type or scan the code into the field"),
        "askedAgain": _("Try again"),
        "noLines": _("Enter the amount first"),
        "noEvent": _("Enter the number of the event first"),
        "noList": _("The list of this event is not loaded; it takes a network once"),
        "listOf": _("{count} tickets on the list, loaded at {time}"),
    }
