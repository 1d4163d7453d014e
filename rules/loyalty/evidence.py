"""What is known at a check-in, asked in one statement, and made into what the scoring weighs."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import h3
from django.contrib.gis.geos import Point
from django.utils.crypto import salted_hmac

from gis_platform.core import clock, crs, prepared
from gis_platform.residents.models import Resident
from layers.places.labels import Label
from layers.places.models import Place
from rules.loyalty.scoring import PHONE_WINDOW, REPEAT_WINDOW, Evidence

CELL_RESOLUTION = 9  # about 0.1 km² a cell
PHONE_HASH_LENGTH = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """Where a phone says it is. Used for the decision and then forgotten."""

    longitude: float
    latitude: float
    accuracy_m: float
    taken_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The idempotency key of a request; an empty one is for check-ins that nobody sends twice."""

    scope: str = ""
    key: str = ""
    body_hash: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """A check-in that is about to be decided. Its resident is locked: nobody else decides about the same person now."""

    id: int
    answer: bytes | None  # of an earlier request with this key
    body_hash: bytes | None
    beacon: int | None
    place: Place | None  # without all of its columns: what the answer and the rules need
    last_at: datetime | None
    last_cell: str | None
    last_here_at: datetime | None
    others_on_phone: int


def begin(resident: Resident, *, at: datetime, claim: Claim, label: Label | None, place: int, phone: str) -> Begun:
    """By a label or at a place; within a transaction."""
    values: dict[str, Any] = {
        "resident": resident.pk,
        "scope": claim.scope,
        "key": claim.key,
        "label": label.beacon_id if label else 0,
        "generation": label.generation if label else 0,
        "place": place,
        "phone": phone,
        "phone_window": PHONE_WINDOW,
        "repeat_window": REPEAT_WINDOW,
        "at": at,
    }
    row = prepared.row("loyalty_begin_check_in", values)
    assert row is not None
    number, answer, body_hash, found, last_at, last_cell, last_here_at, others = row
    beacon = json.loads(found) if found else None
    return Begun(
        id=number,
        answer=answer,
        body_hash=body_hash,
        beacon=beacon["id"] if beacon else None,
        place=_place(beacon) if beacon else None,
        last_at=last_at,
        last_cell=last_cell,
        last_here_at=last_here_at,
        others_on_phone=others,
    )


def evidence(begun: Begun, place: Place, *, fix: Fix | None, cell: str, at: datetime) -> Evidence:
    return Evidence(
        visit_radius_m=place.visit_radius_m,
        distance_m=crs.distance_m((fix.longitude, fix.latitude), (place.geometry.x, place.geometry.y)) if fix else None,
        accuracy_m=fix.accuracy_m if fix else None,
        position_age=at - fix.taken_at if fix else None,
        moved_m=crs.distance_m(_centre(begun.last_cell), _centre(cell)) if begun.last_cell else None,
        since_last=at - begun.last_at if begun.last_at else None,
        since_last_here=at - begun.last_here_at if begun.last_here_at else None,
        others_on_phone=begun.others_on_phone,
    )


def cell_of(place: Place, fix: Fix | None) -> str:
    """Where it happened, as far as it is kept."""
    latitude, longitude = (fix.latitude, fix.longitude) if fix else (place.geometry.y, place.geometry.x)
    return str(h3.latlng_to_cell(latitude, longitude, CELL_RESOLUTION))


def phone_hash(phone: str, at: datetime) -> str:
    """The same for the same phone on one local day, and nothing to follow it by into the next."""
    if not phone:
        return ""
    day = clock.local(at).date()
    return salted_hmac(f"loyalty.phone {day}", phone, algorithm="sha256").hexdigest()[:PHONE_HASH_LENGTH]


def _place(beacon: dict[str, Any]) -> Place:
    columns = ("code", "category", "visit_radius_m", "name_lv", "name_lt", "name_en")
    return Place(
        id=beacon["place"],
        geometry=Point(beacon["longitude"], beacon["latitude"], srid=4326),
        **{column: beacon[column] for column in columns},
    )


def _centre(cell: str) -> tuple[float, float]:
    latitude, longitude = h3.cell_to_latlng(cell)
    return longitude, latitude
