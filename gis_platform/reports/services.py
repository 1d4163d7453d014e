"""Sending a report in, and moving it until it is done."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from shapely import Point as Position

from gis_platform.core import clock, outbox
from gis_platform.core.actor import acting, current_actor
from gis_platform.core.errors import Conflict, Forbidden, InvalidInput
from gis_platform.core.idempotency import StoredAnswer, once
from gis_platform.core.luhn import refuse_card_numbers
from gis_platform.identity.models import Department, User
from gis_platform.reports.models import Category, Report, ReportEvent, Routing, Submission
from gis_platform.reports.rights import may_handle
from gis_platform.reports.states import MOVES, State, may_move
from gis_platform.reports.working_days import due_at
from gis_platform.residents.models import Resident
from layers import catalog
from layers.base.geometry import fit
from layers.boundaries.queries import district_at

ANONYMOUS = "visitor"


class MoveNotAllowed(Conflict):
    code = "move-not-allowed"
    title = _("A report in this state cannot be moved there")


class MovedMeanwhile(Conflict):
    code = "report-moved-meanwhile"
    title = _("Somebody else moved this report in the meantime; load it again")


class NotYourReport(Forbidden):
    code = "report-of-another-department"
    title = _("Another department handles this report")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A report before it is sent. The position is longitude and latitude in EPSG:4326."""

    category: str
    text: str
    longitude: float
    latitude: float
    email: str = ""


def submit(draft: Draft, *, by: User | AnonymousUser, idempotency_key: str, body: bytes) -> StoredAnswer:
    """Takes a report in and gives the answer to send; the same key gets the same answer.

    Raises InvalidInput (CardNumberRefused and a position outside of the city among them).
    """

    def run() -> StoredAnswer:
        report = receive(draft, by=by)
        return StoredAnswer.of({"code": report.code, "state": report.state, "due_at": report.due_at}, status=201)

    return once(scope=f"report:{_actor(by)}", key=idempotency_key, body=body, run=run)


def receive(draft: Draft, *, by: User | AnonymousUser) -> Report:
    """Stores a report with its district, department and deadline."""
    refuse_card_numbers(text=draft.text)
    _check_email(draft.email)
    fit(catalog.layer("reports"), Position(draft.longitude, draft.latitude))
    category = Category.objects.filter(pk=draft.category, active=True).select_related("department").first()
    if category is None:
        raise InvalidInput(fields={"category": _("There is no such category")})
    position, at = Point(draft.longitude, draft.latitude, srid=4326), clock.now()
    district = district_at(position)
    department, rule = route(category, district.code if district else "")
    with acting(_actor(by), "report received"):
        report = Report.objects.create(
            category=category,
            geometry=position,
            district=district.code if district else "",
            department=department,
            routed_by=rule,
            received_at=at,
            received_on=clock.local(at).date(),
            due_at=due_at(at, working_days=category.deadline_days),
        )
        _keep_submission(report, draft, by=by)
        _record(report, before="", note="")
    return report


def route(category: Category, district: str) -> tuple[Department, str]:
    """The department that handles the category in the district, and the name of the rule that says so."""
    exception = Routing.objects.filter(category=category, district=district).select_related("department").first()
    if district and exception is not None:
        return exception.department, f"{category.pk} / {district}"
    return category.department, category.pk


def move(report: Report, to: str, *, by: User, note: str = "") -> ReportEvent:
    """Moves a report from the state in which it was loaded, and promises to tell the reporter.

    Raises NotYourReport, MoveNotAllowed (naming the moves there are) or MovedMeanwhile.
    """
    if not may_handle(by, report):
        raise NotYourReport
    if not may_move(report.state, to):
        raise MoveNotAllowed(allowed=sorted(MOVES[State(report.state)]))
    refuse_card_numbers(note=note)
    before = report.state
    with acting(by.actor, note or f"report moved to {to}"):
        if Report.objects.filter(pk=report.pk, state=before).update(state=to) != 1:
            raise MovedMeanwhile
        report.refresh_from_db()
        event = _record(report, before=before, note=note)
        outbox.publish("reports.moved", event_id=event.pk)
    return event


def _check_email(email: str) -> None:
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise InvalidInput(fields={"email": error.messages[0]}) from None


def _keep_submission(report: Report, draft: Draft, *, by: User | AnonymousUser) -> None:
    user = by if isinstance(by, User) else None
    Submission.objects.create(
        report=report,
        text=draft.text,
        user=user,
        resident=Resident.objects.filter(user=user).first() if user else None,
        email=draft.email or (user.email if user else ""),
        language=user.language if user else (get_language() or settings.CITY.language)[:2],
    )


def _record(report: Report, *, before: str, note: str) -> ReportEvent:
    return ReportEvent.objects.create(
        report=report, at=clock.now(), actor=current_actor(), before=before, after=report.state, note=note
    )


def _actor(user: User | AnonymousUser) -> str:
    return user.actor if isinstance(user, User) else ANONYMOUS
