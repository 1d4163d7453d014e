"""The demo's last month, closed and paid: statements, a payment file, and a bank that made two mistakes.

The bookings are the ledger's alone: how a decision comes about is shown by the receipts of the present.
"""

import random
from datetime import date, timedelta
from xml.etree import ElementTree

from django.conf import settings
from schwifty import IBAN

from gis_platform.core import clock
from gis_platform.core.actor import acting
from gis_platform.demo.land import ACTOR, SOURCE
from gis_platform.identity.models import User
from layers.merchants.models import Merchant
from rules.benefits.models import Programme
from rules.benefits.models.decisions import CODE_ALPHABET
from rules.ledger.models import Account, Entry, Funder, Period, Unit
from rules.ledger.reconciliation.services import import_statements
from rules.ledger.services import AccountKey, Posting, post
from rules.ledger.settlement import periods, runs

SEED = 2017  # the year of the card's fares
DECISIONS = 260
BANKS = {"LV": ("HABA", "UNLA", "PARX"), "LT": ("73000", "70440")}
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
    """Books and settles last month, once: not where a period is closed or that month has bookings already."""
    last = clock.today().replace(day=1) - timedelta(days=1)
    merchants = list(Merchant.objects.filter(source=SOURCE).order_by("code"))
    programmes = list(Programme.objects.order_by("code"))
    if not merchants or not programmes or Period.objects.exists() or Entry.objects.filter(booked_on__lte=last).exists():
        return {"settled decisions": 0}
    chance = random.Random(SEED)  # noqa: S311 a demo, not a secret
    with acting(ACTOR, "demo"):
        _funders(programmes)
        _bank_accounts(merchants, chance)
        for _number in range(DECISIONS):
            _grant(chance, merchants, programmes, last)
    _settle(last)
    return {"settled decisions": DECISIONS}


def _funders(programmes: list[Programme]) -> None:
    codes = {programme.funder for programme in programmes} | {"city", "district"}
    name, number = DISTRICTS[settings.CITY.id]
    for code in sorted(codes):
        is_city = code != "district"
        values = {"name": settings.CITY.name if is_city else name, "is_city": is_city, "country": settings.CITY.country}
        Funder.objects.get_or_create(code=code, defaults=values | {"registration_number": "" if is_city else number})


def _bank_accounts(merchants: list[Merchant], chance: random.Random) -> None:
    """All but the last have one; none of these accounts exists."""
    country = settings.CITY.country
    for merchant in merchants[:-1]:
        iban = IBAN.generate(country, chance.choice(BANKS[country]), f"{chance.randrange(10**9):09}")
        Merchant.objects.filter(pk=merchant.pk, bank_account="").update(bank_account=str(iban))


def _grant(chance: random.Random, merchants: list[Merchant], programmes: list[Programme], last: date) -> None:
    code = "".join(chance.choice(CODE_ALPHABET) for _ in range(10))
    merchant, programme = chance.choice(merchants), chance.choice(programmes)
    cents = chance.choice((68, 85, 85, 120, 150, 240, 310))
    funder = "district" if chance.random() < 0.15 else programme.funder
    given = AccountKey(kind=Account.Kind.PROGRAMME, holder=programme.code, funder=funder, unit=Unit.CENTS)
    owed = AccountKey(kind=Account.Kind.MERCHANT, holder=f"merchant:{merchant.pk}", unit=Unit.CENTS)
    sign = -1 if chance.random() < 0.04 else 1  # some goods come back
    post(
        "benefit",
        reference=f"demo:{code}",
        effective_on=last.replace(day=chance.randrange(1, last.day + 1)),
        postings=[Posting(given, -sign * cents), Posting(owed, sign * cents)],
        code=code,
    )


def _settle(last: date) -> None:
    clerk, other = (User.objects.get(username=name) for name in ("clerk", "admin"))
    period = periods.close_next(by=clerk, until=last + timedelta(days=1))
    periods.complete(period.pk)
    period.refresh_from_db()
    run = runs.approve(runs.prepare(period, by=clerk).pk, by=other)
    import_statements(_bank(bytes(run.payment_file)), by=clerk)


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
