"""What this browser has proven but not yet used, or is shown once: an address, another card, recovery codes.

Kept in the session, sealed, for a few minutes: sessions lie in the database.
"""

import base64
import json
import time
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from gis_platform.core.sealing import SealBroken, seal, unseal
from gis_platform.identity.openid import Claims

PROOF, OTHER_CARD = "proven", "other-card"
PATIENCE_S = 20 * 60
PURPOSE = "pending proof"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One of the two is there: what a provider said, or an address whose letter came back."""

    claims: Claims | None = None
    email: str = ""
    next_path: str = ""


def keep(request: HttpRequest, proof: Proof) -> None:
    _keep(request, PROOF, asdict(proof))


def kept(request: HttpRequest) -> Proof | None:
    found = _kept(request, PROOF)
    if found is None:
        return None
    claims = found["claims"]
    if claims and claims["birth_date"]:
        claims["birth_date"] = date.fromisoformat(claims["birth_date"])
    return Proof(claims=Claims(**claims) if claims else None, email=found["email"], next_path=found["next_path"])


def keep_other_card(request: HttpRequest, resident_pk: int) -> None:
    """That the person signed in here holds that card too."""
    _keep(request, OTHER_CARD, {"resident": resident_pk, "mine": request.user.pk})


def other_card(request: HttpRequest) -> int | None:
    """The other card of whoever is signed in; None when it was proven by somebody else, or long ago."""
    found = _kept(request, OTHER_CARD)
    return int(found["resident"]) if found and found["mine"] == request.user.pk else None


def keep_secret(request: HttpRequest, name: str, secret: list[str]) -> None:
    _keep(request, name, {"secret": secret})


def secret(request: HttpRequest, name: str) -> list[str]:
    """Empty when there is none, or it waited too long."""
    found = _kept(request, name)
    return list(found["secret"]) if found else []


def forget(request: HttpRequest) -> None:
    for name in (PROOF, OTHER_CARD):
        request.session.pop(name, None)


def _keep(request: HttpRequest, name: str, value: dict[str, Any]) -> None:
    text = json.dumps({"value": value, "at": time.time()}, default=str)
    request.session[name] = base64.b64encode(seal(text, purpose=PURPOSE)).decode()


def _kept(request: HttpRequest, name: str) -> dict[str, Any] | None:
    try:
        found = json.loads(unseal(base64.b64decode(request.session.get(name, "")), purpose=PURPOSE))
    except SealBroken:
        return None
    return dict(found["value"]) if time.time() - found["at"] < PATIENCE_S else None
