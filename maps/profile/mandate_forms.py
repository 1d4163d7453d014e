"""How one resident asks another: by name and birthday, and nobody learns whether such a person is known here."""

from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.residents.models import Resident

SIDES = (
    ("guardian-of", _("I am the guardian of")),
    ("guardian-by", _("My guardian is")),
    ("escort-of", _("I accompany")),
    ("escort-by", _("I am accompanied by")),
)


class RequestForm(forms.Form):
    side = forms.ChoiceField(label=_("What it is about"), choices=SIDES)
    given_name = forms.CharField(label=_("given name"), max_length=150)
    family_name = forms.CharField(label=_("family name"), max_length=150)
    birth_date = forms.DateField(label=_("date of birth"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=_("Until (not included)"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def other(self) -> Resident | None:
        """The one resident who is called so and was born on that day."""
        found = Resident.objects.filter(
            given_name__iexact=self.cleaned_data["given_name"].strip(),
            family_name__iexact=self.cleaned_data["family_name"].strip(),
            birth_date=self.cleaned_data["birth_date"],
        )
        return found.first() if found.count() == 1 else None

    @property
    def kind(self) -> str:
        return str(self.cleaned_data["side"]).split("-")[0]

    def pair(self, asking: Resident, other: Resident) -> tuple[Resident, Resident]:
        """Holder and ward."""
        return (asking, other) if self.cleaned_data["side"].endswith("-of") else (other, asking)

    @property
    def period(self) -> DateRange:
        return DateRange(clock.today(), self.cleaned_data["until"])
