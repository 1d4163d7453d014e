"""The book itself, what is settled from it, and what the bank says."""

from rules.ledger.models.book import Account, Entry, Leg, Unit
from rules.ledger.models.reconciliation import BankLine, BankStatement, Finding
from rules.ledger.models.runs import Claim, Funder, Omission, Payment, Run
from rules.ledger.models.settlement import BalanceSnapshot, Period, Statement

__all__ = [
    "Account",
    "BalanceSnapshot",
    "BankLine",
    "BankStatement",
    "Claim",
    "Entry",
    "Finding",
    "Funder",
    "Leg",
    "Omission",
    "Payment",
    "Period",
    "Run",
    "Statement",
    "Unit",
]
