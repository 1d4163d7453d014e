"""The desk: a clerk looks at a document and registers somebody who has no account."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from gis_platform.core.errors import InvalidInput
from gis_platform.residents import registration
from gis_platform.residents.looking import looked
from gis_platform.residents.models import Resident
from gis_platform.residents.registration import CLAIM_LIFETIME, AlreadyResident, ResidentKnown
from maps.account.access import for_clerks, me
from maps.account.registering import PersonForm


class DeskForm(PersonForm):
    personal_code = forms.RegexField(
        label=_("Personal code"),
        regex=r"^\s*\d{6}-?\d{5}\s*$",
        help_text=_(
            "Eleven digits, as on the document. Only a keyed hash of it is kept, to find the same person again."
        ),
        error_messages={"invalid": _("A personal code has eleven digits")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    checked = forms.BooleanField(label=_("I have seen the passport or identity card, and it is valid"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def desk(request: HttpRequest) -> HttpResponse:
    form = DeskForm(request.POST or None)
    form.fields["birth_date"].required = True
    context: dict[str, object] = {"form": form, "days": CLAIM_LIFETIME.days}
    actor = me(request).actor
    if request.method == "POST" and form.is_valid():
        try:
            personal_code = form.cleaned_data["personal_code"]
            resident, code = registration.register_at_desk(form.person(), personal_code=personal_code, actor=actor)
            context |= {"resident": resident, "code": code}
        except ResidentKnown as known:
            looked(known.resident, actor=actor, what="profile", purpose="desk")
            context |= {"resident": known.resident, "known": True, "code": _new_code(known.resident, actor)}
        except InvalidInput as error:
            for name, text in error.fields.items():
                form.add_error(name, str(text))
    return render(request, "maps/account/desk.html", context)


def _new_code(resident: Resident, actor: str) -> str:
    """A fresh code for the card that is there; none for somebody who signs in already."""
    try:
        return registration.hand_out_claim(resident, actor=actor)
    except AlreadyResident:
        return ""
