"""Somebody has proven an address or an account at another site: who that is, and what follows."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gis_platform.core.errors import Forbidden
from gis_platform.identity.entering import enter
from gis_platform.identity.models import User
from gis_platform.residents.models import Resident
from maps.account import pending
from maps.account.pending import Proof
from maps.check_in import resident_of


class AccountClosed(Forbidden):
    code = "account-closed"
    title = gettext_lazy("This account is closed; the city's desk can open it again")


def arrive(request: HttpRequest, proof: Proof, *, known: User | None, way: str) -> HttpResponse:
    """Known: signs in, or offers to join two cards. Unknown: registers, or adds the way to the account that is here."""
    me = request.user if isinstance(request.user, User) else None
    if known is None:
        pending.keep(request, proof)
        return HttpResponseRedirect(reverse("register"))
    if not known.is_active:
        raise AccountClosed
    if me is not None and me.pk != known.pk and _both_have_cards(request, known):
        pending.keep_other_card(request, _card_of(known).pk)
        return HttpResponseRedirect(reverse("join"))
    if me is not None and me.pk != known.pk:
        messages.info(request, _("You are now signed in as somebody else."))
    return HttpResponseRedirect(enter(request, known, way=way, next_path=proof.next_path))


def _both_have_cards(request: HttpRequest, known: User) -> bool:
    return resident_of(request) is not None and getattr(known, "resident", None) is not None


def _card_of(user: User) -> Resident:
    return Resident.objects.get(user=user)
