"""What benefits refuse, with codes of their own."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Conflict, Forbidden, InvalidInput, Unavailable
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


class MoveNotAllowed(Conflict):
    code = "decision-move-not-allowed"
    title = _("A decision in this state cannot take this step")


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
