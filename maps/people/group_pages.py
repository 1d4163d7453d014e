"""Groups of residents: listed, searched, sorted; one with its members; its form, which says beforehand what changes."""

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.languages import active_language
from gis_platform.residents.grouping import members
from gis_platform.residents.grouping.rules import as_text
from gis_platform.residents.looking import looked_at_all
from gis_platform.residents.models import Group, GroupImport, Membership
from layers.merchants.models import MerchantGroup
from maps.people.group_forms import GroupForm
from maps.people.tables import as_csv, page_of, rest_of
from maps.settlement.access import clerk_of, for_clerks

SORTS = {"code": "code", "name": "name_{language}", "members": "members", "made": "made"}


@require_safe
@for_clerks
def groups(request: HttpRequest) -> HttpResponse:
    words, made = request.GET.get("q", "").strip()[:100], request.GET.get("made", "")
    sort = request.GET.get("sort", "code")
    found = _sorted(_asked(words, made), sort)
    if request.GET.get("form") == "csv":
        head = ["code", "name_lv", "name_lt", "name_en", "made", "members"]
        return as_csv("groups", head, ([getattr(one, name) for name in head] for one in found))
    context = {
        "page": page_of(request, found),
        "rest": rest_of(request),
        "words": words,
        "made": made,
        "sort": sort,
        "ways": Group.Made.choices,
        "columns": _columns(request, sort),
    }
    return render(request, "maps/people/groups.html", context)


@require_safe
@for_clerks
def merchant_groups(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    now = Count("memberships", filter=Q(memberships__period__contains=today))
    found = MerchantGroup.objects.annotate(members=now).order_by("code")
    words = request.GET.get("q", "").strip()[:100]
    if words:
        found = found.filter(_named(words))
    context = {"page": page_of(request, found), "rest": rest_of(request), "words": words}
    return render(request, "maps/people/merchant_groups.html", context)


@require_safe
@for_clerks
def group(request: HttpRequest, code: str) -> HttpResponse:
    """With today's members, or all there ever were; whoever is on the page has been looked at."""
    one = get_object_or_404(Group, code=code)
    everybody = request.GET.get("all") == "1"
    held = Membership.objects.filter(group=one).select_related("resident", "answer")
    held = held if everybody else held.on(clock.today())
    held = held.order_by("resident__family_name", "resident__given_name", "pk")
    page = page_of(request, held)
    shown = [membership.resident for membership in page.object_list]
    looked_at_all(shown, actor=clerk_of(request).actor, what="groups", purpose="desk")
    context = {
        "group": one,
        "page": page,
        "rest": rest_of(request),
        "everybody": everybody,
        "rule_text": as_text(one.rule) if one.rule else "",
        "change": members.preview(one) if one.rule else None,
        "imports": one.imports.all()[:5],
        "modes": GroupImport.Mode.choices,
    }
    return render(request, "maps/people/group.html", context)


@require_safe
@for_clerks
def export(request: HttpRequest, code: str) -> HttpResponse:
    """Today's members. Giving out a whole group is written down under the group, and each of them reads so."""
    one = get_object_or_404(Group, code=code)
    held = Membership.objects.on(clock.today()).filter(group=one).select_related("resident").order_by("pk")
    with acting(clerk_of(request).actor, "group given out"):
        audit.record("residents.group-exported", f"group:{one.code}", members=held.count())
        actor = clerk_of(request).actor
        looked_at_all((one.resident for one in held), actor=actor, what="groups", purpose="desk")
    head = ["handle", "given_name", "family_name", "birth_date", "from", "until", "evidence", "source"]
    rows = (
        [
            one.resident.handle,
            one.resident.given_name,
            one.resident.family_name,
            one.resident.birth_date,
            one.period.lower,
            one.period.upper,
            one.evidence,
            one.source,
        ]
        for one in held
    )
    return as_csv(f"group-{code}", head, rows)


@for_clerks
def edit(request: HttpRequest, code: str = "") -> HttpResponseBase:
    """Asked for its preview, a form is judged and nothing is written."""
    one = get_object_or_404(Group, code=code) if code else Group()
    form = GroupForm(request.POST or None, instance=one)
    change = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") != "preview":
            return _saved(request, form)
        change = members.preview(one, one.rule) if one.rule else None
    context = {"form": form, "group": one if code else None, "change": change}
    return render(request, "maps/people/group_form.html", context, status=400 if form.errors else 200)


@require_POST
@for_clerks
def recompute(request: HttpRequest, code: str) -> HttpResponse:
    one = get_object_or_404(Group, code=code, made=Group.Made.RULE)
    with acting(clerk_of(request).actor, "group recomputed"):
        joined, left = members.recompute(one.pk)
    messages.success(request, _("%(joined)d joined and %(left)d left.") % {"joined": joined, "left": left})
    return redirect("group", code)


def _saved(request: HttpRequest, form: GroupForm) -> HttpResponse:
    actor = clerk_of(request).actor
    with acting(actor, "group saved"):
        one = form.save()
        audit.record("residents.group-saved", f"group:{one.code}", made=one.made)
        if one.rule:
            members.recompute(one.pk)
    messages.success(request, _("Saved."))
    return redirect("group", one.code)


def _asked(words: str, made: str) -> "QuerySet[Group]":
    now = Count("memberships", filter=Q(memberships__period__contains=clock.today()))
    found = Group.objects.annotate(members=now)
    if words:
        found = found.filter(_named(words))
    return found.filter(made=made) if made in Group.Made.values else found


def _named(words: str) -> Q:
    names = Q(name_lv__icontains=words) | Q(name_lt__icontains=words) | Q(name_en__icontains=words)
    return Q(code__icontains=words) | names


def _sorted(found: "QuerySet[Group]", sort: str) -> "QuerySet[Group]":
    name = SORTS.get(sort.lstrip("-"), "code").format(language=active_language())
    return found.order_by(f"-{name}" if sort.startswith("-") else name, "code")


def _columns(request: HttpRequest, sort: str) -> list[tuple[str, str, str]]:
    """Title, the query that sorts by it (the other way round when it is sorted so), and aria-sort."""
    titles = {"name": _("Group"), "made": _("How it is made"), "members": _("Members today")}
    found = []
    for name, title in titles.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{name}" if sort == name else name
        order = "ascending" if sort == name else "descending" if sort == f"-{name}" else "none"
        found.append((title, query.urlencode(), order))
    return found
