"""What settlement refuses, and what would change it."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Conflict, Forbidden


class PeriodNotOver(Conflict):
    code = "period-not-over"
    title = _("The period is not over yet")


class NothingToClose(Conflict):
    code = "nothing-to-close"
    title = _("Nothing was booked yet, so there is no period to close")


class PeriodIncomplete(Conflict):
    code = "period-incomplete"
    title = _("The statements of the period are still being made")


class LedgerUnguarded(Conflict):
    code = "ledger-unguarded"
    title = _("A guard of the ledger is switched off in the database")


class PayerUnusable(Conflict):
    code = "payer-unusable"
    title = _("The city's own bank account is not set up")


class NothingToSettle(Conflict):
    code = "nothing-to-settle"
    title = _("Nobody is to be paid and nothing is to be claimed")


class OwnRun(Forbidden):
    code = "own-run"
    title = _("Who prepared a settlement run cannot approve it")


class RunMoved(Conflict):
    code = "run-moved"
    title = _("The settlement run was approved or cancelled meanwhile")


class RunOutdated(Conflict):
    code = "run-outdated"
    title = _("Less is due than when the run was prepared")
