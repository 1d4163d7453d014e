"""Quests as residents see them: which there are, and on a list and a map what is done and what is next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gis_platform.residents.models import Resident
from layers.places.models import Place
from maps.check_in import resident_of
from maps.start import start
from rules.loyalty import quests
from rules.loyalty.models import Quest
from rules.loyalty.questing import progress
from rules.loyalty.quests import Standing


@dataclass(frozen=True, kw_only=True)
class Stage:
    place: Place
    number: int
    visited_at: datetime | None
    is_next: bool

    @property
    def state(self) -> str:
        return "done" if self.visited_at else "next" if self.is_next else "later"


@require_safe
@never_cache
def quests_page(request: HttpRequest) -> HttpResponse:
    """For everybody; with the progress of whoever is signed in as a resident."""
    resident = resident_of(request)
    found = [_standing(resident, one) for one in quests.open_quests()]
    return render(request, "maps/loyalty/quests.html", {"quests": found, "resident": resident})


@require_safe
@never_cache
def quest_page(request: HttpRequest, code: str) -> HttpResponse:
    one = quests.quest(code)
    if one is None:
        raise Http404
    resident = resident_of(request)
    stands = _standing(resident, one)
    stages = _stages(stands)
    context = {"stands": stands, "quest": one, "stages": stages, "map": as_geojson(one, stages), "resident": resident}
    context["start"] = start()
    return render(request, "maps/loyalty/quest.html", context)


def as_geojson(one: Quest, stages: list[Stage]) -> dict[str, Any]:
    """The places as points with their number and state, the route as a line (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [stage.place.geometry.x, stage.place.geometry.y]},
            "properties": {"number": str(stage.number), "name": stage.place.name, "state": stage.state},
        }
        for stage in stages
    ]
    if one.route is not None:
        line = {"type": "LineString", "coordinates": [list(point) for point in one.route.coords]}
        features.insert(0, {"type": "Feature", "geometry": line, "properties": {"state": "route"}})
    return {"type": "FeatureCollection", "features": features}


def _standing(resident: Resident | None, one: Quest) -> Standing:
    if resident is None:
        return Standing(quest=one, progress=progress(quests.rule_of(one), []), completion=None)
    return quests.standing(resident, one)


def _stages(stands: Standing) -> list[Stage]:
    visited = {visit.place: visit.at for visit in stands.progress.done}
    return [
        Stage(
            place=stage.place,
            number=stage.position,
            visited_at=visited.get(stage.place_id),
            is_next=stage.place_id in stands.progress.next and not stands.completion,
        )
        for stage in stands.quest.stages.all()
    ]
