"""A report as its reader may see it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import NotFound
from gis_platform.identity.models import User
from gis_platform.reports.models import Notice, Report
from gis_platform.reports.rights import may_handle, may_read
from gis_platform.reports.states import MOVES, State

NOTICES_MAX = 100


class ReportNotFound(NotFound):
    code = "report-not-found"
    title = _("There is no report with this code")


@dataclass(frozen=True, kw_only=True)
class MoveView:
    at: datetime
    state: str
    note: str | None


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """`text` and the notes are None for whoever is neither the sender nor of the department."""

    code: str
    category: str
    category_name: str
    state: str
    district: str
    department: str
    received_on: date
    due_at: datetime
    moves: list[MoveView]
    text: str | None
    allowed: list[str]


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    report: str
    subject: str
    body: str
    created_at: datetime


def report_by_code(code: str) -> Report:
    """Raises ReportNotFound. Codes are read out on the phone, so case does not matter."""
    report = (
        Report.objects.select_related("category", "department", "submission").filter(code=code.strip().upper()).first()
    )
    if report is None:
        raise ReportNotFound
    return report


def report_view(code: str, *, viewer: User | AnonymousUser) -> ReportView:
    report = report_by_code(code)
    reads, handles = may_read(viewer, report), may_handle(viewer, report)
    return ReportView(
        code=report.code,
        category=report.category_id,
        category_name=report.category.name,
        state=report.state,
        district=report.district,
        department=report.department.name,
        received_on=report.received_on,
        due_at=report.due_at,
        moves=[
            MoveView(at=event.at, state=event.after, note=event.note if reads else None)
            for event in report.events.all()
        ],
        text=report.submission.text if reads else None,
        allowed=sorted(MOVES[State(report.state)]) if handles else [],
    )


def notices_of(user: User) -> list[NoticeView]:
    """The newest notices first, at most NOTICES_MAX."""
    notices = Notice.objects.filter(submission__user=user).select_related("event__report")[:NOTICES_MAX]
    return [
        NoticeView(report=n.event.report.code, subject=n.subject, body=n.body, created_at=n.created_at) for n in notices
    ]
