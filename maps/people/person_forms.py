"""What a clerk enters about a person: a mandate with its document, a membership with its evidence."""

from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.residents.models import Group, Mandate, Resident

DAY = forms.DateInput(attrs={"type": "date"})


class DatedForm(forms.Form):
    first_day = forms.DateField(label=_("First day"), widget=DAY, initial=clock.today)
    until = forms.DateField(label=_("Until (not included)"), required=False, widget=DAY)

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("until")
        if first and last and last <= first:
            self.add_error("until", _("A day after the first one"))

    @property
    def period(self) -> DateRange:
        return DateRange(self.cleaned_data["first_day"], self.cleaned_data["until"])


class MandateForm(DatedForm):
    kind = forms.ChoiceField(label=_("kind"), choices=Mandate.Kind.choices)
    holder = forms.UUIDField(
        label=_("Handle of the guardian or escort"), help_text=_("It stands on that person's page here.")
    )
    document = forms.CharField(label=_("document"), max_length=200)
    field_order = ("kind", "holder", "document", "first_day", "until")

    def clean_holder(self) -> Resident:
        found = Resident.objects.filter(handle=self.cleaned_data["holder"]).first()
        if found is None:
            raise forms.ValidationError(_("No resident is known by this"))
        return found


class MembershipForm(DatedForm):
    group = forms.ModelChoiceField(label=_("group"), queryset=Group.objects.filter(made=Group.Made.LISTED))
    evidence = forms.CharField(label=_("evidence"), max_length=300, required=False)
    field_order = ("group", "evidence", "first_day", "until")
