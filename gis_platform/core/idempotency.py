"""One key, one effect, one answer, however often the request comes and however many come at once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.core.errors import Conflict, InvalidInput
from gis_platform.core.models import IdempotencyRecord

KEY_LENGTH_MAX = 200  # characters
KEPT_FOR = timedelta(days=30)


class KeyReused(Conflict):
    code = "idempotency-key-reused"
    title = _("This idempotency key belongs to another request")


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """An answer as it goes out; `replayed` says that the effect had happened before."""

    status: int = 200
    body: bytes
    content_type: str = "application/json"
    replayed: bool = False

    @classmethod
    def of(cls, value: Any, *, status: int = 200) -> Self:
        """The answer that holds `value` as JSON."""
        return cls(status=status, body=json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).encode())

    @property
    def value(self) -> Any:
        return json.loads(self.body)

    def response(self) -> HttpResponse:
        headers = {"Idempotent-Replayed": "true"} if self.replayed else {}
        return HttpResponse(self.body, status=self.status, content_type=self.content_type, headers=headers)


def once(
    *, scope: str, key: str, body: bytes, run: Callable[[], StoredAnswer], kept_for: timedelta = KEPT_FOR
) -> StoredAnswer:
    """Calls `run` for the first request of this key and gives its answer to all of them.

    Effect and answer commit together, in the caller's transaction or in one opened here; when `run` raises, the key is
    free again. A twin that comes meanwhile waits for the first to end. `scope` names the operation and its caller
    ("redeem:device:7"). Raises InvalidInput for an unusable key, KeyReused when the key came with another body.
    """
    require_usable(key)
    body_hash = hashlib.sha256(body).digest()
    with transaction.atomic():
        record, is_first = _claim(scope=scope, key=key, body_hash=body_hash, kept_for=kept_for)
        if not is_first:
            return _replay(record, body_hash)
        answer = run()
        record.status, record.answer, record.content_type = answer.status, answer.body, answer.content_type
        record.save(update_fields=["status", "answer", "content_type"])
        return answer


def require_usable(key: str) -> None:
    """Raises InvalidInput. For those who claim the key in a statement of their own."""
    if not key or len(key) > KEY_LENGTH_MAX:
        raise InvalidInput(fields={"Idempotency-Key": _("Send a key of 1 to 200 characters")})


def _claim(*, scope: str, key: str, body_hash: bytes, kept_for: timedelta) -> tuple[IdempotencyRecord, bool]:
    """The key's record, and whether it is ours to answer.

    The INSERT of a twin waits at the unique index until the first one's transaction has ended: by then the row holds
    the answer, or is gone with the effect it belonged to.
    """
    at = clock.now()
    IdempotencyRecord.objects.filter(scope=scope, key=key, expires_at__lte=at).delete()
    ours = IdempotencyRecord(scope=scope, key=key, body_hash=body_hash, created_at=at, expires_at=at + kept_for)
    IdempotencyRecord.objects.bulk_create([ours], ignore_conflicts=True)
    record = IdempotencyRecord.objects.get(scope=scope, key=key)
    return record, record.status == 0


def _replay(record: IdempotencyRecord, body_hash: bytes) -> StoredAnswer:
    if bytes(record.body_hash) != body_hash:
        raise KeyReused()
    answer = StoredAnswer(status=record.status, body=bytes(record.answer), content_type=record.content_type)
    return replace(answer, replayed=True)
