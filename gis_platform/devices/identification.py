"""A device asks who holds a card; it learns yes or no and a handle that says nothing about the person."""

from dataclasses import dataclass
from datetime import datetime

from gis_platform.core import audit, clock, outbox
from gis_platform.core.actor import acting
from gis_platform.devices.handles import handle_for
from gis_platform.devices.models import Device, Question
from gis_platform.devices.questions import ANSWERS, Asked, question_of
from gis_platform.residents.errors import MeansRefused
from gis_platform.residents.models import Means
from gis_platform.residents.phones import Presentation
from gis_platform.residents.services import means_behind
from gis_platform.residents.tokens import visit_token

IDENTIFIED = "residents.identified"  # what follows is decided by the rooms above


@dataclass(frozen=True, kw_only=True)
class Identification:
    """`handle` of the resident, or None with the code and the sentence of the refusal.

    `answer` is that to the question, if one was asked. `visit` lets the same device go on with the same person for a
    quarter of an hour, as a token of the kind "visit".
    """

    handle: str | None = None
    answer: bool | None = None
    visit: str = ""
    code: str = ""
    detail: str = ""


def look_up(
    device: Device, *, kind: str, token: str, question: str = "", key: str = "", at: datetime | None = None
) -> Identification:
    """The answer for the device; that it asked is kept, for the resident to see.

    `key` names the request, so that it may be sent again with the same code; `at` is when a device without a network
    read it. Raises CardNumberRefused, QuestionMissing and QuestionNotAllowed.
    """
    asked, read_at = question_of(device, question), at or clock.now()
    with acting(device.actor, "identification"):
        try:
            means = means_behind(kind, token, Presentation(by=device.actor, at=read_at, key=key))
        except MeansRefused as refusal:
            return Identification(code=refusal.code, detail=str(refusal.detail))
        audit.record("residents.identified", f"resident:{means.resident_id}", device=device.code, question=question)
        outbox.publish(
            IDENTIFIED,
            resident_id=means.resident_id,
            device_id=device.pk,
            kind=means.kind,
            at=read_at.isoformat(),
        )
        return _told(device, means, asked, read_at)


def _told(device: Device, means: Means, question: Question | None, at: datetime) -> Identification:
    answer = None
    if question is not None:
        day = clock.local(at).date()
        asked = Asked(resident=means.resident, device=device, subject=question.subject, day=day)
        answer = ANSWERS[question.kind](asked)
    return Identification(
        handle=handle_for(device, means.resident.handle),
        answer=answer,
        visit=visit_token(means.pk, device.actor),
    )
