"""Why a list is not taken, as a whole or a row of it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Conflict, InvalidInput, TooLarge


class ListTooLarge(TooLarge):
    code = "list-too-large"
    title = _("A list has at most 50,000 rows and 5 MB; send it in parts")


class ListUnreadable(InvalidInput):
    code = "list-unreadable"
    title = _("The file is neither a CSV nor an XLSX table")


class ListHasNoPeople(InvalidInput):
    code = "list-columns-missing"
    title = _("The table names nobody: it needs the column handle, or given_name, family_name and birth_date")


class ListChanged(Conflict):
    code = "list-group-changed"
    title = _("The group has changed since the preview; upload the list again")


class ListState(Conflict):
    code = "list-state"
    title = _("That cannot be done with this list now")


class GroupNotListed(Conflict):
    code = "group-not-listed"
    title = _("The members of this group are not kept by list")


REASONS: Mapping[str, str | Promise] = {
    "nobody": _("The row names nobody"),
    "unknown": _("No resident is known by this"),
    "ambiguous": _("More than one resident is called so and was born on that day"),
    "birth-date": _("The date of birth is not a date such as 2026-11-24"),
    "period": _("From and until are dates such as 2026-11-24, and until comes later"),
    "doubled": _("An earlier row names the same person"),
    "card-number": _("The row holds the number of a payment card; such numbers are never kept"),
}
