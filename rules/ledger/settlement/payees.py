"""To whom a merchant's money goes, and why it may not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from layers.merchants.models import Merchant
from rules.ledger.models import Account, Omission

PREFIX = "merchant:"  # of the holder of a merchant's account


@dataclass(frozen=True, kw_only=True, slots=True)
class Payee:
    name: str
    iban: str
    bic: str
    registration_number: str
    address: str
    omitted: str = ""  # the reason why nothing can be paid to it


NOBODY = Payee(name="", iban="", bic="", registration_number="", address="", omitted=Omission.Reason.NO_MERCHANT)


def payees(accounts: Iterable[Account]) -> dict[int, Payee]:
    """The payee of each account, by the account's id."""
    wanted = {account.pk: _merchant_id(account.holder) for account in accounts}
    merchants = Merchant.objects.in_bulk([number for number in wanted.values() if number])
    return {pk: _payee(merchants, number) for pk, number in wanted.items()}


def is_iban(text: str) -> bool:
    """Whether it is an IBAN of the right length and format whose check digits fit.

    >>> is_iban("LV80BANK0000435195001"), is_iban("LV81BANK0000435195001")
    (True, False)
    """
    return IBAN(text, allow_invalid=True).is_valid


def bank_of(iban: str) -> str:
    """The BIC of the bank that an IBAN names, "" when its country publishes none for it."""
    try:
        bic = IBAN(iban).bic
    except SchwiftyException:
        return ""
    return str(bic) if bic is not None else ""


def is_bic(text: str) -> bool:
    return BIC(text, allow_invalid=True).is_valid


def _merchant_id(holder: str) -> int:
    number = holder.removeprefix(PREFIX)
    return int(number) if holder.startswith(PREFIX) and number.isascii() and number.isdecimal() else 0


def _payee(merchants: Mapping[int, Merchant], number: int) -> Payee:
    merchant = merchants.get(number)
    if merchant is None:
        return NOBODY
    iban = "".join(merchant.bank_account.split()).upper()
    bic = bank_of(iban) if is_iban(iban) else ""
    return Payee(
        name=getattr(merchant, f"name_{settings.CITY.language}") or merchant.name,  # whoever prepares the payment
        iban=iban,
        bic=bic,
        registration_number=merchant.registration_number,
        address=merchant.address,
        omitted=_fault(iban, bic),
    )


def _fault(iban: str, bic: str) -> str:
    if not iban:
        return Omission.Reason.NO_ACCOUNT
    if not is_iban(iban):
        return Omission.Reason.INVALID_IBAN
    return "" if is_bic(bic) else Omission.Reason.UNKNOWN_BANK
