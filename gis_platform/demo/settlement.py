"""The demo's receipts of the months before, closed and paid: statements, a payment file, and a bank's two mistakes."""

import random
from datetime import date
from xml.etree import ElementTree

from django.conf import settings
from schwifty import IBAN

from gis_platform.core import clock
from gis_platform.core.actor import acting
from gis_platform.demo.land import ACTOR
from gis_platform.identity.models import User
from layers.merchants.models import Merchant
from rules.ledger.models import Account, Funder, Leg, Period
from rules.ledger.reconciliation.services import import_statements
from rules.ledger.settlement import periods, runs
from rules.ledger.settlement.payees import PREFIX

SEED = 2017  # the year of the card's fares
BANKS = {"LV": ("HABA", "UNLA", "PARX"), "LT": ("73000", "70440")}
DISTRICT = "district"  # in the code of a funder who is not the city
DISTRICTS = {"jelgava": ("Jelgavas novads", "40900000000"), "siauliai": ("Šiaulių rajono savivaldybė", "188700000")}
STATEMENT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    "<GrpHdr><MsgId>DEMO</MsgId><CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr>"
    "<Stmt><Id>DEMO-{day}</Id><CreDtTm>{day}T20:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
    "{lines}</Stmt></BkToCstmrStmt></Document>"
)
LINE = (
    '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs>"
    "<RltdPties><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>"
)
PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def load_settlement() -> dict[str, int]:
    """Closes what was booked before this month and pays it, once."""
    this_month = clock.today().replace(day=1)
    earlier = Leg.objects.filter(account__kind=Account.Kind.MERCHANT, entry__booked_on__lt=this_month)
    if Period.objects.exists() or not earlier.exists():
        return {"payments": 0}
    with acting(ACTOR, "demo"):
        _funders()
        _bank_accounts(random.Random(SEED))  # noqa: S311 a demo, not a secret
    return {"payments": _settle(this_month)}


def _funders() -> None:
    funders = Account.objects.filter(kind=Account.Kind.PROGRAMME).values_list("funder", flat=True)
    name, number = DISTRICTS[settings.CITY.id]
    for code in sorted(set(funders)):
        is_city = DISTRICT not in code
        values = {"name": settings.CITY.name if is_city else name, "is_city": is_city, "country": settings.CITY.country}
        Funder.objects.get_or_create(code=code, defaults=values | {"registration_number": "" if is_city else number})


def _bank_accounts(chance: random.Random) -> None:
    """All who are owed have one but the last; none of these accounts exists."""
    country = settings.CITY.country
    holders = Account.objects.filter(kind=Account.Kind.MERCHANT).order_by("holder").values_list("holder", flat=True)
    for holder in list(holders)[:-1]:
        iban = IBAN.generate(country, chance.choice(BANKS[country]), f"{chance.randrange(10**9):09}")
        merchant = Merchant.objects.filter(pk=int(holder.removeprefix(PREFIX)), bank_account="")
        merchant.update(bank_account=str(iban))


def _settle(this_month: date) -> int:
    """Returns how many merchants were paid."""
    clerk, other = (User.objects.get(username=name) for name in ("clerk", "admin"))
    while (days := periods.next_period()) and days.upper <= this_month:
        period = periods.close_next(by=clerk)
        periods.complete(period.pk)
        period.refresh_from_db()
    run = runs.approve(runs.prepare(period, by=clerk).pk, by=other)
    import_statements(_bank(bytes(run.payment_file)), by=clerk)
    return run.payments.count()


def _bank(payment_file: bytes) -> bytes:
    """The bank's statement of the file: it forgot the first payment and got the second one's amount wrong."""
    document = ElementTree.fromstring(payment_file)  # noqa: S314 our own
    day = document.findtext(f".//{PAIN}ReqdExctnDt/{PAIN}Dt")
    lines = [
        LINE.format(
            amount=payment.findtext(f"{PAIN}Amt/{PAIN}InstdAmt"),
            day=day,
            id=payment.findtext(f"{PAIN}PmtId/{PAIN}EndToEndId"),
            iban=payment.findtext(f"{PAIN}CdtrAcct/{PAIN}Id/{PAIN}IBAN"),
        )
        for payment in document.iter(f"{PAIN}CdtTrfTxInf")
    ][1:]
    lines[0] = lines[0].replace('Ccy="EUR">', 'Ccy="EUR">1', 1)
    return STATEMENT.format(day=day, iban=settings.PAYER["iban"], lines="".join(lines)).encode()
