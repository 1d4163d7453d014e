"""Codes that change every 30 seconds, made by a phone without a network and checked without asking it.

A code names its city, its card and its time step, and carries an HMAC-SHA256 of them (as TOTP, RFC 6238, but with the
step told, so that a late code and a wrong clock can be told from a forged one). Every character is one of QR's
alphanumeric mode, which makes the picture small. maps/frontend/card/rotating.js is the same in the browser.
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from django.conf import settings

from gis_platform.residents.errors import CodeForged, CodeOfAnotherCity

STEP_S = 30
SKEW_STEPS = 1
SECRET_BYTES = 32
CARD_BYTES = 10  # 80 random bits, 16 characters
MAC_BYTES = 10  # 80 bits: guessed within a step with one chance in 10^24
FORM = re.compile(r"R1:([A-Z]{2,20}):([A-Z2-7]{16}):(\d{1,10}):([A-Z2-7]{16})")


class Age(StrEnum):
    """How a code's step lies to the present one."""

    NOW = auto()
    LATE = auto()
    AHEAD = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Presented:
    """What a code says of itself, before anybody has checked it."""

    text: str
    card: str
    step: int


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def new_card() -> str:
    return base64.b32encode(secrets.token_bytes(CARD_BYTES)).decode()


def looks_rotating(text: str) -> bool:
    return text.startswith("R1:")


def step_at(at: datetime) -> int:
    return int(at.timestamp()) // STEP_S


def code_of(secret: bytes, at: datetime, *, card: str, city: str = "") -> str:
    """What the phone shows at that instant."""
    said = f"R1:{(city or settings.CITY.id).upper()}:{card}:{step_at(at)}"
    return f"{said}:{_mac(secret, said)}"


def read(text: str) -> Presented:
    """Raises CodeForged for a text of another form and CodeOfAnotherCity."""
    found = FORM.fullmatch(text.strip())
    if found is None:
        raise CodeForged
    if found[1] != settings.CITY.id.upper():
        raise CodeOfAnotherCity
    return Presented(text=found[0], card=found[2], step=int(found[3]))


def verify(presented: Presented, secret: bytes, at: datetime) -> Age:
    """Whether the code is of now, give or take a step. Raises CodeForged for one that another key has made."""
    said, _colon, mac = presented.text.rpartition(":")
    if not hmac.compare_digest(mac, _mac(secret, said)):
        raise CodeForged
    late = step_at(at) - presented.step
    if abs(late) <= SKEW_STEPS:
        return Age.NOW
    return Age.LATE if late > 0 else Age.AHEAD


def _mac(secret: bytes, said: str) -> str:
    return base64.b32encode(hmac.digest(secret, said.encode(), "sha256")[:MAC_BYTES]).decode()
