"""The book itself: balances by account, the trial balance, and the entries."""

from datetime import date
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maps.settlement.access import for_clerks
from maps.settlement.names import names_of
from rules.ledger.models import Account, Entry
from rules.ledger.queries import TrialLine, accounts_with_balances, entries, trial_balance

PAGE_ACCOUNTS, PAGE_ENTRIES = 100, 50
CENTS = "cents"


@require_safe
@for_clerks
def balances_page(request: HttpRequest) -> HttpResponse:
    day = _day(request.GET.get("day", ""))
    kind = _kind(request.GET.get("kind", ""))
    found = list(accounts_with_balances(kind, day))
    names = names_of(account for account, _cents in found)
    found.sort(key=lambda row: (names[row[0].pk].casefold(), row[0].pk))
    page = Paginator(found, PAGE_ACCOUNTS).get_page(request.GET.get("page"))
    lines = [line for line in trial_balance(day) if line.unit == CENTS]
    context = {
        "day": day,
        "kind": kind,
        "rest": f"kind={kind}&" + (f"day={day.isoformat()}&" if day else ""),
        "kinds": [(value, label) for value, label in Account.Kind.choices if value != Account.Kind.RESIDENT],
        "trial": [(Account.Kind(line.kind).label, line) for line in lines],
        "debit": sum(line.debit for line in lines),
        "credit": sum(line.credit for line in lines),
        "points": _points(trial_balance(day)),
        "page": page,
        "accounts": [(account, names[account.pk], cents) for account, cents in page],
    }
    return render(request, "maps/settlement/balances.html", context)


@require_safe
@for_clerks
def entries_page(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    kind = request.GET.get("kind", "")[:20]
    page = Paginator(entries(words, kind, _number(request.GET.get("account", ""))), PAGE_ENTRIES).get_page(
        request.GET.get("page")
    )
    found = list(page)
    names = names_of({leg.account for entry in found for leg in entry.cents})  # type: ignore[attr-defined]
    rest = {"q": words, "kind": kind, "account": request.GET.get("account", "")}
    context = {
        "rest": "".join(f"{name}={quote(text)}&" for name, text in rest.items() if text),
        "q": words,
        "kind": kind,
        "account": request.GET.get("account", ""),
        "kinds": Entry.objects.order_by("kind").values_list("kind", flat=True).distinct(),
        "page": page,
        "entries": [(one, [(leg, names[leg.account_id]) for leg in one.cents]) for one in found],  # type: ignore[attr-defined]
    }
    return render(request, "maps/settlement/entries.html", context)


def _points(lines: list[TrialLine]) -> int:
    """Points that residents hold."""
    return sum(line.credit for line in lines if line.unit != CENTS)


def _kind(text: str) -> str:
    return text if text in Account.Kind.values and text != Account.Kind.RESIDENT else Account.Kind.MERCHANT


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
