"""The sheet of printed codes: made once, for after that nobody knows them any more."""

from dataclasses import dataclass
from datetime import datetime

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gis_platform.identity.roles import Role, require_role
from gis_platform.residents import printing
from gis_platform.residents.models import Means

SHEET_MAX = 100  # codes


@dataclass(frozen=True, kw_only=True)
class Printed:
    holder: str
    series: str
    expires_at: datetime | None
    picture: SafeString


@require_POST
@never_cache
def sheet(request: HttpRequest) -> HttpResponse:
    clerk = require_role(request.user, Role.CLERK)
    waiting = list(Means.objects.to_print().order_by("series", "resident__family_name", "pk")[:SHEET_MAX])
    prints = printing.take_prints(waiting, actor=clerk.actor)
    if not prints:
        messages.info(request, _("There is nothing to print."))
        return redirect("cards")
    return render(request, "maps/cards/sheet.html", {"codes": [_printed(one) for one in prints]})


def _printed(one: printing.Print) -> Printed:
    drawn = segno.make(one.text, error="m", micro=False).svg_inline(scale=4, omitsize=True)
    return Printed(
        holder=str(one.means.resident),
        series=one.means.series,
        expires_at=one.means.expires_at,
        picture=mark_safe(drawn),  # noqa: S308 drawn by segno from a token of our own
    )
