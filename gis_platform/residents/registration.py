"""How somebody becomes a resident: by an account at another site, by e-mail, or at a desk.

A way of signing in leads to one resident for ever; the database keeps it so, also when two requests come at once.
"""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError, Conflict, InvalidInput
from gis_platform.identity.models import User
from gis_platform.identity.once import hash_of_code, new_code
from gis_platform.identity.openid import Claims
from gis_platform.residents.grouping.members import recompute_soon
from gis_platform.residents.models import ClaimCode, ForeignIdentity, PersonalCode, Resident

CLAIM_LIFETIME = timedelta(days=60)
USED_NOTED_EVERY = timedelta(hours=1)


class IdentityTaken(Conflict):
    code = "identity-taken"
    title = _("This way of signing in belongs to another card")


class ResidentKnown(Conflict):
    """`resident` is for the clerk's page; the answer itself names nobody."""

    code = "resident-known"
    title = _("The city knows this person already; give a code for the card that is there")

    def __init__(self, resident: Resident) -> None:
        self.resident = resident
        super().__init__()


class ClaimRefused(CityError):
    code = "claim-refused"
    status = 403
    title = _("This code is wrong, was used already or is too old; ask for a new one at the desk")


class AlreadyResident(Conflict):
    code = "already-resident"
    title = _("Your account has a card already; sign in to the other one as well to join the two")


@dataclass(frozen=True, kw_only=True)
class Person:
    """What somebody says, or shows, of oneself."""

    given_name: str
    family_name: str
    birth_date: date | None = None

    def __post_init__(self) -> None:
        missing = {name: _("Fill this in") for name in ("given_name", "family_name") if not getattr(self, name).strip()}
        if missing:
            raise InvalidInput(fields=missing)
        if self.birth_date and not date(1880, 1, 1) <= self.birth_date <= clock.today():
            raise InvalidInput(fields={"birth_date": _("This is no date of birth of somebody alive")})


def find_by_oidc(claims: Claims) -> Resident | None:
    """The resident whom the provider means, if any signed in by it before."""
    found = ForeignIdentity.objects.filter(issuer=claims.issuer, subject=claims.subject).select_related(
        "resident__user"
    )
    identity = found.first()
    if identity is None:
        return None
    now = clock.now()
    if identity.used_at is None or identity.used_at < now - USED_NOTED_EVERY:
        found.update(used_at=now)
    return identity.resident


def account_of_identity(claims: Claims) -> User | None:
    """The account that the foreign identity signs in to; made anew for a resident whose account was deleted."""
    resident = find_by_oidc(claims)
    if resident is None or resident.user is not None:
        return resident.user if resident else None
    with acting("system:registration", "account made anew"):
        user = _new_account(f"{resident.given_name} {resident.family_name}", email="")
        Resident.objects.filter(pk=resident.pk, user=None).update(user=user)
        audit.record("residents.account-renewed", f"resident:{resident.pk}")
    return user


def register_by_oidc(claims: Claims, *, person: Person) -> Resident:
    """The resident of this foreign identity, made now unless there is one: two at once get the same."""
    try:
        with acting("system:registration", "registered by a provider"):
            resident = _resident_with_account(person, email="")
            _attach(resident, claims)
            audit.record("residents.registered", f"resident:{resident.pk}", way="provider", issuer=claims.issuer)
            return resident
    except IdentityTaken:  # the other of two was first, and what this one made is rolled back
        found = find_by_oidc(claims)
        assert found is not None, "an identity that is taken is somebody's"
        return found


def attach_identity(resident: Resident, claims: Claims, *, actor: str) -> None:
    """Another way to sign in for somebody who is known. Raises IdentityTaken."""
    with acting(actor, "way to sign in added"):
        _attach(resident, claims)
        audit.record("residents.identity-attached", f"resident:{resident.pk}", issuer=claims.issuer)


def register_by_email(email: str, *, person: Person) -> Resident:
    """For whoever has just opened a link sent to the address; two at once get the same."""
    try:
        with acting("system:registration", "registered by e-mail"):
            resident = _resident_with_account(person, email=email)
            audit.record("residents.registered", f"resident:{resident.pk}", way="email")
            return resident
    except IdentityTaken:
        return Resident.objects.select_related("user").get(user__email__iexact=email)


def register_for(user: User, *, person: Person) -> Resident:
    """A card for an account without one, such as a member of staff who lives here. Raises AlreadyResident."""
    with acting(user.actor, "registered as a resident"):
        try:
            with transaction.atomic():
                resident = _resident(person, user)
        except IntegrityError:
            raise AlreadyResident from None
        audit.record("residents.registered", f"resident:{resident.pk}", way="account")
    return resident


def register_at_desk(person: Person, *, personal_code: str, actor: str) -> tuple[Resident, str]:
    """A resident without an account, by a document that a clerk checked, and the code to claim the card with.

    Raises ResidentKnown when somebody of this personal code is registered already.
    """
    with acting(actor, "registered at a desk"):
        if personal_code:
            code_hash = hash_of_personal_code(personal_code)
            _one_by_one(code_hash)
            known = Resident.objects.filter(personal_codes__code_hash=code_hash).first()
            if known is not None:
                raise ResidentKnown(known)
        resident = _resident(person, None)
        if personal_code:
            _note_code(resident, personal_code, source=PersonalCode.Source.DESK)
        audit.record("residents.registered", f"resident:{resident.pk}", way="desk")
        return resident, _new_claim(resident)


def hand_out_claim(resident: Resident, *, actor: str) -> str:
    """A fresh code for a resident whose document a clerk checked; those before are void. Raises AlreadyResident."""
    with acting(actor, "claim code handed out"):
        if resident.user_id:
            raise AlreadyResident
        audit.record("residents.claim-code-made", f"resident:{resident.pk}")
        return _new_claim(resident)


def claim(user: User, code: str) -> Resident:
    """Ties the account to the card for which the desk gave the code. Raises ClaimRefused or AlreadyResident."""
    with acting(user.actor, "card claimed"):
        if Resident.objects.filter(user=user).exists():
            raise AlreadyResident
        resident = _use_claim(code)
        if not Resident.objects.filter(pk=resident.pk, user=None).update(user=user):
            raise ClaimRefused
        audit.record("residents.claimed", f"resident:{resident.pk}", user=user.pk)
    resident.user = user
    return resident


def prove_claim(user: User, code: str) -> Resident:
    """The card for which the desk gave the code, for somebody who wants it joined to the one there is."""
    with acting(user.actor, "claim code shown"):
        resident = _use_claim(code)
        audit.record("residents.claim-code-shown", f"resident:{resident.pk}", user=user.pk)
    return resident


def hash_of_personal_code(text: str) -> str:
    """Latvia writes 123456-12345, Lithuania eleven digits; the hyphen says nothing."""
    folded = "".join(letter for letter in text.upper() if letter.isalnum())
    return salted_hmac("residents.personal-code", folded, algorithm="sha256").hexdigest()


def _resident_with_account(person: Person, *, email: str) -> Resident:
    return _resident(person, _new_account(f"{person.given_name} {person.family_name}", email=email))


def _new_account(name: str, *, email: str) -> User:
    """Raises IdentityTaken when the address is somebody's."""
    user = User(username=f"resident-{secrets.token_hex(6)}", email=email, display_name=name.strip()[:150])
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # the address, for a name of 48 random bits is nobody's
        raise IdentityTaken from None
    return user


def _resident(person: Person, user: User | None) -> Resident:
    resident = Resident.objects.create(
        user=user,
        given_name=person.given_name.strip(),
        family_name=person.family_name.strip(),
        birth_date=person.birth_date,
    )
    recompute_soon()
    return resident


def _attach(resident: Resident, claims: Claims) -> None:
    try:
        with transaction.atomic():
            ForeignIdentity.objects.create(
                resident=resident, issuer=claims.issuer, subject=claims.subject, used_at=clock.now()
            )
    except IntegrityError:
        raise IdentityTaken from None
    if claims.personal_code:
        _note_code(resident, claims.personal_code, source=PersonalCode.Source.PROVIDER)


def _note_code(resident: Resident, personal_code: str, *, source: str) -> None:
    code_hash = hash_of_personal_code(personal_code)
    PersonalCode.objects.get_or_create(resident=resident, code_hash=code_hash, defaults={"source": source})


def _new_claim(resident: Resident) -> str:
    code = new_code()
    resident.claim_codes.filter(used_at=None).delete()
    ClaimCode.objects.create(resident=resident, code_hash=_claim_hash(code), expires_at=clock.now() + CLAIM_LIFETIME)
    return code


def _use_claim(code: str) -> Resident:
    """Raises ClaimRefused; of two who bring the same code at once, one does."""
    now = clock.now()
    usable = ClaimCode.objects.usable(now).filter(code_hash=_claim_hash(code), resident__user=None)
    found = usable.select_related("resident").first()
    if found is None or not ClaimCode.objects.usable(now).filter(pk=found.pk).update(used_at=now):
        raise ClaimRefused
    return found.resident


def _claim_hash(code: str) -> str:
    return hash_of_code(code, purpose="claim")


def _one_by_one(code_hash: str) -> None:
    """Two desks that register the same person at once: the second waits here, and then finds the first one's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))", [code_hash])
