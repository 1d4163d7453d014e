"""The bank's statements: import, what does not fit on top, and each line."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gis_platform.core.errors import CityError
from maps.settlement.access import clerk_of, for_clerks
from rules.ledger.models import BankLine, BankStatement, Finding
from rules.ledger.reconciliation.camt import SIZE_MAX
from rules.ledger.reconciliation.services import import_statements, resolve

REFUSED = 400
RESOLVED_SHOWN = 20
PAGE_STATEMENTS = 20


class StatementForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Bank statement (camt.053)"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def bank_page(request: HttpRequest) -> HttpResponse:
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            # One byte more than may be, so that a file that is too large is refused and not cut.
            imported = import_statements(form.cleaned_data["file"].read(SIZE_MAX + 1), by=clerk_of(request))
        except CityError as refusal:
            form.add_error("file", str(refusal))
        else:
            _tell(request, imported)
            return redirect("settlement-bank")
    found = Finding.objects.select_related("statement", "line", "payment__statement", "resolved_by")
    page = Paginator(BankStatement.objects.all(), PAGE_STATEMENTS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "open": found.filter(resolved_at=None).order_by("pk"),
        "resolved": found.exclude(resolved_at=None).order_by("-resolved_at")[:RESOLVED_SHOWN],
        "page": page,
        "lines": [(one, *_counts(one)) for one in page],
    }
    return render(request, "maps/settlement/bank.html", context, status=REFUSED if form.errors else 200)


@require_safe
@for_clerks
def bank_statement_page(request: HttpRequest, statement_id: int) -> HttpResponse:
    statement = get_object_or_404(BankStatement.objects.select_related("imported_by"), pk=statement_id)
    found = statement.lines.select_related("payment__statement", "claim")
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    return render(request, "maps/settlement/bank_statement.html", {"statement": statement, "page": page})


@require_POST
@for_clerks
def resolve_finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    get_object_or_404(Finding, pk=finding_id)
    try:
        resolve(finding_id, note=request.POST.get("note", ""), by=clerk_of(request))
        messages.success(request, _("The finding is resolved."))
    except CityError as refusal:
        messages.error(request, str(refusal))
    return redirect("settlement-bank")


def _counts(statement: BankStatement) -> tuple[int, int, int]:
    """Lines, those that fit, and findings that are still open."""
    fitting = (BankLine.State.CONFIRMED, BankLine.State.RECEIVED)
    lines = statement.lines.all()
    return lines.count(), lines.filter(state__in=fitting).count(), statement.findings.filter(resolved_at=None).count()


def _tell(request: HttpRequest, imported: list[BankStatement]) -> None:
    count = Finding.objects.filter(statement__in=imported, resolved_at=None).count()
    if not count:
        messages.success(request, _("The statement is read, and every line fits."))
        return
    text = ngettext(
        "The statement is read; %(count)s thing does not fit.",
        "The statement is read; %(count)s things do not fit.",
        count,
    )
    messages.warning(request, text % {"count": count})
