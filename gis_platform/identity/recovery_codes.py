"""Codes on paper for the day when phone and passkeys are lost."""

from django.http import HttpRequest

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.identity import throttle
from gis_platform.identity.errors import ProofRefused
from gis_platform.identity.models import RecoveryCode, User
from gis_platform.identity.once import hash_of_code, new_code

COUNT = 10


def make(user: User) -> list[str]:
    """Fresh codes, shown this once; those before are void."""
    codes = [new_code() for _ in range(COUNT)]
    with acting(user.actor, "recovery codes made"):
        user.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(code)) for code in codes)
        audit.record("identity.recovery-codes-made", f"user:{user.pk}")
    return codes


def left(user: User) -> int:
    return user.recovery_codes.filter(used_at=None).count()


def use(request: HttpRequest, user: User, code: str) -> None:
    """Raises ProofRefused or TooManyAttempts."""
    name = f"second-factor:{user.pk}"
    throttle.refuse_if_throttled(request, name)
    with acting(user.actor, "recovery code used"):
        found = user.recovery_codes.filter(code_hash=_hash(code), used_at=None).update(used_at=clock.now())
        if found:
            audit.record("identity.recovery-code-used", f"user:{user.pk}")
    if not found:
        throttle.count_failure(request, name)
        raise ProofRefused
    throttle.forget_failures(request, name)


def _hash(code: str) -> str:
    return hash_of_code(code, purpose="recovery")
