"""Writing verbs of accounts and their API keys."""

from datetime import datetime, timedelta

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import Forbidden
from gis_platform.identity.keys import new_key
from gis_platform.identity.models import ApiKey, User
from gis_platform.identity.roles import is_staff_member

KEY_LIFETIME = timedelta(days=365)


def issue_api_key(
    user: User, *, label: str, scopes: list[str], expires_at: datetime | None = None, actor: str = ""
) -> tuple[ApiKey, str]:
    """The key's record and its text, which is shown this once. Raises Forbidden for an account without a role."""
    if not is_staff_member(user):
        raise Forbidden
    key = new_key("api")
    with acting(actor or user.actor, "API key issued"):
        record = ApiKey.objects.create(
            user=user,
            label=label,
            prefix=key.prefix,
            key_hash=key.key_hash,
            scopes=scopes,
            expires_at=expires_at or clock.now() + KEY_LIFETIME,
        )
        audit.record("identity.api-key-issued", f"api-key:{record.pk}", user=user.pk, scopes=scopes)
    return record, key.text


def revoke_api_key(record: ApiKey, *, by: User) -> None:
    with acting(by.actor, "API key revoked"):
        if ApiKey.objects.filter(pk=record.pk, revoked_at=None).update(revoked_at=clock.now()):
            audit.record("identity.api-key-revoked", f"api-key:{record.pk}")
