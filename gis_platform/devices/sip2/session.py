"""One desk's connection: it signs in as a device of the city, then asks about cardholders."""

from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from gis_platform.core import clock
from gis_platform.core.errors import CityError
from gis_platform.devices.authentication import authenticate_device
from gis_platform.devices.identification import Identification, look_up
from gis_platform.devices.models import Device
from gis_platform.devices.sip2.messages import Garbled, Request, date_field, read, write
from gis_platform.residents.errors import MeansBlocked, MeansUnknown
from gis_platform.residents.models import Means

LOGINS_MAX = 3
RESEND = "96"
REFUSED = "940"
ENGLISH = {"001", "024"}  # SIP2 2.00 numbers no Baltic language: all others read the city's own
CARDS = (Means.Kind.LIBRARY, Means.Kind.PRINTED, Means.Kind.NFC, Means.Kind.QR)  # what a desk's reader may have read
# Field BX, in its order: patron status, status, resend, login, patron information and end of session; nothing on loans.
SUPPORTED = "YNNNYYYYYNNNNNNN"

log = structlog.get_logger(__name__)


@dataclass
class Session:
    """`over` is true when the connection should be closed. `answer` takes and gives a message without its end."""

    device: Device | None = None
    over: bool = False
    failures: int = 0
    last: str = field(default="", repr=False)

    def answer(self, text: str) -> str:
        try:
            request = read(text)
        except Garbled:
            return write(RESEND, {}, sequence=None)
        if request.command == "97":
            return self.last or write(RESEND, {}, sequence=None)
        with translation.override("en" if request.fixed[:3] in ENGLISH else settings.CITY.language):
            self.last = self._login(request) if request.command == "93" else self._answer(request)
        return self.last

    def _login(self, request: Request) -> str:
        try:
            device = authenticate_device(request.fields.get("CO", ""))
        except CityError:
            device = None
        # Passwords in the clear only (00): the protocol publishes no algorithm for others.
        good = device is not None and device.role == Device.Role.LIBRARY and device.code == request.fields.get("CN")
        self.device = device if good and request.fixed == "00" else None
        self.failures = 0 if self.device else self.failures + 1
        self.over = self.failures >= LOGINS_MAX
        log.info("a library desk asks to sign in", signed_in=self.device is not None)
        return write("941" if self.device else REFUSED, {}, sequence=request.sequence)

    def _answer(self, request: Request) -> str:
        self.device = still_there(self.device)
        if self.device is None:
            self.over = True  # who does not say who they are learns nothing
            return write(REFUSED, {}, sequence=request.sequence)
        if request.command == "99":
            return self._status(request, self.device)
        if request.command == "35":
            return self._end_of_session(request)
        return self._patron(request, self.device)

    def _status(self, request: Request, device: Device) -> str:
        # On line; no loans, renewals, updates; works off line; time-out in tenths of a second; retries.
        fixed = f"YNNNNY100003{_now()}2.00"
        library = device.place.name if device.place else settings.CITY.name
        fields = {"AO": _institution(request), "AM": library, "BX": SUPPORTED}
        return write(f"98{fixed}", fields, sequence=request.sequence)

    def _patron(self, request: Request, device: Device) -> str:
        """Status (24) or information (64): the same answer, since loans, holds and fines are the library's own."""
        head, counts = ("24", "") if request.command == "23" else ("64", "0000" * 6)
        card = request.fields.get("AA", "")
        found = identified(device, card)
        denied = " " if found.handle else "Y"
        lost = "Y" if found.code == MeansBlocked.code else " "
        fields = {
            "AO": _institution(request),
            "AA": card,
            "AE": "",  # the protocol wants a name here; the desk has no need of one
            "BL": "Y" if found.handle else "N",
            "AF": found.detail or _("The city knows this card."),
        }
        fixed = f"{denied * 4}{lost}{' ' * 9}{request.fixed[:3]}{_now()}{counts}"
        return write(head + fixed, fields, sequence=request.sequence)

    def _end_of_session(self, request: Request) -> str:
        fields = {"AO": _institution(request), "AA": request.fields.get("AA", "")}
        return write(f"36Y{_now()}", fields, sequence=request.sequence)


def still_there(device: Device | None) -> Device | None:
    """The desk as it is now; None when its key has ended since it signed in."""
    if device is None:
        return None
    present = Device.objects.select_related("place")
    return present.filter(pk=device.pk, key_hash=device.key_hash, revoked_at=None, role=Device.Role.LIBRARY).first()


def identified(device: Device, card: str) -> Identification:
    """What the city says of a card; a desk's reader does not tell which kind of card it was."""
    found = Identification(code=MeansUnknown.code, detail=str(MeansUnknown.title))
    for kind in CARDS:
        try:
            found = look_up(device, kind=kind, token=card)
        except CityError as refusal:  # a bank card's number
            return Identification(code=refusal.code, detail=str(refusal.detail))
        if found.code != MeansUnknown.code:
            break
    return found


def _institution(request: Request) -> str:
    return request.fields.get("AO", "")


def _now() -> str:
    return date_field(clock.local(clock.now()))
