"""Who may read the words of a report, and who may move it."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, has_role
from gis_platform.reports.models import Report, Submission


def may_handle(user: User | AnonymousUser, report: Report) -> bool:
    """Clerks handle their department's reports, the operations centre all of them."""
    if has_role(user, Role.OPERATOR):
        return True
    return isinstance(user, User) and has_role(user, Role.CLERK) and user.department_id == report.department_id


def may_read(user: User | AnonymousUser, report: Report) -> bool:
    """Whether the words of the report and its notes may be shown: to its sender and to those who handle it."""
    if not isinstance(user, User):
        return False
    return may_handle(user, report) or Submission.objects.filter(report=report, user=user).exists()


def readable_by(user: User) -> QuerySet[Report]:
    """The reports that a member of staff handles."""
    if has_role(user, Role.OPERATOR):
        return Report.objects.all()
    return Report.objects.filter(department=user.department_id) if has_role(user, Role.CLERK) else Report.objects.none()
