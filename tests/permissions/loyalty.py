"""Labels as NDEF messages, rewards at a till, check-ins taken back."""

from gis_platform.core import clock
from gis_platform.residents.services import mint_means
from rules.loyalty.rewards import redeem
from rules.loyalty.services import Fix, book
from tests.people import LIBRARY, a_beacon, a_device, a_place, a_resident, a_user
from tests.permissions import Trial, as_device, as_user, trial
from tests.rules.loyalty.samples import a_reward, rich


@trial("GET /api/v1/beacons/{beacon_id}/label.ndef")
def label_ndef() -> Trial:
    return Trial(
        path=f"/api/v1/beacons/{a_beacon().pk}/label.ndef",
        owner=as_user(a_user("planner")),
        colleague=as_user(a_user("clerk")),
    )


@trial("POST /api/v1/rewards/hand-out")
def hand_out() -> Trial:
    redemption = redeem(rich(a_resident()), a_reward().pk, key="k")
    return Trial(
        path="/api/v1/rewards/hand-out",
        owner=as_device(a_device("till")),
        colleague=as_device(a_device("camera")),
        body={"code": redemption.code},
    )


@trial("POST /api/v1/check-ins/{check_in_id}/void")
def void() -> Trial:
    fix = Fix(longitude=LIBRARY.x, latitude=LIBRARY.y, accuracy_m=5, taken_at=clock.now())
    record = book(a_resident(), beacon=a_beacon(), fix=fix)
    return Trial(
        path=f"/api/v1/check-ins/{record.pk}/void",
        owner=as_user(a_user("planner")),
        colleague=as_user(a_user("clerk")),
        body={"reason": "tried out"},
    )


@trial("POST /api/v1/devices/check-ins")
def check_in_by_card() -> Trial:
    """A clinic's reader says who is there, so it checks nobody in."""
    _means, token = mint_means(a_resident(), kind="qr", actor="user:1")
    return Trial(
        path="/api/v1/devices/check-ins",
        owner=as_device(a_device("library", place=a_place())),
        colleague=as_device(a_device("clinic", place=a_place())),
        body={"kind": "qr", "token": token},
    )
