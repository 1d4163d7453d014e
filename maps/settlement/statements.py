"""A merchant's statement as a page, with the way to each decision, and as files."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from maps.settlement.access import for_clerks
from maps.settlement.names import names_of
from rules.benefits.models import Programme
from rules.ledger.models import Statement
from rules.ledger.settlement import contents
from rules.ledger.settlement.contents import StatementLine
from rules.ledger.settlement.payees import payees
from rules.ledger.settlement.statement_csv import as_text, rows
from rules.ledger.settlement.wording import kind_title, vat_note

PAGE_LINES = 50
DECISION = "decision:"  # before the id in the references of entries


@require_safe
@for_clerks
def statement_page(request: HttpRequest, number: str) -> HttpResponse:
    statement = _statement(number)
    titles = {one.code: one.name for one in Programme.objects.all()}
    page = Paginator(contents.lines(statement), PAGE_LINES).get_page(request.GET.get("page"))
    found = [contents.line(leg, statement.period) for leg in page]
    context = {
        "statement": statement,
        "payee": payees([statement.account])[statement.account_id],
        "name": names_of([statement.account])[statement.account_id],
        "programmes": [
            (titles.get(code, code), funder, cents) for code, funder, cents in contents.programmes(statement)
        ],
        "days": [(one, kind_title(one.kind)) for one in contents.days(statement)],
        "page": page,
        "lines": [(one, kind_title(one.kind), _decision_url(one)) for one in found],
        "payments": statement.payments.filter(is_cancelled=False).select_related("run"),
        "vat_note": vat_note(),
    }
    return render(request, "maps/settlement/statement.html", context)


@require_safe
@for_clerks
def statement_paper(_request: HttpRequest, number: str) -> HttpResponse:
    name = f"statement-{number}-{get_language()}.pdf"
    # It brings fonts and pictures, which other requests do without.
    statement_pdf = import_string("rules.ledger.settlement.statement_pdf.statement_pdf")
    return HttpResponse(
        statement_pdf(_statement(number)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@require_safe
@for_clerks
def statement_file(_request: HttpRequest, number: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        as_text(rows(_statement(number))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="statement-{number}.csv"'},
    )


def _statement(number: str) -> Statement:
    return get_object_or_404(Statement.objects.select_related("period", "account"), number=number)


def _decision_url(line: StatementLine) -> str:
    """The console's page of the decision behind a line, with its explanation; "" when it is none."""
    try:
        key = UUID(line.reference.removeprefix(DECISION))
    except ValueError:
        return ""
    return reverse("admin:benefits_decision_change", args=[key]) if line.reference.startswith(DECISION) else ""
