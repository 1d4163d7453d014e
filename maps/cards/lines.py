"""How a card or code is shown: its name, its state, and what may be done with it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from gis_platform.core import clock
from gis_platform.residents.models import Means


@dataclass(frozen=True, kw_only=True)
class MeansLine:
    id: int
    kind: str
    label: str
    holder: str
    series: str
    issued_at: datetime
    expires_at: datetime | None
    state: str
    tone: str
    in_use: bool
    to_print: bool


def line_of(means: Means) -> MeansLine:
    state, tone, in_use = _("In use"), "good", True
    if means.blocked_at is not None:
        state, tone, in_use = _("Blocked"), "bad", False
    elif means.expires_at is not None and means.expires_at <= clock.now():
        state, tone, in_use = _("Expired"), "warn", False
    elif means.unprinted is not None:
        state, tone = _("To be printed"), "warn"
    return MeansLine(
        id=means.pk,
        kind=means.get_kind_display(),
        label=means.label,
        holder=str(means.resident),
        series=means.series,
        issued_at=means.issued_at,
        expires_at=means.expires_at,
        state=state,
        tone=tone,
        in_use=in_use,
        to_print=means.unprinted is not None,
    )
