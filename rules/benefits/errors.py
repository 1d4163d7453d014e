"""What benefits refuse, with codes of their own."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from rules.engine.errors import RuleError


class DefinitionRefused(InvalidInput):
    code = "definition-refused"
    title = _("The definition of the programme cannot stand")


class CaseRefused(InvalidInput):
    code = "case-refused"
    title = _("The receipt cannot be decided on")


class OwnVersion(Forbidden):
    code = "own-version"
    title = _("A version is approved by somebody other than its author")


class VersionNotDraft(Conflict):
    code = "version-not-draft"
    title = _("Only a draft can be changed or submitted; make a new version instead")


class SomebodyElsesDraft(Forbidden):
    code = "somebody-elses-draft"
    title = _("A draft is changed by its author alone; make a version of your own from it")


class VersionNotSubmitted(Conflict):
    code = "version-not-submitted"
    title = _("Only a version that waits for approval can be approved or sent back")


class VersionNotActive(Conflict):
    code = "version-not-active"
    title = _("Only a version in force can be ended")


class EndNotAllowed(Conflict):
    code = "version-end-not-allowed"
    title = _("The last day is today or later, and not after the end that the version has")


class LegalBasisMissing(Conflict):
    code = "legal-basis-missing"
    title = _("The programme needs its legal act with number and date before a version can come into force")


class ExamplesFail(Conflict):
    code = "examples-fail"
    title = _("A worked example comes out otherwise; correct the rules or the example")


class ConflictsUnseen(Conflict):
    code = "conflicts-unseen"
    title = _("Rules can meet on one line; look at the conflicts and confirm that you have seen them")


class DocumentRefused(InvalidInput):
    code = "programme-document-refused"
    title = _("The document of the programme cannot be taken in")


class VersionsOverlap(Conflict):
    code = "versions-overlap"
    title = _("Another version is in force in that time; begin on a later day than it did")


class TotalDiffers(InvalidInput):
    code = "total-differs"
    title = _("The lines do not sum up to the total; send every line of the receipt, or correct total_cents")


class CurrencyUnknown(InvalidInput):
    code = "currency-unknown"
    title = _("Amounts are taken in euro cents; send the currency EUR")


class PurchaseInFuture(InvalidInput):
    code = "purchase-in-future"
    title = _("The purchase lies in the future; set the terminal’s clock")


class PurchaseTooOld(InvalidInput):
    code = "purchase-too-old"
    title = _("The purchase is too long ago to be decided on; ask the city to settle it by hand")


class DecisionUnknown(NotFound):
    code = "decision-unknown"
    title = _("This merchant has no decision of that number; send the number that the decision was answered with")


class MoveNotAllowed(Conflict):
    code = "decision-move-not-allowed"
    title = _("A decision in this state cannot take this step")


class AlreadyCommitted(MoveNotAllowed):
    code = "already-committed"
    title = _("The decision is committed already; there is nothing more to do")


class AlreadyVoided(MoveNotAllowed):
    code = "already-voided"
    title = _("The decision is void; ask for a new one")


class ReservationExpired(MoveNotAllowed):
    code = "reservation-expired"
    title = _("The reservation has run out and its money is free again; ask for a new decision")


class DecisionNotCommitted(MoveNotAllowed):
    code = "decision-not-committed"
    title = _("Only a committed decision takes returns; void a reservation instead")


class LineUnknown(InvalidInput):
    code = "line-unknown"
    title = _("The decision has no such line; send the lines by the numbers that the receipt had")


class LineReturned(Conflict):
    code = "line-already-returned"
    title = _("More units come back than are left of the line; send at most those that are left")


class TooContended(Unavailable):
    code = "decision-contended"
    title = _("Too many decisions at once on the same limits; send the request again")


class SuspensionRefused(InvalidInput):
    code = "suspension-refused"
    title = _("The suspension cannot stand")


class OwnSuspension(Forbidden):
    code = "own-suspension"
    title = _("A suspension is approved by somebody other than its author")


class SuspensionNotDraft(Conflict):
    code = "suspension-not-draft"
    title = _("Only a draft can be changed, approved or dropped; an active suspension is lifted")


class SuspensionOver(Conflict):
    code = "suspension-over"
    title = _("The days of the suspension have passed; draft it anew with other days")


class SuspensionCannotBeLifted(Conflict):
    code = "suspension-cannot-be-lifted"
    title = _("A suspension is lifted once, from a later day than today and before it ends by itself")


class WhatIfRefused(InvalidInput):
    code = "what-if-refused"
    title = _("The past cannot be asked this")


class WhatIfOver(Conflict):
    code = "what-if-over"
    title = _("The run has ended; ask again to start another one")


def definition_refused(error: RuleError) -> DefinitionRefused:
    return DefinitionRefused(str(error), fields={error.field: error.reason})


def case_refused(error: RuleError) -> CaseRefused:
    return CaseRefused(str(error), fields={error.field: error.reason})
