"""One programme as its card shows it: what is left in words, and why it gives nothing where it does not."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gis_platform.core import money
from rules.benefits.entitlements import Entitlement, Left
from rules.benefits.models import Override
from rules.benefits.overrides import suspension_of
from rules.engine.forms import CapUnit, Holder, Period

LEFT: Mapping[str, Promise] = {
    Period.DAY: gettext_lazy("Left today: %(left)s of %(limit)s"),
    Period.WEEK: gettext_lazy("Left this week: %(left)s of %(limit)s"),
    Period.MONTH: gettext_lazy("Left this month: %(left)s of %(limit)s"),
    Period.YEAR: gettext_lazy("Left this year: %(left)s of %(limit)s"),
    Period.ALWAYS: gettext_lazy("Left: %(left)s of %(limit)s"),
}


@dataclass(frozen=True, kw_only=True)
class Limit:
    """`words` says what the bar shows."""

    words: str
    left: int
    limit: int


@dataclass(frozen=True, kw_only=True)
class Card:
    name: str
    legal_basis: str
    sentences: tuple[str, ...]
    open: bool
    certain: bool
    of_the_place: bool
    closed_why: str
    limits: tuple[Limit, ...]


def card(one: Entitlement) -> Card:
    return Card(
        name=one.name,
        legal_basis=one.legal_basis,
        sentences=one.sentences,
        open=one.open,
        certain=one.certain,
        of_the_place=one.of_the_place,
        closed_why="" if one.open else _why(one),
        limits=tuple(_limit(left) for left in one.left if left.per != Holder.RECEIPT),
    )


def _limit(left: Left) -> Limit:
    words = str(LEFT[left.period]) % {"left": _amount(left, left.left), "limit": _amount(left, left.limit)}
    if left.per == Holder.HOUSEHOLD:
        words = _("%(left)s, for your household together") % {"left": words}
    return Limit(words=words, left=left.left, limit=left.limit)


def _amount(left: Left, amount: int) -> str:
    return money.display(amount, language=get_language() or "en") if left.unit == CapUnit.CENTS else str(amount)


def _why(one: Entitlement) -> str:
    number = suspension_of(one.withheld)
    if number is not None:
        act = Override.objects.get(pk=number)
        return _("Suspended by %(act)s") % {"act": f"{act.legal_act} {act.legal_number}"}
    if one.withheld:
        return _("The money for this is used up for now")
    return _("You have used all of it for now")
