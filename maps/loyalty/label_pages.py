"""Labels for planners: found, sorted, printed on sheets, rotated and revoked."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core.languages import active_language
from layers.places import services, sheets
from layers.places.models import Beacon
from maps.loyalty.access import WRITERS, for_roles, user_of

PAGE_SIZE = 50
PAGE_MAX = 10_000
WORDS_LENGTH_MAX = 100
SORTS = {
    "place": "place__name_{language}",
    "technology": "technology",
    "generation": "-generation",
    "visits": "-visits",
}
LABELS = (Beacon.Technology.QR, Beacon.Technology.NFC)


@dataclass(frozen=True, kw_only=True)
class Asked:
    words: str = ""
    technology: str = ""
    state: str = "live"
    sort: str = "place"
    page: int = 1

    @property
    def filtered(self) -> bool:
        return bool(self.words or self.technology or self.state != "live")

    def query(self, **changes: Any) -> str:
        usual, values = vars(Asked()), vars(replace(self, **changes))
        return urlencode({key: value for key, value in values.items() if value != usual[key]})


@require_safe
@for_roles(*WRITERS)
def labels(request: HttpRequest) -> HttpResponse:
    asked = _asked(request.GET)
    paginator = Paginator(_found(asked), PAGE_SIZE)
    page = paginator.get_page(asked.page)
    context = {
        "asked": asked,
        "page": page,
        "technologies": Beacon.Technology.choices,
        "formats": sheets.FORMATS,
        "sorts": [(key, title, asked.query(sort=key, page=1)) for key, title in _sort_titles()],
        "states": [("live", _("In use")), ("revoked", _("Revoked")), ("", _("All"))],
        "pages": {"before": asked.query(page=page.number - 1), "after": asked.query(page=page.number + 1)},
        "labels_max": sheets.LABELS_MAX,
    }
    return render(request, "maps/loyalty/labels.html", context)


@require_safe
@for_roles(*WRITERS)
def label(request: HttpRequest, beacon_id: int) -> HttpResponse:
    """One label: its code, its files, and the button that writes it to a tag where the browser can."""
    beacon = get_object_or_404(Beacon.objects.select_related("place", "place"), pk=beacon_id)
    context = {"beacon": beacon, "url": services.label_url(beacon), "visits": beacon.check_ins.count()}
    return render(request, "maps/loyalty/label.html", context)


@require_POST
@for_roles(*WRITERS)
def act(request: HttpRequest) -> HttpResponse:
    """Prints, rotates or revokes what is ticked, or with `everything` all that the list finds."""
    asked = _asked(request.POST)
    chosen = _chosen(request, asked)
    if not chosen:
        messages.error(request, _("Tick the labels first."))
        return _back(asked)
    actor = user_of(request).actor
    match request.POST.get("act"):
        case "sheet":
            return _sheet(chosen, request.POST.get("format", ""))
        case "rotate":
            for beacon in chosen:
                services.revoke_prints(beacon, actor=actor, reason="rotated")
            said = ngettext(
                "%(count)d label has a new code; print it.", "%(count)d labels have new codes; print them.", len(chosen)
            )
            messages.success(request, said % {"count": len(chosen)})
        case "revoke":
            for beacon in chosen:
                services.revoke_beacon(beacon, actor=actor, reason="revoked")
            said = ngettext("%(count)d label is revoked.", "%(count)d labels are revoked.", len(chosen))
            messages.success(request, said % {"count": len(chosen)})
        case _:
            messages.error(request, _("Choose what to do with the labels."))
    return _back(asked)


def _sheet(chosen: list[Beacon], name: str) -> HttpResponse:
    layout = sheets.FORMATS.get(name, sheets.FORMATS["wall"])
    headers = {"Content-Disposition": f'inline; filename="labels-{name}.pdf"'}
    return HttpResponse(sheets.sheet(chosen, layout), content_type="application/pdf", headers=headers)


def _chosen(request: HttpRequest, asked: Asked) -> list[Beacon]:
    found = _found(asked).filter(technology__in=LABELS, revoked_at=None)
    if not request.POST.get("everything"):
        found = found.filter(pk__in=[number for number in request.POST.getlist("beacon") if number.isdecimal()])
    return list(found[: sheets.LABELS_MAX])


def _found(asked: Asked) -> QuerySet[Beacon]:
    found = Beacon.objects.select_related("place").annotate(
        visits=Count("check_ins", filter=Q(check_ins__decision="accepted"))
    )
    if asked.words:
        named = Q(place__search__contains=asked.words.casefold()) | Q(place__code__iexact=asked.words)
        named |= Q(place__name_lv__icontains=asked.words) | Q(place__name_lt__icontains=asked.words)
        found = found.filter(named | Q(identifier__icontains=asked.words))
    if asked.technology:
        found = found.filter(technology=asked.technology)
    if asked.state:
        found = found.filter(revoked_at__isnull=asked.state == "live")
    order = SORTS[asked.sort].format(language=active_language())
    return found.order_by(F(order[1:]).desc() if order.startswith("-") else F(order), "pk")


def _asked(query: QueryDict) -> Asked:
    page, sort, technology = query.get("page", ""), query.get("sort", ""), query.get("technology", "")
    state = query.get("state", "live")
    return Asked(
        words=query.get("words", "").strip()[:WORDS_LENGTH_MAX],
        technology=technology if technology in Beacon.Technology.values else "",
        state=state if state in ("live", "revoked", "") else "live",
        sort=sort if sort in SORTS else "place",
        page=min(int(page), PAGE_MAX) if page.isdecimal() and page else 1,
    )


def _sort_titles() -> list[tuple[str, str]]:
    return [
        ("place", _("Place")),
        ("technology", _("Kind")),
        ("generation", _("Generation")),
        ("visits", _("Check-ins")),
    ]


def _back(asked: Asked) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('labels')}?{asked.query()}")
