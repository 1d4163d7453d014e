"""Labels and beacons over HTTP. `staff_router` is mounted behind a guard: this room knows no accounts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from layers.places import services, signals
from layers.places.models import Beacon

router = Router(tags=["places"])
staff_router = Router(tags=["places"])


class Resolved(Schema):
    beacon: int
    place: int
    name: str
    page: str
    visit_radius_m: int


@router.get("/beacons/resolve", response=Resolved, summary="Which place does this beacon stand for?")
def resolve(request: HttpRequest, technology: Query[str], identifier: Query[str]) -> Resolved:
    beacon = signals.resolve_signal(technology, identifier)
    return Resolved(
        beacon=beacon.pk,
        place=beacon.place_id,
        name=beacon.place.name,
        page=services.page_of(beacon),
        visit_radius_m=beacon.place.visit_radius_m,
    )


@staff_router.get("/beacons/{int:beacon_id}/label.svg", summary="The label to print, as a QR code", response=None)
def label_svg(request: HttpRequest, beacon_id: int) -> HttpResponse:
    beacon = get_object_or_404(Beacon, pk=beacon_id)
    headers = {"Content-Disposition": f'inline; filename="label-{beacon.pk}.svg"', "Cache-Control": "private"}
    return HttpResponse(services.label_svg(beacon), content_type="image/svg+xml", headers=headers)


@staff_router.get("/beacons/{int:beacon_id}/label.ndef", summary="The label as an NDEF message", response=None)
def label_ndef(request: HttpRequest, beacon_id: int) -> HttpResponse:
    """The bytes to write to an NFC tag: one URI record with the address that the QR code shows."""
    beacon = get_object_or_404(Beacon, pk=beacon_id)
    headers = {"Content-Disposition": f'attachment; filename="label-{beacon.pk}.ndef"', "Cache-Control": "private"}
    return HttpResponse(services.label_ndef(beacon), content_type="application/vnd.nfc.ndef", headers=headers)
