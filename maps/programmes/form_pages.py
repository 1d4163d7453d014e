"""The form of a programme and its versions. Every button is a post of the whole form; a script only saves reloads."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gis_platform.core import clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError, InvalidInput
from maps.programmes import acts, heading
from maps.programmes.access import for_writers, member_of_staff
from maps.programmes.checking import Checked, Draft, check, in_words
from maps.programmes.fields import Showing, definition_rows
from maps.programmes.heading import PROGRAMME, VALIDITY
from maps.programmes.layout import DEFINITION
from maps.programmes.reading import sheet_of
from maps.programmes.sheet import Part, Sheet, blank, sent
from maps.programmes.sources import MONEY_FACTS, sources
from rules.benefits import programmes, versions
from rules.benefits.errors import SomebodyElsesDraft, VersionNotDraft
from rules.benefits.models import Programme, ProgrammeVersion

REFUSED = 422
SAVE, PREVIEW = "save", "preview"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What the form is about: a new programme, a new version of one, or a draft that exists."""

    programme: Programme | None = None
    version: ProgrammeVersion | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def new_programme(request: HttpRequest) -> HttpResponse:
    return _form(request, Subject(), _empty())


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """A new version from an old one, from tomorrow on."""
    programme = get_object_or_404(Programme, code=code)
    number = request.GET.get("from", "")
    old = programme.versions.filter(number=number).first() if number.isdecimal() and len(number) < 6 else None
    draft = _of(programme, old or programme.versions.first())
    return _form(request, Subject(programme=programme), draft)


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def edit_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Raises SomebodyElsesDraft or VersionNotDraft."""
    version = get_object_or_404(
        ProgrammeVersion.objects.select_related("programme"), programme__code=code, number=number
    )
    if version.state != ProgrammeVersion.State.DRAFT:
        raise VersionNotDraft
    if version.author_id != member_of_staff(request).pk:
        raise SomebodyElsesDraft
    draft = _of(version.programme, version)
    draft.validity.texts.update(heading.sheet_of_validity(version).texts)
    return _form(request, Subject(programme=version.programme, version=version), draft)


@require_POST
@for_writers
def preview(request: HttpRequest) -> HttpResponse:
    """The definition in words, a piece of the page that changes while one types."""
    return render(request, "maps/programmes/words.html", _words(check(_sent(request.POST))))


def _form(request: HttpRequest, subject: Subject, draft: Draft) -> HttpResponse:
    if request.method != "POST":
        return _page(request, subject, draft)
    draft = _sent(request.POST, programme=subject.programme)
    act = request.POST.get("act", SAVE)
    if act == SAVE:
        return _save(request, subject, draft)
    looked_at = acts.perform(act, draft.definition)
    checked = check(draft) if act == PREVIEW else None
    return _page(request, subject, draft, checked, looked_at=looked_at)


def _save(request: HttpRequest, subject: Subject, draft: Draft) -> HttpResponse:
    checked = check(draft)
    if not checked.can_stand:
        return _page(request, subject, draft, checked, status=REFUSED)
    try:
        version = _stored(request, subject, checked)
    except InvalidInput as error:
        checked.faults |= {name: str(sentence) for name, sentence in error.fields.items()}
        checked.general = "" if error.fields else str(error.detail)
        return _page(request, subject, draft, checked, status=REFUSED)
    except CityError as error:
        checked.general = str(error.detail)
        return _page(request, subject, draft, checked, status=error.status)
    messages.success(request, _("Saved as a draft."))
    return redirect("programme-version", version.programme.code, version.number)


def _stored(request: HttpRequest, subject: Subject, checked: Checked) -> ProgrammeVersion:
    user = member_of_staff(request)
    first_day = checked.first_day or clock.today()
    with acting(user.actor, "programme saved"):  # both or neither
        if subject.programme is None:
            programme = programmes.create(checked.programme, user=user)
        else:
            programme = programmes.change(subject.programme, checked.programme, user=user)
        if subject.version is not None:
            return versions.revise(
                subject.version.pk,
                definition=checked.definition,
                first_day=first_day,
                end_day=checked.end_day,
                author=user,
            )
        old = programme.versions.first()
        return versions.draft(
            programme,
            definition=checked.definition,
            first_day=first_day,
            end_day=checked.end_day,
            examples=old.examples if old else (),
            author=user,
        )


def _page(
    request: HttpRequest,
    subject: Subject,
    draft: Draft,
    checked: Checked | None = None,
    *,
    looked_at: str = "",
    status: int = 200,
) -> HttpResponse:
    faults = checked.faults if checked else {}
    showing = Showing(faults, sources(draft.definition))
    repeats = [repeat.name for repeat in DEFINITION.repeats if not repeat.name.startswith("when.")]
    context = {
        "subject": subject,
        "programme": showing.fields(PROGRAMME, draft.programme),
        "validity": showing.fields(VALIDITY, draft.validity),
        "common": showing.part(_common(), draft.definition),
        "repeats": [definition_rows(showing, draft.definition, name) for name in repeats],
        "faults": faults,
        "general": checked.general if checked else "",
        "looked_at": looked_at,
    }
    if request.method != "POST" and subject.programme is not None:
        checked = check(draft)
    return render(request, "maps/programmes/form.html", context | _words(checked), status=status)


def _words(checked: Checked | None) -> dict[str, object]:
    return {
        "words": in_words(checked.compiled) if checked and checked.compiled else [],
        "asked": checked is not None,
        "fault_count": len(checked.faults) if checked else 0,
        "first_fault": next(iter(checked.faults.values()), checked.general) if checked else "",
    }


def _common() -> Part:
    """The definition without what has sections of its own."""
    return Part(
        inputs=DEFINITION.inputs,
        repeats=tuple(repeat for repeat in DEFINITION.repeats if repeat.name.startswith("when.")),
    )


def _sent(data: QueryDict, *, programme: Programme | None = None) -> Draft:
    head = sent(PROGRAMME, data)
    if programme is not None:
        head.texts["code"] = [programme.code]
    return Draft(programme=head, validity=sent(VALIDITY, data), definition=sent(DEFINITION, data))


def _empty() -> Draft:
    definition = blank(DEFINITION)
    rules = next(repeat for repeat in DEFINITION.repeats if repeat.name == "rules")
    definition.texts["triggers"] = ["receipt"]
    definition.rows["rules"] = [blank(rules.part)]
    definition.rows["rules"][0].texts["target.kind"] = ["lines"]
    return Draft(programme=blank(PROGRAMME), validity=_from(clock.today()), definition=definition)


def _of(programme: Programme, version: ProgrammeVersion | None) -> Draft:
    definition = sheet_of(version.definition, money_facts=MONEY_FACTS) if version else _empty().definition
    return Draft(programme=heading.sheet_of_programme(programme), validity=_from(clock.today()), definition=definition)


def _from(day: date) -> Sheet:
    return Sheet(texts={"first_day": [day.isoformat()]})
