"""Writing quests by form: texts in three languages, which places, how many, when, and what they give."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry, LineString
from django.contrib.gis.geos.error import GEOSException
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from layers.base.models import Status
from layers.places.models import Place
from maps.loyalty.access import WRITERS, for_roles, user_of
from maps.start import start
from rules.loyalty.models import Quest, QuestPlace
from rules.loyalty.routing import along

PLACES_MAX = 60
ROUTE_WIDTH_M = 80
RULES = ("kind", "needed", "within_days", "first_day", "last_day", "points", "reward", "state")
TEXTS = ("name_lv", "name_lt", "name_en", "description_lv", "description_lt", "description_en", "code")


if TYPE_CHECKING:  # Django's own class takes no type argument at run time
    Form = forms.ModelForm[Quest]
else:
    Form = forms.ModelForm


class QuestForm(Form):
    places = forms.CharField(required=False, widget=forms.HiddenInput)  # ids in their order, with commas
    route_drawn = forms.CharField(required=False, widget=forms.HiddenInput)  # GeoJSON of a line

    class Meta:
        model = Quest
        fields = (*RULES, *TEXTS)
        widgets = {
            "first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **{f"description_{language}": forms.Textarea(attrs={"rows": 3}) for language in ("lv", "lt", "en")},
        }
        labels = {"state": gettext_lazy("State")}

    def clean_places(self) -> list[Place]:
        numbers = [int(text) for text in self.cleaned_data["places"].split(",") if text.strip().isdecimal()]
        found = Place.objects.filter(status=Status.PUBLISHED).in_bulk(numbers[: PLACES_MAX + 1])
        places = list(dict.fromkeys(found[number] for number in numbers if number in found))
        if len(places) > PLACES_MAX:
            raise forms.ValidationError(_("Choose at most %(count)d places.") % {"count": PLACES_MAX})
        return places

    def clean_route_drawn(self) -> LineString | None:
        text = self.cleaned_data["route_drawn"]
        if not text:
            return None
        try:
            line = GEOSGeometry(text, srid=4326)
        except (GEOSException, ValueError):
            line = None
        if not isinstance(line, LineString):
            raise forms.ValidationError(_("Draw the route as one line."))
        return line

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        places, route = cleaned.get("places"), cleaned.get("route_drawn")
        if cleaned.get("kind") == Quest.Kind.ROUTE and route is not None and not places:
            places = cleaned["places"] = along(route, width_m=ROUTE_WIDTH_M)
        elif cleaned.get("kind") == Quest.Kind.ROUTE and route is None and "route_drawn" not in self.errors:
            self.add_error("kind", _("Draw the route on the map: press on its corners, one after the other."))
        if not places:
            self.add_error("places", _("Choose the places in the list or on the map."))
        elif cleaned.get("needed") and cleaned["needed"] > len(places):
            self.add_error("needed", _("There are only %(count)d places.") % {"count": len(places)})
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        if not any(cleaned.get(f"name_{language}") for language in ("lv", "lt", "en")):
            self.add_error("name_lv", _("Write the name in at least one language."))
        return cleaned

    def write(self, author: Any) -> Quest:
        """All or nothing: the quest with its places in their order."""
        with transaction.atomic():
            quest = super().save(commit=False)
            quest.route = self.cleaned_data["route_drawn"] if quest.kind == Quest.Kind.ROUTE else None
            quest.written_by = author
            quest.save()
            quest.stages.all().delete()
            QuestPlace.objects.bulk_create(
                QuestPlace(quest=quest, place=place, position=number)
                for number, place in enumerate(self.cleaned_data["places"], 1)
            )
        return quest


@require_safe
@for_roles(*WRITERS)
def written_quests(request: HttpRequest) -> HttpResponse:
    found = Quest.objects.annotate(
        places=Count("stages", distinct=True), done=Count("completions", distinct=True)
    ).order_by("-last_day", "code")
    return render(request, "maps/loyalty/written_quests.html", {"quests": found})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*WRITERS)
def write_quest(request: HttpRequest, code: str = "") -> HttpResponse:
    quest = get_object_or_404(Quest, code=code) if code else None
    form = QuestForm(request.POST or None, instance=quest, initial=_initial(quest))
    if request.method == "POST" and form.is_valid():
        return HttpResponseRedirect(reverse("write-quest", args=[form.write(user_of(request)).code]) + "?saved")
    context = {
        "form": form,
        "quest": quest,
        "rule_fields": [form[name] for name in RULES],
        "text_fields": [form[name] for name in TEXTS],
        "places": _places(),
        "words": {"up": _("Earlier"), "down": _("Later"), "remove": _("Take away")},
        "start": start(),
        "saved": "saved" in request.GET,
    }
    return render(request, "maps/loyalty/write_quest.html", context, status=400 if form.errors else 200)


def _initial(quest: Quest | None) -> dict[str, str]:
    if quest is None:
        return {}
    stages = quest.stages.order_by("position").values_list("place", flat=True)
    return {"places": ",".join(map(str, stages)), "route_drawn": quest.route.json if quest.route else ""}


def _places() -> dict[str, Any]:
    """All places that can be chosen, for the map and the list."""
    found = sorted(Place.objects.filter(status=Status.PUBLISHED), key=lambda place: place.name)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": place.pk,
                "geometry": {"type": "Point", "coordinates": [place.geometry.x, place.geometry.y]},
                "properties": {"id": place.pk, "name": place.name, "kind": place.get_category_display()},
            }
            for place in found
        ],
    }
