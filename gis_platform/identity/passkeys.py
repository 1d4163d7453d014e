"""Passkeys (WebAuthn Level 3), by Yubico's python-fido2. A passkey asks its holder for a PIN, a finger or a face, and
so is two factors in one."""

import json
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest
from fido2.cose import UnsupportedKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.identity.errors import ProofRefused
from gis_platform.identity.models import Passkey, User
from gis_platform.identity.models.proofs import NAME_LENGTH_MAX

SESSION_KEY = "passkey"
ANSWER_SIZE_MAX = 16 * 1024  # characters
PASSKEYS_MAX = 10
REQUIRED = UserVerificationRequirement.REQUIRED
WRONG = (ValueError, TypeError, KeyError, AttributeError, IndexError, NotImplementedError)  # what a forged answer makes


def begin_adding(request: HttpRequest, user: User) -> dict[str, Any]:
    """Options for navigator.credentials.create."""
    person = PublicKeyCredentialUserEntity(id=_handle(user), name=user.email or user.username, display_name=str(user))
    options, state = _server(request).register_begin(
        person,
        [_credential(passkey) for passkey in user.passkeys.all()],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=REQUIRED,
    )
    request.session[SESSION_KEY] = state | {"for": "add", "user": user.pk}
    return dict(options)


def add(request: HttpRequest, user: User, *, answer: str, name: str) -> Passkey:
    """Raises ProofRefused when the answer is not the one to our question."""
    state = _taken(request, purpose="add")
    if state.get("user") != user.pk or user.passkeys.count() >= PASSKEYS_MAX:
        raise ProofRefused
    try:
        made = _server(request).register_complete(state, _parsed(answer))
    except WRONG:
        raise ProofRefused from None
    credential = made.credential_data
    if credential is None or isinstance(credential.public_key, UnsupportedKey):
        raise ProofRefused
    with acting(user.actor, "passkey added"):
        try:
            with transaction.atomic():
                passkey = Passkey.objects.create(
                    user=user,
                    name=name.strip()[:NAME_LENGTH_MAX],
                    credential_id=credential.credential_id,
                    credential=bytes(credential),
                    sign_count=made.counter,
                )
        except IntegrityError:  # somebody has this very key
            raise ProofRefused from None
        audit.record("identity.passkey-added", f"user:{user.pk}", passkey=passkey.pk)
    return passkey


def begin_asking(request: HttpRequest) -> dict[str, Any]:
    """Options for navigator.credentials.get: whoever holds a passkey of ours, for the browser knows which."""
    options, state = _server(request).authenticate_begin(user_verification=REQUIRED)
    request.session[SESSION_KEY] = state | {"for": "ask"}
    return dict(options)


def holder(request: HttpRequest, answer: str) -> User:
    """Whose passkey signed the challenge of this browser. Raises ProofRefused."""
    state = _taken(request, purpose="ask")
    try:
        said = AuthenticationResponse.from_dict(_parsed(answer))
        passkey = Passkey.objects.select_related("user").filter(credential_id=said.raw_id).first()
        if passkey is None or said.response.user_handle != _handle(passkey.user):
            raise ProofRefused
        _server(request).authenticate_complete(state, [_credential(passkey)], said)
        count = said.response.authenticator_data.counter
    except WRONG:
        raise ProofRefused from None
    # A count that does not grow is a copied key (WebAuthn section 6.1.1); synchronised passkeys always say 0.
    fresh = Q(sign_count__lt=count) if count else Q(sign_count=0)
    used = Passkey.objects.filter(fresh, pk=passkey.pk, user__is_active=True)
    if not used.update(sign_count=count, used_at=clock.now()):
        raise ProofRefused
    return passkey.user


def _server(request: HttpRequest) -> Fido2Server:
    origin = f"{request.scheme}://{request.get_host()}"
    host = request.get_host().rpartition(":")[0] or request.get_host()
    entity = PublicKeyCredentialRpEntity(id=host, name=str(settings.CITY.name))
    return Fido2Server(entity, verify_origin=lambda said: said == origin)


def _taken(request: HttpRequest, *, purpose: str) -> dict[str, Any]:
    """What we asked; each question is answered once."""
    state = request.session.pop(SESSION_KEY, None)
    if not isinstance(state, dict) or state.get("for") != purpose:
        raise ProofRefused
    return state


def _parsed(answer: str) -> Any:
    if len(answer) > ANSWER_SIZE_MAX:
        raise ProofRefused
    return json.loads(answer)


def _credential(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.credential))


def _handle(user: User) -> bytes:
    return str(user.pk).encode()
