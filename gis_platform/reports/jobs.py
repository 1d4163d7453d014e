"""Telling the reporter."""

from django.utils import translation
from django.utils.translation import gettext as _

from gis_platform.core import clock
from gis_platform.core.outbox import handler
from gis_platform.reports.models import Notice, ReportEvent, Submission


@handler("reports.moved")
def tell_reporter(*, event_id: int) -> None:
    """Writes the notice of a move, once, in the reporter's language; whoever left no contact is told nothing."""
    event = ReportEvent.objects.select_related("report__category").filter(pk=event_id).first()
    submission = Submission.objects.filter(report__events=event).first() if event else None
    if event is None or submission is None or not submission.can_be_answered:
        return
    with translation.override(submission.language):
        subject = _("Report %(code)s: %(state)s") % {"code": event.report.code, "state": event.get_after_display()}
        body = _("Your report “%(category)s” is now: %(state)s.") % {
            "category": event.report.category.name,
            "state": event.get_after_display(),
        }
    Notice.objects.get_or_create(
        event=event,
        defaults={
            "submission": submission,
            "subject": subject,
            "body": f"{body}\n\n{event.note}".strip(),
            "created_at": clock.now(),
        },
    )
