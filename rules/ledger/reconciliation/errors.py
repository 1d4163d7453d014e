"""What is refused of a bank's statement."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Conflict, InvalidInput


class StatementUnreadable(InvalidInput):
    code = "bank-statement-unreadable"
    title = _("The file is not a bank statement that can be read")


class AnotherAccount(Conflict):
    code = "bank-statement-of-another-account"
    title = _("The statement is not of the city's account")


class StatementAltered(Conflict):
    code = "bank-statement-altered"
    title = _("A statement of this number was imported with other contents")


class FindingResolved(Conflict):
    code = "finding-resolved"
    title = _("The finding was resolved before")
