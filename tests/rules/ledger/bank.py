"""A bank that executes a payment file and writes a statement of it, with the faults that a test plants."""

from dataclasses import dataclass, field, replace
from datetime import date
from xml.etree import ElementTree

PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


@dataclass(frozen=True)
class Booked:
    """One line: negative cents left the account."""

    cents: int
    end_to_end_id: str = "NOTPROVIDED"
    iban: str = ""
    name: str = ""
    remittance: str = ""


@dataclass(frozen=True)
class Paper:
    iban: str
    lines: tuple[Booked, ...]
    number: str = "STMT-1"
    day: date = date(2026, 10, 2)
    opening: int = 1_000_000
    closing: int | None = None
    version: str = "camt.053.001.08"
    extra: dict = field(default_factory=dict)

    def but(self, **changes) -> "Paper":
        return replace(self, **changes)

    def xml(self) -> bytes:
        closing = self.opening + sum(line.cents for line in self.lines) if self.closing is None else self.closing
        entries = "".join(self._entry(number, line) for number, line in enumerate(self.lines))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:{self.version}">'
            f"<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>{self.day}T20:00:00</CreDtTm></GrpHdr>"
            f"<Stmt><Id>{self.number}</Id><CreDtTm>{self.day}T20:00:00</CreDtTm>"
            f"<FrToDt><FrDtTm>{self.day}T00:00:00</FrDtTm><ToDtTm>{self.day}T23:59:59</ToDtTm></FrToDt>"
            f"<Acct><Id><IBAN>{self.iban}</IBAN></Id></Acct>"
            f"{self._balance('OPBD', self.opening)}{self._balance('CLBD', closing)}{entries}"
            "</Stmt></BkToCstmrStmt></Document>"
        ).encode()

    def _balance(self, code: str, cents: int) -> str:
        return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(cents)}<Dt><Dt>{self.day}</Dt></Dt></Bal>"

    def _entry(self, number: int, line: Booked) -> str:
        status = "<Sts><Cd>BOOK</Cd></Sts>" if self.version.endswith("08") else "<Sts>BOOK</Sts>"
        party = f"<Pty><Nm>{line.name}</Nm></Pty>" if self.version.endswith("08") else f"<Nm>{line.name}</Nm>"
        other = "Cdtr" if line.cents < 0 else "Dbtr"
        parties = f"<{other}>{party}</{other}>" if line.name else ""
        if line.iban:
            parties += f"<{other}Acct><Id><IBAN>{line.iban}</IBAN></Id></{other}Acct>"
        remittance = f"<RmtInf><Ustrd>{line.remittance}</Ustrd></RmtInf>" if line.remittance else ""
        return (
            f"<Ntry>{_amount(line.cents)}{status}<BookgDt><Dt>{self.day}</Dt></BookgDt>"
            f"<AcctSvcrRef>B{number}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd>"
            "<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
            f"<NtryDtls><TxDtls><Refs><EndToEndId>{line.end_to_end_id}</EndToEndId></Refs>"
            + (_amount(line.cents) if self.version.endswith("08") else "")
            + (f"<RltdPties>{parties}</RltdPties>" if parties else "")
            + f"{remittance}</TxDtls></NtryDtls></Ntry>"
        )


def execute(payment_file: bytes, **fields) -> Paper:
    """The statement of a bank that did as the file says."""
    document = ElementTree.fromstring(payment_file)
    payer = document.findtext(f".//{PAIN}DbtrAcct/{PAIN}Id/{PAIN}IBAN")
    lines = tuple(
        Booked(
            cents=-cents_of(payment.findtext(f"{PAIN}Amt/{PAIN}InstdAmt")),
            end_to_end_id=payment.findtext(f"{PAIN}PmtId/{PAIN}EndToEndId"),
            iban=payment.findtext(f"{PAIN}CdtrAcct/{PAIN}Id/{PAIN}IBAN"),
            name=payment.findtext(f"{PAIN}Cdtr/{PAIN}Nm"),
        )
        for payment in document.iter(f"{PAIN}CdtTrfTxInf")
    )
    return Paper(iban=payer, lines=lines, **fields)


def cents_of(text: str) -> int:
    euros, _point, cents = text.partition(".")
    return int(euros) * 100 + int(cents.ljust(2, "0"))


def _amount(cents: int) -> str:
    side = "DBIT" if cents < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{abs(cents) // 100}.{abs(cents) % 100:02}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
