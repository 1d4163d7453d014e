"""Becoming a resident with what was just proven, or adding that to the account that is signed in."""

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError, InvalidInput
from gis_platform.identity.entering import enter, safe_path
from gis_platform.identity.errors import LinkRefused
from gis_platform.identity.models import OpenSession, User
from gis_platform.identity.providers import title_of
from gis_platform.residents import registration
from gis_platform.residents.models import Resident
from gis_platform.residents.registration import IdentityTaken, Person
from maps.account import pending
from maps.account.openid import refused
from maps.account.pending import Proof
from maps.check_in import resident_of


class PersonForm(forms.Form):
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=150)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=150)
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def person(self) -> Person:
        """Raises InvalidInput."""
        return Person(**{name: self.cleaned_data[name] for name in ("given_name", "family_name", "birth_date")})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    proof = pending.kept(request)
    if proof is None:
        return refused(request, LinkRefused())
    me = request.user if isinstance(request.user, User) else None
    adds = me is not None and resident_of(request) is not None
    form = _form(request, proof)
    if request.method == "POST" and (adds or form.is_valid()):
        try:
            return _add(request, me, proof) if adds and me else _register(request, me, proof, form.person())
        except InvalidInput as error:
            for name, text in error.fields.items():
                form.add_error(name, str(text))
        except CityError as error:
            return refused(request, error)
    context = {"form": form, "adds": adds, "way": _way(proof), "vouched": _vouched(proof)}
    return render(request, "maps/account/register.html", context)


def _form(request: HttpRequest, proof: Proof) -> PersonForm:
    """What a provider vouches for is not asked again, and cannot be changed."""
    vouched = _vouched(proof)
    form = PersonForm({**request.POST.dict(), **vouched} if request.method == "POST" else None, initial=vouched)
    for name in vouched:
        form.fields[name].widget.attrs["readonly"] = True
    return form


def _vouched(proof: Proof) -> dict[str, str]:
    if proof.claims is None:
        return {}
    known = {name: getattr(proof.claims, name) for name in ("given_name", "family_name", "birth_date")}
    return {name: str(value) for name, value in known.items() if value}


def _register(request: HttpRequest, me: User | None, proof: Proof, person: Person) -> HttpResponse:
    if me is not None:
        resident = _register_account(me, proof, person)
    elif proof.claims is not None:
        resident = registration.register_by_oidc(proof.claims, person=person)
    else:
        resident = registration.register_by_email(proof.email, person=person)
    pending.forget(request)
    messages.success(request, _("Welcome. Your card is ready."))
    assert resident.user is not None, "who registers by oneself has an account"
    way = OpenSession.Way.PROVIDER if proof.claims else OpenSession.Way.EMAIL
    return HttpResponseRedirect(enter(request, resident.user, way=way, next_path=_after(request, proof)))


def _register_account(me: User, proof: Proof, person: Person) -> Resident:
    with transaction.atomic():
        resident = registration.register_for(me, person=person)
        if proof.claims is not None:
            registration.attach_identity(resident, proof.claims, actor=me.actor)
    return resident


def _add(request: HttpRequest, me: User, proof: Proof) -> HttpResponse:
    resident = Resident.objects.get(user=me)
    if proof.claims is not None:
        registration.attach_identity(resident, proof.claims, actor=me.actor)
    else:
        _set_email(me, proof.email)
    pending.forget(request)
    messages.success(request, _("From now on you can sign in by it too."))
    return HttpResponseRedirect(reverse("account"))


def _set_email(me: User, email: str) -> None:
    with acting(me.actor, "e-mail address confirmed"):
        try:
            with transaction.atomic():
                User.objects.filter(pk=me.pk).update(email=email)
        except IntegrityError:
            raise IdentityTaken from None
        audit.record("identity.email-confirmed", f"user:{me.pk}", at=clock.now().isoformat())


def _way(proof: Proof) -> str:
    return title_of(proof.claims.issuer) if proof.claims else proof.email


def _after(request: HttpRequest, proof: Proof) -> str:
    """To where the person was going; from the first page rather to the account, where the next steps are."""
    path = safe_path(request, proof.next_path)
    return reverse("account") if path == "/" else path
