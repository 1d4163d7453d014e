"""What people read for the accounts of the book."""

from collections.abc import Iterable
from functools import partial

from django.utils.translation import gettext as _

from layers.merchants.models import Merchant
from rules.benefits.models import Programme
from rules.ledger.models import Account, Funder
from rules.ledger.settlement.payees import PREFIX


def names_of(accounts: Iterable[Account]) -> dict[int, str]:
    """By account id: the merchant's, programme's or funder's name, else the holder as it is."""
    found = list(accounts)
    kinds = {account.kind for account in found}
    merchants = _merchants(found) if Account.Kind.MERCHANT in kinds else {}
    programmes = {one.code: one.name for one in Programme.objects.all()} if Account.Kind.PROGRAMME in kinds else {}
    funders = dict(Funder.objects.values_list("code", "name")) if Account.Kind.FUNDER in kinds else {}
    name = partial(_name, merchants=merchants, programmes=programmes, funders=funders)
    return {account.pk: name(account) for account in found}


def _merchants(accounts: Iterable[Account]) -> dict[str, str]:
    numbers = [one.holder.removeprefix(PREFIX) for one in accounts if one.holder.startswith(PREFIX)]
    found = Merchant.objects.filter(pk__in=[int(number) for number in numbers if number.isdecimal()])
    return {f"{PREFIX}{merchant.pk}": merchant.name for merchant in found}


def _name(account: Account, *, merchants: dict[str, str], programmes: dict[str, str], funders: dict[str, str]) -> str:
    match account.kind:
        case Account.Kind.MERCHANT:
            return merchants.get(account.holder, account.holder)
        case Account.Kind.PROGRAMME:
            name = programmes.get(account.holder, account.holder)
            return _("%(programme)s, paid by %(funder)s") % {"programme": name, "funder": account.funder}
        case Account.Kind.FUNDER:
            return funders.get(account.holder, account.holder)
        case Account.Kind.CLEARING:
            return {"payments": _("Payments on their way"), "unexplained": _("Not explained yet")}.get(
                account.holder, account.holder
            )
    return account.holder
