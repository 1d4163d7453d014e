"""The log of who did what to whom: written here, and never changed."""

from typing import Any

from structlog.contextvars import get_contextvars

from gis_platform.core import clock
from gis_platform.core.actor import current_actor
from gis_platform.core.models import AuditEntry


def record(action: str, subject: str, **data: Any) -> AuditEntry:
    """Adds an entry in the caller's transaction: `record("place.publish", "place:7", version=3)`.

    The actor is that of the surrounding `acting` block, the request that of the log. `data` holds JSON values and no
    personal data beyond ids, for nothing can be taken out again.
    """
    return AuditEntry.objects.create(
        at=clock.now(),
        actor=current_actor(),
        action=action,
        subject=subject,
        data=data,
        request_id=get_contextvars().get("request_id", ""),
    )
