"""What devices did without a network, sent later: each entry with its own time and id, answered on its own, once.

A room above takes a kind of entry of its own by registering a function with `entry`, in its module `for_devices`.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError, InvalidInput
from gis_platform.core.idempotency import KeyReused, StoredAnswer, once
from gis_platform.devices.authentication import FACING_PEOPLE
from gis_platform.devices.errors import DeviceRoleMissing
from gis_platform.devices.identification import look_up
from gis_platform.devices.models import Device

ENTRIES_MAX = 200  # a request
AGE_MAX = timedelta(hours=72)  # a long weekend
CLOCK_SKEW = timedelta(minutes=2)  # of a device that has been without the network's time
DONE, REFUSED, AGAIN = "done", "refused", "again"

log = structlog.get_logger(__name__)


class EntryTooOld(CityError):
    code = "entry-too-old"
    title = _("This entry is older than what is accepted later")


class EntryInFuture(CityError):
    code = "entry-in-future"
    title = _("This entry's time is still to come; the clock of the device is wrong")


class EntryUnknown(CityError):
    code = "entry-unknown"
    title = _("There is no such kind of entry")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """`at` is by the device's clock, `id` its own number for it."""

    id: str
    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """`state` is done, refused for good, or again: nothing was kept, send it once more."""

    id: str
    state: str
    code: str = ""
    detail: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


type Taking = Callable[[Device, Entry], dict[str, Any]]

KINDS: dict[str, Taking] = {}
ROLES: dict[str, tuple[str, ...]] = {}


def entry(kind: str, *roles: str) -> Callable[[Taking], Taking]:
    """Registers who takes a kind of entry from devices of some roles, in a transaction, and returns the answer.

    The function refuses by a CityError.
    """

    def register(function: Taking) -> Taking:
        if kind in KINDS:
            raise ValueError(f"entries of the kind {kind!r} are taken already")
        KINDS[kind], ROLES[kind] = function, roles
        return function

    return register


def take(device: Device, entries: Sequence[Entry]) -> list[Outcome]:
    """One after the other: none is kept from being taken by another that fails, and each may be sent again."""
    return [_take_one(device, one) for one in entries]


def _take_one(device: Device, one: Entry) -> Outcome:
    body = json.dumps([one.kind, one.at.isoformat(), one.data], sort_keys=True, default=str).encode()
    try:
        stored = once(
            scope=f"entry:{device.actor}", key=one.id, body=body, run=lambda: StoredAnswer.of(_judged(device, one))
        )
    except KeyReused as refusal:
        return Outcome(id=one.id, state=REFUSED, code=refusal.code, detail=str(refusal.detail))
    except Exception:
        log.exception("entry of a device failed", kind=one.kind)
        return Outcome(id=one.id, state=AGAIN)
    return Outcome(**stored.value)


def _judged(device: Device, one: Entry) -> dict[str, Any]:
    """A refusal is an answer too and is kept like one; what its half-done work wrote is not."""
    try:
        with transaction.atomic():
            _require_timely(one)
            taking = KINDS.get(one.kind)
            if taking is None:
                raise EntryUnknown
            if device.role not in ROLES[one.kind]:
                raise DeviceRoleMissing(roles=list(ROLES[one.kind]))
            with acting(device.actor, "entry sent later"):
                outcome = Outcome(id=one.id, state=DONE, answer=taking(device, one))
    except CityError as refusal:
        if refusal.status >= 500:
            raise
        outcome = Outcome(id=one.id, state=REFUSED, code=refusal.code, detail=str(refusal.detail))
    return asdict(outcome)


def _require_timely(one: Entry) -> None:
    now = clock.now()
    if one.at > now + CLOCK_SKEW:
        raise EntryInFuture
    if one.at < now - AGE_MAX:
        raise EntryTooOld


def card_of(one: Entry) -> tuple[str, str]:
    """Kind and token of the card that was read. Raises InvalidInput."""
    kind, token = (str(one.data.get(name, "")) for name in ("kind", "token"))
    if not kind or not token:
        raise InvalidInput(fields={"data": _("Send the kind and the token")})
    return kind, token


@entry("identify", *FACING_PEOPLE)
def _identify(device: Device, one: Entry) -> dict[str, Any]:
    kind, token = card_of(one)
    question = str(one.data.get("question", ""))
    found = look_up(device, kind=kind, token=token, question=question, key=one.id, at=one.at)
    return {
        "identified": found.handle is not None,
        "handle": found.handle,
        "answer": found.answer,
        "code": found.code,
        "detail": found.detail,
    }
